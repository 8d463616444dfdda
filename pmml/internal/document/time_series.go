package document

import "sort"

// TimeSeriesModel is the content of a TimeSeriesModel. Only the body that bestFit names is kept.
type TimeSeriesModel struct {
	BestFit   string
	Series    []*Series // of usage original
	Smoothing *ExponentialSmoothing
	ARIMA     *ARIMA
	Space     *StateSpace
	GARCH     *GARCH
}

// Series is a TimeSeries.
type Series struct {
	At     Offset
	Field  string    // "": that of the target
	Start  float64   // NaN: not given
	Times  []float64 // by index, or else time, of the points; nil: not given
	Values []float64
}

// ExponentialSmoothing is what smoothing had come to at the end of the series.
type ExponentialSmoothing struct {
	At             Offset
	RMSE           float64 // NaN: not given
	Transformation string
	Level          float64
	Trend          string // "": none
	Slope, Damping float64
	Seasonal       string // "": none; additive, multiplicative
	Period, Phase  int    // Phase -1: not given
	Season         []float64
}

// MaxOrder is how long the arrays of a time series model may be, and how far differences and seasons may reach.
const MaxOrder = 10_000

// timeSeries decodes a TimeSeriesModel.
func (d *decoder) timeSeries(m *Model) body {
	a := d.attributes()
	t := &TimeSeriesModel{}
	if a.required("bestFit") != "" {
		t.BestFit = a.choice("bestFit", "ExponentialSmoothing", "ARIMA", "SeasonalTrendDecomposition", "SpectralAnalysis", "StateSpaceModel", "GARCH")
	}
	m.Body = t
	found := false
	return body{
		child: func(name []byte) bool {
			part := string(name)
			switch part {
			case "TimeSeries":
				if s := d.series(); s != nil {
					t.Series = append(t.Series, s)
				}
			case "ExponentialSmoothing", "ARIMA", "SeasonalTrendDecomposition", "SpectralAnalysis", "StateSpaceModel", "GARCH":
				if part != t.BestFit {
					d.skip()
					return true
				}
				found = true
				d.bestFit(t, part)
			default:
				return false
			}
			return true
		},
		finish: func() {
			if !found {
				d.fault(m.At, "TimeSeriesModel has no %s, which bestFit names", t.BestFit)
			}
		},
	}
}

func (d *decoder) bestFit(t *TimeSeriesModel, part string) {
	switch part {
	case "ExponentialSmoothing":
		t.Smoothing = d.smoothing()
	case "ARIMA":
		t.ARIMA = d.arima()
	case "StateSpaceModel":
		t.Space = d.stateSpace()
	case "GARCH":
		t.GARCH = d.garch()
	default:
		d.unsupported(d.at(), "%s: the specification gives it no content to score with", part)
	}
}

// series reads a TimeSeries; nil: one whose values are no observations. How points are named in a calendar, and how a curve is drawn between
// them, has no effect on forecasts, which count in steps.
func (d *decoder) series() *Series {
	a := d.attributes()
	s := &Series{At: a.at, Field: a.optional("field"), Start: a.number("startTime", Absent)}
	original := a.choice("usage", "original", "logical", "prediction") == "original"
	untimed := false
	d.each(func(name []byte) {
		if string(name) != "TimeValue" || !original { // a TimeAnchor says what the indices stand for
			d.skip()
			return
		}
		p := d.attributes()
		time := p.number("index", Absent)
		if time != time {
			time = p.number("time", Absent)
		}
		untimed = untimed || time != time
		s.Times, s.Values = append(s.Times, time), append(s.Values, p.requiredNumber("value"))
	})
	switch {
	case !original:
		return nil
	case untimed:
		s.Times = nil
	default:
		sort.Stable(byTime{s})
	}
	return s
}

// byTime sorts the points of a series.
type byTime struct{ *Series }

func (s byTime) Len() int           { return len(s.Times) }
func (s byTime) Less(i, j int) bool { return s.Times[i] < s.Times[j] }
func (s byTime) Swap(i, j int) {
	s.Times[i], s.Times[j] = s.Times[j], s.Times[i]
	s.Values[i], s.Values[j] = s.Values[j], s.Values[i]
}

var seriesTransformations = []string{"none", "logarithmic", "squareroot"}

func (d *decoder) smoothing() *ExponentialSmoothing {
	a := d.attributes()
	s := &ExponentialSmoothing{At: a.at, RMSE: a.number("RMSE", Absent), Transformation: a.choice("transformation", seriesTransformations...), Level: Absent, Damping: 1, Phase: -1}
	d.each(func(name []byte) {
		p := d.attributes()
		switch string(name) {
		case "Level":
			s.Level = p.requiredNumber("smoothedValue")
			for _, name := range []string{"quadraticSmoothedValue", "cubicSmoothedValue"} { // of 4.0
				if _, given := p.raw(name); given {
					d.unsupported(p.at, "%s: the specification does not say how a forecast is made of it", name)
				}
			}
		case "Trend_ExpoSmooth", "Trend":
			s.Trend = p.choice("trend", "additive", "damped_additive", "multiplicative", "damped_multiplicative", "polynomial_exponential", "double_exponential")
			s.Damping = p.number("phi", 1)
			if s.Trend == "polynomial_exponential" || s.Trend == "double_exponential" {
				d.unsupported(p.at, "trend %s: the specification does not say how it goes on", s.Trend)
				d.skip()
				return
			}
			s.Slope = p.requiredNumber("smoothedValue")
			d.each(func([]byte) { // the numbers of polynomial_exponential
				d.unsupported(d.at(), "an Array of a trend that is %s", s.Trend)
				d.skip()
			})
		case "Seasonality_ExpoSmooth", "Seasonality":
			s.Seasonal = p.choice("type", "additive", "multiplicative")
			s.Period, s.Phase = p.whole("period", 0), p.whole("phase", -1)
			p.required("type")
			if _, given := p.raw("phase"); given && s.Phase < 0 {
				d.fault(p.at, "phase of Seasonality is negative")
			}
			d.each(func(name []byte) {
				if isNumberArray(name) {
					s.Season = d.numbers()
				}
			})
			if s.Period < 1 || len(s.Season) != s.Period {
				d.fault(p.at, "Seasonality of period %d holds %d numbers", s.Period, len(s.Season))
				s.Seasonal = ""
			}
		case "TimeValue":
		default:
			d.fault(p.at, "%s cannot stand in ExponentialSmoothing", clip(name))
			d.skip()
		}
	})
	if s.Level != s.Level {
		d.fault(s.At, "ExponentialSmoothing has no Level")
	}
	return s
}
