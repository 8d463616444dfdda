package program

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// ProcessKernel is the covariance function of a Gaussian process.
type ProcessKernel struct {
	Kind          string // RadialBasis, ARDSquaredExponential, AbsoluteExponential, GeneralizedExponential
	Gamma, Degree float64
	Lambda        []float64 // by field
}

// Between is the covariance of two points.
func (k *ProcessKernel) Between(x, z []float64) float64 {
	sum := 0.0
	for i := range x {
		d := math.Abs(x[i]-z[i]) / k.Lambda[i]
		switch k.Kind {
		case "AbsoluteExponential":
			sum += d
		case "GeneralizedExponential":
			sum += math.Pow(d, k.Degree)
		default:
			sum += d * d / 2
		}
	}
	return k.Gamma * math.Exp(-sum)
}

// GaussianProcess is a GaussianProcessModel (specification, GaussianProcess).
type GaussianProcess struct {
	Kernel  ProcessKernel
	Refs    []Ref
	Points  []float64     // row by row
	Weights []float64     // (K + σ²I)⁻¹y
	Factor  *mat.Cholesky // of K + σ²I
	Noise   float64       // what the variance of a prediction holds besides
}

type processBuffer struct {
	model   *GaussianProcess
	x, k    []float64
	mean    float64
	own     float64 // k(x, x)
	between *mat.VecDense
	solved  *mat.VecDense
}

// Score predicts the mean.
func (g *GaussianProcess) Score(f *Frame, p *Prediction) {
	n := len(g.Weights)
	b := Buffer(f, g, func() *processBuffer {
		k := make([]float64, n)
		return &processBuffer{model: g, x: make([]float64, len(g.Refs)), k: k, between: mat.NewVecDense(n, k), solved: mat.NewVecDense(n, nil)}
	})
	for i, ref := range g.Refs {
		x, ok := f.Number(ref)
		if !ok {
			return
		}
		b.x[i] = x
	}
	width := len(b.x)
	b.mean = 0
	for i := range b.k {
		b.k[i] = g.Kernel.Between(b.x, g.Points[i*width:i*width+width])
		b.mean += b.k[i] * g.Weights[i]
	}
	b.own = g.Kernel.Between(b.x, b.x)
	p.Value, p.Spread = value.OfFloat(b.mean), b
}

// StandardDeviation is √(k(x,x) - kᵀ(K + σ²I)⁻¹k), with the noise where the version says so.
func (b *processBuffer) StandardDeviation() (float64, bool) {
	if b.model.Factor.SolveVecTo(b.solved, b.between) != nil {
		return 0, false
	}
	variance := b.own - mat.Dot(b.between, b.solved) + b.model.Noise
	return math.Sqrt(math.Max(0, variance)), true
}

// StandardError is the standard deviation of the prediction.
func (b *processBuffer) StandardError() (float64, bool) { return b.StandardDeviation() }

// Interval is that of the normal distribution that the process predicts.
func (b *processBuffer) Interval(level float64) (lower, upper float64, ok bool) {
	deviation, ok := b.StandardDeviation()
	wide := distuv.UnitNormal.Quantile((1+level)/2) * deviation
	return b.mean - wide, b.mean + wide, ok
}

// Bytes is the memory of the training rows and the factor.
func (g *GaussianProcess) Bytes() int64 {
	return bytesOf(g.Refs) + bytesOf(g.Points) + bytesOf(g.Weights) + int64(len(g.Weights)*len(g.Weights)*8)
}
