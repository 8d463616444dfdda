package pmml_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// upgraded upgrades a document, which must come out valid as far as the upgrade itself knows, and be upgraded to itself. It is kept in the
// folder $WRITTEN, where .ci/schema validates it.
func upgraded(t *testing.T, text []byte) []byte {
	t.Helper()
	var out, again bytes.Buffer
	faults, err := pmml.Upgrade(&out, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if len(faults) > 0 {
		t.Errorf("faults: %v\n%s", faults, out.Bytes())
	}
	if _, err := pmml.Upgrade(&again, bytes.NewReader(out.Bytes())); err != nil || !bytes.Equal(out.Bytes(), again.Bytes()) {
		t.Errorf("upgraded again, it changes (%v):\n%s", err, again.Bytes())
	}
	if dir := os.Getenv("WRITTEN"); dir != "" {
		name := strings.NewReplacer("/", "-", " ", "-").Replace(t.Name()) + ".pmml"
		if err := os.WriteFile(filepath.Join(dir, name), out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

const number = `<DataField name="x" optype="continuous" dataType="double"/>`

type upgradeCase struct {
	name, version, fields, model string
	has, lacks                   []string // in the upgraded text
	rows                         []map[string]any
	want                         map[string]any
}

func (u *upgradeCase) document() string {
	target := `<DataField name="y" optype="continuous" dataType="double"/>`
	return fmt.Sprintf(`<PMML version="%s" xmlns="http://www.dmg.org/PMML-%s"><DataDictionary>%s%s</DataDictionary>%s</PMML>`,
		u.version, strings.ReplaceAll(u.version, ".", "_"), u.fields, target, u.model)
}

// What older versions and producers write otherwise. Each document scores its rows as its upgrade does; where want is given, it says by hand
// what the first row must give.
var upgrades = []upgradeCase{
	{"the state of a time series by another element's name", "4.4", number, `<TimeSeriesModel functionName="timeSeries" bestFit="StateSpaceModel"><MiningSchema><MiningField name="y" usageType="target"/><MiningField name="x"/></MiningSchema>
		<StateSpaceModel><FinalStateVector><Array type="real">3</Array></FinalStateVector><TransitionMatrix><Matrix><Array type="real">0.5</Array></Matrix></TransitionMatrix><MeasurementMatrix><Matrix><Array type="real">2</Array></Matrix></MeasurementMatrix></StateSpaceModel></TimeSeriesModel>`,
		[]string{`<StateVector>`}, []string{`FinalStateVector`}, []map[string]any{{"x": 2.0}, {"x": 1.0}}, map[string]any{"y": 3.0}},
	{"exponential smoothing of 4.0", "4.0", number, `<TimeSeriesModel functionName="timeSeries" bestFit="ExponentialSmoothing"><MiningSchema><MiningField name="y" usageType="predicted"/><MiningField name="x"/></MiningSchema>
		<ExponentialSmoothing RMSE="1"><Level alpha="0.1" smoothedValue="10"/><Trend trend="damped_additive" phi="0.5" smoothedValue="4"/></ExponentialSmoothing></TimeSeriesModel>`,
		[]string{`<Trend_ExpoSmooth `}, []string{`<Trend `}, []map[string]any{{"x": 2.0}, {"x": 1.0}}, map[string]any{"y": 13.0}},
	{"feature of an expression before 4.2", "4.1", number, `<RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/><MiningField name="y" usageType="predicted"/></MiningSchema>
		<Output><OutputField name="p" feature="predictedValue"/><OutputField name="twice" optype="continuous"><Apply function="*"><FieldRef field="p"/><Constant>2</Constant></Apply></OutputField></Output>
		<RegressionTable intercept="1"><NumericPredictor name="x" coefficient="2"/></RegressionTable></RegressionModel>`,
		[]string{`feature="transformedValue"`, `usageType="target"`}, []string{`"predicted"`},
		[]map[string]any{{"x": 1.5}, {}}, map[string]any{"y": 4.0, "twice": 8.0}},
	{"feature of an expression since 4.2", "4.2", number, `<RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
		<Output><OutputField name="same"><Apply function="*"><FieldRef field="y"/><Constant>2</Constant></Apply></OutputField></Output>
		<RegressionTable><NumericPredictor name="x" coefficient="2"/></RegressionTable></RegressionModel>`,
		[]string{`<OutputField name="same" dataType="double">`, `intercept="0"`}, []string{"transformedValue"},
		[]map[string]any{{"x": 1.5}}, map[string]any{"y": 3.0, "same": 3.0}},
	{"fields without types", "3.0", `<DataField name="x" optype="continuous"/><DataField name="c" optype="categorical"/>`,
		`<RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/><MiningField name="c"/><MiningField name="y" usageType="predicted"/></MiningSchema>
		<LocalTransformations><DerivedField name="half" optype="continuous"><NormContinuous field="x"><LinearNorm orig="0" norm="0"/><LinearNorm orig="2" norm="1"/></NormContinuous></DerivedField>
		<DerivedField name="d"><FieldRef field="c"/></DerivedField></LocalTransformations>
		<RegressionTable intercept="1"><NumericPredictor name="half" coefficient="2"/><CategoricalPredictor name="d" value="1" coefficient="8"/></RegressionTable></RegressionModel>`,
		[]string{`name="x" optype="continuous" dataType="double"`, `name="c" optype="categorical" dataType="string"`, `name="half" optype="continuous" dataType="double"`, `name="d" dataType="string" optype="categorical"`}, nil,
		[]map[string]any{{"x": 3.0, "c": "1"}, {"x": 3.0, "c": "2"}}, map[string]any{"y": 12.0}},
	{"thermometer", "3.2", `<DataField name="size" optype="ordinal" dataType="string"><Value value="s"/><Value value="m"/><Value value="l"/></DataField>`,
		`<RegressionModel functionName="regression"><MiningSchema><MiningField name="size"/><MiningField name="y" usageType="predicted"/></MiningSchema>
		<LocalTransformations><DerivedField name="atLeastM" optype="continuous" dataType="double"><NormDiscrete field="size" value="m" method="thermometer" mapMissingTo="0.5"/></DerivedField></LocalTransformations>
		<RegressionTable intercept="1"><NumericPredictor name="atLeastM" coefficient="10"/></RegressionTable></RegressionModel>`,
		[]string{`<Constant dataType="double">0.5</Constant>`}, []string{"NormDiscrete"},
		[]map[string]any{{"size": "l"}, {"size": "m"}, {"size": "s"}, {}}, map[string]any{"y": 11.0}},
	{"center fields", "3.1", `<DataField name="x" optype="continuous" dataType="double"/><DataField name="z" optype="continuous" dataType="double"/>`,
		`<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="2"><MiningSchema><MiningField name="x"/><MiningField name="z"/></MiningSchema>
		<ComparisonMeasure kind="distance"><euclidean/></ComparisonMeasure>
		<CenterFields><DerivedField name="cx" optype="continuous" dataType="double"><NormContinuous field="x"><LinearNorm orig="0" norm="0"/><LinearNorm orig="10" norm="1"/></NormContinuous></DerivedField>
		<DerivedField name="cz" optype="continuous" dataType="double"><FieldRef field="z"/></DerivedField></CenterFields>
		<ClusteringField field="x"/><ClusteringField field="z" fieldWeight="4"/>
		<Cluster name="near"><Array n="2">0 0</Array></Cluster><Cluster name="far"><Array n="2" type="real">1 1</Array></Cluster></ClusteringModel>`,
		[]string{`<ClusteringField field="center:cz" fieldWeight="4"/>`, `<Array n="2" type="int">0 0</Array>`}, []string{"CenterFields"},
		[]map[string]any{{"x": 9.0, "z": 0.1}, {"x": 9.0, "z": 0.9}}, nil},
	{"binary target of a machine", "3.2", number + `<DataField name="k" optype="categorical" dataType="string"><Value value="0"/><Value value="1"/></DataField>`,
		`<SupportVectorMachineModel functionName="classification" alternateBinaryTargetCategory="0"><MiningSchema><MiningField name="x"/><MiningField name="k" usageType="predicted"/></MiningSchema>
		<LinearKernelType/><VectorDictionary><VectorFields><FieldRef field="x"/></VectorFields><VectorInstance id="a"><REAL-SparseArray n="1"><Indices>1</Indices><REAL-Entries>1</REAL-Entries></REAL-SparseArray></VectorInstance></VectorDictionary>
		<SupportVectorMachine targetCategory="1"><SupportVectors><SupportVector vectorId="a"/></SupportVectors><Coefficients absoluteValue="0"><Coefficient value="1"/></Coefficients></SupportVectorMachine></SupportVectorMachineModel>`,
		[]string{`<Extension name="alternateBinaryTargetCategory" value="0"/>`}, nil,
		[]map[string]any{{"x": 0.4}, {"x": 0.6}, {"x": -0.6}}, map[string]any{"k": "0"}},
	{"binary target of a machine of 4.0", "4.0", number + `<DataField name="k" optype="categorical" dataType="string"><Value value="0"/><Value value="1"/></DataField>`,
		`<SupportVectorMachineModel functionName="classification" alternateBinaryTargetCategory="0"><MiningSchema><MiningField name="x"/><MiningField name="k" usageType="predicted"/></MiningSchema>
		<LinearKernelType/><VectorDictionary><VectorFields><FieldRef field="x"/></VectorFields><VectorInstance id="a"><REAL-SparseArray n="1"><Indices>1</Indices><REAL-Entries>1</REAL-Entries></REAL-SparseArray></VectorInstance></VectorDictionary>
		<SupportVectorMachine targetCategory="1"><SupportVectors><SupportVector vectorId="a"/></SupportVectors><Coefficients absoluteValue="0"><Coefficient value="1"/></Coefficients></SupportVectorMachine></SupportVectorMachineModel>`,
		[]string{`alternateTargetCategory="0"`}, []string{"alternateBinaryTargetCategory"},
		[]map[string]any{{"x": -0.6}, {"x": 0.4}, {"x": 0.6}}, map[string]any{"k": "1"}},
	{"how categories are shown", "3.1", number + `<DataField name="k" optype="categorical" dataType="string"/>`, `<TreeModel functionName="classification"><MiningSchema><MiningField name="x"/><MiningField name="k" usageType="predicted"/></MiningSchema>
		<Output><OutputField name="text" feature="predictedDisplayValue"/></Output><Targets><Target field="k"><TargetValue value="a" rawDataValue="first"/></Target></Targets><Node score="a"><True/></Node></TreeModel>`,
		[]string{`displayValue="first"`}, []string{"rawDataValue"}, []map[string]any{{"x": 1.0}}, map[string]any{"k": "a", "text": "first"}},
	{"single precision and functions of vendors", "4.3", number, `<RegressionModel functionName="regression" x-mathContext="float"><MiningSchema><MiningField name="x" x-invalidValueReplacement="1" invalidValueTreatment="asIs"/><MiningField name="y" usageType="target"/></MiningSchema>
		<LocalTransformations><DerivedField name="s" optype="continuous" dataType="double"><Apply function="x-tanh"><FieldRef field="x"/></Apply></DerivedField></LocalTransformations>
		<RegressionTable intercept="0.1"><NumericPredictor name="s" coefficient="0.3"/></RegressionTable></RegressionModel>`,
		[]string{`<Extension name="x-mathContext" value="float"/>`, `function="tanh"`, `invalidValueReplacement="1"`}, []string{"x-tanh", "x-invalid"},
		[]map[string]any{{"x": 0.25}, {"x": 3.0}}, nil},
	{"methods of vendors", "4.3", number, `<MiningModel functionName="regression"><MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
		<Segmentation multipleModelMethod="x-weightedSum" x-missingPredictionTreatment="skipSegment"><Segment weight="3"><True/><X-Note/><TreeModel functionName="regression"><MiningSchema/><Node score="2"><True/></Node></TreeModel></Segment>
		<Segment><True/><TreeModel functionName="regression"><MiningSchema><MiningField name="x"/></MiningSchema><Node id="r"><True/><Node score="5"><CompoundPredicate booleanOperator="and"><SimplePredicate field="x" operator="greaterThan" value="0"/></CompoundPredicate></Node></Node></TreeModel></Segment></Segmentation></MiningModel>`,
		[]string{`multipleModelMethod="weightedSum" missingPredictionTreatment="skipSegment"`, `<Extension>`, `<X-Note/>`, `usageType="supplementary"`}, []string{"CompoundPredicate"},
		[]map[string]any{{"x": 1.0}, {"x": -1.0}, {}}, map[string]any{"y": 11.0}},
	{"a leaking rectifier, a refusal of vendors", "4.4", number, `<NeuralNetwork functionName="regression" activationFunction="rectifier" x-leakage="0.5"><MiningSchema><MiningField name="x" missingValueTreatment="x-returnInvalid"/><MiningField name="y" usageType="target"/></MiningSchema>
		<NeuralInputs><NeuralInput id="i"><DerivedField optype="continuous" dataType="double"><FieldRef field="x"/></DerivedField></NeuralInput></NeuralInputs>
		<NeuralLayer x-leakage="0.25"><Neuron id="h"><Con from="i" weight="2"/></Neuron></NeuralLayer><NeuralLayer><Neuron id="o"><Con from="h" weight="10"/></Neuron></NeuralLayer>
		<NeuralOutputs><NeuralOutput outputNeuron="o"><DerivedField optype="continuous" dataType="double"><FieldRef field="y"/></DerivedField></NeuralOutput></NeuralOutputs></NeuralNetwork>`,
		[]string{`<Extension name="x-leakage" value="0.5"/>`, `<Extension name="x-leakage" value="0.25"/>`, `missingValueTreatment="returnInvalid"`}, nil,
		[]map[string]any{{"x": -1.0}, {"x": 1.0}, {}}, map[string]any{"y": -2.5}}, // 0.5 · 10 · 0.25 · 2 · -1
	{"words by a pattern", "4.4", number + `<DataField name="s" optype="categorical" dataType="string"/>`, `<RegressionModel functionName="regression"><MiningSchema><MiningField name="s"/><MiningField name="y" usageType="target"/></MiningSchema>
		<LocalTransformations><DerivedField name="f" optype="continuous" dataType="double"><TextIndex textField="s" x-wordRE="\S+"><Constant dataType="string">sun</Constant></TextIndex></DerivedField></LocalTransformations>
		<RegressionTable intercept="1"><NumericPredictor name="f" coefficient="10"/></RegressionTable></RegressionModel>`,
		[]string{`<Extension name="x-wordRE" value="\S+"/>`}, nil,
		[]map[string]any{{"s": "sun, sun"}, {"s": "(sun)"}}, map[string]any{"y": 11.0}},
	{"order and strangers", "4.0", number, `<RegressionModel modelName="late" functionName="regression" vendor="v" xmlns:w="urn:w" w:mark="1"><RegressionTable intercept="1"><w:note>n</w:note><NumericPredictor name="x" coefficient="2"/></RegressionTable>
		<MiningSchema><MiningField name="x"/><MiningField name="y" usageType="predicted"/></MiningSchema></RegressionModel>`,
		[]string{`xmlns:w="urn:w"`, `<w:note>n</w:note>`}, []string{"vendor=", "mark="},
		[]map[string]any{{"x": 1.0}}, map[string]any{"y": 3.0}},
	{"noise of a Gaussian process", "4.3", number, `<GaussianProcessModel functionName="regression"><MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
		<Output><OutputField name="sd" feature="standardDeviation"/></Output>
		<RadialBasisKernel gamma="1" noiseVariance="0.25" lambda="1"/>
		<TrainingInstances recordCount="1" fieldCount="2" isTransformed="false"><InstanceFields><InstanceField field="x" column="x"/><InstanceField field="y" column="y"/></InstanceFields><InlineTable><row><x>0</x><y>1</y></row></InlineTable></TrainingInstances></GaussianProcessModel>`,
		[]string{`<Extension name="x-noisyVariance" value="true"/>`}, nil,
		[]map[string]any{{"x": 0.0}}, map[string]any{"y": 0.8, "sd": 0.6708203932499369}}, // 1 - 1/1.25 + 0.25 = 0.45
	{"inputs in extensions", "4.1", number + `<DataField name="k" optype="categorical" dataType="string"><Value value="a"/><Value value="b"/></DataField>`,
		`<NaiveBayesModel functionName="classification" threshold="0.001"><MiningSchema><MiningField name="x"/><MiningField name="k" usageType="predicted"/></MiningSchema>
		<BayesInputs><Extension><BayesInput fieldName="x"><TargetValueStats><TargetValueStat value="a"><GaussianDistribution mean="0" variance="1"/></TargetValueStat><TargetValueStat value="b"><GaussianDistribution mean="2" variance="1"/></TargetValueStat></TargetValueStats></BayesInput></Extension></BayesInputs>
		<BayesOutput fieldName="k"><TargetValueCounts><TargetValueCount value="a" count="1"/><TargetValueCount value="b" count="1"/></TargetValueCounts></BayesOutput></NaiveBayesModel>`,
		[]string{`<BayesInputs>`}, []string{"Extension"},
		[]map[string]any{{"x": 1.0}, {"x": 3.0}}, map[string]any{"k": "a", "probability(a)": 0.5}},
}

func TestUpgrade(t *testing.T) {
	for _, u := range upgrades {
		t.Run(u.name, func(t *testing.T) {
			text := u.document()
			out := upgraded(t, []byte(text))
			for _, part := range append(u.has, `<PMML xmlns="http://www.dmg.org/PMML-4_4"`, ` version="4.4">`, "<Header/>") {
				if !strings.Contains(string(out), part) {
					t.Errorf("lacks %s:\n%s", part, out)
				}
			}
			for _, part := range u.lacks {
				if strings.Contains(string(out), part) {
					t.Errorf("has %s:\n%s", part, out)
				}
			}
			before, after := load(t, text), load(t, string(out))
			for i, row := range u.rows {
				was, errBefore := before.ScoreMap(row)
				is, errAfter := after.ScoreMap(row)
				if fmt.Sprint(was, errBefore) != fmt.Sprint(is, errAfter) {
					t.Errorf("%v: %v, %v; upgraded %v, %v", row, was, errBefore, is, errAfter)
				}
				for name, want := range u.want {
					if i == 0 && !near(is[name], want) {
						t.Errorf("%v: %s is %v, want %v", row, name, is[name], want)
					}
				}
			}
		})
	}
}

// All documents that the project's tests score are upgraded without a fault.
func TestUpgradeOfEveryDocument(t *testing.T) {
	var paths []string
	for _, pattern := range []string{"testdata/elements/*.pmml", "../testdata/support/*.pmml", "../testdata/models/*/*.pmml", "../testdata/demo/models/*.pmml"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	if len(paths) < 60 {
		t.Fatalf("only %d documents", len(paths))
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := pmml.Load(bytes.NewReader(text)); err != nil {
			continue // damaged on purpose
		}
		t.Run(path, func(t *testing.T) { upgraded(t, text) })
	}
}

// What cannot be served is not upgraded, and what cannot be made valid is told with its place.
func TestUpgradeRefused(t *testing.T) {
	var out bytes.Buffer
	_, err := pmml.Upgrade(&out, strings.NewReader(`<PMML version="3.0"><DataDictionary/></PMML>`))
	var load *pmml.LoadError
	if !errors.As(err, &load) || out.Len() > 0 {
		t.Errorf("%v, %d bytes", err, out.Len())
	}
	faults, err := pmml.Upgrade(&out, strings.NewReader(`<PMML version="4.4" xmlns="http://www.dmg.org/PMML-4_4"><Header/><DataDictionary>
  <DataField name="c" optype="categorical" dataType="string"/><DataField name="y" optype="continuous" dataType="double"/></DataDictionary>
  <AssociationModel functionName="associationRules"><MiningSchema><MiningField name="c"/></MiningSchema>
  <Item id="1" value="a"/><Itemset id="1"><ItemRef itemRef="1"/></Itemset></AssociationModel></PMML>`))
	if err != nil || len(faults) == 0 || faults[0].Line != 3 || faults[0].Column != 3 || !strings.Contains(faults[0].Message, "AssociationModel has no") {
		t.Errorf("%v, %v", faults, err)
	}
}

// FuzzUpgrade upgrades documents that were changed in ways that leave them XML: what loads is upgraded to what loads and scores the same, and
// to itself.
func FuzzUpgrade(f *testing.F) {
	seeds := seedDocuments(f)
	for _, u := range upgrades {
		seeds = append(seeds, []byte(u.document()))
	}
	for i := range seeds {
		f.Add(uint8(i), []byte{}, []byte{1, 2, 3, 4, 5, 6, 7, 8})
		f.Add(uint8(i), []byte{0, 7, 13, 3, 1, 50, 4, 9}, []byte{0, 200, 9, 31})
	}
	f.Fuzz(func(t *testing.T, which uint8, edits, row []byte) {
		text := edited(seeds[int(which)%len(seeds)], edits)
		before := loadHostile(t, text)
		if before == nil {
			return
		}
		var out, again bytes.Buffer
		if _, err := pmml.Upgrade(&out, bytes.NewReader(text)); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		after, err := pmml.Load(bytes.NewReader(out.Bytes()), pmml.WithExplanations())
		if err != nil {
			t.Fatalf("%v\n%s\n%s", err, text, out.Bytes())
		}
		if _, err := pmml.Upgrade(&again, bytes.NewReader(out.Bytes())); err != nil || !bytes.Equal(out.Bytes(), again.Bytes()) {
			t.Fatalf("upgraded again, it changes (%v)\n%s\n%s", err, out.Bytes(), again.Bytes())
		}
		if len(before.Fields()) != len(after.Fields()) { // a field was added to an empty MiningSchema: the bytes would mean another row
			return
		}
		if was, is := resultOf(before, row), resultOf(after, row); was != is {
			t.Fatalf("one row gave\n%s, upgraded\n%s\n%s\n%s", was, is, text, out.Bytes())
		}
	})
}

// resultOf scores a row of any bytes. Of an error it keeps the code: messages may name what has another name now.
func resultOf(m *pmml.Model, row []byte) string {
	out := m.NewResult()
	var failed *pmml.RowError
	if err := m.Score(hostileInput(m, row), out); errors.As(err, &failed) {
		return string(failed.Code)
	}
	return string(out.AppendJSON(nil))
}
