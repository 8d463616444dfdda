package program

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// MaxHorizon is how many steps ahead a time series model is asked at most.
const MaxHorizon = 10_000

// maxForecast bounds the multiplications of one forecast.
const maxForecast = 1 << 28

// Forecaster says how series go on, in their own scale: of the point h steps ahead it puts the mean and the standard deviation, NaN where it is not
// known, into each of b.points. False: a value that it needs is missing.
type Forecaster interface {
	Forecast(f *Frame, b *seriesBuffer, h int) bool
}

// TimeSeries is a TimeSeriesModel (specification, TimeSeriesModel). Its answer is the forecast at the horizon, one step where no field gives one.
type TimeSeries struct {
	Model          Forecaster
	Horizon        Ref   // NoRef: always one step
	Others         []int // predictions of the targets after the first
	Transformation string
}

// seriesBuffer is what a forecast fills, and room that is kept for it.
type seriesBuffer struct {
	points                     []seriesPoint // by target
	path, psi, variances, rows []float64
	transfer                   []float64
}

// seriesPoint is the forecast of one series.
type seriesPoint struct {
	transformation  string
	mean, deviation float64
}

// Score forecasts.
func (t *TimeSeries) Score(f *Frame, p *Prediction) {
	b := Buffer(f, t, func() *seriesBuffer {
		b := &seriesBuffer{points: make([]seriesPoint, 1+len(t.Others))}
		for i := range b.points {
			b.points[i].transformation = t.Transformation
		}
		return b
	})
	h := 1.0
	if t.Horizon != NoRef {
		if x, ok := f.Number(t.Horizon); ok {
			h = x
		}
	}
	if f.failed {
		return
	}
	if h != math.Floor(h) || h < 1 || h > MaxHorizon {
		f.Fail(InvalidInput, "", "the number of steps ahead is not a whole number from 1 to 10000")
		return
	}
	if !t.Model.Forecast(f, b, int(h)) {
		return
	}
	for i := range b.points {
		if i > 0 {
			p = f.Prediction(t.Others[i-1])
		}
		p.Value, p.Spread = value.OfFloat(b.points[i].back(b.points[i].mean)), &b.points[i]
	}
}

// back undoes the transformation of the series, without a correction for its bend.
func (p *seriesPoint) back(x float64) float64 {
	switch p.transformation {
	case "logarithmic":
		return math.Exp(x)
	case "squareroot":
		return x * x
	}
	return x
}

// StandardError is known on the scale of the series only where that is the scale of the model.
func (p *seriesPoint) StandardError() (float64, bool) {
	return p.deviation, p.deviation == p.deviation && p.transformation == "none"
}

// StandardDeviation is the standard error: that of the forecast.
func (p *seriesPoint) StandardDeviation() (float64, bool) { return p.StandardError() }

// Interval is normal on the model's scale, and its ends are brought back.
func (p *seriesPoint) Interval(level float64) (lower, upper float64, ok bool) {
	wide := distuv.UnitNormal.Quantile((1+level)/2) * p.deviation
	lower, upper = p.mean-wide, p.mean+wide
	if p.transformation == "squareroot" { // a root is not negative
		lower = max(lower, 0)
	}
	return p.back(lower), p.back(upper), wide == wide
}

// Bytes is the memory of the model.
func (t *TimeSeries) Bytes() int64 {
	if s, ok := t.Model.(sized); ok {
		return s.Bytes()
	}
	return 0
}

// room returns n numbers of a slice that grows with what is asked of it.
func room(s *[]float64, n int) []float64 {
	if cap(*s) < n {
		*s = make([]float64, n, 2*n)
	}
	*s = (*s)[:n]
	return *s
}
