package compile

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
)

// maxState bounds the matrices that a forecast multiplies step by step.
const maxState = 500

// sparse keeps the cells of a matrix that are not 0, multiplied by scale.
func sparse(m *document.Matrix, scale float64) *program.Sparse {
	if m == nil {
		return nil
	}
	out := &program.Sparse{Starts: []int32{0}}
	for i := range m.Rows {
		for j := range m.Cols {
			if x := m.Cell(i, j) * scale; x != 0 {
				out.Columns, out.Cells = append(out.Columns, int32(j)), append(out.Cells, x)
			}
		}
		out.Starts = append(out.Starts, int32(len(out.Cells)))
	}
	return out
}

// stateSpace compiles a StateSpaceModel. The rows of its MeasurementMatrix are the targets, in the order of MiningSchema.
func (c *compiler) stateSpace(m *model, d *document.TimeSeriesModel, s *document.StateSpace) *program.StateSpace {
	p := &program.StateSpace{State: s.State, StateIntercept: s.StateIntercept}
	series := 1 + len(m.others)
	switch {
	case len(s.State) > maxState:
		c.fault(s.At, "a state of %d numbers is larger than %d", len(s.State), maxState)
	case s.Measurement == nil || s.Transition == nil || len(c.faults) > 0: // told already
	case s.Measurement.Rows != series:
		c.fault(s.At, "MeasurementMatrix has %d rows for %d targets", s.Measurement.Rows, series)
	}
	if len(c.faults) > 0 {
		return p
	}
	p.Transition, p.Regressors = sparse(s.Transition, 1), make([][]*program.Regressor, series)
	for i := range series {
		p.Measurement = append(p.Measurement, s.Measurement.Cells[i*len(s.State):][:len(s.State)])
		intercept := s.Intercept
		if s.ObservationIntercept != nil {
			intercept += s.ObservationIntercept[i]
		}
		p.Intercept = append(p.Intercept, intercept)
	}
	c.stateSpread(m, p, s)
	target := c.targetSeries(m, d)
	for _, r := range s.Regressors {
		if i, ok := c.targetPlace(m, r.Target, r.At); ok {
			p.Regressors[i] = append(p.Regressors[i], c.regressor(m, d, r, s.Period, target, c.end(target), 0))
		}
	}
	return p
}

// targetPlace is the place of a target; without a name that of the only one.
func (c *compiler) targetPlace(m *model, name string, at document.Offset) (int, bool) {
	if m.target == nil && len(m.others) == 0 || len(m.others) == 0 && (name == "" || name == m.target.name) || m.target != nil && name == m.target.name {
		return 0, true
	}
	for i, o := range m.others {
		if o.target.name == name {
			return i + 1, true
		}
	}
	c.fault(at, "targetField %q is no target of the model", name)
	return 0, false
}

// filtered says whether PredictedStateCovarianceMatrix holds the covariances after the last point and not, as its name says, before the next one, as R's
// exporter writes it beside the state of the next one. Where the series have no noise of their own they are known without error at the last point:
// covariances that leave none to them cannot be those of the next point, to which noise is added.
func filtered(p *program.StateSpace, s *document.StateSpace) bool {
	if p.Covariance == nil || p.Added == nil {
		return false
	}
	noise := 0.0
	for i, z := range p.Measurement {
		own := 0.0
		if s.Observation != nil {
			own = s.Observation.Cell(i, i)
		}
		added := p.Added.Form(z)
		if !(math.Abs(p.Covariance.Form(z)) <= 1e-6*added) || own != 0 {
			return false
		}
		noise += added
	}
	return noise > 0
}

// stateSpread compiles the covariances, which variance is a factor of where it is given. The state of the next step has those that
// PredictedStateCovarianceMatrix says, or else the noise of one step.
func (c *compiler) stateSpread(m *model, p *program.StateSpace, s *document.StateSpace) {
	p.Observation = make([]float64, len(p.Measurement))
	scale := s.Variance
	if scale != scale {
		scale = 1
	}
	p.Covariance, p.Added = sparse(s.Predicted, scale), sparse(s.Selected, scale)
	p.Filtered = filtered(p, s)
	p.Known = s.Predicted != nil || s.Selected != nil || s.Observation != nil
	if s.Observation != nil {
		for i := range p.Observation {
			p.Observation[i] = s.Observation.Cell(i, i) * scale
		}
	}
	if s.Psi == nil {
		return
	}
	if s.Psi.Target != "" {
		c.targetPlace(m, s.Psi.Target, s.Psi.At)
	}
	variance := s.Psi.Variance
	if variance != variance {
		variance = s.Variance
	}
	switch {
	case variance != variance: // the spread is not told
		p.Known = false
		return
	case variance < 0:
		c.fault(s.Psi.At, "a negative variance")
		return
	}
	p.Known = true
	for _, x := range s.Psi.Weights {
		p.Psi = append(p.Psi, x*math.Sqrt(variance))
	}
}
