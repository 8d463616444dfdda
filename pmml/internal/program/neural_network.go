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
	Start         int
	Bias          []float64
	From          []int32   // dense: places of the inputs that all neurons have; else those of all neurons one after the other
	Ends          []int32   // nil: dense; else where each neuron's connections end
	Weights       []float64 // dense: by input, then neuron; else beside From
	Width         []float64 // radialBasis, by neuron
	Altitude      []float64
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
	Inputs  []Eval
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
	b := Buffer(f, n, func() *neuralBuffer { return &neuralBuffer{model: n, outputs: make([]float64, n.Outputs)} })
	for i, input := range n.Inputs {
		v := input(f)
		if v.IsMissing() {
			return
		}
		x, ok := v.Float64()
		if !ok {
			f.Fail(InvalidInput, "", "the value "+v.String()+" of an input of the network is not a number")
		}
		if f.failed {
			return
		}
		b.outputs[i] = n.round(x)
	}
	for i := range n.Layers {
		n.layer(&n.Layers[i], b.outputs)
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

func (n *NeuralNetwork) round(x float64) float64 {
	if n.Single {
		return float64(float32(x))
	}
	return x
}

func (n *NeuralNetwork) layer(l *NeuralLayer, all []float64) {
	out := all[l.Start : l.Start+len(l.Bias)]
	switch {
	case l.Activation == RadialBasis:
		l.radial(all, out)
	case n.Single:
		l.sumSingle(all, out)
	case l.Ends == nil:
		l.sumDense(all, out)
	default:
		l.sumSparse(all, out)
	}
	l.activate(out)
	if n.Single {
		for i := range out {
			out[i] = float64(float32(out[i]))
		}
	}
	switch l.Normalization {
	case LinkSoftmax:
		if n.Single {
			softmaxSingle(out)
		} else {
			softmax(out)
		}
	case LinkSimplemax:
		sum := 0.0
		for _, x := range out {
			sum += x
		}
		for i := range out {
			out[i] /= sum
		}
	}
}

// softmax makes shares of exponentials. An infinite output leaves them undefined, NaN.
func softmax(out []float64) {
	most, sum := math.Inf(-1), 0.0
	for _, x := range out {
		most = math.Max(most, x)
	}
	for i, x := range out {
		out[i] = math.Exp(x - most)
		sum += out[i]
	}
	for i := range out {
		out[i] /= sum
	}
}

// softmaxSingle is softmax in single precision.
func softmaxSingle(out []float64) {
	most, sum := math.Inf(-1), float32(0)
	for _, x := range out {
		most = math.Max(most, x)
	}
	for i, x := range out {
		e := float32(math.Exp(float64(float32(x) - float32(most))))
		out[i] = float64(e)
		sum += e
	}
	for i := range out {
		out[i] = float64(float32(out[i]) / sum)
	}
}

// sumDense adds input by input, so that the neurons' sums are independent of each other; each is in the order of the connections.
func (l *NeuralLayer) sumDense(all, out []float64) {
	clear(out)
	n := len(out)
	for i, from := range l.From {
		x, weights := all[from], l.Weights[i*n:i*n+n]
		for j := range weights {
			out[j] += weights[j] * x
		}
	}
	for j, bias := range l.Bias {
		out[j] += bias
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

func (l *NeuralLayer) sumSparse(all, out []float64) {
	for j := range out {
		sum := 0.0
		from, weights := l.connections(j)
		for i, place := range from {
			sum += weights[i] * all[place]
		}
		out[j] = sum + l.Bias[j]
	}
}

func (l *NeuralLayer) sumSingle(all, out []float64) {
	for j := range out {
		sum := float32(0)
		if l.Ends == nil {
			for i, place := range l.From {
				sum += float32(float32(l.Weights[i*len(out)+j]) * float32(all[place]))
			}
		} else {
			from, weights := l.connections(j)
			for i, place := range from {
				sum += float32(float32(weights[i]) * float32(all[place]))
			}
		}
		out[j] = float64(sum + float32(l.Bias[j]))
	}
}

// radial is the activation of radial basis functions: altitude^fan-in · exp(-Σ(x-w)²/(2·width²)).
func (l *NeuralLayer) radial(all, out []float64) {
	for j := range out {
		sum, fan := 0.0, len(l.From)
		add := func(x, w float64) { sum += (x - w) * (x - w) }
		if l.Ends == nil {
			for i, place := range l.From {
				add(all[place], l.Weights[i*len(out)+j])
			}
		} else {
			from, weights := l.connections(j)
			fan = len(from)
			for i, place := range from {
				add(all[place], weights[i])
			}
		}
		out[j] = math.Exp(float64(fan)*math.Log(l.Altitude[j]) - sum/(2*l.Width[j]*l.Width[j]))
	}
}

func (l *NeuralLayer) activate(out []float64) {
	for i, z := range out {
		switch l.Activation {
		case Threshold:
			out[i] = 0
			if z > l.Threshold {
				out[i] = 1
			}
		case Logistic:
			out[i] = 1 / (1 + math.Exp(-z))
		case Tanh:
			out[i] = math.Tanh(z)
		case Exponential:
			out[i] = math.Exp(z)
		case Reciprocal:
			out[i] = 1 / z
		case Square:
			out[i] = z * z
		case Gauss:
			out[i] = math.Exp(-z * z)
		case Sine:
			out[i] = math.Sin(z)
		case Cosine:
			out[i] = math.Cos(z)
		case Elliott:
			out[i] = z / (1 + math.Abs(z))
		case Arctan:
			out[i] = 2 * math.Atan(z) / math.Pi
		case Rectifier:
			out[i] = math.Max(0, z)
		}
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
		if y[other] = 1 - y[winner]; y[other] > y[winner] {
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
