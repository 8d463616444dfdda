package program

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

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

// GeneralLink is a linkFunction: Inverse maps a linear predictor to a mean.
type GeneralLink struct {
	Name      string
	Parameter float64 // linkParameter of power and oddspower, distParameter of negbin
}

// Inverse is the inverse of the link.
func (l GeneralLink) Inverse(eta float64) float64 {
	switch l.Name {
	case "log":
		return math.Exp(eta)
	case "logit":
		return 1 / (1 + math.Exp(-eta))
	case "probit":
		return LinkProbit.Inverse(eta)
	case "cloglog":
		return LinkCloglog.Inverse(eta)
	case "loglog":
		return LinkLoglog.Inverse(eta)
	case "cauchit":
		return LinkCauchit.Inverse(eta)
	case "logc":
		return 1 - math.Exp(eta)
	case "negbin":
		return 1 / (l.Parameter * (math.Exp(-eta) - 1))
	case "power":
		if l.Parameter == 0 {
			return math.Exp(eta)
		}
		return math.Pow(eta, 1/l.Parameter)
	case "oddspower":
		if l.Parameter == 0 {
			return 1 / (1 + math.Exp(-eta))
		}
		return 1 / (1 + math.Pow(1+l.Parameter*eta, -1/l.Parameter))
	}
	return eta
}

// slope is the derivative of Inverse.
func (l GeneralLink) slope(eta float64) float64 {
	mean := l.Inverse(eta)
	switch l.Name {
	case "log":
		return mean
	case "logit":
		return mean * (1 - mean)
	case "probit":
		return distuv.UnitNormal.Prob(eta)
	case "cloglog":
		return math.Exp(eta - math.Exp(eta))
	case "loglog":
		return mean * math.Exp(-eta)
	case "cauchit":
		return 1 / (math.Pi * (1 + eta*eta))
	case "logc":
		return -math.Exp(eta)
	case "negbin":
		e := math.Exp(-eta)
		return e / (l.Parameter * (e - 1) * (e - 1))
	case "power":
		if l.Parameter == 0 {
			return mean
		}
		return mean / (l.Parameter * eta)
	case "oddspower":
		if l.Parameter == 0 {
			return mean * (1 - mean)
		}
		return mean * (1 - mean) / (1 + l.Parameter*eta)
	}
	return 1
}

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
	Cells []DesignCell
}

// GeneralRegression is a GeneralRegressionModel (specification, GeneralRegression).
type GeneralRegression struct {
	Kind       GeneralKind
	Link       GeneralLink
	Offset     float64
	OffsetRef  Ref
	Trials     float64
	TrialsRef  Ref
	Equations  [][]DesignTerm // one; of categories: one each
	Class      []int32        // of each equation; nil: a number
	Reference  int32          // the category without an equation
	Order      []int32        // ordinal: all categories, rising
	Classes    []value.Value
	Covariance []float64 // of the first equation's terms, row by row; nil: not given
	Cox        *Cox
}

// Cox is what a CoxRegression adds: cumulative base hazards, by stratum where StrataRef is a field.
type Cox struct {
	TimeRef   Ref
	StrataRef Ref
	Reference float64 // linear predictor of the reference point
	Strata    []CoxStratum
}

// CoxStratum holds the base hazard from each time on, times rising.
type CoxStratum struct {
	Value   value.Value
	MaxTime float64
	Times   []float64
	Hazards []float64
}

type generalBuffer struct {
	model  *GeneralRegression
	design []float64
	eta    float64
	mean   float64
	trials float64
}

// Score computes the linear predictors and what the model's kind makes of them.
func (g *GeneralRegression) Score(f *Frame, p *Prediction) {
	offset, ok := g.number(f, g.OffsetRef, g.Offset)
	if !ok {
		return
	}
	switch g.Kind {
	case GeneralNumber:
		g.scoreNumber(f, p, offset)
	case GeneralCox:
		g.scoreCox(f, p)
	default:
		g.scoreClasses(f, p, offset)
	}
}

// number is that of a field, or the constant where there is no field.
func (g *GeneralRegression) number(f *Frame, ref Ref, constant float64) (float64, bool) {
	if ref == NoRef {
		return constant, true
	}
	return f.Number(ref)
}

func (g *GeneralRegression) scoreNumber(f *Frame, p *Prediction, offset float64) {
	trials, ok := g.number(f, g.TrialsRef, g.Trials)
	if !ok {
		return
	}
	b := Buffer(f, g, func() *generalBuffer { return &generalBuffer{model: g, design: make([]float64, len(g.Equations[0]))} })
	eta, ok := sumTerms(f, g.Equations[0], b.design)
	if !ok {
		return
	}
	eta += offset
	mean := g.Link.Inverse(eta)
	b.eta, b.mean, b.trials = eta, mean, trials
	p.Value = value.OfFloat(mean * trials)
	if g.Covariance != nil {
		p.Spread = b
	}
}

// sumTerms is the linear predictor in the order of the coefficients; false where a predictor is missing. design, where given, gets what each
// coefficient is multiplied with.
func sumTerms(f *Frame, terms []DesignTerm, design []float64) (float64, bool) {
	eta := 0.0
	for i := range terms {
		x, none := 1.0, false
		for j := range terms[i].Cells {
			y, ok := terms[i].Cells[j].value(f)
			if !ok {
				return 0, false
			}
			none = none || y == 0
			x *= y
		}
		if none { // also beside an infinite covariate
			x = 0
		}
		if design != nil {
			design[i] = x
		}
		eta += terms[i].Beta * x
	}
	return eta, !f.failed
}

func (c *DesignCell) value(f *Frame) (float64, bool) {
	if !c.Factor {
		x, ok := f.Number(c.Ref)
		if ok && c.Exponent != 1 {
			x = math.Pow(x, c.Exponent)
		}
		return x, ok
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

// StandardError is that of the predicted mean, by the delta method: |dμ/dη|·√(xᵀVx).
func (b *generalBuffer) StandardError() (float64, bool) {
	return math.Abs(b.model.Link.slope(b.eta)) * b.error() * b.trials, true
}

// StandardDeviation is not known: the spread of the target around its mean is not in the document.
func (b *generalBuffer) StandardDeviation() (float64, bool) { return 0, false }

// Interval maps that of the linear predictor, η ± z·√(xᵀVx), by the inverse link.
func (b *generalBuffer) Interval(level float64) (lower, upper float64, ok bool) {
	z := distuv.UnitNormal.Quantile((1 + level) / 2)
	wide := z * b.error()
	lower, upper = b.model.Link.Inverse(b.eta-wide)*b.trials, b.model.Link.Inverse(b.eta+wide)*b.trials
	return math.Min(lower, upper), math.Max(lower, upper), true
}

// error is the standard error of the linear predictor.
func (b *generalBuffer) error() float64 {
	n := len(b.design)
	sum := 0.0
	for i, x := range b.design {
		for j, y := range b.design {
			sum += x * b.model.Covariance[i*n+j] * y
		}
	}
	return math.Sqrt(sum)
}

func (g *GeneralRegression) scoreClasses(f *Frame, p *Prediction, offset float64) {
	y := p.Classes(len(g.Classes))
	for i, terms := range g.Equations {
		eta, ok := sumTerms(f, terms, nil)
		if !ok {
			return
		}
		y[g.Class[i]] = eta + offset
	}
	switch g.Kind {
	case GeneralBinomial:
		y[g.Class[0]] = g.Link.Inverse(y[g.Class[0]])
		y[g.Reference] = 1 - y[g.Class[0]]
	case GeneralMultinomial:
		y[g.Reference] = 0
		shareExponentials(y)
	case GeneralOrdinal:
		before := 0.0
		for i, c := range g.Order {
			upTo := 1.0
			if i < len(g.Order)-1 {
				upTo = g.Link.Inverse(y[c])
			}
			y[c] = upTo - before
			before = upTo
		}
	}
	best := 0
	for i := range y {
		if y[i] > y[best] {
			best = i
		}
	}
	p.Probabilities, p.Confidences = y, y
	p.Choose(g.Classes, best)
}

// shareExponentials makes probabilities of logits, moved so that none overflows.
func shareExponentials(y []float64) {
	most := math.Inf(-1)
	for _, x := range y {
		most = math.Max(most, x)
	}
	sum := 0.0
	for i, x := range y {
		y[i] = math.Exp(x - most)
		if x == most { // also where it is infinite
			y[i] = 1
		}
		sum += y[i]
	}
	for i := range y {
		y[i] /= sum
	}
}

// scoreCox gives the cumulative hazard: that of the base at the end time, for the risk of the row over that of the reference point.
func (g *GeneralRegression) scoreCox(f *Frame, p *Prediction) {
	t, ok := f.Number(g.Cox.TimeRef)
	if !ok {
		return
	}
	s := g.Cox.stratum(f)
	if s == nil || t > s.MaxTime {
		return
	}
	eta, ok := sumTerms(f, g.Equations[0], nil)
	if !ok {
		return
	}
	p.Value = value.OfFloat(s.hazard(t) * math.Exp(eta-g.Cox.Reference))
}

func (c *Cox) stratum(f *Frame) *CoxStratum {
	if c.StrataRef == NoRef {
		return &c.Strata[0]
	}
	v := f.At(c.StrataRef)
	for i := range c.Strata {
		if v.IsValid() && value.Equal(*v, c.Strata[i].Value) {
			return &c.Strata[i]
		}
	}
	return nil
}

// hazard is that of the last time that is not after t, 0 before the first.
func (s *CoxStratum) hazard(t float64) float64 {
	low, high := 0, len(s.Times)
	for low < high {
		if mid := (low + high) / 2; s.Times[mid] <= t {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low == 0 {
		return 0
	}
	return s.Hazards[low-1]
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
