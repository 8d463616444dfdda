package pmml_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// A model that computes with a missing value has no result; a value that the dictionary forbids fails the row.
func TestMissingAndInvalidInputs(t *testing.T) {
	for _, c := range []struct {
		element, output string
		good            row
		optional        string // field that may be missing
	}{
		{"RegressionModel", "k", row{"x": "1", "c": "a"}, "c"},
		{"GeneralRegressionModel", "y", row{"x": "1", "c": "a"}, ""},
		{"NeuralNetwork", "y", row{"x": "1", "z": "2"}, ""},
		{"SupportVectorMachineModel", "k", row{"x": "1", "z": "2"}, ""},
		{"GaussianProcessModel", "y", row{"x": "1", "z": "2"}, ""},
	} {
		m, err := pmml.LoadFile(filepath.Join("testdata", "elements", c.element+".pmml"))
		if err != nil {
			t.Fatal(err)
		}
		if got := score(t, m, c.good)[c.output]; got == nil {
			t.Errorf("%s: no result for a good row", c.element)
		}
		for field := range c.good {
			without := row{}
			for k, v := range c.good {
				if k != field {
					without[k] = v
				}
			}
			if got := score(t, m, without)[c.output]; (got != nil) != (field == c.optional) {
				t.Errorf("%s without %s: %v", c.element, field, got)
			}
			without[field] = "what"
			check(t, c.element+" with text for "+field, score(t, m, without), result{"$error": "invalid_input"})
		}
	}
}

// A FieldRef's own mapMissingTo counts where its field is missing, in a PredictorTerm as in the coordinates of a support vector.
func TestFieldRefsMapMissingValues(t *testing.T) {
	m := load(t, regression(`<RegressionTable intercept="1"><PredictorTerm coefficient="2"><FieldRef field="x" mapMissingTo="3"/><FieldRef field="n"/></PredictorTerm></RegressionTable>`))
	check(t, "mapped", score(t, m, row{"n": "5"}), result{"y": 1 + 2*3*5.0})
	check(t, "there", score(t, m, row{"x": "7", "n": "5"}), result{"y": 1 + 2*7*5.0})
	check(t, "not mapped", score(t, m, row{"x": "7"}), result{"y": nil})
	m = load(t, document(`<SupportVectorMachineModel functionName="regression" svmRepresentation="Coefficients">`+schema+`<LinearKernelType/>
<VectorDictionary><VectorFields><FieldRef field="x" mapMissingTo="3"/><CategoricalPredictor name="c" value="b" coefficient="4"/></VectorFields></VectorDictionary>
<SupportVectorMachine><Coefficients absoluteValue="1"><Coefficient value="2"/><Coefficient value="10"/></Coefficients></SupportVectorMachine></SupportVectorMachineModel>`))
	check(t, "mapped coordinate", score(t, m, row{"c": "b"}), result{"y": 1 + 2*3 + 10*4.0})
	check(t, "coordinate", score(t, m, row{"x": "5", "c": "a"}), result{"y": 1 + 2*5.0})
	check(t, "missing category", score(t, m, row{"x": "5"}), result{"y": nil})
}

// A field of text may hold numbers.
func TestTextThatSpellsANumber(t *testing.T) {
	m := load(t, document(`<RegressionModel functionName="regression"><MiningSchema><MiningField name="k"/><MiningField name="y" usageType="target"/></MiningSchema>
<RegressionTable intercept="1"><NumericPredictor name="k" coefficient="2"/></RegressionTable></RegressionModel>`))
	check(t, "a number", score(t, m, row{"k": "1.5"}), result{"y": 4.0})
	check(t, "a word", score(t, m, row{"k": "many"}), result{"$error": "invalid_input"})
}

// The threshold activation is strict: 0 at the threshold itself (specification, NeuralNetwork).
func TestThresholdIsStrict(t *testing.T) {
	m := load(t, document(`<NeuralNetwork functionName="regression" activationFunction="threshold" threshold="0.5">`+schema+`
<NeuralInputs><NeuralInput id="i"><DerivedField optype="continuous" dataType="double"><FieldRef field="x"/></DerivedField></NeuralInput></NeuralInputs>
<NeuralLayer><Neuron id="o" bias="0.25"><Con from="i" weight="1"/></Neuron></NeuralLayer>
<NeuralOutputs><NeuralOutput outputNeuron="o"><DerivedField optype="continuous" dataType="double"><FieldRef field="y"/></DerivedField></NeuralOutput></NeuralOutputs></NeuralNetwork>`))
	check(t, "at it", score(t, m, row{"x": "0.25"}), result{"y": 0.0})
	check(t, "above", score(t, m, row{"x": "0.2500001"}), result{"y": 1.0})
}

// In 3.0 a general regression may do without a PPMatrix: its parameters are constants. Vectors of 3.0 do not say what their coordinates are.
func TestRegressionAndVectorsOfTheFirstVersion(t *testing.T) {
	old := func(model string) string {
		text := strings.NewReplacer("PMML-4_4", "PMML-3_0", `version="4.4"`, `version="3.0"`, `usageType="target"`, `usageType="predicted"`).Replace(document(model))
		return text
	}
	m := load(t, old(`<GeneralRegressionModel functionName="regression" modelType="regression">`+schema+
		`<ParameterList><Parameter name="p"/></ParameterList><ParamMatrix><PCell parameterName="p" beta="2.5"/></ParamMatrix></GeneralRegressionModel>`))
	check(t, "a constant", score(t, m, row{}), result{"y": 2.5})
	refused(t, old(`<SupportVectorMachineModel functionName="regression">`+schema+`<LinearKernelType/><VectorDictionary><VectorInstance id="v"><Array type="real" n="1">1</Array></VectorInstance></VectorDictionary>
<SupportVectorMachine><SupportVectors><SupportVector vectorId="v"/></SupportVectors><Coefficients><Coefficient value="1"/></Coefficients></SupportVectorMachine></SupportVectorMachineModel>`),
		"<SupportVectorMachineModel ", "what the coordinates of its vectors are")
}

// In 3.1 and 3.2 a lone machine says 1 for its targetCategory and 0 for the alternateBinaryTargetCategory of the model. R's exporter goes on to
// write the attribute in documents of 4.0, for machines that mean their targetCategory below the threshold, as 4.0 has it.
func TestAlternateBinaryTargetCategory(t *testing.T) {
	text := strings.NewReplacer("PMML-4_4", "PMML-3_2", `version="4.4"`, `version="3.2"`, `usageType="target"`, `usageType="predicted"`).Replace(document(
		`<SupportVectorMachineModel functionName="classification" svmRepresentation="Coefficients" alternateBinaryTargetCategory="no"><MiningSchema><MiningField name="x"/><MiningField name="k" usageType="target"/></MiningSchema>
<LinearKernelType/><VectorDictionary><VectorFields><FieldRef field="x"/></VectorFields></VectorDictionary>
<SupportVectorMachine targetCategory="yes"><Coefficients><Coefficient value="1"/></Coefficients></SupportVectorMachine></SupportVectorMachineModel>`))
	m := load(t, text)
	for x, want := range map[string]string{"1": "yes", "0.5": "yes", "0.49": "no", "0": "no", "-3": "no", "7": "yes"} {
		check(t, x, score(t, m, row{"x": x}), result{"k": want})
	}
	m = load(t, strings.NewReplacer("PMML-3_2", "PMML-4_0", `version="3.2"`, `version="4.0"`).Replace(text))
	for x, want := range map[string]string{"-3": "yes", "-0.01": "yes", "0": "no", "0.5": "no", "7": "no"} {
		check(t, x+" in 4.0", score(t, m, row{"x": x}), result{"k": want})
	}
}

// x-leakage is the slope of a rectifier below 0: the layer's, or else the network's.
func TestLeakingRectifier(t *testing.T) {
	network := func(ofNetwork, ofLayer string) string {
		return document(`<NeuralNetwork functionName="regression" activationFunction="rectifier" ` + ofNetwork + `>` + schema + `<NeuralInputs><NeuralInput id="i"><DerivedField optype="continuous" dataType="double"><FieldRef field="x"/></DerivedField></NeuralInput></NeuralInputs>
<NeuralLayer ` + ofLayer + `><Neuron id="h" bias="-1"><Con from="i" weight="2"/></Neuron></NeuralLayer><NeuralLayer activationFunction="identity"><Neuron id="o"><Con from="h" weight="10"/></Neuron></NeuralLayer>
<NeuralOutputs><NeuralOutput outputNeuron="o"><DerivedField optype="continuous" dataType="double"><FieldRef field="y"/></DerivedField></NeuralOutput></NeuralOutputs></NeuralNetwork>`)
	}
	for _, c := range []struct {
		network, layer string
		below          float64 // 10 · slope · (2 · -1 - 1)
	}{
		{"", "", 0}, {`x-leakage="0.25"`, "", -7.5}, {`x-leakage="0.25"`, `x-leakage="0.5"`, -15}, {`x-leakage="0.25"`, `x-leakage="0"`, 0}, {`x-leakage="0.25"`, `activationFunction="identity"`, -30},
	} {
		m := load(t, network(c.network, c.layer))
		check(t, c.network+c.layer, score(t, m, row{"x": "-1"}), result{"y": c.below})
		check(t, c.network+c.layer, score(t, m, row{"x": "1"}), result{"y": 10.0})
	}
}

// thermometer codes an ordinal input as 1 for each value up to it (until 4.2); as the meaning of an output it is not defined.
func TestThermometerOfANetwork(t *testing.T) {
	network := func(output string) string {
		inputs := ""
		for _, v := range []string{"s", "m", "l"} {
			inputs += `<NeuralInput id="` + v + `"><DerivedField optype="continuous" dataType="double"><NormDiscrete field="size" method="thermometer" value="` + v + `" mapMissingTo="0.5"/></DerivedField></NeuralInput>`
		}
		return `<PMML xmlns="http://www.dmg.org/PMML-3_2" version="3.2"><Header copyright="x"/><DataDictionary><DataField name="size" optype="ordinal" dataType="string"><Value value="s"/><Value value="m"/><Value value="l"/></DataField>
<DataField name="y" optype="continuous" dataType="double"/><DataField name="k" optype="ordinal" dataType="string"><Value value="p"/><Value value="q"/></DataField></DataDictionary>
<NeuralNetwork functionName="regression" activationFunction="identity"><MiningSchema><MiningField name="size"/><MiningField name="y" usageType="predicted"/></MiningSchema><NeuralInputs>` + inputs + `</NeuralInputs>
<NeuralLayer><Neuron id="o"><Con from="s" weight="1"/><Con from="m" weight="10"/><Con from="l" weight="100"/></Neuron></NeuralLayer>
<NeuralOutputs><NeuralOutput outputNeuron="o"><DerivedField optype="continuous" dataType="double">` + output + `</DerivedField></NeuralOutput></NeuralOutputs></NeuralNetwork></PMML>`
	}
	m := load(t, network(`<FieldRef field="y"/>`))
	for size, want := range map[string]float64{"s": 1, "m": 11, "l": 111} {
		check(t, size, score(t, m, row{"size": size}), result{"y": want})
	}
	check(t, "missing", score(t, m, row{}), result{"y": 55.5})
	refused(t, network(`<NormDiscrete field="k" method="thermometer" value="p"/>`), `<NeuralOutput `, "cannot be inverted")
}
