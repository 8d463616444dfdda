package compile

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
)

// product multiplies two polynomials in the lag operator, coefficients from lag 0.
func product(a, b []float64) []float64 {
	out := make([]float64, len(a)+len(b)-1)
	for j, y := range b {
		if y == 0 {
			continue
		}
		for i, x := range a {
			out[i+j] += x * y
		}
	}
	return out
}

// polynomial is 1 + sign·Σ c_i B^(i·step).
func polynomial(coefficients []float64, step int, sign float64) []float64 {
	out := make([]float64, len(coefficients)*step+1)
	out[0] = 1
	for i, c := range coefficients {
		out[(i+1)*step] = sign * c
	}
	return out
}

// differences is (1-B)^n (1-B^step)^seasonal.
func differences(n, seasonal, step int) []float64 {
	out := []float64{1}
	for range n {
		out = product(out, []float64{1, -1})
	}
	for range seasonal {
		out = product(out, polynomial([]float64{1}, step, -1))
	}
	return out
}

// lagged are the coefficients c of a recursion x_t = Σ c_i x_{t-i}, whose polynomial this is.
func lagged(polynomial []float64) (out []float64) {
	for _, x := range polynomial[1:] {
		out = append(out, -x)
	}
	return out
}

// maxEffects bounds the effects of outliers that are taken from a history.
const maxEffects = 10_000_000

// arimaParts are what is multiplied out of an ARIMA on the way.
type arimaParts struct {
	phi        []float64 // lag coefficients of its stationary part
	difference []float64 // the polynomial of the differences
	differs    bool
	series     *document.Series // nil: not given
}

// arima multiplies out the components and differences of an ARIMA, whose moving averages are added.
func (c *compiler) arima(m *model, d *document.TimeSeriesModel, a *document.ARIMA) *program.ARIMA {
	period := max(a.Period, 1)
	reach := a.P + a.D + (a.SeasonalP+a.SeasonalD)*period
	if reach > document.MaxOrder || a.Q+a.SeasonalQ*period > document.MaxOrder {
		c.fault(a.At, "ARIMA reaches back %d points, more than %d", max(reach, a.Q+a.SeasonalQ*period), document.MaxOrder)
		return &program.ARIMA{}
	}
	stationary := product(polynomial(a.Nonseasonal.AR, 1, -1), polynomial(a.Seasonal.AR, period, -1))
	difference := differences(a.D, a.SeasonalD, period)
	ma := product(polynomial(a.Nonseasonal.MA, 1, 1), polynomial(a.Seasonal.MA, period, 1))
	p := &program.ARIMA{Constant: a.Constant, RMSE: a.RMSE, MA: ma[1:], AR: lagged(product(stationary, difference))}
	parts := arimaParts{phi: lagged(stationary), difference: difference, differs: len(difference) > 1, series: c.targetSeries(m, d)}
	if parts.series != nil {
		c.history(p, parts.series, a.Transformation)
	}
	end := c.end(parts.series)
	for _, r := range a.Regressors {
		if r.Target != "" && m.target != nil && r.Target != m.target.name {
			c.fault(r.At, "targetField %q of DynamicRegressor is not the target", r.Target)
		}
		p.Regressors = append(p.Regressors, c.regressor(m, d, r, a.Period, parts.series, end, len(p.History)))
	}
	for i := range a.Outliers {
		c.outlier(p, &a.Outliers[i], parts.series, end, a.Period)
	}
	if len(a.Outliers)*len(p.History) > maxEffects {
		c.fault(a.At, "%d OutlierEffects on %d points", len(a.Outliers), len(p.History))
	}
	if len(c.faults) > 0 || len(c.unlisted) > 0 { // refused, or compiled again with more fields
		return p
	}
	c.withoutEffects(p)
	switch {
	case a.Kalman != nil:
		c.kalman(p, a, &parts)
	case a.Theta != nil:
		c.thetaRecursion(p, a, &parts)
	default:
		noise := a.Nonseasonal.Residuals
		if len(a.Seasonal.Residuals) > len(noise) {
			noise = a.Seasonal.Residuals
		}
		c.residuals(p, noise, a.At)
	}
	c.reaches(p, a.At)
	return p
}

// history keeps the last points that the recursion needs, transformed.
func (c *compiler) history(p *program.ARIMA, s *document.Series, transformation string) {
	values := s.Values[max(0, len(s.Values)-len(p.AR)):]
	for _, y := range values {
		x := program.Transform(transformation, y)
		if math.IsNaN(x) || math.IsInf(x, 0) {
			c.fault(s.At, "a point of TimeSeries has no %s value: %v", transformation, y)
			return
		}
		p.History = append(p.History, x)
	}
	if len(values) > 1 {
		c.clock(s)
	}
}

// end is the clock of a series, or one that stops at 0 where there is none.
func (c *compiler) end(s *document.Series) clock {
	if s == nil {
		return clock{step: 1}
	}
	return c.clock(s)
}

// outlier compiles an OutlierEffect, whose startTime is on the clock of the series.
func (c *compiler) outlier(p *program.ARIMA, o *document.OutlierEffect, s *document.Series, end clock, period int) {
	steps, ok := end.place(o.Start)
	switch {
	case s == nil:
		c.fault(o.At, "OutlierEffect needs the TimeSeries whose time its startTime is of")
		return
	case !ok:
		c.fault(o.At, "startTime of OutlierEffect is between the points of TimeSeries")
		return
	case o.Type == "seasonalAdditive" && period < 1:
		c.fault(o.At, "a seasonalAdditive OutlierEffect needs the period of a SeasonalComponent")
		return
	case o.Type == "innovational" && steps < -document.MaxOrder:
		c.fault(o.At, "an innovational OutlierEffect more than %d steps from the end", document.MaxOrder)
		return
	}
	p.Outliers = append(p.Outliers, program.Outlier{Type: o.Type, Start: steps, Period: period, Magnitude: o.Magnitude, Damping: o.Damping})
}

// withoutEffects takes the effects of regressors and outliers from the history.
func (c *compiler) withoutEffects(p *program.ARIMA) {
	reach := 1
	for i := range p.Outliers {
		reach = max(reach, 1-p.Outliers[i].Start)
	}
	reach = min(reach, document.MaxOrder+1)
	psi := p.Psi(make([]float64, reach))
	for i := range p.History {
		k := i - len(p.History) + 1
		for j := range p.Outliers {
			p.History[i] -= p.Outliers[j].At(k, psi)
		}
		for _, r := range p.Regressors {
			p.History[i] -= r.PastEffects[len(r.PastEffects)-1+k]
		}
	}
}

// residuals carries the noise of the past on: by the conditional least squares, noise to come is 0.
func (c *compiler) residuals(p *program.ARIMA, noise []float64, at document.Offset) {
	q := len(p.MA)
	if len(noise) < q {
		c.fault(at, "the model needs the last %d residuals, and has %d", q, len(noise))
		return
	}
	for h := 1; h <= q; h++ {
		sum := 0.0
		for j := h; j <= q; j++ {
			sum += p.MA[j-1] * noise[len(noise)-1+h-j]
		}
		p.Carry = append(p.Carry, sum)
	}
}

// reaches finds fault with a recursion that needs more of the past than the document has.
func (c *compiler) reaches(p *program.ARIMA, at document.Offset) {
	if p.State == nil && len(p.History) < len(p.AR) {
		c.fault(at, "the model needs the last %d points, and TimeSeries has %d", len(p.AR), len(p.History))
	}
}

func (c *compiler) garch(m *model, d *document.TimeSeriesModel, g *document.GARCH) *program.ARIMA {
	p := &program.ARIMA{Constant: g.Constant, AR: g.Mean.AR, MA: g.Mean.MA}
	p.GARCH = &program.GARCH{Omega: g.Omega, Alpha: g.Alpha, Beta: g.Beta, Variances: g.Variances}
	for _, e := range g.Squares {
		p.GARCH.Squares = append(p.GARCH.Squares, e*e)
	}
	if s := c.targetSeries(m, d); s != nil {
		c.history(p, s, "none")
	}
	c.residuals(p, g.Mean.Residuals, g.At)
	c.reaches(p, g.At)
	return p
}
