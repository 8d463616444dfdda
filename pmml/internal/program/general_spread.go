package program

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// generalSpread says how far off a GeneralRegression may be, by the covariances of its coefficients (specification, GeneralRegression,
// PCovMatrix) and the delta method: a result's variance is gᵀVg, where g is its slope by each coefficient.
type generalSpread struct {
	model         *GeneralRegression
	design        [][]float64 // of each equation: what its coefficients are multiplied with
	eta           []float64   // of each equation
	trials        float64
	probabilities []float64 // of a classification
	winner        int
	slopes        []float64 // by coefficient
}

// spread is the row's, nil where there are no covariances.
func (g *GeneralRegression) spread(f *Frame) *generalSpread {
	if g.Covariance == nil {
		return nil
	}
	return Buffer(f, g, func() *generalSpread {
		b := &generalSpread{model: g, eta: make([]float64, len(g.Equations)), slopes: make([]float64, g.Coefficients)}
		for _, terms := range g.Equations {
			b.design = append(b.design, make([]float64, len(terms)))
		}
		return b
	})
}

// of is the design of an equation.
func (b *generalSpread) of(equation int) []float64 {
	if b == nil {
		return nil
	}
	return b.design[equation]
}

// error is the standard error of a result whose slope by the predictor of each equation is given.
func (b *generalSpread) error(slope func(equation int) float64) float64 {
	clear(b.slopes)
	for i, terms := range b.model.Equations {
		by := slope(i)
		for j := range terms {
			b.slopes[terms[j].Place] += by * b.design[i][j]
		}
	}
	n, sum := len(b.slopes), 0.0
	for i, x := range b.slopes {
		for j, y := range b.slopes {
			sum += x * b.model.Covariance[i*n+j] * y
		}
	}
	return math.Sqrt(sum)
}

// linear is the standard error of the linear predictor.
func (b *generalSpread) linear() float64 { return b.error(func(int) float64 { return 1 }) }

// StandardError is that of the predicted mean, or of the winner's probability.
func (b *generalSpread) StandardError() (float64, bool) {
	if b.model.Class != nil {
		return b.ClassError(b.model.Classes[b.winner])
	}
	return math.Abs(b.model.Link.slope(b.eta[0])) * b.linear() * b.trials, true
}

// ClassError is the standard error of a category's probability.
func (b *generalSpread) ClassError(category value.Value) (float64, bool) {
	g := b.model
	class := slices.IndexFunc(g.Classes, func(v value.Value) bool { return value.Equal(v, category) })
	if class < 0 {
		return 0, false
	}
	switch g.Kind {
	case GeneralBinomial:
		return math.Abs(g.Link.slope(b.eta[0])) * b.linear(), true
	case GeneralMultinomial:
		p := b.probabilities
		return b.error(func(i int) float64 {
			if c := int(g.Class[i]); c != class {
				return -p[class] * p[c]
			}
			return p[class] * (1 - p[class])
		}), true
	case GeneralOrdinal:
		return b.error(func(i int) float64 {
			switch {
			case int(g.Order[i]) == class:
				return g.Link.slope(b.eta[i])
			case int(g.Order[i+1]) == class:
				return -g.Link.slope(b.eta[i])
			}
			return 0
		}), true
	}
	return 0, false
}

// StandardDeviation is not known: the spread of the target around its mean is not in the document.
func (b *generalSpread) StandardDeviation() (float64, bool) { return 0, false }

// Interval maps that of the linear predictor, η ± q·√(xᵀVx), by the inverse link. q is a quantile of Student's distribution where the
// document gives degrees of freedom (modelDF), else of the normal one.
func (b *generalSpread) Interval(level float64) (lower, upper float64, ok bool) {
	if b.model.Class != nil {
		return 0, 0, false
	}
	q := distuv.UnitNormal.Quantile((1 + level) / 2)
	if df := b.model.DF; df > 0 {
		q = distuv.StudentsT{Sigma: 1, Nu: df}.Quantile((1 + level) / 2)
	}
	wide := q * b.linear()
	lower, upper = mean(b.model.Link, b.eta[0]-wide)*b.trials, mean(b.model.Link, b.eta[0]+wide)*b.trials
	return math.Min(lower, upper), math.Max(lower, upper), true
}
