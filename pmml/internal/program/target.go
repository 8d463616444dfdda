package program

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Target is a Target of Targets, with what PMML's order of steps needs (specification, Targets).
type Target struct {
	Continuous       bool
	Min, Max         float64 // NaN: none
	Factor, Constant float64
	Cast             Cast
	Single           bool
	Default          value.Value // continuous: what stands in for no prediction
	Priors           []float64   // by class, nil: none
	Type             value.Type
}

// Cast is castInteger.
type Cast uint8

// The casts.
const (
	NoCast Cast = iota
	Round
	Ceiling
	Floor
)

// apply changes a prediction as Targets says.
func (t *Target) apply(p *Prediction, classes []value.Value) {
	if p.Value.IsMissing() {
		if t.Priors != nil {
			p.Probabilities, p.Confidences = t.Priors, t.Priors
			best := 0
			for i, x := range t.Priors {
				if x > t.Priors[best] {
					best = i
				}
			}
			p.Choose(classes, best)
			return
		}
		p.Value = t.Default // which is changed like any other
	}
	if !t.Continuous || p.Value.IsMissing() {
		return
	}
	y, ok := p.Value.Float64()
	if !ok {
		return
	}
	p.Value = t.number(y)
}

func (t *Target) number(y float64) value.Value {
	if y < t.Min {
		y = t.Min
	}
	if y > t.Max {
		y = t.Max
	}
	if t.Single {
		y = float64(float32(y) * float32(t.Factor))
		y = float64(float32(y) + float32(t.Constant))
	} else {
		y *= t.Factor
		y += t.Constant
	}
	switch t.Cast {
	case Round:
		y = math.Floor(y + 0.5)
	case Ceiling:
		y = math.Ceil(y)
	case Floor:
		y = math.Floor(y)
	}
	if t.Cast != NoCast {
		y += 0 // no -0
	}
	if (t.Cast != NoCast || t.Type == value.Integer) && y == math.Trunc(y) && math.Abs(y) < 1<<62 && t.Type != value.Double && t.Type != value.Float {
		return value.OfInt(int64(y))
	}
	if t.Single || t.Type == value.Float {
		return value.OfSingle(y)
	}
	return value.OfFloat(y)
}
