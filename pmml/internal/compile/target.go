package compile

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

var casts = map[string]program.Cast{"": program.NoCast, "round": program.Round, "ceiling": program.Ceiling, "floor": program.Floor}

// targets compiles what Targets does to a model's prediction; nil: nothing. A target field of type float rounds a
// regression's value; one of type integer makes whole values integers and keeps others (specification silent).
func (c *compiler) targets(m *model) *program.Target {
	d := c.targetElement(m)
	if d == nil {
		if !m.ownTarget || m.classes != nil || m.target.typ != value.Float && m.target.typ != value.Integer {
			return nil
		}
		d = &document.Target{Min: math.NaN(), Max: math.NaN(), Factor: 1}
	}
	t := &program.Target{Min: d.Min, Max: d.Max, Factor: d.Factor, Constant: d.Constant, Cast: casts[d.Cast], Single: m.doc.Single, Type: value.Double}
	if m.ownTarget {
		t.Type = m.target.typ
	} else if d.Cast != "" {
		t.Type = value.Integer
	}
	t.Continuous = m.classes == nil && (m.doc.Function == "regression" || m.doc.Function == "timeSeries" || m.doc.Function == "mixed")
	for i := range d.Values {
		v := &d.Values[i]
		switch {
		case m.classes == nil && !v.HasValue && !math.IsNaN(v.Default):
			t.Default = value.OfFloat(v.Default)
		case m.classes != nil && v.HasValue && !math.IsNaN(v.Prior):
			at := c.class(m.classes, v.Value)
			m.instance.Classes = m.classes.values
			for len(t.Priors) < len(m.classes.values) {
				t.Priors = append(t.Priors, 0)
			}
			t.Priors[at] = v.Prior
		}
	}
	return t
}

func (c *compiler) targetElement(m *model) *document.Target {
	for _, t := range m.doc.Targets {
		if t.Field == "" || !m.ownTarget || t.Field == m.target.name {
			return t
		}
	}
	return nil
}
