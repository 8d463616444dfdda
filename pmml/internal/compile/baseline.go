package compile

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
)

var statistics = map[string]program.Statistic{
	"zValue": program.ZValue, "CUSUM": program.CUSUM, "chiSquareDistribution": program.ChiSquareDistribution,
	"chiSquareIndependence": program.ChiSquareIndependence, "scalarProduct": program.ScalarProduct,
}

// baseline compiles a BaselineModel (specification, BaselineModel).
func (c *compiler) baseline(m *model) program.Scorer {
	d := m.doc.Body.(*document.Baseline)
	b := &program.Baseline{Statistic: statistics[d.Statistic], Field: program.NoRef, Weight: program.NoRef, Reset: d.Reset, Window: d.Window, Normalization: d.Normalization}
	if m.doc.Function != "regression" && m.doc.Function != "anomalyDetection" {
		c.fault(m.doc.At, "functionName of BaselineModel is %q", m.doc.Function)
	}
	if d.WeightField != "" {
		if f := c.use(m.scope, d.WeightField, d.At); f != nil {
			c.numeric(f, d.At)
			b.Weight = f.ref
		}
	}
	if b.Statistic != program.ZValue {
		c.prog.Memory = append(c.prog.Memory, d.Statistic)
	}
	switch b.Statistic {
	case program.ZValue, program.CUSUM:
		c.baselineDensities(b, m, d)
	case program.ChiSquareIndependence:
		if len(d.Fields) < 2 {
			c.fault(d.At, "chiSquareIndependence needs two FieldRefs or more")
		}
		for i := range d.Fields {
			if f := c.use(m.scope, d.Fields[i].Field, d.Fields[i].Place()); f != nil {
				b.Fields = append(b.Fields, f.ref)
			}
		}
	default:
		c.baselineCounts(b, m, d)
	}
	return b
}

func (c *compiler) baselineDensities(b *program.Baseline, m *model, d *document.Baseline) {
	f := c.use(m.scope, d.Field, d.At)
	if f == nil {
		return
	}
	c.numeric(f, d.At)
	b.Field = f.ref
	if d.Baseline == nil {
		c.fault(d.At, "%s needs a continuous distribution as its Baseline", d.Statistic)
		return
	}
	b.Baseline = distributionOf(d.Baseline)
	if b.Statistic == program.CUSUM {
		if d.Alternate == nil {
			c.fault(d.At, "CUSUM needs an Alternate")
			return
		}
		b.Alternate = distributionOf(d.Alternate)
	}
}

// baselineCounts lays out the table of counts; a normalized one holds shares of the sample.
func (c *compiler) baselineCounts(b *program.Baseline, m *model, d *document.Baseline) {
	if len(d.Counts) == 0 {
		c.fault(d.At, "%s needs a table of counts as its Baseline", d.Statistic)
		return
	}
	fields := d.Counts[0].Fields
	var of []*field
	for _, name := range fields {
		f := c.use(m.scope, name, d.Counts[0].At)
		if f == nil {
			return
		}
		of, b.Fields = append(of, f), append(b.Fields, f.ref)
	}
	scale, seen := 1.0, map[string]bool{}
	if d.Normalized && !math.IsNaN(d.Sample) {
		scale = d.Sample
	}
	for i := range d.Counts {
		count := &d.Counts[i]
		name := ""
		for j, text := range count.Values {
			if len(count.Fields) != len(fields) || count.Fields[j] != fields[j] {
				c.fault(count.At, "the counts are not all of the same fields")
				return
			}
			name += c.constant(of[j].typ, text).String() + "\x00"
		}
		if twice := seen[name]; twice || !(count.Count >= 0) {
			c.fault(count.At, "this count is there twice, or negative")
			return
		}
		seen[name] = true
		b.Names = append(b.Names, name)
		b.Expected = append(b.Expected, count.Count*scale)
	}
}
