package document

// LagPolynomial is an AR or MA part: coefficients of the lags 1, 2, … and the residuals, the newest last.
type LagPolynomial struct {
	AR, MA, Residuals []float64
}

// ARIMA of a TimeSeriesModel.
type ARIMA struct {
	At                         Offset
	RMSE, Constant             float64
	Transformation             string
	D, SeasonalD, Period       int // Period 0: no SeasonalComponent
	Nonseasonal, Seasonal      LagPolynomial
	P, Q, SeasonalP, SeasonalQ int
	Kalman                     *KalmanState         // of exactLeastSquares: this
	Theta                      *ThetaRecursionState // or that
	Regressors                 []*DynamicRegressor
	Outliers                   []OutlierEffect
}

// KalmanState is what a Kalman filter had come to: the state one step after the end of the series.
type KalmanState struct {
	At                      Offset
	State, H                []float64
	Transition, Measurement *Matrix // as R's exporter adds them, else nil
}

// ThetaRecursionState is what the innovations algorithm had come to at the end of the series: rows of theta and nu, the noise and what was
// predicted of it, the newest last.
type ThetaRecursionState struct {
	At                         Offset
	Noise, PredictedNoise, Nus []float64
	Thetas                     []Theta
}

// Theta is a coefficient of the innovations algorithm.
type Theta struct {
	I, J  int
	Value float64
}

// OutlierEffect of an ARIMA.
type OutlierEffect struct {
	At                        Offset
	Type                      string
	Start, Magnitude, Damping float64 // Damping NaN: not given
}

func (d *decoder) arima() *ARIMA {
	a := d.attributes()
	out := &ARIMA{At: a.at, RMSE: a.number("RMSE", Absent), Constant: a.number("constantTerm", 0), Transformation: a.choice("transformation", seriesTransformations...)}
	exact := a.choice("predictionMethod", "conditionalLeastSquares", "exactLeastSquares") == "exactLeastSquares"
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
		case "DynamicRegressor":
			out.Regressors = append(out.Regressors, d.dynamicRegressor(p))
		case "OutlierEffect":
			out.Outliers = append(out.Outliers, p.outlierEffect())
		case "MaximumLikelihoodStat":
			if !exact { // least squares under the condition of the residuals go without it
				d.skip()
				return
			}
			d.maximumLikelihood(p, out)
		default:
			d.fault(p.at, "%s cannot stand in ARIMA", clip(name))
			d.skip()
		}
	})
	if exact && out.Kalman == nil && out.Theta == nil {
		d.fault(a.at, "exactLeastSquares needs a MaximumLikelihoodStat with a KalmanState or a ThetaRecursionState")
	}
	return out
}

func (a attributes) outlierEffect() OutlierEffect {
	o := OutlierEffect{At: a.at, Start: a.requiredNumber("startTime"), Magnitude: a.requiredNumber("magnitude"), Damping: a.number("dampingCoefficient", Absent)}
	if a.required("type") != "" {
		o.Type = a.choice("type", "additive", "level", "transient", "seasonalAdditive", "trend", "innovational")
	}
	if o.Type == "transient" && o.Damping != o.Damping {
		a.d.fault(a.at, "a transient OutlierEffect has no dampingCoefficient")
	}
	return o
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
				default:
					d.fault(d.at(), "%s cannot stand in MA", clip(name))
					d.skip()
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

// maximumLikelihood reads where an estimation by maximum likelihood had come to.
func (d *decoder) maximumLikelihood(a attributes, out *ARIMA) {
	method := ""
	if a.required("method") != "" {
		method = a.choice("method", "kalman", "thetaRecursion")
	}
	if a.whole("periodDeficit", 0) != 0 {
		d.unsupported(a.at, "periodDeficit of MaximumLikelihoodStat: the specification does not say how a state goes on that is not of the end of the series")
	}
	d.each(func(name []byte) {
		switch {
		case string(name) == "KalmanState" && method == "kalman":
			out.Kalman = d.kalmanState()
		case string(name) == "ThetaRecursionState" && method == "thetaRecursion":
			out.Theta = d.thetaRecursionState()
		default:
			d.fault(d.at(), "%s cannot stand in MaximumLikelihoodStat of method %s", clip(name), method)
			d.skip()
		}
	})
}

func (d *decoder) kalmanState() *KalmanState {
	k := &KalmanState{At: d.at()}
	d.each(func(name []byte) {
		switch string(name) {
		case "FinalOmega": // the covariances of the state, with which a filter would take up further points
			d.oneMatrix()
		case "FinalStateVector":
			k.State = d.oneArray()
		case "HVector":
			k.H = d.oneArray()
		case "TransitionMatrix":
			k.Transition = d.oneMatrix()
		case "MeasurementMatrix":
			k.Measurement = d.oneMatrix()
		default:
			d.fault(d.at(), "%s cannot stand in KalmanState", clip(name))
			d.skip()
		}
	})
	n := len(k.State)
	switch {
	case n == 0:
		d.fault(k.At, "KalmanState has no FinalStateVector")
	case (k.Transition == nil) != (k.Measurement == nil):
		d.fault(k.At, "KalmanState has one of TransitionMatrix and MeasurementMatrix")
	case k.Transition != nil && (k.Transition.Rows != n || k.Transition.Cols != n || k.Measurement.Rows != 1 || k.Measurement.Cols != n):
		d.fault(k.At, "the matrices of KalmanState do not fit a state of %d numbers", n)
	}
	return k
}

func (d *decoder) thetaRecursionState() *ThetaRecursionState {
	t := &ThetaRecursionState{At: d.at()}
	d.each(func(name []byte) {
		switch string(name) {
		case "FinalNoise":
			t.Noise = d.oneArray()
		case "FinalPredictedNoise":
			t.PredictedNoise = d.oneArray()
		case "FinalNu":
			t.Nus = d.oneArray()
		case "FinalTheta":
			d.each(func(name []byte) {
				a := d.attributes()
				if string(name) != "Theta" {
					d.fault(a.at, "%s cannot stand in FinalTheta", clip(name))
					d.skip()
					return
				}
				a.requiredNumber("i")
				a.requiredNumber("j")
				t.Thetas = append(t.Thetas, Theta{I: a.whole("i", 0), J: a.whole("j", 0), Value: a.requiredNumber("theta")})
			})
		default:
			d.fault(d.at(), "%s cannot stand in ThetaRecursionState", clip(name))
			d.skip()
		}
	})
	return t
}

// oneMatrix reads the Matrix that the current element holds.
func (d *decoder) oneMatrix() (m *Matrix) {
	at, parent := d.at(), d.name(d.s.Name())
	d.each(func(name []byte) {
		if string(name) != "Matrix" {
			d.fault(d.at(), "%s cannot stand in %s", clip(name), parent)
			d.skip()
			return
		}
		m = d.matrix()
	})
	if m == nil {
		d.fault(at, "%s has no Matrix", parent)
	}
	return m
}
