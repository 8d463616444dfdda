package program

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Link turns a linear predictor into a mean, or class scores into probabilities.
type Link uint8

// The normalisation methods of regression (specification, Regression).
const (
	LinkNone Link = iota
	LinkSimplemax
	LinkSoftmax
	LinkLogit
	LinkProbit
	LinkCloglog
	LinkExp
	LinkLoglog
	LinkCauchit
)

// Inverse is the link's distribution function at y.
func (l Link) Inverse(y float64) float64 {
	switch l {
	case LinkLogit, LinkSoftmax:
		return 1 / (1 + math.Exp(-y))
	case LinkProbit:
		return math.Erfc(-y/math.Sqrt2) / 2
	case LinkCloglog:
		return 1 - math.Exp(-math.Exp(y))
	case LinkExp:
		return math.Exp(y)
	case LinkLoglog:
		return math.Exp(-math.Exp(-y))
	case LinkCauchit:
		return 0.5 + math.Atan(y)/math.Pi
	}
	return y
}

// single is Inverse in single precision: each operation is rounded.
func (l Link) single(y float64) float64 {
	switch l {
	case LinkLogit, LinkSoftmax:
		return float64(1 / (1 + float32(math.Exp(float64(float32(-y))))))
	case LinkCloglog:
		return float64(1 - float32(math.Exp(-float64(float32(math.Exp(y))))))
	case LinkLoglog:
		return float64(float32(math.Exp(-float64(float32(math.Exp(-y))))))
	}
	return float64(float32(l.Inverse(y)))
}

// Table is a RegressionTable.
type Table struct {
	Intercept   float64
	Numeric     []Numeric
	Categorical []Categorical
	Terms       []Term
}

// Numeric is a NumericPredictor.
type Numeric struct {
	Ref                   Ref
	Exponent, Coefficient float64
}

// Categorical is a CategoricalPredictor.
type Categorical struct {
	Ref         Ref
	Value       value.Value
	Coefficient float64
}

// Term is a PredictorTerm.
type Term struct {
	Coefficient float64
	Refs        []Ref
}

// Regression is a RegressionModel.
type Regression struct {
	Link    Link
	Single  bool
	Ordinal bool
	Tables  []Table
	Class   []int32       // by table
	Classes []value.Value // nil: a regression
}

// Score computes the tables.
func (r *Regression) Score(f *Frame, p *Prediction) {
	if r.Classes == nil {
		y, ok := r.Tables[0].sum(f, r.Single)
		if !ok {
			return
		}
		if r.Single {
			p.Value = value.OfSingle(r.Link.single(y))
		} else {
			p.Value = value.OfFloat(r.Link.Inverse(y))
		}
		return
	}
	probabilities := p.Classes(len(r.Classes))
	for i := range r.Tables {
		y, ok := r.Tables[i].sum(f, r.Single)
		if !ok {
			return
		}
		probabilities[r.Class[i]] = y
	}
	if !r.normalize(probabilities) {
		if !f.Failed() {
			f.Fail(NoResult, "", "the scores of the regression tables cannot be normalized")
		}
		return
	}
	best := r.Class[0]
	for _, c := range r.Class {
		if probabilities[c] > probabilities[best] {
			best = c
		}
	}
	p.Probabilities, p.Confidences = probabilities, probabilities
	p.Choose(r.Classes, int(best))
}

// sum is the table's linear predictor, the intercept added last (the order of JPMML, which decides the last digit); false: an input is missing, or the row has failed.
func (t *Table) sum(f *Frame, single bool) (float64, bool) {
	if single {
		return t.sumSingle(f)
	}
	y := 0.0
	for i := range t.Numeric {
		n := &t.Numeric[i]
		x, ok := f.Number(n.Ref)
		if !ok {
			return 0, false
		}
		if n.Exponent != 1 {
			x = math.Pow(x, n.Exponent)
		}
		y += n.Coefficient * x
	}
	for i := range t.Categorical {
		c := &t.Categorical[i]
		if value.Equal(*f.At(c.Ref), c.Value) {
			y += c.Coefficient
		}
	}
	for i := range t.Terms {
		product := 1.0
		for _, ref := range t.Terms[i].Refs {
			x, ok := f.Number(ref)
			if !ok {
				return 0, false
			}
			product *= x
		}
		y += t.Terms[i].Coefficient * product
	}
	return y + t.Intercept, !f.failed
}

func (t *Table) sumSingle(f *Frame) (float64, bool) {
	y := float32(0)
	for i := range t.Numeric {
		n := &t.Numeric[i]
		x, ok := f.Number(n.Ref)
		if !ok {
			return 0, false
		}
		if n.Exponent != 1 {
			x = math.Pow(float64(float32(x)), n.Exponent)
		}
		y += float32(float32(n.Coefficient) * float32(x))
	}
	for i := range t.Categorical {
		c := &t.Categorical[i]
		if value.Equal(*f.At(c.Ref), c.Value) {
			y += float32(c.Coefficient)
		}
	}
	for i := range t.Terms {
		product := float32(1)
		for _, ref := range t.Terms[i].Refs {
			x, ok := f.Number(ref)
			if !ok {
				return 0, false
			}
			product = float32(product * float32(x))
		}
		y += float32(float32(t.Terms[i].Coefficient) * product)
	}
	return float64(y + float32(t.Intercept)), !f.failed
}

// Number returns a field's number; false where it is missing. A value that is no number fails the row.
func (f *Frame) Number(r Ref) (float64, bool) {
	v := f.At(r)
	if v.IsMissing() {
		return 0, false
	}
	x, ok := v.Float64()
	if !ok {
		f.Fail(InvalidInput, "", "the value "+v.String()+" is not a number")
		return 0, false
	}
	return x, true
}
