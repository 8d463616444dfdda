package compile

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// naiveBayes compiles a NaiveBayesModel (specification, NaiveBayes).
func (c *compiler) naiveBayes(m *model) program.Scorer {
	d := m.doc.Body.(*document.NaiveBayes)
	n := &program.NaiveBayes{LogThreshold: math.Log(d.Threshold)}
	if m.classes == nil {
		c.fault(m.doc.At, "functionName of NaiveBayesModel is %q", m.doc.Function)
		return n
	}
	if d.Threshold < 0 {
		c.fault(m.doc.At, "threshold of NaiveBayesModel is negative")
	}
	for i := range d.Counts {
		c.class(m.classes, d.Counts[i].Value)
	}
	n.Classes = m.classes.values
	n.Priors = make([]float64, len(n.Classes))
	for i := range n.Priors {
		n.Priors[i] = math.Inf(-1)
	}
	for i := range d.Counts {
		n.Priors[c.class(m.classes, d.Counts[i].Value)] = math.Log(d.Counts[i].Count)
		if d.Counts[i].Count < 0 {
			c.fault(d.Counts[i].At, "a count is negative")
		}
	}
	for i := range d.Inputs {
		if in, ok := c.bayesInput(&d.Inputs[i], m, n); ok {
			n.Inputs = append(n.Inputs, in)
		}
	}
	return n
}

func (c *compiler) bayesInput(d *document.BayesInput, m *model, n *program.NaiveBayes) (in program.BayesInput, ok bool) {
	f := c.use(m.scope, d.Field, d.At)
	if f == nil {
		return in, false
	}
	typ := f.typ
	ref := f.ref
	in.Read = func(fr *program.Frame) value.Value { return *fr.At(ref) }
	if d.Derived != nil {
		eval, from := c.expression(d.Derived.Body, m.scope)
		if eval == nil {
			return in, false
		}
		if typ = c.dataType(d.Derived.DataType, d.Derived.At); typ == value.Untyped {
			typ = from
		}
		c.typed(d.Derived.DataType, d.Derived.At, typ)
		in.Read = c.converted(eval, from, typ, d.Derived.Name)
	}
	if len(d.Stats) > 0 {
		c.numeric(f, d.At)
		return c.bayesDensities(in, d, m, n), true
	}
	return c.bayesCounts(in, d, m, n, typ), true
}

func (c *compiler) bayesDensities(in program.BayesInput, d *document.BayesInput, m *model, n *program.NaiveBayes) program.BayesInput {
	in.Distributions, in.Known = make([]program.Distribution, len(n.Classes)), make([]bool, len(n.Classes))
	for i := range d.Stats {
		s := &d.Stats[i]
		at, ok := m.classes.places[c.category(m.classes, s.Value).String()]
		if !ok {
			c.fault(s.At, "TargetValueStat of %q, which BayesOutput does not count", s.Value)
			continue
		}
		if s.Distribution != nil {
			in.Distributions[at], in.Known[at] = distributionOf(s.Distribution), true
		}
	}
	return in
}

func distributionOf(d *document.Distribution) program.Distribution {
	out := program.Distribution{Mean: d.Mean, Variance: d.Variance, Lower: d.Lower, Upper: d.Upper}
	switch d.Kind {
	case "Poisson":
		out.Kind = program.Poisson
	case "Uniform":
		out.Kind = program.Uniform
	}
	return out
}

// bayesCounts makes p(value | class) of the counts: each over the sum of the class's counts for all values of the field, and the threshold
// where it is less, or not counted.
func (c *compiler) bayesCounts(in program.BayesInput, d *document.BayesInput, m *model, n *program.NaiveBayes, typ value.Type) program.BayesInput {
	k := len(n.Classes)
	if int64(k)*int64(len(d.Pairs)) > int64(document.MaxCells(c.doc.Size)) {
		c.fault(d.At, "%d values for %d classes are too many", len(d.Pairs), k)
		return in
	}
	sums := make([]float64, k)
	for i := range d.Pairs {
		row := make([]float64, k)
		for _, count := range d.Pairs[i].Counts {
			at, ok := m.classes.places[c.category(m.classes, count.Value).String()]
			if !ok || at >= k {
				c.fault(count.At, "TargetValueCount of %q, which BayesOutput does not count", count.Value)
				continue
			}
			row[at] = count.Count
			sums[at] += count.Count
		}
		in.Values, in.Logs = append(in.Values, c.constant(typ, d.Pairs[i].Value)), append(in.Logs, row)
	}
	for _, row := range in.Logs {
		for at, count := range row {
			row[at] = math.Log(count / sums[at])
			if count <= 0 || sums[at] == 0 {
				row[at] = n.LogThreshold
			}
		}
	}
	return in
}
