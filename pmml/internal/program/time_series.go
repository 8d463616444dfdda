package program

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// MaxHorizon is how many steps ahead a time series model is asked at most.
const MaxHorizon = 10_000

// Forecaster says how a series goes on, in its own scale: of the point h steps ahead the mean and the standard deviation, NaN where it is not known.
type Forecaster interface {
	Forecast(h int) (mean, deviation float64)
}

// TimeSeries is a TimeSeriesModel (specification, TimeSeriesModel). Its answer is the forecast at the horizon, one step where no field gives one.
type TimeSeries struct {
	Model          Forecaster
	Horizon        Ref // NoRef: always one step
	Transformation string
}

type seriesBuffer struct {
	model           *TimeSeries
	mean, deviation float64
}

// Score forecasts.
func (t *TimeSeries) Score(f *Frame, p *Prediction) {
	b := Buffer(f, t, func() *seriesBuffer { return &seriesBuffer{model: t} })
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
	b.mean, b.deviation = t.Model.Forecast(int(h))
	p.Value, p.Spread = value.OfFloat(t.back(b.mean)), b
}

// back undoes the transformation of the series, without a correction for its bend.
func (t *TimeSeries) back(x float64) float64 {
	switch t.Transformation {
	case "logarithmic":
		return math.Exp(x)
	case "squareroot":
		return x * x
	}
	return x
}

// StandardError is known on the scale of the series only where that is the scale of the model.
func (b *seriesBuffer) StandardError() (float64, bool) {
	return b.deviation, b.deviation == b.deviation && b.model.Transformation == "none"
}

// StandardDeviation is the standard error: that of the forecast.
func (b *seriesBuffer) StandardDeviation() (float64, bool) { return b.StandardError() }

// Interval is normal on the model's scale, and its ends are brought back.
func (b *seriesBuffer) Interval(level float64) (lower, upper float64, ok bool) {
	wide := distuv.UnitNormal.Quantile((1+level)/2) * b.deviation
	return b.model.back(b.mean - wide), b.model.back(b.mean + wide), wide == wide
}

// Bytes is the memory of the model.
func (t *TimeSeries) Bytes() int64 {
	if s, ok := t.Model.(sized); ok {
		return s.Bytes()
	}
	return 0
}

// Smoothing goes on from the state of exponential smoothing at the end of the series.
type Smoothing struct {
	Level, Slope, Damping float64
	Trend, Seasonal       string
	Season                []float64
	Phase                 int // place of the last point in its season, from 1; 0: the next point is the first
	RMSE                  float64
}

// Forecast adds the trend, damped step by step, and the season.
func (s *Smoothing) Forecast(h int) (mean, deviation float64) {
	steps, factor := 0.0, 1.0
	for range h {
		if s.Trend == "damped_additive" || s.Trend == "damped_multiplicative" {
			factor *= s.Damping
		}
		steps += factor
	}
	mean = s.Level
	switch s.Trend {
	case "additive", "damped_additive":
		mean += steps * s.Slope
	case "multiplicative", "damped_multiplicative":
		mean *= math.Pow(s.Slope, steps)
	}
	if s.Seasonal != "" {
		season := s.Season[(s.Phase+h-1)%len(s.Season)]
		if s.Seasonal == "additive" {
			mean += season
		} else {
			mean *= season
		}
	}
	if h > 1 { // of further steps the document does not tell
		return mean, math.NaN()
	}
	return mean, s.RMSE
}

// ARIMA goes on with y_t = Constant + Σ AR_i y_{t-i} + e_t + Σ MA_j e_{t-j}: the polynomials of all components and differences, multiplied out.
type ARIMA struct {
	Constant float64
	AR, MA   []float64
	History  []float64 // the newest last, at least as long as AR
	Noise    []float64 // the newest last, at least as long as MA
	RMSE     float64
	GARCH    *GARCH
}

// GARCH is how the variance of the noise goes on: Omega + Σ Alpha_i e²_{t-i} + Σ Beta_j h_{t-j}.
type GARCH struct {
	Omega              float64
	Alpha, Beta        []float64
	Squares, Variances []float64 // e² and h, the newest last
}

// Forecast runs the recursion, with no noise to come. The variance is Σ ψ²_k times that of the noise, step by step.
func (a *ARIMA) Forecast(h int) (mean, deviation float64) {
	y, e := a.History, a.Noise
	future := make([]float64, 0, h)
	for step := range h {
		next := a.Constant
		for i, c := range a.AR {
			if back := step - 1 - i; back >= 0 {
				next += c * future[back]
			} else {
				next += c * y[len(y)+back]
			}
		}
		for j, c := range a.MA {
			if back := step - 1 - j; back < 0 {
				next += c * e[len(e)+back]
			}
		}
		future = append(future, next)
	}
	psi, variances := a.psi(h), a.variances(h)
	variance := 0.0
	for k, p := range psi {
		variance += p * p * variances[h-1-k]
	}
	return future[h-1], math.Sqrt(variance)
}

// psi are the weights with which past noise is in a point.
func (a *ARIMA) psi(h int) []float64 {
	psi := make([]float64, h)
	psi[0] = 1
	for k := 1; k < h; k++ {
		if k <= len(a.MA) {
			psi[k] = a.MA[k-1]
		}
		for i := 0; i < len(a.AR) && i < k; i++ {
			psi[k] += a.AR[i] * psi[k-1-i]
		}
	}
	return psi
}

// variances are those of the noise of the steps ahead.
func (a *ARIMA) variances(h int) []float64 {
	out := make([]float64, h)
	for step := range out {
		if a.GARCH == nil {
			out[step] = a.RMSE * a.RMSE
			continue
		}
		out[step] = a.GARCH.next(out[:step])
	}
	return out
}

// next is the variance after those that are known: squares to come are expected to be the variances.
func (g *GARCH) next(ahead []float64) float64 {
	h := g.Omega
	at := func(past []float64, lag int) float64 {
		if back := len(ahead) - lag; back >= 0 {
			return ahead[back]
		} else {
			return past[len(past)+back]
		}
	}
	for i, c := range g.Alpha {
		h += c * at(g.Squares, i+1)
	}
	for j, c := range g.Beta {
		h += c * at(g.Variances, j+1)
	}
	return h
}

// Bytes is the memory of the coefficients and the history.
func (a *ARIMA) Bytes() int64 {
	return bytesOf(a.AR) + bytesOf(a.MA) + bytesOf(a.History) + bytesOf(a.Noise)
}

// StateSpace goes on from a state that is already that of the next step.
type StateSpace struct {
	State, Transition, Measurement []float64
	StateIntercept                 []float64 // nil: none
	Intercept                      float64
}

// Forecast moves the state on and measures it. How far off that may be is not told.
func (s *StateSpace) Forecast(h int) (mean, deviation float64) {
	n := len(s.State)
	x, next := append([]float64(nil), s.State...), make([]float64, n)
	for range h - 1 {
		for i := range next {
			next[i] = 0
			if s.StateIntercept != nil {
				next[i] = s.StateIntercept[i]
			}
			for j, c := range s.Transition[i*n : i*n+n] {
				next[i] += c * x[j]
			}
		}
		x, next = next, x
	}
	mean = s.Intercept
	for i, c := range s.Measurement {
		mean += c * x[i]
	}
	return mean, math.NaN()
}

// Bytes is the memory of the matrices.
func (s *StateSpace) Bytes() int64 {
	return bytesOf(s.State) + bytesOf(s.Transition) + bytesOf(s.Measurement)
}
