package program

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// GeneralKind is what a GeneralRegressionModel makes of its linear predictors.
type GeneralKind uint8

// The kinds (specification, GeneralRegression, modelType).
const (
	GeneralNumber      GeneralKind = iota // regression, generalLinear, generalizedLinear of a number
	GeneralBinomial                       // generalizedLinear of two categories
	GeneralMultinomial                    // multinomialLogistic
	GeneralOrdinal                        // ordinalMultinomial
	GeneralCox                            // CoxRegression
)

// DesignCell is a PPCell: a factor of a parameter's design value.
type DesignCell struct {
	Ref      Ref
	Factor   bool
	Value    value.Value // of a factor
	Exponent float64     // of a covariate
	Levels   []value.Value
	Contrast []float64 // by level: instead of 1 for Value and 0 for others
}

// DesignTerm is a coefficient and what it is multiplied with.
type DesignTerm struct {
	Beta  float64
	Place int // of the coefficient in Covariance
	Cells []DesignCell
}

// GeneralRegression is a GeneralRegressionModel (specification, GeneralRegression).
type GeneralRegression struct {
	Kind         GeneralKind
	Single       bool
	Link         GeneralLink
	Offset       float64
	OffsetRef    Ref
	Trials       float64
	TrialsRef    Ref
	Equations    [][]DesignTerm // one; of categories: one each
	Class        []int32        // of each equation; nil: a number
	Reference    int32          // the category without an equation
	Order        []int32        // ordinal: all categories, rising
	Classes      []value.Value
	Coefficients int       // how many there are
	Covariance   []float64 // of all coefficients, row by row; nil: not given
	DF           float64   // degrees of freedom of the model, NaN: not given
	Cox          *Cox
}

// Score computes the linear predictors and what the model's kind makes of them.
func (g *GeneralRegression) Score(f *Frame, p *Prediction) {
	if g.Single {
		scoreGeneral[float32](g, f, p)
	} else {
		scoreGeneral[float64](g, f, p)
	}
}

func scoreGeneral[T real](g *GeneralRegression, f *Frame, p *Prediction) {
	if g.Kind == GeneralCox {
		scoreCox[T](g, f, p)
		return
	}
	offset, ok := g.number(f, g.OffsetRef, g.Offset)
	if !ok {
		return
	}
	if g.Kind == GeneralNumber {
		scoreMean(g, f, p, T(offset))
	} else {
		scoreCategories(g, f, p, T(offset))
	}
}

// number is that of a field, or the constant where there is no field.
func (g *GeneralRegression) number(f *Frame, ref Ref, constant float64) (float64, bool) {
	if ref == NoRef {
		return constant, true
	}
	return f.Number(ref)
}

// scoreMean gives the inverse link of the linear predictor, for as many trials as there are.
func scoreMean[T real](g *GeneralRegression, f *Frame, p *Prediction, offset T) {
	trials, ok := g.number(f, g.TrialsRef, g.Trials)
	if !ok {
		return
	}
	b := g.spread(f)
	eta, ok := sumTerms[T](f, g.Equations[0], b.of(0))
	if !ok {
		return
	}
	eta += offset
	p.Value = number(mean(g.Link, eta) * T(trials))
	if b != nil {
		b.eta[0], b.trials = float64(eta), trials
		p.Spread = b
	}
}

// sumTerms is the linear predictor in the order of the coefficients; false where a predictor is missing. design, where given, gets what each
// coefficient is multiplied with.
func sumTerms[T real](f *Frame, terms []DesignTerm, design []float64) (T, bool) {
	eta := T(0)
	for i := range terms {
		x, none := T(1), false
		for j := range terms[i].Cells {
			number, ok := terms[i].Cells[j].value(f)
			if !ok {
				return 0, false
			}
			y := T(number)
			if exponent := terms[i].Cells[j].Exponent; exponent != 1 {
				y = raised(y, T(exponent))
			}
			none = none || y == 0
			x = times(x, y)
		}
		if none { // also beside an infinite covariate
			x = 0
		}
		if design != nil {
			design[i] = float64(x)
		}
		eta += times(T(terms[i].Beta), x)
	}
	return eta, !f.failed
}

// value is what the cell stands for in a row, before its exponent; false where the predictor is missing.
func (c *DesignCell) value(f *Frame) (float64, bool) {
	if !c.Factor {
		return f.Number(c.Ref)
	}
	v := f.At(c.Ref)
	if v.IsMissing() {
		return 0, false
	}
	if c.Contrast == nil {
		if value.Equal(*v, c.Value) {
			return 1, true
		}
		return 0, true
	}
	for i := range c.Levels {
		if value.Equal(*v, c.Levels[i]) {
			return c.Contrast[i], true
		}
	}
	return 0, false
}

// scoreCategories gives the probabilities of the categories.
func scoreCategories[T real](g *GeneralRegression, f *Frame, p *Prediction, offset T) {
	b := g.spread(f)
	y := p.Classes(len(g.Classes))
	for i, terms := range g.Equations {
		eta, ok := sumTerms[T](f, terms, b.of(i))
		if !ok {
			return
		}
		y[g.Class[i]] = float64(eta + offset)
		if b != nil {
			b.eta[i] = y[g.Class[i]]
		}
	}
	switch g.Kind {
	case GeneralBinomial:
		first := mean(g.Link, T(y[g.Class[0]]))
		y[g.Class[0]], y[g.Reference] = float64(first), float64(1-first)
	case GeneralMultinomial:
		y[g.Reference] = 0
		shareExponentials[T](y)
	case GeneralOrdinal:
		ordinal[T](g, y)
	}
	best := 0
	for i := range y {
		if y[i] > y[best] {
			best = i
		}
	}
	p.Probabilities, p.Confidences = y, y
	p.Choose(g.Classes, best)
	if b != nil {
		b.probabilities, b.winner = y, best
		p.Spread = b
	}
}

// ordinal makes probabilities of the scores of cumulated ones.
func ordinal[T real](g *GeneralRegression, y []float64) {
	before, last := T(0), len(g.Order)-1
	for _, c := range g.Order[:last] {
		upTo := mean(g.Link, T(y[c]))
		y[c] = float64(upTo - before)
		before = upTo
	}
	y[g.Order[last]] = float64(1 - before)
}

// shareExponentials makes probabilities of logits, moved so that none overflows. In single precision, where it shows, they are moved only when
// they must be, as in the reference engine.
func shareExponentials[T real](y []float64) {
	most := math.Inf(-1)
	for _, x := range y {
		most = math.Max(most, x)
	}
	if isSingle[T]() && math.Abs(most) < 80 {
		most = 0
	}
	sum := T(0)
	for i, x := range y {
		e := exponential(T(x) - T(most))
		if x == most && math.IsInf(x, 0) {
			e = 1
		}
		y[i] = float64(e)
		sum += e
	}
	for i := range y {
		y[i] = float64(T(y[i]) / sum)
	}
}

// Bytes is the memory of the coefficients.
func (g *GeneralRegression) Bytes() int64 {
	n := bytesOf(g.Equations) + bytesOf(g.Class) + bytesOf(g.Order) + bytesOf(g.Covariance)
	for _, terms := range g.Equations {
		n += bytesOf(terms)
		for i := range terms {
			n += bytesOf(terms[i].Cells)
		}
	}
	if g.Cox != nil {
		for i := range g.Cox.Strata {
			n += bytesOf(g.Cox.Strata[i].Times) * 2
		}
	}
	return n
}
