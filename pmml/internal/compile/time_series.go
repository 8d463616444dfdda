package compile

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
)

// timeSeries compiles a TimeSeriesModel (specification, TimeSeriesModel). How far ahead a forecast is asked for, the specification leaves open: here
// the first active or supplementary field that is a number says it.
func (c *compiler) timeSeries(m *model) program.Scorer {
	d := m.doc.Body.(*document.TimeSeriesModel)
	t := &program.TimeSeries{Horizon: program.NoRef, Transformation: "none"}
	if m.doc.Function != "timeSeries" {
		c.fault(m.doc.At, "functionName of TimeSeriesModel is %q", m.doc.Function)
	}
	for _, mf := range m.doc.Schema {
		if mf.Usage != "active" && mf.Usage != "supplementary" || t.Horizon != program.NoRef {
			continue
		}
		if f := c.use(m.scope, mf.Name, mf.At); f != nil && f.typ.IsNumber() && !f.typ.IsCount() {
			t.Horizon = f.ref
		}
	}
	switch {
	case d.Smoothing != nil:
		t.Model, t.Transformation = smoothing(d.Smoothing), d.Smoothing.Transformation
	case d.ARIMA != nil:
		t.Model, t.Transformation = c.arima(d, d.ARIMA), d.ARIMA.Transformation
	case d.Space != nil:
		t.Model = c.stateSpace(d.Space)
	case d.GARCH != nil:
		t.Model = c.garch(d, d.GARCH)
	}
	return t
}

func smoothing(d *document.ExponentialSmoothing) *program.Smoothing {
	s := &program.Smoothing{Level: d.Level, Slope: d.Slope, Damping: d.Damping, Trend: d.Trend, Seasonal: d.Seasonal, Season: d.Season, RMSE: d.RMSE}
	if d.Phase > 0 && d.Seasonal != "" {
		s.Phase = d.Phase % d.Period
	}
	return s
}

// product multiplies two polynomials in the lag operator, coefficients from lag 0.
func product(a, b []float64) []float64 {
	out := make([]float64, len(a)+len(b)-1)
	for i, x := range a {
		for j, y := range b {
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

// arima multiplies out the components and differences of an ARIMA, whose moving averages are added.
func (c *compiler) arima(d *document.TimeSeriesModel, a *document.ARIMA) *program.ARIMA {
	period := max(a.Period, 1)
	reach := a.P + a.D + (a.SeasonalP+a.SeasonalD)*period
	if reach > document.MaxOrder || a.Q+a.SeasonalQ*period > document.MaxOrder {
		c.fault(a.At, "ARIMA reaches back %d points, more than %d", reach, document.MaxOrder)
		return &program.ARIMA{}
	}
	ar := product(polynomial(a.Nonseasonal.AR, 1, -1), polynomial(a.Seasonal.AR, period, -1))
	for range a.D {
		ar = product(ar, []float64{1, -1})
	}
	for range a.SeasonalD {
		ar = product(ar, polynomial([]float64{1}, period, -1))
	}
	ma := product(polynomial(a.Nonseasonal.MA, 1, 1), polynomial(a.Seasonal.MA, period, 1))
	p := &program.ARIMA{Constant: a.Constant, RMSE: a.RMSE, MA: ma[1:]}
	for _, x := range ar[1:] {
		p.AR = append(p.AR, -x)
	}
	for _, y := range d.History {
		switch a.Transformation {
		case "logarithmic":
			y = math.Log(y)
		case "squareroot":
			y = math.Sqrt(y)
		}
		p.History = append(p.History, y)
	}
	p.Noise = a.Nonseasonal.Residuals
	if len(a.Seasonal.Residuals) > len(p.Noise) {
		p.Noise = a.Seasonal.Residuals
	}
	c.reaches(p, a.At)
	return p
}

// reaches finds fault with a recursion that needs more of the past than the document has.
func (c *compiler) reaches(p *program.ARIMA, at document.Offset) {
	if len(p.History) < len(p.AR) {
		c.fault(at, "the model needs the last %d points, and TimeSeries has %d", len(p.AR), len(p.History))
	}
	if len(p.Noise) < len(p.MA) {
		c.fault(at, "the model needs the last %d residuals, and has %d", len(p.MA), len(p.Noise))
	}
}

func (c *compiler) garch(d *document.TimeSeriesModel, g *document.GARCH) *program.ARIMA {
	p := &program.ARIMA{Constant: g.Constant, AR: g.Mean.AR, MA: g.Mean.MA, History: d.History, Noise: g.Mean.Residuals}
	p.GARCH = &program.GARCH{Omega: g.Omega, Alpha: g.Alpha, Beta: g.Beta, Variances: g.Variances}
	for _, e := range g.Squares {
		p.GARCH.Squares = append(p.GARCH.Squares, e*e)
	}
	c.reaches(p, g.At)
	return p
}

// maxState bounds the matrices that a forecast multiplies step by step.
const maxState = 500

func (c *compiler) stateSpace(d *document.StateSpace) *program.StateSpace {
	s := &program.StateSpace{State: d.State, StateIntercept: d.StateIntercept, Intercept: d.Intercept}
	if len(d.State) > maxState {
		c.fault(d.At, "a state of %d numbers is larger than %d", len(d.State), maxState)
	}
	if d.Transition != nil && d.Measurement != nil {
		s.Transition, s.Measurement = d.Transition.Cells, d.Measurement.Cells
	}
	if len(d.ObservationIntercept) == 1 {
		s.Intercept += d.ObservationIntercept[0]
	}
	return s
}
