package compile

import (
	"math"
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

var activationFunctions = map[string]program.Activation{
	"threshold": program.Threshold, "logistic": program.Logistic, "tanh": program.Tanh, "identity": program.Identity, "exponential": program.Exponential,
	"reciprocal": program.Reciprocal, "square": program.Square, "Gauss": program.Gauss, "sine": program.Sine, "cosine": program.Cosine, "Elliott": program.Elliott,
	"arctan": program.Arctan, "rectifier": program.Rectifier, "radialBasis": program.RadialBasis,
}

// neuralBuilder compiles a NeuralNetwork (specification, NeuralNetwork).
type neuralBuilder struct {
	c      *compiler
	m      *model
	d      *document.NeuralNetwork
	n      *program.NeuralNetwork
	places map[string]int32 // of neurons and inputs among the outputs, by id
	// derived are the expressions of derived fields, by name; those of the network go before those of the document.
	derived map[string]document.Expression
}

func (c *compiler) neuralNetwork(m *model) program.Scorer {
	d := m.doc.Body.(*document.NeuralNetwork)
	b := &neuralBuilder{c: c, m: m, d: d, n: &program.NeuralNetwork{Single: m.doc.Single}, places: map[string]int32{}}
	if m.classes == nil && m.doc.Function != "regression" && m.doc.Function != "mixed" && len(m.others) == 0 {
		c.fault(m.doc.At, "functionName of NeuralNetwork is %q", m.doc.Function)
	}
	b.derived = map[string]document.Expression{}
	for _, derived := range slices.Concat(c.doc.Derived, m.doc.Local) {
		b.derived[derived.Name] = derived.Body
	}
	for i := range d.Inputs {
		b.input(&d.Inputs[i])
	}
	for i := range d.Layers {
		b.layer(&d.Layers[i])
	}
	b.n.Outputs = len(b.places)
	b.outputs()
	return b.n
}

// place gives a neuron or input its place.
func (b *neuralBuilder) place(id string, at document.Offset) {
	if _, ok := b.places[id]; ok {
		b.c.fault(at, "two neurons have the id %q", id)
		id = "\x00" + id + string(rune(len(b.places)))
	}
	b.places[id] = int32(len(b.places))
}

func (b *neuralBuilder) input(d *document.NeuralInput) {
	b.place(d.ID, d.At)
	if d.Field == nil {
		return
	}
	eval, typ := b.c.expression(d.Field.Body, b.m.scope)
	if eval == nil {
		return
	}
	want := b.c.dataType(d.Field.DataType, d.Field.At)
	if want == value.Untyped || want == value.String {
		want = typ
	}
	b.c.typed(d.Field.DataType, d.Field.At, want)
	if ref, plain := d.Field.Body.(*document.FieldRef); plain && ref.MapMissingTo == nil && typ == want {
		if f := b.c.use(b.m.scope, ref.Field, ref.Place()); f != nil {
			b.n.Inputs = append(b.n.Inputs, program.NeuralInput{Ref: f.ref})
			return
		}
	}
	b.n.Inputs = append(b.n.Inputs, program.NeuralInput{Eval: b.c.converted(eval, typ, want, d.Field.Name)})
}

func first(numbers ...float64) float64 {
	for _, x := range numbers {
		if !math.IsNaN(x) {
			return x
		}
	}
	return math.NaN()
}

func (b *neuralBuilder) layer(d *document.NeuralLayer) {
	activation, normalization := d.Activation, d.Normalization
	if activation == "" {
		activation = b.d.Activation
	}
	if normalization == "" {
		normalization = b.d.Normalization
	}
	if activation == "" {
		b.c.fault(d.At, "neither NeuralLayer nor NeuralNetwork has an activationFunction")
	}
	l := program.NeuralLayer{Activation: activationFunctions[activation], Normalization: links[normalization], Threshold: first(d.Threshold, b.d.Threshold), Leakage: first(d.Leakage, b.d.Leakage), Start: len(b.places)}
	known := b.places
	for i := range d.Neurons {
		neuron := &d.Neurons[i]
		l.Bias = append(l.Bias, neuron.Bias)
		if l.Activation == program.RadialBasis {
			b.radial(&l, d, neuron)
		}
		for j, from := range neuron.From {
			at, ok := known[from]
			if !ok || int(at) >= l.Start {
				b.c.fault(neuron.At, "Con comes from %q, which is no neuron of an earlier layer", from)
				at = 0
			}
			l.From = append(l.From, at)
			l.Weights = append(l.Weights, neuron.Weights[j])
		}
		l.Ends = append(l.Ends, int32(len(l.From)))
		b.place(neuron.ID, neuron.At)
	}
	dense(&l)
	b.n.Layers = append(b.n.Layers, l)
}

func (b *neuralBuilder) radial(l *program.NeuralLayer, d *document.NeuralLayer, neuron *document.Neuron) {
	width, altitude := first(neuron.Width, d.Width, b.d.Width), first(neuron.Altitude, d.Altitude, b.d.Altitude)
	if math.IsNaN(width) || width == 0 {
		b.c.fault(neuron.At, "activationFunction radialBasis needs a width")
	}
	if !(altitude > 0) {
		b.c.fault(neuron.At, "the altitude of a radialBasis is not positive")
	}
	l.Width, l.Altitude = append(l.Width, width), append(l.Altitude, altitude)
}

// dense turns a layer whose neurons all have the same connections into one matrix, by input.
func dense(l *program.NeuralLayer) {
	n := len(l.Ends)
	if n == 0 {
		return
	}
	width := int(l.Ends[0])
	from := l.From[:width]
	for i := range n {
		if int(l.Ends[i]) != (i+1)*width || !slices.Equal(l.From[i*width:(i+1)*width], from) {
			return
		}
	}
	weights := make([]float64, len(l.Weights))
	for i := range n {
		for j := range width {
			weights[j*n+i] = l.Weights[i*width+j]
		}
	}
	l.From, l.Ends, l.Weights = slices.Clone(from), nil, weights
}

// meaning is what a NeuralOutput says: an expression whose field is a target.
type meaning struct {
	target string
	class  *string
	points *document.NormContinuous
}

// outputs compiles the NeuralOutputs, target by target.
func (b *neuralBuilder) outputs() {
	byTarget := map[*model]*program.NeuralTarget{}
	var order []*model
	for i := range b.d.Outputs {
		d := &b.d.Outputs[i]
		place, ok := b.places[d.Neuron]
		if !ok {
			b.c.fault(d.At, "outputNeuron %q is no neuron", d.Neuron)
			continue
		}
		if d.Field == nil {
			continue
		}
		what, ok := b.meaning(d.Field.Body, 0)
		if !ok {
			b.c.unsupported(d.At, "the expression of NeuralOutput cannot be inverted")
			continue
		}
		m := b.predicts(what.target)
		if m == nil {
			b.c.fault(d.At, "the expression of NeuralOutput is about %q, which is no target of the network", what.target)
			continue
		}
		t := byTarget[m]
		if t == nil {
			t = &program.NeuralTarget{ID: -1}
			if m != b.m {
				t.ID = m.instance.ID
			}
			byTarget[m], order = t, append(order, m)
		}
		b.output(t, m, d, what)
		t.Neurons, t.IDs = append(t.Neurons, int(place)), append(t.IDs, b.c.prog.Texts.Of(d.Neuron))
	}
	for _, m := range order {
		t := byTarget[m]
		if m.classes != nil {
			t.Classes = m.classes.values
		} else if len(t.Neurons) > 1 {
			b.c.fault(b.m.doc.At, "a regression has %d NeuralOutputs", len(t.Neurons))
		}
		b.n.Targets = append(b.n.Targets, *t)
	}
}

func (b *neuralBuilder) output(t *program.NeuralTarget, m *model, d *document.NeuralOutput, what meaning) {
	if m.classes != nil {
		if what.class == nil {
			b.c.fault(d.At, "NeuralOutput of a classification needs a NormDiscrete")
			return
		}
		t.Class = append(t.Class, int32(b.c.class(m.classes, *what.class)))
		return
	}
	if what.class != nil {
		b.c.fault(d.At, "NeuralOutput of a regression has a NormDiscrete")
	}
	t.Inverse = func(x float64) (float64, bool) { return x, true }
	if what.points == nil {
		return
	}
	if !monotone(what.points.Points) {
		b.c.fault(what.points.Place(), "NormContinuous of a NeuralOutput cannot be inverted: its norms neither rise nor fall all along")
	}
	if b.n.Single {
		t.Inverse = func(x float64) (float64, bool) { return denormalize[float32](what.points, x) }
	} else {
		t.Inverse = func(x float64) (float64, bool) { return denormalize[float64](what.points, x) }
	}
}

// meaning resolves the expression of a NeuralOutput; a FieldRef may name a derived field of the target.
func (b *neuralBuilder) meaning(e document.Expression, depth int) (m meaning, ok bool) {
	switch e := e.(type) {
	case *document.FieldRef:
		if body, derived := b.derived[e.Field]; derived {
			if depth == 10 {
				return m, false
			}
			return b.meaning(body, depth+1)
		}
		return meaning{target: e.Field}, true
	case *document.NormDiscrete:
		m = meaning{target: e.Field, class: &e.Value}
		if e.Method == "thermometer" { // several neurons are 1 at once: which category they mean is nowhere defined
			return m, false
		}
	case *document.NormContinuous:
		m = meaning{target: e.Field, points: e}
		if len(e.Points) < 2 {
			return m, false
		}
	default:
		return m, false
	}
	_, derived := b.derived[m.target]
	return m, !derived
}

// predicts finds the model of a target by its name; nil: the network has none of this name.
func (b *neuralBuilder) predicts(target string) *model {
	for _, o := range b.m.others {
		if o.target.name == target {
			return o
		}
	}
	if b.m.target != nil && b.m.target.name != target {
		return nil
	}
	return b.m
}

// monotone says whether the norms rise or fall all along.
func monotone(p []document.LinearNorm) bool {
	for i := 1; i < len(p); i++ {
		if p[i].Norm == p[i-1].Norm || (p[i].Norm > p[i-1].Norm) != (p[1].Norm > p[0].Norm) {
			return false
		}
	}
	return true
}

// denormalize inverts a NormContinuous. Beyond its ends the outliers attribute decides as it does forwards.
func denormalize[T float32 | float64](n *document.NormContinuous, y float64) (float64, bool) {
	p, last := n.Points, len(n.Points)-1
	rising := p[last].Norm >= p[0].Norm
	before := func(a, b float64) bool { return rising && a < b || !rising && a > b }
	if outside := before(y, p[0].Norm) || before(p[last].Norm, y); outside {
		switch n.Outliers {
		case "asMissingValues":
			return 0, false
		case "asExtremeValues":
			if before(y, p[0].Norm) {
				return p[0].Orig, true
			}
			return p[last].Orig, true
		}
	}
	i := 1
	for i < last && before(p[i].Norm, y) {
		i++
	}
	a, b := p[i-1], p[i]
	share := (T(y) - T(a.Norm)) / (T(b.Norm) - T(a.Norm))
	return float64(T(a.Orig) + T(float64(share)*float64(T(b.Orig)-T(a.Orig)))), true
}
