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
	Rounded              bool // 3.1 and 3.2: a value nearer to 0 than to 1 means the alternate category
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
	kernels[T](s, b)
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

// kernels computes the kernel of each vector, four vectors side by side: their sums do not wait for each other.
func kernels[T real](s *SupportVectorMachines, b *supportBuffer) {
	n, i := len(b.x), 0
	for ; i+4 <= len(b.kernels); i += 4 {
		v := s.Vectors[i*n : i*n+4*n]
		var sums [4]T
		if s.Kind == RadialBasisKernel {
			sums = fourSquares[T](b.x, v[:n], v[n:2*n], v[2*n:3*n], v[3*n:])
		} else {
			sums = fourProducts[T](b.x, v[:n], v[n:2*n], v[2*n:3*n], v[3*n:])
		}
		for j, sum := range sums {
			b.kernels[i+j] = kernel(s, sum)
		}
	}
	for ; i < len(b.kernels); i++ {
		sum, v := T(0), s.Vectors[i*n:i*n+n]
		for j, x := range b.x {
			if s.Kind == RadialBasisKernel {
				d := T(x) - T(v[j])
				sum += times(d, d)
			} else {
				sum += times(T(x), T(v[j]))
			}
		}
		b.kernels[i] = kernel(s, sum)
	}
}

// fourSquares are the squared distances of a point from four others.
func fourSquares[T real](x, v0, v1, v2, v3 []float64) (sums [4]T) {
	v0, v1, v2, v3 = v0[:len(x)], v1[:len(x)], v2[:len(x)], v3[:len(x)]
	var s0, s1, s2, s3 T
	for i := range x {
		d0, d1, d2, d3 := T(x[i])-T(v0[i]), T(x[i])-T(v1[i]), T(x[i])-T(v2[i]), T(x[i])-T(v3[i])
		s0 += times(d0, d0)
		s1 += times(d1, d1)
		s2 += times(d2, d2)
		s3 += times(d3, d3)
	}
	return [4]T{s0, s1, s2, s3}
}

// fourProducts are the dot products of a point and four others.
func fourProducts[T real](x, v0, v1, v2, v3 []float64) (sums [4]T) {
	v0, v1, v2, v3 = v0[:len(x)], v1[:len(x)], v2[:len(x)], v3[:len(x)]
	var s0, s1, s2, s3 T
	for i := range x {
		s0 += times(T(x[i]), T(v0[i]))
		s1 += times(T(x[i]), T(v1[i]))
		s2 += times(T(x[i]), T(v2[i]))
		s3 += times(T(x[i]), T(v3[i]))
	}
	return [4]T{s0, s1, s2, s3}
}

// kernel is the kernel function of a squared distance or dot product.
func kernel[T real](s *SupportVectorMachines, sum T) float64 {
	switch s.Kind {
	case RadialBasisKernel:
		return float64(exponential(-T(s.Gamma) * sum))
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
		target = x >= 0.5
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
