package document

import "github.com/beam-pmml/beam-pmml/pmml/value"

// StateSpace is a StateSpaceModel.
type StateSpace struct {
	At                      Offset
	Variance, Intercept     float64 // Variance NaN: not given
	Period                  int     // 0: none
	State                   []float64
	Transition, Measurement *Matrix
	StateIntercept          []float64
	ObservationIntercept    []float64
	Predicted, Selected     *Matrix // covariances of the state of the next step, and of what each step adds; nil: not given
	Observation             *Matrix
	Psi                     *PsiVector
	Regressors              []*DynamicRegressor
}

// PsiVector is how noise comes into the state.
type PsiVector struct {
	At       Offset
	Target   string
	Variance float64 // NaN: not given
	Weights  []float64
}

func (d *decoder) stateSpace() *StateSpace {
	a := d.attributes()
	s := &StateSpace{At: a.at, Variance: a.number("variance", Absent), Intercept: a.number("intercept", 0)}
	if text := a.or("period", "none"); text != "none" {
		if s.Period = a.whole("period", 0); s.Period < 1 || s.Period > MaxOrder {
			d.fault(a.at, "period of StateSpaceModel is neither none nor within 1 and %d", MaxOrder)
		}
	}
	d.each(func(name []byte) {
		p := d.attributes()
		switch string(name) {
		case "StateVector", "FinalStateVector": // the latter as an exporter writes it
			s.State = d.oneArray()
		case "TransitionMatrix":
			s.Transition = d.oneMatrix()
		case "MeasurementMatrix":
			s.Measurement = d.oneMatrix()
		case "InterceptVector":
			if p.choice("type", "state", "observation") == "state" {
				s.StateIntercept = d.oneArray()
			} else {
				s.ObservationIntercept = d.oneArray()
			}
		case "PredictedStateCovarianceMatrix":
			s.Predicted = d.oneMatrix()
		case "SelectedStateCovarianceMatrix":
			s.Selected = d.oneMatrix()
		case "ObservationVarianceMatrix":
			s.Observation = d.oneMatrix()
		case "PsiVector":
			s.Psi = d.psiVector(p)
		case "DynamicRegressor":
			s.Regressors = append(s.Regressors, d.dynamicRegressor(p))
		default:
			d.fault(p.at, "%s cannot stand in StateSpaceModel", clip(name))
			d.skip()
		}
	})
	d.stateSpaceFits(s)
	return s
}

func (d *decoder) psiVector(a attributes) *PsiVector {
	p := &PsiVector{At: a.at, Target: a.optional("targetField"), Variance: Absent}
	if text := a.optional("variance"); text != "" {
		x, ok := value.ParseFloat([]byte(text), 64)
		if !ok {
			d.fault(a.at, "variance of PsiVector is not a number: %q", clip([]byte(text)))
		}
		p.Variance = x
	}
	p.Weights = d.oneArray()
	return p
}

// stateSpaceFits finds fault with parts whose sizes differ.
func (d *decoder) stateSpaceFits(s *StateSpace) {
	n := len(s.State)
	if n == 0 || s.Transition == nil || s.Measurement == nil {
		d.fault(s.At, "StateSpaceModel needs StateVector, TransitionMatrix and MeasurementMatrix")
		return
	}
	k := s.Measurement.Rows
	is := func(m *Matrix, rows, cols int) bool { return m == nil || m.Rows == rows && m.Cols == cols }
	switch {
	case k < 1 || !is(s.Transition, n, n) || !is(s.Measurement, k, n):
		d.fault(s.At, "the matrices of StateSpaceModel do not fit a state of %d numbers", n)
	case s.StateIntercept != nil && len(s.StateIntercept) != n || s.ObservationIntercept != nil && len(s.ObservationIntercept) != k:
		d.fault(s.At, "InterceptVector does not fit a state of %d numbers", n)
	case !is(s.Predicted, n, n) || !is(s.Selected, n, n) || !is(s.Observation, k, k):
		d.fault(s.At, "the covariances of StateSpaceModel do not fit a state of %d numbers and %d series", n, k)
	case s.Psi != nil && len(s.Psi.Weights) != n:
		d.fault(s.Psi.At, "PsiVector does not fit a state of %d numbers", n)
	case s.Psi != nil && s.Selected != nil:
		d.fault(s.Psi.At, "PsiVector beside SelectedStateCovarianceMatrix: both say what noise comes into the state")
	}
}
