package pmml_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// damage is a change to the good document of an element. The fault must stand where marker begins.
type damage struct{ old, new, marker, part string }

// refusedDamages changes testdata/elements/<element>.pmml in one way after the other.
func refusedDamages(t *testing.T, element string, damages []damage) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "elements", element+".pmml"))
	if err != nil {
		t.Fatal(err)
	}
	good := string(text)
	if _, err := pmml.Load(strings.NewReader(good)); err != nil {
		t.Fatal(err)
	}
	for _, d := range damages {
		if !strings.Contains(good, d.old) {
			t.Errorf("the document of %s does not hold %q", element, d.old)
			continue
		}
		refused(t, strings.Replace(good, d.old, d.new, 1), d.marker, d.part)
	}
}

func TestDamagedRegressionModels(t *testing.T) {
	const model = `<RegressionModel `
	refusedDamages(t, "RegressionModel", []damage{
		{`"logit"`, `"sofmax"`, model, `normalizationMethod of RegressionModel is "sofmax"`},
		{`functionName="classification"`, `functionName="clustering"`, model, `functionName of RegressionModel is "clustering"`},
		{`<NumericPredictor name="x"`, `<NumericPredictor name="nosuch"`, `<NumericPredictor name="nosuch"`, `field "nosuch" is not defined`},
		{`exponent="2"`, `exponent="two"`, `<NumericPredictor`, "exponent"},
		{`</RegressionTable>`, `<PredictorTerm coefficient="1"/></RegressionTable>`, `<PredictorTerm`, "PredictorTerm has no FieldRef"},
		{`</RegressionTable>`, `<PredictorTerm><FieldRef field="x"/></PredictorTerm></RegressionTable>`, `<PredictorTerm`, "coefficient"},
		{`</RegressionTable>`, `<Node/></RegressionTable>`, `<Node/>`, "Node cannot stand in RegressionTable"},
	})
	one := regression(`<RegressionTable intercept="1"/>`)
	refused(t, strings.Replace(one, `</RegressionModel>`, `<RegressionTable intercept="7"/></RegressionModel>`, 1), `<RegressionTable intercept="7"/>`, "a regression has 2 RegressionTables")
	refused(t, strings.Replace(one, `"regression"`, `"regression" normalizationMethod="simplemax"`, 1), model, "simplemax is not defined for regression")
	two := func(first, second string) string {
		return document(`<RegressionModel functionName="classification" normalizationMethod="logit"><MiningSchema><MiningField name="x"/><MiningField name="k" usageType="target"/></MiningSchema>` + first + second + `</RegressionModel>`)
	}
	refused(t, two(`<RegressionTable targetCategory="p" intercept="1"/>`, `<RegressionTable intercept="2"/>`), `<RegressionTable intercept="2"/>`, "RegressionTable has no targetCategory")
	refused(t, two(`<RegressionTable targetCategory="p" intercept="1"/>`, `<RegressionTable targetCategory="p" intercept="2"/>`), `<RegressionTable targetCategory="p" intercept="2"/>`, `a second RegressionTable for the category "p"`)
	refused(t, two(`<RegressionTable targetCategory="p" intercept="1"/>`, ""), `<RegressionModel`, "a RegressionTable for each category")
	refused(t, strings.Replace(two(`<RegressionTable targetCategory="p" intercept="1"/>`, `<RegressionTable targetCategory="q" intercept="1"/>`), `"logit"`, `"exp"`, 1), `<RegressionModel`, "exp is not defined for classification")
}

func TestDamagedGeneralRegressionModels(t *testing.T) {
	const spread = `<Output><OutputField name="e" optype="continuous" dataType="double" feature="standardError"/></Output>`
	const model, kind, link = `<GeneralRegressionModel `, `modelType="generalizedLinear"`, `linkFunction="log"`
	refusedDamages(t, "GeneralRegressionModel", []damage{
		{kind, ``, model, "modelType"},
		{kind, `modelType="logLinear"`, model, `modelType of GeneralRegressionModel is "logLinear"`},
		{kind, `modelType="multinomialLogistic"`, model, "multinomialLogistic needs functionName classification"},
		{kind, `modelType="CoxRegression"`, model, "needs an endTimeVariable"},
		{kind, `modelType="CoxRegression" endTimeVariable="x"`, model, "needs BaseCumHazardTables"},
		{kind, `modelType="CoxRegression" endTimeVariable="nosuch"`, model, `"nosuch" is not defined`},
		{link, ``, model, "needs a linkFunction"},
		{link, `linkFunction="square"`, model, `linkFunction of GeneralRegressionModel is "square"`},
		{link, `linkFunction="power"`, model, "power needs a linkParameter"},
		{link, `linkFunction="oddspower"`, model, "oddspower needs a linkParameter"},
		{link, `linkFunction="negbin"`, model, "negbin needs a distParameter"},
		{link, `linkFunction="log" offsetVariable="nosuch"`, model, `"nosuch" is not defined`},
		{link, `linkFunction="log" trialsVariable="nosuch"`, model, `"nosuch" is not defined`},
		{link, `linkFunction="log" offsetValue="much"`, model, "offsetValue"},
		{`<Parameter name="p1"`, `<Parameter name="p0"`, `<Parameter name="p0" label="x"`, `Parameter "p0" is declared twice`},
		{`<Predictor name="x"/>`, `<Predictor name="nosuch"/>`, `<Predictor name="nosuch"/>`, `field "nosuch" is not defined`},
		{`<Predictor name="x"/>`, `<Predictor name="x"/><Predictor name="c" id="2"/>`, `<Predictor name="c" id="2"/>`, `Predictor "c" is declared twice`},
		{`<PPCell value="1" predictorName="x"`, `<PPCell value="1" predictorName="z"`, `<PPCell value="1"`, `names the Predictor "z"`},
		{`<PPCell value="1"`, `<PPCell value="one"`, `<PPCell value="one"`, `value "one" of PPCell is not a number`},
		{`<PCell parameterName="p1"`, `<PCell parameterName="p9"`, `<PCell parameterName="p9"`, `names the Parameter "p9"`},
		{`beta="0.25"`, `beta="a quarter"`, `<PCell parameterName="p1"`, "beta"},
		{` beta="0.25"`, ``, `<PCell parameterName="p1"`, "beta"},
		{`<ParameterList>`, spread + `<PCovMatrix><PCovCell pRow="p9" pCol="p0" value="1"/></PCovMatrix><ParameterList>`, `<PCovCell pRow="p9"`, `names the Parameter "p9"`},
		{`<PCell parameterName="p0" beta="0.5"/>`, `<PCell parameterName="p0" targetCategory="a" beta="0.5"/><PCell parameterName="p0" targetCategory="b" beta="0.5"/>`, `<PCell parameterName="p0" targetCategory="b"`, "several categories"},
		{`<Predictor name="c"/>`, `<Predictor name="c"><Matrix nbRows="1" nbCols="1"><Array type="real" n="1">1</Array></Matrix></Predictor>`, `<Predictor name="c">`, "has 1 rows for 2 categories"},
		{`<Predictor name="c"/>`, `<Predictor name="c"><Categories><Category value="b"/></Categories><Matrix nbRows="1" nbCols="1"><Array type="real" n="1">1</Array></Matrix></Predictor>`, `<PPCell value="a"`, `no column for "a"`},
		{`<ParamMatrix>`, `<ParamMatrix><Node/>`, `<Node/>`, "Node cannot stand in ParamMatrix"},
	})
	classes := func(attributes, cells string) string {
		return document(`<GeneralRegressionModel functionName="classification" ` + attributes + `><MiningSchema><MiningField name="c" usageType="target"/><MiningField name="x"/></MiningSchema>
<ParameterList><Parameter name="p0"/></ParameterList><PPMatrix/><ParamMatrix>` + cells + `</ParamMatrix></GeneralRegressionModel>`)
	}
	const both = `<PCell parameterName="p0" targetCategory="a" beta="1"/><PCell parameterName="p0" targetCategory="b" beta="2"/>`
	refused(t, classes(`modelType="generalizedLinear" linkFunction="logit"`, both), `<GeneralRegressionModel`, "does not say which is the reference")
	refused(t, classes(`modelType="multinomialLogistic"`, both), `<GeneralRegressionModel`, "no category is the reference")
	refused(t, classes(`modelType="multinomialLogistic" targetReferenceCategory="a"`, `<PCell parameterName="p0" targetCategory="a" beta="1"/>`), `<GeneralRegressionModel`, `the category "b" has no coefficients`)
	refused(t, classes(`modelType="regression"`, both), `<GeneralRegressionModel`, "modelType regression is not defined for classification")
}

func TestDamagedNeuralNetworks(t *testing.T) {
	const output = `<FieldRef field="y"/>`
	refusedDamages(t, "NeuralNetwork", []damage{
		{`activationFunction="tanh"`, `activationFunction="swish"`, `<NeuralNetwork `, `activationFunction of NeuralNetwork is "swish"`},
		{`activationFunction="tanh"`, ``, `<NeuralLayer>`, "activationFunction"},
		{`activationFunction="tanh"`, `activationFunction="radialBasis"`, `<Neuron id="1,0"`, "radialBasis needs a width"},
		{`activationFunction="tanh"`, `activationFunction="radialBasis" width="0"`, `<Neuron id="1,0"`, "radialBasis needs a width"},
		{`activationFunction="tanh"`, `activationFunction="radialBasis" width="1" altitude="-1"`, `<Neuron id="1,0"`, "altitude of a radialBasis is not positive"},
		{`activationFunction="tanh"`, `activationFunction="tanh" normalizationMethod="hardmax"`, `<NeuralNetwork `, `normalizationMethod of NeuralNetwork is "hardmax"`},
		{`functionName="regression"`, `functionName="associationRules"`, `<NeuralNetwork `, `functionName of NeuralNetwork is "associationRules"`},
		{`<Con from="0,1"`, `<Con from="2,0"`, `<Neuron id="1,0"`, `"2,0", which is no neuron of an earlier layer`},
		{`<Con from="0,1"`, `<Con from="9,9"`, `<Neuron id="1,0"`, `"9,9", which is no neuron of an earlier layer`},
		{`weight="-1"`, `weight="minus"`, `<Con from="0,1"`, "weight"},
		{`<Neuron id="2,0"`, `<Neuron id="1,0"`, `<Neuron id="1,0" bias="1"`, `two neurons have the id "1,0"`},
		{`<NeuralLayer>`, `<NeuralLayer numberOfNeurons="all">`, `<NeuralLayer numberOfNeurons="all">`, "numberOfNeurons of NeuralLayer is not a number"},
		{`outputNeuron="2,0"`, `outputNeuron="3,0"`, `<NeuralOutput `, `outputNeuron "3,0" is no neuron`},
		{output, `<FieldRef field="z"/>`, `<NeuralOutput `, `about "z", which is no target`},
		{output, `<Constant>1</Constant>`, `<NeuralOutput `, "cannot be inverted"},
		{output, `<NormDiscrete field="y" value="1"/>`, `<NeuralOutput `, "NeuralOutput of a regression has a NormDiscrete"},
		{output, `<NormContinuous field="y"><LinearNorm orig="1" norm="1"/><LinearNorm orig="2" norm="3"/><LinearNorm orig="3" norm="3"/></NormContinuous>`, `<NormContinuous field="y">`, "cannot be inverted"},
		{`<FieldRef field="z"/>`, ``, `<DerivedField optype="continuous" dataType="double">
          
        </DerivedField>`, "no expression"},
		{`<FieldRef field="z"/>`, `<FieldRef field="nosuch"/>`, `<FieldRef field="nosuch"/>`, `field "nosuch" is not defined`},
	})
}

func TestDamagedSupportVectorMachines(t *testing.T) {
	const kernel, machine, sparse = `<RadialBasisKernelType gamma="0.5"/>`, `<SupportVectorMachine `, `<REAL-SparseArray n="2"/>`
	refusedDamages(t, "SupportVectorMachineModel", []damage{
		{kernel, ``, `<SupportVectorMachineModel `, "has no kernel"},
		{kernel, kernel + `<LinearKernelType/>`, `<LinearKernelType/>`, "a second kernel"},
		{kernel, `<RadialBasisKernelType gamma="wide"/>`, `<RadialBasisKernelType gamma="wide"/>`, "gamma"},
		{`classificationMethod="OneAgainstOne"`, `classificationMethod="AllAgainstAll"`, `<SupportVectorMachineModel `, `classificationMethod of SupportVectorMachineModel is "AllAgainstAll"`},
		{`svmRepresentation="SupportVectors"`, `svmRepresentation="Vectors"`, `<SupportVectorMachineModel `, `svmRepresentation of SupportVectorMachineModel is "Vectors"`},
		{`functionName="classification"`, `functionName="clustering"`, `<SupportVectorMachineModel `, `functionName of SupportVectorMachineModel is "clustering"`},
		{`<VectorFields numberOfFields="2">`, `<VectorFields numberOfFields="1.5">`, `<VectorFields `, "numberOfFields of VectorFields is not a whole number"},
		{`<FieldRef field="z"/>`, `<FieldRef field="nosuch"/>`, `<FieldRef field="nosuch"/>`, `field "nosuch" is not defined`},
		{`id="v2"`, `id="v1"`, `<VectorInstance id="v1">
        <REAL-SparseArray n="2"/>`, `VectorInstance "v1" is there twice`},
		{sparse, `<Array type="real" n="3">1 2 3</Array>`, `<VectorInstance id="v2">`, "has 3 coordinates of 2"},
		{sparse, `<REAL-SparseArray n="3"><Indices>3</Indices><REAL-Entries>1</REAL-Entries></REAL-SparseArray>`, `<VectorInstance id="v2">`, "has the coordinate 3 of 2"},
		{sparse, ``, `<VectorInstance id="v2">`, "VectorInstance has no array"},
		{`vectorId="v2"`, `vectorId="v3"`, `<SupportVectors `, `vectorId "v3" names no VectorInstance`},
		{`<Coefficient value="-1"/>`, ``, machine, "has 1 coefficients for 2 vectors"},
		{`<Coefficient value="-1"/>`, `<Coefficient value="x"/>`, `<Coefficient value="x"/>`, "value"},
		{` numberOfCoefficients="2">`, `><Coefficient value="3"/>`, machine, "has 3 coefficients for 2 vectors"},
		{`targetCategory="no"`, `x="no"`, machine, "SupportVectorMachine has no targetCategory"},
	})
	text, err := os.ReadFile(filepath.Join("testdata", "elements", "SupportVectorMachineModel.pmml"))
	if err != nil {
		t.Fatal(err)
	}
	good := string(text)
	at := strings.Index(good, `<SupportVectorMachine `)
	end := strings.Index(good, `</SupportVectorMachine>`) + len(`</SupportVectorMachine>`)
	second := good[:end] + strings.Replace(good[at:end], ` alternateTargetCategory="yes"`, ` id="2"`, 1) + good[end:]
	second = strings.Replace(second, `<Value value="no"/>`, `<Value value="no"/><Value value="maybe"/>`, 1)
	refused(t, second, `<SupportVectorMachine targetCategory="no" id="2"`, "has no alternateTargetCategory")
	refused(t, strings.Replace(strings.Replace(second, `functionName="classification"`, `functionName="regression"`, 1), `name="k" usage`, `name="text" usage`, 1), `<SupportVectorMachineModel `, "a regression has 2 SupportVectorMachines")
}

func TestDamagedGaussianProcesses(t *testing.T) {
	const kernel = `<ARDSquaredExponentialKernel `
	refusedDamages(t, "GaussianProcessModel", []damage{
		{`functionName="regression"`, `functionName="classification"`, `<GaussianProcessModel `, `functionName of GaussianProcessModel is "classification"`},
		{`</ARDSquaredExponentialKernel>`, `</ARDSquaredExponentialKernel><RadialBasisKernel/>`, `<RadialBasisKernel/>`, "a second kernel"},
		{`</ARDSquaredExponentialKernel>`, `<Gamma/></ARDSquaredExponentialKernel>`, `<Gamma/>`, "Gamma cannot stand"},
		{`n="2" type="real">1.5164 59.3113`, `n="3" type="real">1.5164 59.3113 1`, `<GaussianProcessModel `, "Lambda holds 3 numbers for 2 fields"},
		{`1.5164 59.3113`, `1.5164 0`, kernel, "is not positive"},
		{`gamma="2.4890"`, `gamma="-2"`, `<TrainingInstances `, "not positive definite"},
		{`noiseVariance="0.0110"`, `noiseVariance="-9"`, `<TrainingInstances `, "not positive definite"},
		{`<MiningField name="y" usageType="target"/>`, ``, `<GaussianProcessModel `, "needs a target"},
	})
}

func TestDamagedBayesianNetworks(t *testing.T) {
	const node = `<DiscreteNode name="c">`
	row := `<DiscreteConditionalProbability>
          <ParentValue parent="k" value="yes"/>`
	refusedDamages(t, "BayesianNetworkModel", []damage{
		{row, `<DiscreteConditionalProbability>`, `<DiscreteConditionalProbability>
          <ValueProbability value="a" probability="0.8"/>`, "has no ParentValue"},
		{node, `<ContinuousNode name="x"><ContinuousDistribution/></ContinuousNode>` + node, `<ContinuousDistribution/>`, "holds no distribution"},
		{`parent="k" value="yes"`, `parent="k" value="perhaps"`, `<ParentValue parent="k" value="perhaps"/>`, `"perhaps" is no value of node "k"`},
		{`value="yes" probability="0.25"`, `value="yes" probability="1.25"`, `<ValueProbability value="yes"`, "not within 0 and 1"},
		{node, `<DiscreteNode name="k"><ValueProbability value="yes" probability="1"/></DiscreteNode>` + node, `<DiscreteNode name="k"><`, `node "k" is there twice`},
	})
}

// A parameter's PPCells count once for each of its coefficients: a short document could ask for any number of products.
func TestDesignOfBoundedSize(t *testing.T) {
	const n = 20000
	parts := `<ParameterList><Parameter name="p"/></ParameterList><CovariateList><Predictor name="x"/></CovariateList><PPMatrix>` +
		strings.Repeat(`<PPCell value="1" predictorName="x" parameterName="p"/>`, n) + `</PPMatrix><ParamMatrix>` +
		strings.Repeat(`<PCell parameterName="p" beta="1"/>`, n) + `</ParamMatrix>`
	_, err := pmml.Load(strings.NewReader(document(`<GeneralRegressionModel functionName="regression" modelType="regression">` + schema + parts + `</GeneralRegressionModel>`)))
	if err == nil || !strings.Contains(err.Error(), "design values") {
		t.Error(err)
	}
}
