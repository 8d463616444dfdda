package program

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Activation is an activationFunction.
type Activation uint8

// The activation functions (specification, NeuralNetwork).
const (
	Threshold Activation = iota
	Logistic
	Tanh
	Identity
	Exponential
	Reciprocal
	Square
	Gauss
	Sine
	Cosine
	Elliott
	Arctan
	Rectifier
	RadialBasis
)

// NeuralLayer is a layer. Its neurons' outputs stand one after the other in the network's outputs, from Start.
type NeuralLayer struct {
	Activation    Activation
	Normalization Link // LinkNone, LinkSimplemax, LinkSoftmax
	Threshold     float64
	Leakage       float64 // slope of a rectifier below 0
	Start         int
	Bias          []float64
	From          []int32   // dense: places of the inputs that all neurons have; else those of all neurons one after the other
	Ends          []int32   // nil: dense; else where each neuron's connections end
	Weights       []float64 // dense: by input, then neuron; else beside From
	Width         []float64 // radialBasis, by neuron
	Altitude      []float64
}

// NeuralInput is a field as it is, or an expression.
type NeuralInput struct {
	Ref  Ref  // where Eval is nil
	Eval Eval // nil: the field
}

func (n *NeuralInput) number(f *Frame) (float64, bool) {
	if n.Eval == nil {
		return f.Number(n.Ref)
	}
	v := n.Eval(f)
	return f.numberOf(&v)
}

// NeuralTarget is what the outputs say about one target.
type NeuralTarget struct {
	ID      int   // instance whose prediction it is, -1: the network's own
	Neurons []int // places of the outputs
	IDs     []value.Value
	Class   []int32       // by neuron; nil: a number
	Classes []value.Value // of a classification
	Inverse func(x float64) (float64, bool)
}

// NeuralNetwork is a NeuralNetwork.
type NeuralNetwork struct {
	Single  bool
	Inputs  []NeuralInput
	Layers  []NeuralLayer
	Targets []NeuralTarget
	Outputs int // of all neurons and inputs
}

type neuralBuffer struct {
	model   *NeuralNetwork
	outputs []float64
	ranked  *NeuralTarget
}

// Score runs the network. A missing input leaves the targets without a value.
func (n *NeuralNetwork) Score(f *Frame, p *Prediction) {
	if n.Single {
		runNetwork[float32](n, f, p)
	} else {
		runNetwork[float64](n, f, p)
	}
}

func runNetwork[T real](n *NeuralNetwork, f *Frame, p *Prediction) {
	b := Buffer(f, n, func() *neuralBuffer { return &neuralBuffer{model: n, outputs: make([]float64, n.Outputs)} })
	for i := range n.Inputs {
		x, ok := n.Inputs[i].number(f)
		if !ok || f.failed {
			return
		}
		b.outputs[i] = float64(T(x))
	}
	for i := range n.Layers {
		runLayer[T](&n.Layers[i], b.outputs)
	}
	for i := range n.Targets {
		t := &n.Targets[i]
		to := p
		if t.ID >= 0 {
			to = f.Prediction(t.ID)
		}
		t.predict(b, to, n.Single)
	}
}

func runLayer[T real](l *NeuralLayer, all []float64) {
	out := all[l.Start : l.Start+len(l.Bias)]
	switch {
	case l.Activation == RadialBasis:
		radial[T](l, all, out)
	case l.Ends == nil:
		sumDense[T](l, all, out)
	default:
		sumSparse[T](l, all, out)
	}
	activate[T](l, out)
	switch l.Normalization {
	case LinkSoftmax:
		softmax[T](out)
	case LinkSimplemax:
		divide[T](out)
	}
}

// softmax makes shares of exponentials. An infinite output leaves them undefined, NaN.
func softmax[T real](out []float64) {
	most := math.Inf(-1)
	for _, x := range out {
		most = math.Max(most, x)
	}
	for i, x := range out {
		out[i] = float64(exponential(T(x) - T(most)))
	}
	divide[T](out)
}

// divide divides by the sum.
func divide[T real](out []float64) {
	sum := T(0)
	for _, x := range out {
		sum += T(x)
	}
	for i, x := range out {
		out[i] = float64(T(x) / sum)
	}
}

// sumDense sums the neurons of a dense layer, each in the order of its connections, the bias last.
func sumDense[T real](l *NeuralLayer, all, out []float64) {
	n := len(out)
	if n < 8 {
		for j := range out {
			sum := T(0)
			for i, from := range l.From {
				sum += times(T(l.Weights[i*n+j]), T(all[from]))
			}
			out[j] = float64(sum + T(l.Bias[j]))
		}
		return
	}
	for first := 0; first < n; first += 8 {
		sumEight[T](l, all, out, min(first, n-8)) // the last eight may have been summed in part before
	}
}

// sumEight sums eight neurons side by side, so that their sums do not wait for each other.
func sumEight[T real](l *NeuralLayer, all, out []float64, first int) {
	var s0, s1, s2, s3, s4, s5, s6, s7 T
	at := first
	for _, from := range l.From {
		x, w := T(all[from]), l.Weights[at:at+8:at+8]
		s0 += times(T(w[0]), x)
		s1 += times(T(w[1]), x)
		s2 += times(T(w[2]), x)
		s3 += times(T(w[3]), x)
		s4 += times(T(w[4]), x)
		s5 += times(T(w[5]), x)
		s6 += times(T(w[6]), x)
		s7 += times(T(w[7]), x)
		at += len(out)
	}
	to, bias := out[first:first+8], l.Bias[first:first+8]
	for j, sum := range [8]T{s0, s1, s2, s3, s4, s5, s6, s7} {
		to[j] = float64(sum + T(bias[j]))
	}
}

// connections are those of a neuron of a layer that is not dense.
func (l *NeuralLayer) connections(neuron int) (from []int32, weights []float64) {
	begin := int32(0)
	if neuron > 0 {
		begin = l.Ends[neuron-1]
	}
	return l.From[begin:l.Ends[neuron]], l.Weights[begin:l.Ends[neuron]]
}

func sumSparse[T real](l *NeuralLayer, all, out []float64) {
	for j := range out {
		sum := T(0)
		from, weights := l.connections(j)
		for i, place := range from {
			sum += times(T(weights[i]), T(all[place]))
		}
		out[j] = float64(sum + T(l.Bias[j]))
	}
}

// radial is the activation of radial basis functions: altitude^fan-in · exp(-Σ(x-w)²/(2·width²)).
func radial[T real](l *NeuralLayer, all, out []float64) {
	for j := range out {
		sum, fan := T(0), len(l.From)
		add := func(x, w T) { sum += times(x-w, x-w) }
		if l.Ends == nil {
			for i, place := range l.From {
				add(T(all[place]), T(l.Weights[i*len(out)+j]))
			}
		} else {
			from, weights := l.connections(j)
			fan = len(from)
			for i, place := range from {
				add(T(all[place]), T(weights[i]))
			}
		}
		width, altitude := T(l.Width[j]), T(l.Altitude[j])
		out[j] = float64(exponential(times(T(fan), T(math.Log(float64(altitude)))) - sum/(2*width*width)))
	}
}

// activate applies the layer's activation function (specification, NeuralNetwork); that of radial basis functions is applied already.
func activate[T real](l *NeuralLayer, out []float64) {
	switch l.Activation {
	case Threshold:
		threshold := T(l.Threshold)
		replace(out, func(z T) T {
			if z > threshold {
				return 1
			}
			return 0
		})
	case Logistic:
		replace(out, logistic[T])
	case Tanh:
		replace(out, func(z T) T { return T(math.Tanh(float64(z))) })
	case Exponential:
		replace(out, exponential[T])
	case Reciprocal:
		replace(out, func(z T) T { return 1 / z })
	case Square:
		replace(out, func(z T) T { return z * z })
	case Gauss:
		replace(out, func(z T) T { return exponential(-(z * z)) })
	case Sine:
		replace(out, func(z T) T { return T(math.Sin(float64(z))) })
	case Cosine:
		replace(out, func(z T) T { return T(math.Cos(float64(z))) })
	case Elliott:
		replace(out, func(z T) T { return z / (1 + max(z, -z)) })
	case Arctan:
		replace(out, func(z T) T { return 2 * T(math.Atan(float64(z))) / math.Pi })
	case Rectifier:
		if l.Leakage == 0 {
			replace(out, func(z T) T { return max(0, z) })
			return
		}
		leakage := T(l.Leakage)
		replace(out, func(z T) T { return max(0, z) + leakage*min(0, z) })
	}
}

func replace[T real](out []float64, f func(z T) T) {
	for i, z := range out {
		out[i] = float64(f(T(z)))
	}
}

func (t *NeuralTarget) predict(b *neuralBuffer, p *Prediction, single bool) {
	if t.Class == nil {
		y, ok := t.Inverse(b.outputs[t.Neurons[0]])
		switch {
		case ok && single:
			p.Value = value.OfSingle(y)
		case ok:
			p.Value = value.OfFloat(y)
		}
		p.Entity = t.IDs[0]
		return
	}
	y := p.Classes(len(t.Classes))
	best := 0
	for i, place := range t.Neurons {
		y[t.Class[i]] = b.outputs[place]
		if b.outputs[place] > b.outputs[t.Neurons[best]] {
			best = i
		}
	}
	winner := int(t.Class[best])
	if len(t.Neurons) == 1 && len(y) == 2 { // one neuron for two categories: the other has what is left
		other := 1 - winner
		y[other] = 1 - y[winner]
		if single {
			y[other] = float64(float32(y[other]))
		}
		if y[other] > y[winner] {
			winner = other
		}
	}
	p.Probabilities, p.Confidences = y, y
	p.Choose(t.Classes, winner)
	p.Entity = t.IDs[best]
	b.ranked, p.Entities = t, b
}

// Ranked ranks the output neurons of a classification.
func (b *neuralBuffer) Ranked(rank int) (id value.Value, affinity float64, ok bool) {
	t := b.ranked
	for i, place := range t.Neurons {
		before := 0
		for j, other := range t.Neurons {
			if x, y := b.outputs[other], b.outputs[place]; x > y || x == y && j < i {
				before++
			}
		}
		if before == rank-1 {
			return t.IDs[i], b.outputs[place], true
		}
	}
	return value.Missing(), 0, false
}

// Affinity is the output of the neuron with an id.
func (b *neuralBuffer) Affinity(id string) (float64, bool) {
	for i, v := range b.ranked.IDs {
		if v.String() == id {
			return b.outputs[b.ranked.Neurons[i]], true
		}
	}
	return 0, false
}

// Bytes is the memory of the layers.
func (n *NeuralNetwork) Bytes() int64 {
	total := bytesOf(n.Layers) + bytesOf(n.Targets) + int64(len(n.Inputs))*closureBytes
	for i := range n.Layers {
		l := &n.Layers[i]
		total += bytesOf(l.Bias) + bytesOf(l.From) + bytesOf(l.Ends) + bytesOf(l.Weights) + bytesOf(l.Width) + bytesOf(l.Altitude)
	}
	return total
}
