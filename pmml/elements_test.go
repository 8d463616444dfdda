package pmml_test

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// elements are the model elements of PMML 4.4, with one row for the document of each in testdata/elements and what it gives. The values are
// by hand from the specification's formulas, as the comments say; all documents are valid by the schema of 4.4.1.
var elements = []struct {
	element string
	row     map[string]any
	want    map[string]any
}{
	{"AnomalyDetectionModel", map[string]any{"x": 3.0}, map[string]any{"score": 0.3172160416}}, // 2^(-2/c), c = 2(ln 2 + 0.5772156649) - 4/3
	{"AssociationModel", map[string]any{"g": "t1", "text": []string{"cracker", "milk"}}, map[string]any{"rule": "{cracker}->{water}", "conf": 0.6}},
	{"BaselineModel", map[string]any{"x": 13.0}, map[string]any{"_target": 1.5}},                                                 // (13 - 10) / √4
	{"BayesianNetworkModel", map[string]any{"c": "a"}, map[string]any{"k": "no", "probability(no)": 0.6}},                        // 0.75·0.4 / (0.75·0.4 + 0.25·0.8)
	{"ClusteringModel", map[string]any{"x": 1.0, "z": 2.0}, map[string]any{"_target": "near", "distance": 3.0, "second": "far"}}, // √(1² + 2·2²)
	{"GaussianProcessModel", map[string]any{"x": 1.0, "z": 4.0}, map[string]any{"y": 1.0094656594, "sd": 0.1073932186}},          // numpy: kᵀ(K + σ²I)⁻¹y
	{"GeneralRegressionModel", map[string]any{"x": 2.0, "c": "a"}, map[string]any{"y": 1.0}},                                     // e^(0.5 + 0.25·2 - 1)
	{"MiningModel", map[string]any{"x": 6.0}, map[string]any{"y": 16.0}},                                                         // 2·3 + 0.5·20
	{"NaiveBayesModel", map[string]any{"c": "a", "x": 1.0}, map[string]any{"k": "yes", "probability(yes)": 0.9568354670}},        // 6 / (6 + 2e⁻²)
	{"NearestNeighborModel", map[string]any{"x": 1.0, "z": 0.0}, map[string]any{"y": 1.5, "nearest": "1"}},
	{"NeuralNetwork", map[string]any{"x": 5.0, "z": 1.0}, map[string]any{"y": 2.3863514717}},                              // 1 + 3 tanh 0.5
	{"RegressionModel", map[string]any{"x": 2.0, "c": "b"}, map[string]any{"k": "yes", "probability(yes)": 0.8807970780}}, // 1 / (1 + e⁻²)
	{"RuleSetModel", map[string]any{"x": 5.0, "c": "a"}, map[string]any{"k": "yes"}},                                      // 0.6 against 0.5
	{"Scorecard", map[string]any{"x": 4.0, "c": "b"}, map[string]any{"y": 115.0, "why": "C"}},                             // C: 20 points below, X: 5
	{"SequenceModel", map[string]any{"g": "u1", "text": []string{"login", "pay"}}, nil},
	{"SupportVectorMachineModel", map[string]any{"x": 1.0, "z": 1.0}, map[string]any{"k": "yes"}}, // 0.1 + 1 - e⁻¹ > 0
	{"TextModel", map[string]any{"text": "apple apple pear"}, map[string]any{"_target": "d1"}},
	{"TimeSeriesModel", map[string]any{}, map[string]any{"y": 107.0}}, // 100 + 2 + 5
	{"TreeModel", map[string]any{"x": 1.0, "c": "a"}, map[string]any{"k": "yes", "probability(yes)": 5.0 / 7}},
}

func TestEveryModelElementIsScored(t *testing.T) {
	for _, e := range elements {
		t.Run(e.element, func(t *testing.T) {
			m, err := pmml.LoadFile(filepath.Join("testdata", "elements", e.element+".pmml"))
			if err != nil {
				t.Fatal(err)
			}
			if m.Element() != e.element {
				t.Errorf("the element is %s", m.Element())
			}
			gives(t, m, e.row, e.want)
		})
	}
}

// Exporters write numbers of vectors, neurons and clusters that are not how many follow; those that are there count.
func TestNumbersOfElementsAreInformation(t *testing.T) {
	numbers := regexp.MustCompile(` numberOf(Clusters|Vectors|Fields|SupportVectors|Coefficients)="2"|<NeuralLayer`)
	found := 0
	for _, e := range elements {
		if e.element != "ClusteringModel" && e.element != "NeuralNetwork" && e.element != "SupportVectorMachineModel" {
			continue
		}
		text, err := os.ReadFile(filepath.Join("testdata", "elements", e.element+".pmml"))
		if err != nil {
			t.Fatal(err)
		}
		found += len(numbers.FindAll(text, -1))
		wrong := strings.ReplaceAll(numbers.ReplaceAllString(string(text), ` numberOf$1="7"`), ` numberOf="7"`, `<NeuralLayer numberOfNeurons="7"`)
		gives(t, load(t, wrong), e.row, e.want)
	}
	if found != 7 {
		t.Errorf("%d numbers in the documents", found)
	}
}

func gives(t *testing.T, m *pmml.Model, row, want map[string]any) {
	t.Helper()
	in, out := m.NewInput(), m.NewResult()
	give(t, m, in, row)
	if err := m.Score(in, out); err != nil {
		t.Fatal(err)
	}
	got := out.Map()
	for name, want := range want {
		if !near(got[name], want) {
			t.Errorf("%s is %v, want %v (%v)", name, got[name], want, got)
		}
	}
}

func give(t *testing.T, m *pmml.Model, in *pmml.Input, row map[string]any) {
	t.Helper()
	for name, v := range row {
		i, ok := m.FieldIndex(name)
		if !ok {
			t.Fatalf("no field %s", name)
		}
		if list, ok := v.([]string); ok {
			var members []value.Value
			for _, s := range list {
				members = append(members, value.OfString(s))
			}
			in.SetValues(i, members)
			continue
		}
		if err := in.Set(i, v); err != nil {
			t.Fatal(err)
		}
	}
}

// near compares numbers to the seven digits that the table writes at least.
func near(got, want any) bool {
	a, ok1 := got.(float64)
	b, ok2 := want.(float64)
	if ok1 && ok2 {
		return math.Abs(a-b) <= 1e-7*math.Max(1, math.Abs(b))
	}
	if n, ok := got.(int64); ok && ok2 {
		return float64(n) == b
	}
	if s, ok := want.(string); ok {
		return s == got
	}
	return got == want
}
