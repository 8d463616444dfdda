package program

import "math"

// ARIMA goes on with z_t = Constant + Σ AR_i z_{t-i} + e_t + Σ MA_j e_{t-j}: the polynomials of all components and differences, multiplied out. z is the
// transformed series without the effects of regressors and outliers.
type ARIMA struct {
	Constant   float64
	AR, MA     []float64
	History    []float64   // z, the newest last, as long as AR
	Carry      []float64   // what past noise adds to the points 1, 2, … steps ahead
	State      *StateSpace // forecasts z instead of the recursion; nil: none
	RMSE       float64
	GARCH      *GARCH
	Regressors []*Regressor
	Outliers   []Outlier
}

// GARCH is how the variance of the noise goes on: Omega + Σ Alpha_i e²_{t-i} + Σ Beta_j h_{t-j}.
type GARCH struct {
	Omega              float64
	Alpha, Beta        []float64
	Squares, Variances []float64 // e² and h, the newest last
}

// Forecast runs the recursion, with no noise to come, and adds the effects. The variance is Σ ψ²_k times that of the noise, step by step.
func (a *ARIMA) Forecast(f *Frame, b *seriesBuffer, h int) bool {
	reach := h
	for i := range a.Outliers {
		if o := &a.Outliers[i]; o.Type == "innovational" {
			reach = max(reach, h-o.Start+1)
		}
	}
	if work := 2*len(a.AR) + regressorWork(a.Regressors); int64(work)*int64(reach) > maxForecast {
		f.Fail(Limit, "", "the model is too large for so many steps")
		return false
	}
	psi, variances := a.Psi(room(&b.psi, reach)), a.variances(room(&b.variances, h))
	var mean float64
	if a.State != nil {
		if !a.State.Forecast(f, b, h) {
			return false
		}
		mean = b.points[0].mean
	} else {
		mean = a.recursion(room(&b.path, h))
	}
	for i := range a.Outliers {
		mean += a.Outliers[i].At(h, psi)
	}
	for _, r := range a.Regressors {
		x, ok := r.effect(f, b, h)
		if !ok {
			return false
		}
		mean += x
	}
	variance := 0.0
	for k := range h {
		variance += psi[k] * psi[k] * variances[h-1-k]
	}
	b.points[0].mean, b.points[0].deviation = mean, math.Sqrt(variance)
	return true
}

// recursion fills the points ahead, and returns the last of them.
func (a *ARIMA) recursion(future []float64) float64 {
	y := a.History
	for step := range future {
		next := a.Constant
		for i, c := range a.AR {
			if back := step - 1 - i; back >= 0 {
				next += c * future[back]
			} else {
				next += c * y[len(y)+back]
			}
		}
		if step < len(a.Carry) {
			next += a.Carry[step]
		}
		future[step] = next
	}
	return future[len(future)-1]
}

// Psi fills the weights with which past noise is in a point.
func (a *ARIMA) Psi(psi []float64) []float64 {
	for k := range psi {
		psi[k] = 0
		switch {
		case k == 0:
			psi[k] = 1
		case k <= len(a.MA):
			psi[k] = a.MA[k-1]
		}
		for i := 0; i < len(a.AR) && i < k; i++ {
			psi[k] += a.AR[i] * psi[k-1-i]
		}
	}
	return psi
}

// variances fills those of the noise of the steps ahead.
func (a *ARIMA) variances(out []float64) []float64 {
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

// Outlier is an OutlierEffect of an ARIMA, Start steps from the end of the series: 0 is the last point.
type Outlier struct {
	Type               string
	Start, Period      int
	Magnitude, Damping float64
}

// At is the effect on the point k steps from the end: of one unit 1/(1-δB), 1/(1-B), 1/(1-B)², 1/(1-B^s), or that of noise, whose weights are psi.
func (o *Outlier) At(k int, psi []float64) float64 {
	since := k - o.Start
	if since < 0 {
		return 0
	}
	switch o.Type {
	case "additive":
		if since > 0 {
			return 0
		}
	case "transient":
		return o.Magnitude * math.Pow(o.Damping, float64(since))
	case "seasonalAdditive":
		if since%o.Period != 0 {
			return 0
		}
	case "trend":
		return o.Magnitude * float64(since+1)
	case "innovational":
		return o.Magnitude * psi[since]
	}
	return o.Magnitude
}

// Bytes is the memory of the coefficients and the history.
func (a *ARIMA) Bytes() int64 {
	n := bytesOf(a.AR) + bytesOf(a.MA) + bytesOf(a.History) + bytesOf(a.Carry) + bytesOf(a.Outliers)
	if a.State != nil {
		n += a.State.Bytes()
	}
	for _, r := range a.Regressors {
		n += r.Bytes()
	}
	return n
}
