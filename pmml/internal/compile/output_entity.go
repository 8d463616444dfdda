package compile

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// shower makes an output of what a prediction says; a model that has not run gives a missing value.
type shower func(get func(p *program.Prediction) value.Value) program.Eval

// entity is the id of the winner, or of the entity of a rank.
func (c *compiler) entity(d *document.OutputField, show shower) program.Eval {
	rank, cluster := d.Rank, d.Feature == "clusterId"
	return show(func(p *program.Prediction) value.Value {
		if rank == 1 {
			if cluster && !p.Inner.IsMissing() {
				return p.Inner
			}
			return p.Entity
		}
		if p.Entities == nil {
			return value.Missing()
		}
		id, _, _ := p.Entities.Ranked(rank)
		return id
	})
}

// affinity is that of the entity named by value, or of the one of a rank.
func (c *compiler) affinity(d *document.OutputField, show shower) program.Eval {
	rank, named := d.Rank, d.Value
	return show(func(p *program.Prediction) value.Value {
		if p.Entities == nil {
			return value.Missing()
		}
		var x float64
		var ok bool
		if named != nil {
			x, ok = p.Entities.Affinity(*named)
		} else {
			_, x, ok = p.Entities.Ranked(rank)
		}
		if !ok {
			return value.Missing()
		}
		return value.OfFloat(x)
	})
}

// defaultLevel is that of confidence intervals whose OutputField names none (specification, Output: value is a percentage).
const defaultLevel = 95

// asksForSpread says whether an output of the model, or of one around it, is about how far off its prediction may be.
func (m *model) asksForSpread() bool {
	for ; m != nil; m = m.around {
		for _, o := range m.doc.Output {
			switch o.Feature {
			case "standardError", "standardDeviation", "confidenceIntervalLower", "confidenceIntervalUpper":
				return true
			}
		}
	}
	return false
}

// spread is how far off a prediction may be.
func (c *compiler) spread(d *document.OutputField, of *model, show shower) program.Eval {
	if d.Feature == "standardError" && of.classes != nil {
		return c.classError(d, of, show)
	}
	level := float64(defaultLevel)
	if d.Value != nil {
		x, ok := number(*d.Value)
		if !ok || !(x > 0 && x < 100) {
			c.fault(d.At, "value of OutputField %q is not a percentage between 0 and 100", d.Name)
		}
		level = x
	}
	feature := d.Feature
	return show(func(p *program.Prediction) value.Value {
		if p.Spread == nil || !p.Value.IsValid() {
			return value.Missing()
		}
		x, ok := math.NaN(), false
		switch feature {
		case "standardError":
			x, ok = p.Spread.StandardError()
		case "standardDeviation":
			x, ok = p.Spread.StandardDeviation()
		case "confidenceIntervalLower":
			x, _, ok = p.Spread.Interval(level / 100)
		case "confidenceIntervalUpper":
			_, x, ok = p.Spread.Interval(level / 100)
		}
		if !ok {
			return value.Missing()
		}
		return value.OfFloat(x)
	})
}

// classError is the standard error of a category's probability: that of value, or else the winner's.
func (c *compiler) classError(d *document.OutputField, of *model, show shower) program.Eval {
	class := value.Missing()
	if d.Value != nil {
		class = c.category(of.classes, *d.Value)
	}
	return show(func(p *program.Prediction) value.Value {
		spread, ok := p.Spread.(program.ClassSpread)
		if !ok || !p.Value.IsValid() {
			return value.Missing()
		}
		wanted := class
		if wanted.IsMissing() {
			wanted = p.Value
		}
		x, ok := spread.ClassError(wanted)
		if !ok {
			return value.Missing()
		}
		return value.OfFloat(x)
	})
}
