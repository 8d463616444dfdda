package compile

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// timeSeries compiles a TimeSeriesModel (specification, TimeSeriesModel). How far ahead a forecast is asked for, the specification leaves open: here
// an active or supplementary field that is a number and no regressor says it.
func (c *compiler) timeSeries(m *model) program.Scorer {
	d := m.doc.Body.(*document.TimeSeriesModel)
	t := &program.TimeSeries{Horizon: program.NoRef, Transformation: "none"}
	if m.doc.Function != "timeSeries" {
		c.fault(m.doc.At, "functionName of TimeSeriesModel is %q", m.doc.Function)
	}
	if m.classes != nil && m.target != nil {
		c.fault(m.doc.At, "the target %q of TimeSeriesModel is not continuous", m.target.name)
	}
	for _, o := range m.others {
		t.Others = append(t.Others, o.instance.ID)
	}
	if len(m.others) > 0 && d.Space == nil {
		c.fault(m.doc.At, "%d targets: %s forecasts one series", len(m.others)+1, d.BestFit)
	}
	t.Horizon = c.horizon(m, d)
	switch {
	case d.Smoothing != nil:
		t.Model, t.Transformation = smoothing(d.Smoothing), d.Smoothing.Transformation
	case d.ARIMA != nil:
		t.Model, t.Transformation = c.arima(m, d, d.ARIMA), d.ARIMA.Transformation
	case d.Space != nil:
		t.Model = c.stateSpace(m, d, d.Space)
	case d.GARCH != nil:
		t.Model = c.garch(m, d, d.GARCH)
	}
	return t
}

// horizon is the field that says how many steps ahead: the first integer, or else the first number.
func (c *compiler) horizon(m *model, d *document.TimeSeriesModel) program.Ref {
	regressor := map[string]bool{}
	if d.ARIMA != nil {
		for _, r := range d.ARIMA.Regressors {
			regressor[r.Field] = true
		}
	}
	if d.Space != nil {
		for _, r := range d.Space.Regressors {
			regressor[r.Field] = true
		}
	}
	var found *field
	var foundAt *document.MiningField
	for i := range m.doc.Schema {
		mf := &m.doc.Schema[i]
		if mf.Usage != "active" && mf.Usage != "supplementary" || regressor[mf.Name] {
			continue
		}
		f := c.use(m.scope, mf.Name, mf.At)
		switch {
		case f == nil || !f.typ.IsNumber() || f.typ.IsCount():
		case f.typ == value.Integer:
			c.needed(f, mf)
			return f.ref
		case found == nil:
			found, foundAt = f, mf
		}
	}
	if found == nil {
		return program.NoRef
	}
	c.needed(found, foundAt)
	return found.ref
}

// needed lets a supplementary field, without which scoring usually does, refuse a row as its MiningField says.
func (c *compiler) needed(f *field, mf *document.MiningField) {
	if int(f.ref) >= len(c.prog.Inputs) || c.prog.Inputs[f.ref].Name != f.name {
		return
	}
	in := &c.prog.Inputs[f.ref]
	in.RefuseMissing = mf.MissingTreatment == "returnInvalid"
	if mf.InvalidTreatment == "" || mf.InvalidTreatment == "returnInvalid" {
		in.Invalid = program.ReturnInvalid
	}
}

func smoothing(d *document.ExponentialSmoothing) *program.Smoothing {
	s := &program.Smoothing{Level: d.Level, Slope: d.Slope, Damping: d.Damping, Trend: d.Trend, Seasonal: d.Seasonal, Season: d.Season, RMSE: d.RMSE}
	if d.Phase > 0 && d.Seasonal != "" {
		s.Phase = d.Phase % d.Period
	}
	return s
}

// targetSeries is what was observed of the target, nil where the document does not hold it.
func (c *compiler) targetSeries(m *model, d *document.TimeSeriesModel) (found *document.Series) {
	for _, s := range d.Series {
		if s.Field != "" && (m.target == nil || s.Field != m.target.name) {
			continue
		}
		if found != nil {
			c.fault(s.At, "a second TimeSeries of usage original for the same field")
			break
		}
		found = s
	}
	return found
}

// clock says when the last point of a series is, and how far points are apart.
type clock struct{ last, step float64 }

// clock reads the times of the points; points without times count from startTime, or else from 1.
func (c *compiler) clock(s *document.Series) clock {
	n := len(s.Values)
	if s.Times == nil || n == 0 {
		start := s.Start
		if start != start {
			start = 1
		}
		return clock{last: start + float64(n-1), step: 1}
	}
	k := clock{last: s.Times[n-1], step: 1}
	if n > 1 {
		k.step = (k.last - s.Times[0]) / float64(n-1)
	}
	for i, t := range s.Times {
		if math.IsInf(t, 0) || math.Abs(k.last-float64(n-1-i)*k.step-t) > 1e-6*math.Abs(k.step) || k.step == 0 {
			c.fault(s.At, "the points of TimeSeries are not one step apart")
			return clock{last: k.last, step: 1}
		}
	}
	return k
}

// place is how many steps after the last point a time is; false: it is between the points, or out of all reach.
func (k clock) place(t float64) (steps int, ok bool) {
	x := (t - k.last) / k.step
	whole := math.Round(x)
	if !(math.Abs(whole) < 1<<30) || math.Abs(x-whole) > 1e-6 {
		return 0, false
	}
	return int(whole), true
}
