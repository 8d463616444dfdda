package program

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// KernelKind is a kernel of support vector machines.
type KernelKind uint8

// The kernels (specification, SupportVectorMachine).
const (
	LinearKernel KernelKind = iota
	PolynomialKernel
	RadialBasisKernel
	SigmoidKernel
)

// VectorField is a coordinate of a row.
type VectorField struct {
	Ref         Ref
	Default     value.Value // instead of a missing number, missing where there is none
	Category    bool
	Value       value.Value
	Coefficient float64
}

// Machine is a SupportVectorMachine: Constant + Σ Weights·kernel of Vectors, or of the coordinates themselves.
type Machine struct {
	Threshold         float64
	Constant          float64
	Weights           []float64
	Vectors           []int32 // nil: the weights are of the coordinates
	Target, Alternate int32   // classes
}

// SupportVectorMachines is a SupportVectorMachineModel.
type SupportVectorMachines struct {
	Single               bool
	Kind                 KernelKind
	Gamma, Coef0, Degree float64
	Fields               []VectorField
	Vectors              []float64 // row by row
	Machines             []Machine
	Classes              []value.Value // nil: a regression
	Votes                bool          // one against one; else the smallest value wins, or with MaxWins the greatest
	MaxWins              bool
	Rounded              bool // 3.1 and 3.2: a machine that rounds to 0 means the alternate category
}

// supportBuffer is scratch of a row: its coordinates, the kernel of each vector, the value of each machine.
type supportBuffer struct{ x, kernels, values []float64 }

// Score evaluates the machines. The kernel of a vector is computed once for all of them. A missing coordinate leaves no prediction.
func (s *SupportVectorMachines) Score(f *Frame, p *Prediction) {
	if s.Single {
		runMachines[float32](s, f, p)
	} else {
		runMachines[float64](s, f, p)
	}
}

func runMachines[T real](s *SupportVectorMachines, f *Frame, p *Prediction) {
	n := len(s.Fields)
	b := Buffer(f, s, func() *supportBuffer {
		return &supportBuffer{make([]float64, n), make([]float64, len(s.Vectors)/max(n, 1)), make([]float64, len(s.Machines))}
	})
	for i := range s.Fields {
		x, ok := s.Fields[i].coordinate(f)
		if !ok {
			return
		}
		b.x[i] = float64(T(x))
	}
	for i := range b.kernels {
		b.kernels[i] = kernel[T](s, b.x, s.Vectors[i*n:i*n+n])
	}
	for i := range s.Machines {
		b.values[i] = float64(machineValue[T](&s.Machines[i], b))
	}
	switch {
	case s.Classes == nil:
		p.Value = number(T(b.values[0]))
	case s.Votes:
		s.vote(p, b.values)
	default:
		s.best(p, b.values)
	}
}

func (v *VectorField) coordinate(f *Frame) (float64, bool) {
	if !v.Category {
		return f.NumberOr(v.Ref, &v.Default)
	}
	x := f.At(v.Ref)
	if x.IsMissing() {
		return 0, false
	}
	if value.Equal(*x, v.Value) {
		return v.Coefficient, true
	}
	return 0, true
}

func kernel[T real](s *SupportVectorMachines, x, v []float64) float64 {
	sum := T(0)
	v = v[:len(x)]
	if s.Kind == RadialBasisKernel {
		for i := range x {
			d := T(x[i]) - T(v[i])
			sum += times(d, d)
		}
		return float64(exponential(-T(s.Gamma) * sum))
	}
	for i := range x {
		sum += times(T(x[i]), T(v[i]))
	}
	switch s.Kind {
	case PolynomialKernel:
		return float64(raised(times(T(s.Gamma), sum)+T(s.Coef0), T(s.Degree)))
	case SigmoidKernel:
		return float64(T(math.Tanh(float64(times(T(s.Gamma), sum) + T(s.Coef0)))))
	}
	return float64(sum)
}

func machineValue[T real](m *Machine, b *supportBuffer) T {
	sum := T(0)
	if m.Vectors == nil {
		for i, w := range m.Weights {
			sum += times(T(w), T(b.x[i]))
		}
		return sum + T(m.Constant)
	}
	for i, v := range m.Vectors {
		sum += times(T(m.Weights[i]), T(b.kernels[v]))
	}
	return sum + T(m.Constant)
}

// vote gives each machine's vote to one of its two categories; the probabilities are shares of the votes.
func (s *SupportVectorMachines) vote(p *Prediction, values []float64) {
	votes := p.Classes(len(s.Classes))
	for i, x := range values {
		m := &s.Machines[i]
		votes[m.choice(x, s)]++
	}
	best := int(s.Machines[0].choice(values[0], s))
	for i, x := range values { // of equals the one that got a vote first
		if c := int(s.Machines[i].choice(x, s)); votes[c] > votes[best] {
			best = c
		}
	}
	for i := range votes {
		votes[i] /= float64(len(values))
	}
	p.Probabilities, p.Confidences = votes, votes
	p.Choose(s.Classes, best)
}

// choice is the category that a value of the machine means.
func (m *Machine) choice(x float64, s *SupportVectorMachines) int32 {
	target := x < m.Threshold
	switch {
	case s.Rounded:
		target = math.Floor(x+0.5) != 0
	case s.MaxWins:
		target = x > m.Threshold
	}
	if target {
		return m.Target
	}
	return m.Alternate
}

func (s *SupportVectorMachines) best(p *Prediction, values []float64) {
	best := 0
	for i, x := range values {
		if s.MaxWins && x > values[best] || !s.MaxWins && x < values[best] {
			best = i
		}
	}
	p.Choose(s.Classes, int(s.Machines[best].Target))
}

// Bytes is the memory of the vectors.
func (s *SupportVectorMachines) Bytes() int64 {
	n := bytesOf(s.Fields) + bytesOf(s.Vectors) + bytesOf(s.Machines)
	for i := range s.Machines {
		n += bytesOf(s.Machines[i].Weights) + bytesOf(s.Machines[i].Vectors)
	}
	return n
}
