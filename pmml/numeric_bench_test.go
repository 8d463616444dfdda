package pmml_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/pmml/write"
)

// BenchmarkScoreMachine300x30 scores rows of 30 doubles by a support vector machine with 300 vectors and a radial kernel.
func BenchmarkScoreMachine300x30(b *testing.B) { scoreNumbers(b, machineText(300, 30), 30) }

// BenchmarkScoreNetwork30x50x10 scores rows of 30 doubles by a network with 50 hidden neurons and 10 classes.
func BenchmarkScoreNetwork30x50x10(b *testing.B) {
	scoreNumbers(b, networkText("rectifier", 30, 50, 10), 30)
}

// BenchmarkScoreNetworkTanh30x50x10 is BenchmarkScoreNetwork30x50x10 with another activation function.
func BenchmarkScoreNetworkTanh30x50x10(b *testing.B) {
	scoreNumbers(b, networkText("tanh", 30, 50, 10), 30)
}

func scoreNumbers(b *testing.B, text string, fields int) {
	m, err := pmml.Load(strings.NewReader(text))
	if err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	inputs := make([]*pmml.Input, 256)
	for i := range inputs {
		inputs[i] = m.NewInput()
		for j := range fields {
			at, _ := m.FieldIndex(fmt.Sprint("x", j))
			inputs[i].SetFloat(at, r.NormFloat64())
		}
	}
	out := m.NewResult()
	for _, in := range inputs {
		if err := m.Score(in, out); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if err := m.Score(inputs[n%len(inputs)], out); err != nil {
			b.Fatal(err)
		}
	}
}

// numericFields are the dictionary and MiningSchema of a target with classes and of the fields x0, x1, …
func numericFields(w *strings.Builder, fields, classes int) (schema string) {
	w.WriteString(`<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><DataDictionary><DataField name="y" optype="categorical" dataType="string">`)
	for c := range classes {
		fmt.Fprintf(w, `<Value value="c%d"/>`, c)
	}
	w.WriteString(`</DataField>`)
	var s strings.Builder
	s.WriteString(`<MiningSchema><MiningField name="y" usageType="target"/>`)
	for j := range fields {
		fmt.Fprintf(w, `<DataField name="x%d" optype="continuous" dataType="double"/>`, j)
		fmt.Fprintf(&s, `<MiningField name="x%d"/>`, j)
	}
	w.WriteString(`</DataDictionary>`)
	return s.String() + `</MiningSchema>`
}

func machineText(vectors, fields int) string {
	var w strings.Builder
	r := rand.New(rand.NewPCG(3, 4))
	schema := numericFields(&w, fields, 2)
	w.WriteString(`<SupportVectorMachineModel functionName="classification" classificationMethod="OneAgainstOne">` + schema + `<RadialBasisKernelType gamma="0.03"/><VectorDictionary><VectorFields>`)
	for j := range fields {
		fmt.Fprintf(&w, `<FieldRef field="x%d"/>`, j)
	}
	w.WriteString(`</VectorFields>`)
	for i := range vectors {
		fmt.Fprintf(&w, `<VectorInstance id="v%d"><Array type="real" n="%d">`, i, fields)
		for range fields {
			fmt.Fprintf(&w, "%.6f ", r.NormFloat64())
		}
		w.WriteString(`</Array></VectorInstance>`)
	}
	w.WriteString(`</VectorDictionary><SupportVectorMachine targetCategory="c0" alternateTargetCategory="c1"><SupportVectors>`)
	for i := range vectors {
		fmt.Fprintf(&w, `<SupportVector vectorId="v%d"/>`, i)
	}
	w.WriteString(`</SupportVectors><Coefficients absoluteValue="0.1">`)
	for range vectors {
		fmt.Fprintf(&w, `<Coefficient value="%.6f"/>`, r.NormFloat64())
	}
	w.WriteString(`</Coefficients></SupportVectorMachine></SupportVectorMachineModel></PMML>`)
	return w.String()
}

func networkText(activation string, widths ...int) string {
	var w strings.Builder
	r := rand.New(rand.NewPCG(5, 6))
	last := len(widths) - 1
	schema := numericFields(&w, widths[0], widths[last])
	fmt.Fprintf(&w, `<NeuralNetwork functionName="classification" activationFunction="%s">%s<NeuralInputs>`, activation, schema)
	for j := range widths[0] {
		fmt.Fprintf(&w, `<NeuralInput id="0/%d"><DerivedField optype="continuous" dataType="double"><FieldRef field="x%d"/></DerivedField></NeuralInput>`, j, j)
	}
	w.WriteString(`</NeuralInputs>`)
	for layer := 1; layer <= last; layer++ {
		if layer == last {
			w.WriteString(`<NeuralLayer activationFunction="identity" normalizationMethod="softmax">`)
		} else {
			w.WriteString(`<NeuralLayer>`)
		}
		for i := range widths[layer] {
			fmt.Fprintf(&w, `<Neuron id="%d/%d" bias="%.6f">`, layer, i, r.NormFloat64())
			for j := range widths[layer-1] {
				fmt.Fprintf(&w, `<Con from="%d/%d" weight="%.6f"/>`, layer-1, j, r.NormFloat64())
			}
			w.WriteString(`</Neuron>`)
		}
		w.WriteString(`</NeuralLayer>`)
	}
	w.WriteString(`<NeuralOutputs>`)
	for c := range widths[last] {
		fmt.Fprintf(&w, `<NeuralOutput outputNeuron="%d/%d"><DerivedField optype="categorical" dataType="string"><NormDiscrete field="y" value="c%d"/></DerivedField></NeuralOutput>`, last, c, c)
	}
	w.WriteString(`</NeuralOutputs></NeuralNetwork></PMML>`)
	return w.String()
}

// BenchmarkScoreClusters20x30 scores rows of 30 doubles by 20 centres and the squared Euclidean distance.
func BenchmarkScoreClusters20x30(b *testing.B) {
	r := rand.New(rand.NewPCG(7, 8))
	k := &write.KMeans{}
	for i := range 30 {
		k.Inputs = append(k.Inputs, write.Input{Name: fmt.Sprint("x", i)})
	}
	for range 20 {
		center := make([]float64, 30)
		for i := range center {
			center[i] = r.NormFloat64()
		}
		k.Centers = append(k.Centers, center)
	}
	var text strings.Builder
	if err := write.Write(&text, k); err != nil {
		b.Fatal(err)
	}
	scoreNumbers(b, text.String(), 30)
}

// BenchmarkScoreNeighbors10000x8 scores rows of 8 doubles by the 5 nearest of 10,000 training rows.
func BenchmarkScoreNeighbors10000x8(b *testing.B) {
	r := rand.New(rand.NewPCG(9, 10))
	var text strings.Builder
	schema := numericFields(&text, 8, 3)
	text.WriteString(`<NearestNeighborModel functionName="classification" numberOfNeighbors="5">` + schema + `<TrainingInstances isTransformed="false"><InstanceFields><InstanceField field="y" column="y"/>`)
	for i := range 8 {
		fmt.Fprintf(&text, `<InstanceField field="x%d" column="x%d"/>`, i, i)
	}
	text.WriteString(`</InstanceFields><InlineTable>`)
	for row := range 10_000 {
		fmt.Fprintf(&text, `<row><y>c%d</y>`, row%3)
		for i := range 8 {
			fmt.Fprintf(&text, `<x%d>%v</x%d>`, i, r.NormFloat64(), i)
		}
		text.WriteString(`</row>`)
	}
	text.WriteString(`</InlineTable></TrainingInstances><ComparisonMeasure kind="distance"><euclidean/></ComparisonMeasure><KNNInputs>`)
	for i := range 8 {
		fmt.Fprintf(&text, `<KNNInput field="x%d"/>`, i)
	}
	text.WriteString(`</KNNInputs></NearestNeighborModel></PMML>`)
	scoreNumbers(b, text.String(), 8)
}
