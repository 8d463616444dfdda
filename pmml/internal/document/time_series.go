package document

// TimeSeriesModel is the content of a TimeSeriesModel. Only the body that bestFit names is kept.
type TimeSeriesModel struct {
	BestFit   string
	History   []float64 // TimeSeries of usage original, in the order of time
	Smoothing *ExponentialSmoothing
	ARIMA     *ARIMA
	Space     *StateSpace
	GARCH     *GARCH
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

// LagPolynomial is an AR or MA part: coefficients of the lags 1, 2, … and the residuals, the newest last.
type LagPolynomial struct {
	AR, MA, Residuals []float64
}

// ARIMA of a TimeSeriesModel.
type ARIMA struct {
	At                         Offset
	RMSE, Constant             float64
	Transformation             string
	D, SeasonalD, Period       int
	Nonseasonal, Seasonal      LagPolynomial
	P, Q, SeasonalP, SeasonalQ int
}

// StateSpace is a StateSpaceModel.
type StateSpace struct {
	At                      Offset
	Variance, Intercept     float64
	State                   []float64
	Transition, Measurement *Matrix
	StateIntercept          []float64
	ObservationIntercept    []float64
}

// GARCH of a TimeSeriesModel.
type GARCH struct {
	At                 Offset
	Constant           float64 // of the mean
	Mean               LagPolynomial
	Omega              float64
	Alpha, Beta        []float64
	Squares, Variances []float64 // residuals and past variances, the newest last
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
				d.series(t)
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

func (d *decoder) series(t *TimeSeriesModel) {
	a := d.attributes()
	original := a.choice("usage", "original", "logical", "prediction") == "original" && a.optional("field") == ""
	d.each(func(name []byte) {
		if string(name) != "TimeValue" || !original {
			d.skip()
			return
		}
		t.History = append(t.History, d.attributes().requiredNumber("value"))
	})
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
		case "Trend_ExpoSmooth", "Trend":
			s.Trend = p.choice("trend", "additive", "damped_additive", "multiplicative", "damped_multiplicative", "polynomial_exponential", "double_exponential")
			s.Slope, s.Damping = p.number("smoothedValue", 0), p.number("phi", 1)
			if s.Trend == "polynomial_exponential" || s.Trend == "double_exponential" {
				d.unsupported(p.at, "trend %s: the specification does not say how it goes on", s.Trend)
			}
		case "Seasonality_ExpoSmooth", "Seasonality":
			s.Seasonal = p.choice("type", "additive", "multiplicative")
			s.Period, s.Phase = p.whole("period", 0), p.whole("phase", -1)
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

func (d *decoder) arima() *ARIMA {
	a := d.attributes()
	out := &ARIMA{At: a.at, RMSE: a.number("RMSE", Absent), Constant: a.number("constantTerm", 0), Transformation: a.choice("transformation", seriesTransformations...)}
	if a.choice("predictionMethod", "conditionalLeastSquares", "exactLeastSquares") == "exactLeastSquares" {
		d.unsupported(a.at, "predictionMethod exactLeastSquares")
	}
	d.each(func(name []byte) {
		p := d.attributes()
		switch string(name) {
		case "NonseasonalComponent":
			out.P, out.D, out.Q = d.order(p, "p"), d.order(p, "d"), d.order(p, "q")
			out.Nonseasonal = d.lagPolynomial(p, out.P, out.Q)
		case "SeasonalComponent":
			out.SeasonalP, out.SeasonalD, out.SeasonalQ = d.order(p, "P"), d.order(p, "D"), d.order(p, "Q")
			if out.Period = p.whole("period", 0); out.Period < 1 || out.Period > MaxOrder {
				d.fault(p.at, "period of SeasonalComponent is not within 1 and %d", MaxOrder)
				out.Period = 1
			}
			out.Seasonal = d.lagPolynomial(p, out.SeasonalP, out.SeasonalQ)
		case "DynamicRegressor", "OutlierEffect":
			d.unsupported(p.at, "%s of ARIMA", p.element)
		case "MaximumLikelihoodStat": // of exactLeastSquares
			d.skip()
		default:
			d.fault(p.at, "%s cannot stand in ARIMA", clip(name))
			d.skip()
		}
	})
	return out
}

func (d *decoder) order(a attributes, name string) int {
	n := a.whole(name, 0)
	if n < 0 || n > 1000 {
		d.fault(a.at, "%s of %s is not within 0 and 1000", name, a.element)
		return 0
	}
	return n
}

// lagPolynomial reads the AR and MA of a component of order p and q.
func (d *decoder) lagPolynomial(a attributes, p, q int) (l LagPolynomial) {
	d.each(func(name []byte) {
		switch string(name) {
		case "AR":
			l.AR = d.oneArray()
		case "MA":
			d.each(func(name []byte) {
				switch string(name) {
				case "MACoefficients":
					l.MA = d.oneArray()
				case "Residuals":
					l.Residuals = d.oneArray()
				}
			})
		default:
			d.fault(d.at(), "%s cannot stand in %s", clip(name), a.element)
			d.skip()
		}
	})
	if len(l.AR) != p || len(l.MA) != q {
		d.fault(a.at, "%s of order %d and %d holds %d and %d coefficients", a.element, p, q, len(l.AR), len(l.MA))
	}
	return l
}

func (d *decoder) stateSpace() *StateSpace {
	a := d.attributes()
	s := &StateSpace{At: a.at, Variance: a.number("variance", Absent), Intercept: a.number("intercept", 0)}
	matrix := func() (m *Matrix) {
		d.each(func(name []byte) {
			if string(name) == "Matrix" {
				m = d.matrix()
			}
		})
		return m
	}
	d.each(func(name []byte) {
		p := d.attributes()
		switch string(name) {
		case "StateVector":
			s.State = d.oneArray()
		case "TransitionMatrix":
			s.Transition = matrix()
		case "MeasurementMatrix":
			s.Measurement = matrix()
		case "InterceptVector":
			if p.choice("type", "state", "observation") == "state" {
				s.StateIntercept = d.oneArray()
			} else {
				s.ObservationIntercept = d.oneArray()
			}
		case "DynamicRegressor":
			d.unsupported(p.at, "DynamicRegressor of StateSpaceModel")
		case "PredictedStateCovarianceMatrix", "SelectedStateCovarianceMatrix", "ObservationVarianceMatrix", "PsiVector": // of the spread, which is not told
			d.skip()
		default:
			d.fault(p.at, "%s cannot stand in StateSpaceModel", clip(name))
			d.skip()
		}
	})
	n := len(s.State)
	switch {
	case n == 0 || s.Transition == nil || s.Measurement == nil:
		d.fault(a.at, "StateSpaceModel needs StateVector, TransitionMatrix and MeasurementMatrix")
	case s.Transition.Rows != n || s.Transition.Cols != n || s.Measurement.Rows != 1 || s.Measurement.Cols != n:
		d.fault(a.at, "the matrices of StateSpaceModel do not fit a state of %d numbers", n)
	case s.StateIntercept != nil && len(s.StateIntercept) != n || s.ObservationIntercept != nil && len(s.ObservationIntercept) != 1:
		d.fault(a.at, "InterceptVector does not fit a state of %d numbers", n)
	}
	return s
}

func (d *decoder) garch() *GARCH {
	g := &GARCH{At: d.at()}
	d.each(func(name []byte) {
		p := d.attributes()
		switch string(name) {
		case "ARMAPart":
			g.Constant = p.number("constant", 0)
			g.Mean = d.lagPolynomial(p, d.order(p, "p"), d.order(p, "q"))
		case "GARCHPart":
			d.garchPart(g, p)
		default:
			d.fault(p.at, "%s cannot stand in GARCH", clip(name))
			d.skip()
		}
	})
	return g
}

func (d *decoder) garchPart(g *GARCH, p attributes) {
	g.Omega = p.number("constant", 0)
	gp, gq := d.order(p, "gp"), d.order(p, "gq")
	d.each(func(name []byte) {
		squares := string(name) == "ResidualSquareCoefficients"
		if !squares && string(name) != "VarianceCoefficients" {
			d.fault(d.at(), "%s cannot stand in GARCHPart", clip(name))
			d.skip()
			return
		}
		d.each(func(name []byte) {
			switch {
			case string(name) == "MACoefficients" && squares:
				g.Alpha = d.oneArray()
			case string(name) == "MACoefficients":
				g.Beta = d.oneArray()
			case string(name) == "Residuals" && squares:
				g.Squares = d.oneArray()
			case string(name) == "PastVariances" && !squares:
				g.Variances = d.oneArray()
			}
		})
	})
	if len(g.Alpha) != gq || len(g.Beta) != gp || len(g.Squares) < gq || len(g.Variances) < gp {
		d.fault(p.at, "GARCHPart of gp=%d and gq=%d holds %d and %d coefficients, %d residuals and %d variances", gp, gq, len(g.Beta), len(g.Alpha), len(g.Squares), len(g.Variances))
	}
}
