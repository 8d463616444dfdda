package compile

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
)

// maxTransfer bounds the multiplications that bring a regressor's past to the end of the series.
const maxTransfer = 1 << 27

// regressor compiles a DynamicRegressor (specification, TimeSeriesModel), of which the model has a series up to end, and needs the effect on its last
// window points.
func (c *compiler) regressor(m *model, d *document.TimeSeriesModel, r *document.DynamicRegressor, period int, target *document.Series, end clock, window int) *program.Regressor {
	p := &program.Regressor{Transformation: r.Transformation, Future: r.Future, Trend: r.Trend, Last: end.last, Step: end.step, Ref: program.NoRef, Name: r.Field}
	numerator, ok := c.transfer(&r.Numerator, period, true)
	denominator, fits := c.transfer(&r.Denominator, period, false)
	if !ok || !fits {
		return p
	}
	p.Numerator, p.Denominator = append(make([]float64, r.Delay), numerator...), lagged(denominator)
	switch {
	case r.Future == "userSupplied":
		f := c.use(m.scope, r.Field, r.At)
		if f == nil {
			return p
		}
		c.numeric(f, r.At)
		p.Ref = f.ref
		for i := range m.doc.Schema {
			if m.doc.Schema[i].Name == r.Field {
				c.needed(f, &m.doc.Schema[i])
			}
		}
	case r.Future == "trend" && len(r.Trend) == 0:
		c.fault(r.At, "futureValuesMethod trend needs TrendCoefficients")
	}
	c.regressorSeries(p, d, r, target, end)
	c.pastEffects(p, r, window)
	return p
}

// regressorSeries finds the values of the regressor, and where the series that is forecast ends in them.
func (c *compiler) regressorSeries(p *program.Regressor, d *document.TimeSeriesModel, r *document.DynamicRegressor, target *document.Series, end clock) {
	s := r.Series
	for _, other := range d.Series {
		if s == nil && other.Field == r.Field {
			s = other
		}
	}
	if s == nil {
		if r.Future == "stored" {
			c.fault(r.At, "futureValuesMethod stored needs the TimeSeries of the regressor")
		}
		return
	}
	past := len(s.Values)
	switch {
	case target == nil && r.Future == "stored":
		past = 0
	case target == nil:
	case s.Times != nil && target.Times != nil:
		own := c.clock(s)
		beyond, ok := end.place(own.last)
		if past = len(s.Values) - beyond; !ok || past < 0 || past > len(s.Values) || len(s.Values) > 1 && math.Abs(own.step-end.step) > 1e-6*math.Abs(end.step) {
			c.fault(s.At, "the points of the regressor do not go with those of the series")
			return
		}
	case r.Future == "stored": // both begin together
		past = min(past, len(target.Values))
	}
	for i, x := range s.Values {
		x = program.Transform(r.Transformation, x)
		if math.IsNaN(x) || math.IsInf(x, 0) {
			c.fault(s.At, "a point of TimeSeries has no %s value: %v", r.Transformation, s.Values[i])
			return
		}
		if i < past {
			p.Past = append(p.Past, x)
		} else if r.Future == "stored" {
			p.Stored = append(p.Stored, x)
		}
	}
}

// pastEffects brings the transfer function to the end of the series. TransferFunctionValues are its last values; before them, and before the first
// value of the regressor that has all the lags it needs, a recursion starts at 0.
func (c *compiler) pastEffects(p *program.Regressor, r *document.DynamicRegressor, window int) {
	lags := 0 // how many past values the numerator asks for
	for j, x := range p.Numerator {
		if x != 0 {
			lags = j
		}
	}
	p.Numerator = p.Numerator[:lags+1]
	if p.Future == "constant" && len(p.Past) == 0 || len(p.Past) < lags {
		c.fault(r.At, "DynamicRegressor needs the last %d values of the regressor, and has %d", max(lags, 1), len(p.Past))
		return
	}
	n := len(p.Past)
	from := lags
	if len(p.Denominator) == 0 {
		from = max(from, n-window)
	}
	if int64(n-from)*int64(lags+1+len(p.Denominator)) > maxTransfer {
		c.fault(r.At, "a transfer function that reaches over %d points", lags+len(p.Denominator))
		return
	}
	effects := make([]float64, max(n, len(r.Values)))
	shift := len(effects) - n
	for t := from; t < n; t++ {
		v := 0.0
		for j, x := range p.Numerator {
			v += x * p.Past[t-j]
		}
		for i, x := range p.Denominator {
			if t-1-i >= 0 {
				v += x * effects[shift+t-1-i]
			}
		}
		effects[shift+t] = v
	}
	copy(effects[len(effects)-len(r.Values):], r.Values)
	known := max(n-from, len(r.Values))
	if need := max(window, len(p.Denominator)); known < need {
		c.fault(r.At, "DynamicRegressor needs its effect on the last %d points, and has it on %d", need, known)
		return
	}
	p.PastEffects = effects[len(effects)-max(window, len(p.Denominator)):]
	p.Past = p.Past[max(0, n-max(lags, 1)):]
}

// transfer multiplies out a numerator or a denominator, coefficients from lag 0. Those of the numerator are added, those of the denominator are a
// recursion's: 1 - Σ δ_i B^i.
func (c *compiler) transfer(t *document.Transfer, period int, numerator bool) ([]float64, bool) {
	out := []float64{1}
	if f := t.Nonseasonal; f != nil {
		factor, ok := c.transferFactor(f, 1, numerator, numerator)
		if !ok {
			return nil, false
		}
		out = product(product(out, factor), differences(f.Difference, 0, 1))
	}
	if f := t.Seasonal; f != nil {
		if period < 1 && (len(f.Coefficients) > 0 || f.Difference > 0) {
			c.fault(f.At, "SeasonalFactor needs the period of a season")
			return nil, false
		}
		if int64(max(len(f.Coefficients), f.Difference))*int64(period) > document.MaxOrder {
			c.fault(f.At, "SeasonalFactor reaches back more than %d points", document.MaxOrder)
			return nil, false
		}
		factor, ok := c.transferFactor(f, max(period, 1), numerator, false)
		if !ok {
			return nil, false
		}
		out = product(product(out, factor), differences(0, f.Difference, max(period, 1)))
	}
	return out, true
}

// transferFactor reads coefficients that begin at lag 0, or at 1 where the one at 0 is 1: a numerator of order n has n+1 of them or n, where the
// array alone does not tell its first factor begins at 0; a denominator has n.
func (c *compiler) transferFactor(f *document.TransferFactor, step int, numerator, fromZero bool) ([]float64, bool) {
	n := len(f.Coefficients)
	order := f.MaximumOrder
	if order < 0 {
		if order = n; fromZero && n > 0 {
			order = n - 1
		}
	}
	sign := -1.0
	if numerator {
		sign = 1
	}
	switch {
	case n > document.MaxOrder:
	case n == 0 && order == 0:
		return []float64{1}, true
	case numerator && n == order+1:
		out := make([]float64, order*step+1)
		for i, x := range f.Coefficients {
			out[i*step] = x
		}
		return out, true
	case n == order && !fromZero:
		return polynomial(f.Coefficients, step, sign), true
	}
	c.fault(f.At, "a factor of order %d holds %d coefficients", order, n)
	return nil, false
}
