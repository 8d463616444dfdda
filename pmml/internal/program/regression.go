package program

import (
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

// inverse is the link's distribution function at y.
func inverse[T real](l Link, y T) T {
	switch l {
	case LinkLogit, LinkSoftmax:
		return logistic(y)
	case LinkProbit:
		return probit(y)
	case LinkCloglog:
		return cloglog(y)
	case LinkExp:
		return exponential(y)
	case LinkLoglog:
		return loglog(y)
	case LinkCauchit:
		return cauchit(y)
	}
	return y
}

// Table is a RegressionTable.
type Table struct {
	Intercept   float64
	Numeric     []Numeric
	Categorical []Categorical
	Terms       []Term
}

// Zero says that the table is 0 whatever the row.
func (t *Table) Zero() bool {
	return t.Intercept == 0 && len(t.Numeric)+len(t.Categorical)+len(t.Terms) == 0
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
	Factors     []Factor
}

// Factor is a field of a Term.
type Factor struct {
	Ref     Ref
	Default value.Value // mapMissingTo, missing where there is none
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
	if r.Single {
		scoreTables[float32](r, f, p)
	} else {
		scoreTables[float64](r, f, p)
	}
}

func scoreTables[T real](r *Regression, f *Frame, p *Prediction) {
	if r.Classes == nil {
		if y, ok := sumTable[T](&r.Tables[0], f); ok {
			p.Value = number(inverse(r.Link, y))
		}
		return
	}
	probabilities := p.Classes(len(r.Classes))
	for i := range r.Tables {
		y, ok := sumTable[T](&r.Tables[i], f)
		if !ok {
			return
		}
		probabilities[r.Class[i]] = float64(y)
	}
	if !normalize[T](r, probabilities) {
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

// number is a result in its precision.
func number[T real](y T) value.Value {
	if isSingle[T]() {
		return value.OfSingle(float64(y))
	}
	return value.OfFloat(float64(y))
}

// sumTable is the table's linear predictor, the intercept added last (the order of JPMML, which decides the last digit); false: an input is missing, or the row has failed.
func sumTable[T real](t *Table, f *Frame) (T, bool) {
	y := T(0)
	for i := range t.Numeric {
		n := &t.Numeric[i]
		number, ok := f.Number(n.Ref)
		if !ok {
			return 0, false
		}
		x := T(number)
		if n.Exponent != 1 {
			x = raised(x, T(n.Exponent))
		}
		y += times(T(n.Coefficient), x)
	}
	for i := range t.Categorical {
		c := &t.Categorical[i]
		if value.Equal(*f.At(c.Ref), c.Value) {
			y += T(c.Coefficient)
		}
	}
	for i := range t.Terms {
		product, ok := termOf[T](&t.Terms[i], f)
		if !ok {
			return 0, false
		}
		y += product
	}
	return y + T(t.Intercept), !f.failed
}

// termOf is a PredictorTerm: the coefficient times each field in turn.
func termOf[T real](t *Term, f *Frame) (T, bool) {
	product := T(t.Coefficient)
	for i := range t.Factors {
		x, ok := f.NumberOr(t.Factors[i].Ref, &t.Factors[i].Default)
		if !ok {
			return 0, false
		}
		product = times(product, T(x))
	}
	return product, true
}

// Number returns a field's number; false where it is missing. A value that is no number fails the row.
func (f *Frame) Number(r Ref) (float64, bool) { return f.numberOf(f.At(r)) }

// NumberOr is Number with a value that stands for a missing one.
func (f *Frame) NumberOr(r Ref, missing *value.Value) (float64, bool) {
	v := f.At(r)
	if v.IsMissing() {
		v = missing
	}
	return f.numberOf(v)
}

// numberOf is a value's number; text that spells one counts as it.
func (f *Frame) numberOf(v *value.Value) (float64, bool) {
	if v.IsMissing() {
		return 0, false
	}
	x, ok := v.Float64()
	if text, isText := v.Str(); !ok && isText {
		x, ok = value.ParseString(value.Double, text).Float64()
	}
	if !ok {
		f.Fail(InvalidInput, "", "the value "+v.String()+" is not a number")
		return 0, false
	}
	return x, true
}
