package document

import "github.com/beam-pmml/beam-pmml/pmml/value"

// NeuralNetwork is the content of a NeuralNetwork.
type NeuralNetwork struct {
	Activation      string
	Normalization   string
	Threshold       float64
	Leakage         float64 // x-leakage: slope of a rectifier below 0
	Width, Altitude float64 // NaN: not given
	Inputs          []NeuralInput
	Layers          []NeuralLayer
	Outputs         []NeuralOutput
}

// NeuralInput feeds a field into the network.
type NeuralInput struct {
	At    Offset
	ID    string
	Field *DerivedField
}

// NeuralLayer of a NeuralNetwork.
type NeuralLayer struct {
	At                         Offset
	Activation                 string // "": the network's
	Normalization              string // "": the network's
	Threshold, Width, Altitude float64
	Leakage                    float64 // NaN: the network's
	Neurons                    []Neuron
}

// Neuron of a NeuralLayer.
type Neuron struct {
	At              Offset
	ID              string
	Bias            float64
	Width, Altitude float64 // NaN: not given
	From            []string
	Weights         []float64
}

// NeuralOutput says what a neuron's output means.
type NeuralOutput struct {
	At     Offset
	Neuron string
	Field  *DerivedField
}

var activations = []string{"threshold", "logistic", "tanh", "identity", "exponential", "reciprocal", "square", "Gauss", "sine", "cosine", "Elliott", "arctan", "rectifier", "radialBasis"}

// neuralNetwork decodes a NeuralNetwork.
func (d *decoder) neuralNetwork(m *Model) body {
	a := d.attributes()
	n := &NeuralNetwork{Threshold: a.number("threshold", 0), Leakage: a.number("x-leakage", 0), Width: a.number("width", Absent), Altitude: a.number("altitude", 1)}
	n.Activation = a.choice("activationFunction", append([]string{""}, activations...)...)
	n.Normalization = a.choice("normalizationMethod", "none", "simplemax", "softmax")
	m.Body = n
	return body{
		child: func(name []byte) bool {
			switch string(name) {
			case "NeuralInputs":
				d.only("NeuralInput", func(a attributes) {
					n.Inputs = append(n.Inputs, NeuralInput{At: a.at, ID: a.required("id"), Field: d.onlyDerivedField("NeuralInput")})
				})
			case "NeuralLayer":
				n.Layers = append(n.Layers, d.neuralLayer())
			case "NeuralOutputs":
				d.only("NeuralOutput", func(a attributes) {
					n.Outputs = append(n.Outputs, NeuralOutput{At: a.at, Neuron: a.required("outputNeuron"), Field: d.onlyDerivedField("NeuralOutput")})
				})
			default:
				return false
			}
			return true
		},
		extended: leakage(&n.Leakage),
		finish: func() {
			switch {
			case len(n.Inputs) == 0:
				d.fault(m.At, "NeuralNetwork has no NeuralInput")
			case len(n.Layers) == 0:
				d.fault(m.At, "NeuralNetwork has no NeuralLayer")
			case len(n.Outputs) == 0:
				d.fault(m.At, "NeuralNetwork has no NeuralOutput")
			}
		},
	}
}

// onlyDerivedField reads the one DerivedField that an element holds; nil after a fault.
func (d *decoder) onlyDerivedField(parent string) (f *DerivedField) {
	at := d.at()
	d.each(func(name []byte) {
		if string(name) != "DerivedField" || f != nil {
			d.fault(d.at(), "%s cannot stand in %s", clip(name), parent)
			d.skip()
			return
		}
		f = d.derivedField()
	})
	if f == nil {
		d.fault(at, "%s has no DerivedField", parent)
	}
	return f
}

// leakage reads x-leakage where an upgrade keeps it, in an Extension.
func leakage(to *float64) func(name, text string) {
	return func(name, text string) {
		if x, ok := value.ParseFloat([]byte(text), 64); ok && name == "x-leakage" {
			*to = x
		}
	}
}

func (d *decoder) neuralLayer() NeuralLayer {
	a := d.attributes()
	l := NeuralLayer{At: a.at, Threshold: a.number("threshold", Absent), Leakage: a.number("x-leakage", Absent), Width: a.number("width", Absent), Altitude: a.number("altitude", Absent)}
	l.Activation = a.choice("activationFunction", append([]string{""}, activations...)...)
	l.Normalization = a.choice("normalizationMethod", "", "none", "simplemax", "softmax")
	a.tally("numberOfNeurons")
	d.eachExtended(func(name []byte) {
		a := d.attributes()
		if string(name) != "Neuron" {
			d.fault(a.at, "%s cannot stand in NeuralLayer", clip(name))
			d.skip()
			return
		}
		neuron := Neuron{At: a.at, ID: a.required("id"), Bias: a.number("bias", 0), Width: a.number("width", Absent), Altitude: a.number("altitude", Absent)}
		d.only("Con", func(a attributes) {
			neuron.From = append(neuron.From, a.required("from"))
			neuron.Weights = append(neuron.Weights, a.requiredNumber("weight"))
		})
		if len(neuron.From) == 0 {
			d.fault(neuron.At, "Neuron has no Con")
		}
		l.Neurons = append(l.Neurons, neuron)
	}, leakage(&l.Leakage))
	if len(l.Neurons) == 0 {
		d.fault(l.At, "NeuralLayer has no Neuron")
	}
	return l
}
