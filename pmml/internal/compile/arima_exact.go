package compile

import (
	"math"
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
)

// mean is that of the differenced series, whose recursion has the constant.
func (p *arimaParts) mean(constant float64) (float64, bool) {
	if constant == 0 {
		return 0, true
	}
	rest := 1.0
	for _, x := range p.phi {
		rest -= x
	}
	mean := constant / rest
	return mean, !math.IsInf(mean, 0) && !math.IsNaN(mean)
}

// pastNoise are the last points of the differenced series without its mean. A stationary model that comes without its TimeSeries goes on from stored
// noise, or from no noise at all: the state holds what is needed of it.
func (c *compiler) pastNoise(p *program.ARIMA, parts *arimaParts, stored []float64, at document.Offset) (noise []float64, ok bool) {
	mean, ok := parts.mean(p.Constant)
	if !ok {
		c.fault(at, "a constantTerm beside an autoregression that has no mean")
		return nil, false
	}
	if parts.series == nil && !parts.differs {
		for i := range p.AR {
			x := 0.0
			if back := len(stored) - len(p.AR) + i; back >= 0 {
				x = stored[back]
			}
			p.History = append(p.History, x+mean)
		}
	}
	if len(p.History) < len(p.AR) {
		return nil, true // reaches tells
	}
	for i := len(p.History) - len(parts.phi); i < len(p.History); i++ {
		x := -mean
		for j, d := range parts.difference {
			x += d * p.History[i-j]
		}
		noise = append(noise, x)
	}
	return noise, true
}

// kalman goes on from the state of a Kalman filter. The state is that of one step after the end; what it says of the points ahead is carried into the
// recursion, with the past that the recursion has of its own taken out.
func (c *compiler) kalman(p *program.ARIMA, a *document.ARIMA, parts *arimaParts) {
	k := a.Kalman
	if k.Transition != nil {
		c.filter(p, a)
		return
	}
	order := max(len(parts.phi), len(p.MA))
	if n := len(k.State); n != order && n != max(len(parts.phi), len(p.MA)+1) {
		c.fault(k.At, "FinalStateVector has %d numbers; an ARMA of order %d and %d has a state of %d or %d", n, len(parts.phi), len(p.MA), order, max(len(parts.phi), len(p.MA)+1))
		return
	}
	starts, ok := c.stateStarts(p, k, parts)
	if !ok {
		return
	}
	noise, ok := c.pastNoise(p, parts, nil, k.At)
	if !ok || len(noise) < len(parts.phi) {
		return
	}
	for h := 1; h <= max(len(starts), len(parts.phi)); h++ {
		carry := 0.0
		if h <= len(starts) {
			carry = starts[h-1]
		}
		for i := h; i <= len(parts.phi); i++ {
			carry -= parts.phi[i-1] * noise[len(noise)-1+h-i]
		}
		p.Carry = append(p.Carry, carry)
	}
}

// stateStarts is what the state adds to each point ahead, besides the autoregression of the points ahead. In the form of Harvey, and that of Pearlman
// without a place for the newest noise, these are its numbers; in that of Akaike, which has the forecasts themselves, the autoregression is taken out.
// HVector, how new noise comes into the state, tells which: 1, θ_i; φ_i + θ_i; or 1, ψ_i.
func (c *compiler) stateStarts(p *program.ARIMA, k *document.KalmanState, parts *arimaParts) ([]float64, bool) {
	n := len(k.State)
	at := func(of []float64, i int) float64 {
		if i < len(of) {
			return of[i]
		}
		return 0
	}
	stationary := program.ARIMA{AR: parts.phi, MA: p.MA}
	psi := stationary.Psi(make([]float64, n))
	harvey, pearlman, measurement := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		pearlman[i] = at(parts.phi, i) + at(p.MA, i)
		if i > 0 {
			harvey[i] = at(p.MA, i-1)
		}
	}
	harvey[0], measurement[0] = 1, 1
	switch {
	case zero(k.H) || same(k.H, measurement) || same(k.H, harvey) || same(k.H, pearlman):
		return k.State, true
	case !same(k.H, psi):
		c.unsupported(k.At, "HVector is that of no form of the state that is known")
		return nil, false
	}
	starts := slices.Clone(k.State)
	for h := range starts {
		for i := 1; i <= h; i++ {
			starts[h] -= at(parts.phi, i-1) * k.State[h-i]
		}
	}
	return starts, true
}

func zero(a []float64) bool { return !slices.ContainsFunc(a, func(x float64) bool { return x != 0 }) }

// same says whether two vectors are equal as far as they are printed.
func same(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i, x := range a {
		if !(math.Abs(x-b[i]) <= 1e-6*max(1, math.Abs(b[i]))) {
			return false
		}
	}
	return true
}

// filter goes on by matrices beside the state, as R's exporter adds them to KalmanState: its state holds the differences too.
func (c *compiler) filter(p *program.ARIMA, a *document.ARIMA) {
	k := a.Kalman
	switch {
	case a.Constant != 0:
		c.unsupported(k.At, "TransitionMatrix in KalmanState beside a constantTerm: whether that is in the state the document does not say")
		return
	case len(k.State) > maxState:
		c.fault(k.At, "a state of %d numbers is larger than %d", len(k.State), maxState)
		return
	}
	p.State = &program.StateSpace{State: k.State, Transition: sparse(k.Transition, 1), Measurement: [][]float64{k.Measurement.Cells}, Intercept: []float64{0}, Observation: []float64{0}, Regressors: make([][]*program.Regressor, 1)}
}

// maxInnovations is the order up to which the innovations algorithm is taken on.
const maxInnovations = 300

// innovations continues the innovations algorithm (Brockwell and Davis, Time Series: Theory and Methods, 5.3): rows of θ and values of ν of the last
// steps, the newest last.
type innovations struct {
	gamma []float64   // autocovariances of the moving average with noise of variance 1, from lag 0
	rows  [][]float64 // θ by lag, from 1
	nu    []float64
}

// ahead is the row of the h-th step after those that are known, from the lag h on: what acts on the noise that is known. Nothing of the steps between
// is needed for it.
func (v *innovations) ahead(h int) []float64 {
	q := len(v.gamma) - 1
	row, end := make([]float64, q), h-1+len(v.nu)
	for l := q; l >= h; l-- {
		sum := v.gamma[l]
		for back := q; back > l; back-- { // the step that is back before the new one
			sum -= v.rows[len(v.rows)-1+h-l][back-l-1] * row[back-1] * v.nu[end-back]
		}
		row[l-1] = sum / v.nu[end-l]
	}
	return row
}

// thetaRecursion goes on from the end of the innovations algorithm: its noise, less what was predicted of it, is what the moving average acts on, with
// coefficients that come ever nearer to those of the model.
func (c *compiler) thetaRecursion(p *program.ARIMA, a *document.ARIMA, parts *arimaParts) {
	t, q := a.Theta, len(p.MA)
	v, ok := c.finalInnovations(p, t)
	if !ok {
		return
	}
	if _, ok := c.pastNoise(p, parts, t.Noise, t.At); !ok {
		return
	}
	if parts.series == nil && !parts.differs && len(t.Noise) < len(p.AR) {
		c.fault(t.At, "the model needs the last %d numbers of FinalNoise, and has %d", len(p.AR), len(t.Noise))
		return
	}
	surprise := make([]float64, q) // the newest last
	for i := range surprise {
		surprise[i] = t.Noise[len(t.Noise)-q+i] - t.PredictedNoise[len(t.PredictedNoise)-q+i]
	}
	for h := 1; h <= q; h++ {
		row, sum := v.ahead(h), 0.0
		for j := h; j <= q; j++ {
			sum += row[j-1] * surprise[q-1+h-j]
		}
		p.Carry = append(p.Carry, sum)
	}
}

// finalInnovations reads FinalTheta and FinalNu: the rows of the last steps, by rising i, the newest the one that predicted the last point; j is the
// lag, from 1 (or from 0 where there is a 0).
func (c *compiler) finalInnovations(p *program.ARIMA, t *document.ThetaRecursionState) (v *innovations, ok bool) {
	q := len(p.MA)
	switch {
	case q > maxInnovations:
		c.fault(t.At, "a theta recursion of order %d, more than %d", q, maxInnovations)
		return nil, false
	case len(t.Noise) < q || len(t.PredictedNoise) < q || len(t.Nus) < q:
		c.fault(t.At, "the model needs the last %d numbers of FinalNoise, FinalPredictedNoise and FinalNu, and has %d, %d and %d", q, len(t.Noise), len(t.PredictedNoise), len(t.Nus))
		return nil, false
	}
	theta := append([]float64{1}, p.MA...)
	v = &innovations{nu: t.Nus[len(t.Nus)-q:]}
	for l := range theta {
		sum := 0.0
		for r := 0; r+l < len(theta); r++ {
			sum += theta[r] * theta[r+l]
		}
		v.gamma = append(v.gamma, sum)
	}
	for _, x := range v.nu {
		if !(x > 0) {
			c.fault(t.At, "a number of FinalNu is not greater than 0")
			return nil, false
		}
	}
	return v, c.finalThetas(v, t, q)
}

// finalThetas puts the rows of θ into v that the next ones are made of.
func (c *compiler) finalThetas(v *innovations, t *document.ThetaRecursionState, q int) bool {
	var steps []int
	first := 1
	for _, x := range t.Thetas {
		steps = append(steps, x.I)
		if x.J == 0 {
			first = 0
		}
	}
	slices.Sort(steps)
	steps = slices.Compact(steps)
	if len(steps) < q-1 {
		c.fault(t.At, "FinalTheta has %d rows; an order of %d needs those of the last %d steps", len(steps), q, q-1)
		return false
	}
	steps = steps[len(steps)-max(q-1, 0):]
	for range steps {
		row := make([]float64, q)
		for i := range row {
			row[i] = math.NaN()
		}
		v.rows = append(v.rows, row)
	}
	for _, x := range t.Thetas {
		if i, ok := slices.BinarySearch(steps, x.I); ok && x.J-first >= 0 && x.J-first < q {
			v.rows[i][x.J-first] = x.Value
		}
	}
	for i, row := range v.rows { // the row of the step l before the next is asked for its first q-l lags
		if l := len(v.rows) - i; slices.ContainsFunc(row[:q-l], math.IsNaN) {
			c.fault(t.At, "FinalTheta lacks a number of row %d", steps[i])
			return false
		}
	}
	return true
}
