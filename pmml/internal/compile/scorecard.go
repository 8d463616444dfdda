package compile

import (
	"math"
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
)

// scorecard compiles a Scorecard (specification, Scorecard).
func (c *compiler) scorecard(m *model) program.Scorer {
	d := m.doc.Body.(*document.Scorecard)
	s := &program.Scorecard{Initial: d.Initial, Reasons: d.UseReasonCodes, Above: d.Algorithm == "pointsAbove"}
	codes := map[string]int32{}
	shown := slices.ContainsFunc(m.doc.Output, func(o *document.OutputField) bool { return o.Feature == "reasonCode" })
	if m.doc.Function != "regression" && m.doc.Function != "mixed" { // mixed: written by some producers
		c.fault(m.doc.At, "functionName of Scorecard is %q", m.doc.Function)
	}
	for i := range d.Characteristics {
		dc := &d.Characteristics[i]
		ch := program.Characteristic{Baseline: dc.Baseline}
		if math.IsNaN(ch.Baseline) {
			ch.Baseline = d.Baseline
		}
		for j := range dc.Attributes {
			da := &dc.Attributes[j]
			a := program.Attribute{Test: c.test(&da.Predicate, m.scope, &s.Tests), Partial: da.Partial, Code: -1}
			if da.Complex != nil {
				a.Complex, _ = c.expression(da.Complex, m.scope)
			} else if math.IsNaN(da.Partial) {
				c.fault(da.At, "Attribute has no partialScore")
			}
			if s.Reasons {
				a.Code = c.reason(s, codes, dc, da)
				if a.Code >= 0 && math.IsNaN(ch.Baseline) { // its points cannot be told
					a.Code = -1
					if shown {
						c.fault(dc.At, "Characteristic has no baselineScore, which the reason codes of Output need")
					}
				}
			}
			if c.explain {
				text := describe(&da.Predicate)
				a.Predicate, ch.Name = &text, &dc.Name
			}
			ch.Attributes = append(ch.Attributes, a)
		}
		s.Characteristics = append(s.Characteristics, ch)
	}
	return s
}

// reason numbers the reason code of an attribute: its own, or else its characteristic's.
func (c *compiler) reason(s *program.Scorecard, codes map[string]int32, dc *document.Characteristic, da *document.Attribute) int32 {
	code := da.ReasonCode
	if code == nil {
		code = dc.ReasonCode
	}
	if code == nil {
		return -1
	}
	at, ok := codes[*code]
	if !ok {
		at = int32(len(s.Codes))
		codes[*code] = at
		s.Codes = append(s.Codes, *code)
	}
	return at
}
