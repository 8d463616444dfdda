package program

import "math"

// StateSpace goes on from a state that is already that of the next step: x ← Transition·x + StateIntercept, y = Measurement·x + Intercept.
type StateSpace struct {
	State          []float64
	Transition     *Sparse
	Measurement    [][]float64 // by series
	StateIntercept []float64   // nil: none
	Intercept      []float64   // by series
	Covariance     *Sparse     // of the state; nil: that of what a step adds
	Filtered       bool        // whether Covariance is that of the last point, and not of the next one
	Added          *Sparse     // covariances of what a step adds to the state; nil: none
	Psi            []float64   // or the weights of noise of variance 1 in it; nil: none
	Observation    []float64   // variances of the series' own noise
	Known          bool        // whether the document tells of the spread
	Regressors     [][]*Regressor
}

// Sparse are the cells of a matrix that are not 0, row by row.
type Sparse struct {
	Starts  []int32 // of each row, and the end
	Columns []int32
	Cells   []float64
}

// Forecast moves the state on and measures it.
func (s *StateSpace) Forecast(f *Frame, b *seriesBuffer, h int) bool {
	work := len(s.State) + len(s.Transition.Cells)
	if s.Known {
		work += len(s.Measurement) * (work + s.Added.len())
	}
	for _, of := range s.Regressors {
		work += regressorWork(of)
	}
	if int64(work)*int64(h) > maxForecast {
		f.Fail(Limit, "", "the model is too large for so many steps")
		return false
	}
	s.means(b, h)
	for i := range b.points {
		p := &b.points[i]
		p.deviation = math.NaN()
		if s.Known {
			p.deviation = math.Sqrt(s.variance(b, i, h))
		}
		for _, r := range s.Regressors[i] {
			x, ok := r.effect(f, b, h)
			if !ok {
				return false
			}
			p.mean += x
		}
	}
	return true
}

// means fills the means of the points.
func (s *StateSpace) means(b *seriesBuffer, h int) {
	n := len(s.State)
	rows := room(&b.rows, 2*n)
	x, next := rows[:n], rows[n:]
	copy(x, s.State)
	for range h - 1 {
		for i := range next {
			next[i] = 0
			if s.StateIntercept != nil {
				next[i] = s.StateIntercept[i]
			}
			next[i] += s.Transition.row(i, x)
		}
		x, next = next, x
	}
	for i, z := range s.Measurement {
		mean := s.Intercept[i]
		for j, c := range z {
			mean += c * x[j]
		}
		b.points[i].mean = mean
	}
}

// variance is Z Tʰ⁻¹ P (Z Tʰ⁻¹)' + Σ Z Tᵏ V (Z Tᵏ)' + H, by the rows Z Tᵏ, with P of the next point; by one step more with that of the last.
func (s *StateSpace) variance(b *seriesBuffer, series, h int) float64 {
	n := len(s.State)
	rows := room(&b.rows, 2*n)
	u, next := rows[:n], rows[n:]
	copy(u, s.Measurement[series])
	sum := s.Observation[series]
	steps := h - 1
	if s.Filtered {
		steps = h
	}
	for range steps {
		sum += s.added(u)
		for i := range next {
			next[i] = 0
		}
		s.Transition.addTransposed(u, next)
		u, next = next, u
	}
	if s.Covariance == nil {
		return sum + s.added(u)
	}
	return sum + s.Covariance.Form(u)
}

// added is the variance that a step adds in the direction u.
func (s *StateSpace) added(u []float64) float64 {
	switch {
	case s.Psi != nil:
		sum := 0.0
		for i, c := range s.Psi {
			sum += c * u[i]
		}
		return sum * sum
	case s.Added != nil:
		return s.Added.Form(u)
	}
	return 0
}

func (m *Sparse) len() int {
	if m == nil {
		return 0
	}
	return len(m.Cells)
}

// row is the product of a row with x.
func (m *Sparse) row(i int, x []float64) float64 {
	sum := 0.0
	for k := m.Starts[i]; k < m.Starts[i+1]; k++ {
		sum += m.Cells[k] * x[m.Columns[k]]
	}
	return sum
}

// addTransposed adds u·m to out.
func (m *Sparse) addTransposed(u, out []float64) {
	for i, x := range u {
		for k := m.Starts[i]; k < m.Starts[i+1]; k++ {
			out[m.Columns[k]] += x * m.Cells[k]
		}
	}
}

// Form is u·m·u'.
func (m *Sparse) Form(u []float64) float64 {
	sum := 0.0
	for i, x := range u {
		sum += x * m.row(i, u)
	}
	return sum
}

// Bytes is the memory of the matrix.
func (m *Sparse) Bytes() int64 {
	if m == nil {
		return 0
	}
	return bytesOf(m.Starts) + bytesOf(m.Columns) + bytesOf(m.Cells)
}

// Bytes is the memory of the matrices.
func (s *StateSpace) Bytes() int64 {
	n := bytesOf(s.State) + s.Transition.Bytes() + s.Covariance.Bytes() + s.Added.Bytes() + bytesOf(s.Psi) + bytesOf(s.StateIntercept)
	for i := range s.Measurement {
		n += bytesOf(s.Measurement[i])
	}
	for _, of := range s.Regressors {
		for _, r := range of {
			n += r.Bytes()
		}
	}
	return n
}
