package write_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/pmml/write"
)

// written writes a model, and keeps it in the folder $WRITTEN, where .ci/schema validates it.
func written(t *testing.T, m write.Model, opts ...write.Option) []byte {
	t.Helper()
	var text, again bytes.Buffer
	if err := write.Write(&text, m, opts...); err != nil {
		t.Fatal(err)
	}
	if err := write.Write(&again, m, opts...); err != nil || !bytes.Equal(text.Bytes(), again.Bytes()) {
		t.Errorf("written twice, the document differs: %v", err)
	}
	if dir := os.Getenv("WRITTEN"); dir != "" {
		name := strings.NewReplacer("/", "-", " ", "-").Replace(t.Name()) + ".pmml"
		if err := os.WriteFile(filepath.Join(dir, name), text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return text.Bytes()
}

func load(t *testing.T, m write.Model, opts ...write.Option) *pmml.Model {
	t.Helper()
	text := written(t, m, opts...)
	model, err := pmml.Load(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return model
}

// check compares a result with what is expected of some of its names: numbers to the last digits, others exactly.
func check(t *testing.T, got, want map[string]any) {
	t.Helper()
	for name, w := range want {
		f, number := w.(float64)
		g, _ := got[name].(float64)
		if number && !(math.Abs(f-g) <= 1e-15*math.Abs(f)) || !number && got[name] != w {
			t.Errorf("%s: %v, want %v", name, got[name], w)
		}
	}
}

// Names and categories that XML must escape.
const odd, color = "a<&\"", "colo]]>'r"

func mixed() []write.Input {
	return []write.Input{{Name: odd}, {Name: color, Categories: []string{`re"d`, `b\lue`, " g"}}, {Name: "b"}}
}

func leaf(v float64) *write.Node { return &write.Node{Value: v} }

func counts(n ...float64) *write.Node { return &write.Node{Counts: n} }

func split(s write.Split, yes, no *write.Node) *write.Node {
	s.Yes, s.No = yes, no
	return &write.Node{Split: &s}
}

var (
	uv  = []string{"u", "v"}
	uvw = []string{"u", "v", "w"}
)

// Every kind of model on one row, with results by hand.
func TestWritten(t *testing.T) {
	row := map[string]any{odd: 2.0, color: `b\lue`, "b": -1.0}
	e := math.E
	normal := func(x, mean, variance float64) float64 {
		return math.Exp(-(x-mean)*(x-mean)/(2*variance)) / math.Sqrt(2*math.Pi*variance)
	}
	u, v := 3*normal(2, 1, 2)*(1.0/3)*normal(-1, 0, 1), 1*normal(2, 2, 1)*0.01*normal(-1, -2, 0.5)
	stump := func(yes, no float64) *write.Node {
		return split(write.Split{Input: 0, Threshold: 2}, leaf(yes), leaf(no))
	}
	classStump := func(yes, no *write.Node) *write.Node {
		return split(write.Split{Input: 1, Categories: []string{`b\lue`, " g"}}, yes, no)
	}
	tests := []struct {
		name  string
		model write.Model
		want  map[string]any
	}{
		{"linear", &write.Regression{Inputs: mixed(), Target: "y", Tables: []write.Table{{0.5, []float64{3, 7, 11, 13, 0.25}}}},
			map[string]any{"y": 17.25}},
		{"binary", &write.Regression{Inputs: mixed(), Target: "y", Classes: uv, Tables: []write.Table{{0, []float64{0, 1, 0, 1, -1}}}},
			map[string]any{"y": "u", "probability(u)": e / (1 + e), "probability(v)": 1 / (1 + e)}},
		{"multinomial", &write.Regression{Inputs: mixed(), Target: "y", Classes: uvw,
			Tables: []write.Table{{0, []float64{0, 0, 0, 0, 0}}, {0, []float64{0.5, 0, 0, 0, 0}}, {1, []float64{0, 0, 1, 0, 0}}}},
			map[string]any{"y": "w", "probability(u)": 1 / (1 + e + e*e), "probability(w)": e * e / (1 + e + e*e)}},
		{"kmeans", &write.KMeans{Inputs: write.Numbers(odd, "b"), Centers: [][]float64{{2, 3}, {1, -1}}}, map[string]any{"cluster": "2"}},
		{"naive Bayes", &write.NaiveBayes{Inputs: mixed(), Target: "y", Classes: uv, Counts: []float64{3, 1}, Threshold: 0.01, Evidence: []write.Evidence{
			{Means: []float64{1, 2}, Variances: []float64{2, 1}},
			{Counts: [][]float64{{2, 1}, {1, 0}, {0, 0}}},
			{Means: []float64{0, -2}, Variances: []float64{1, 0.5}}}},
			map[string]any{"y": "u", "probability(u)": u / (u + v), "probability(v)": v / (u + v)}},
		{"tree of a number", &write.Tree{Inputs: mixed(), Target: "y",
			Root: split(write.Split{Input: 0, Threshold: 2, Below: true}, leaf(1), split(write.Split{Input: 2, Threshold: -1}, leaf(0.1), leaf(3)))},
			map[string]any{"y": 0.1}},
		{"tree of classes", &write.Tree{Inputs: mixed(), Target: "y", Classes: uv, Root: classStump(counts(1, 3), counts(1, 0))},
			map[string]any{"y": "v", "probability(u)": 0.25, "probability(v)": 0.75}},
		{"forest of numbers", &write.Forest{Inputs: mixed(), Target: "y", Trees: []*write.Node{stump(1, 2), stump(4, 8)}}, map[string]any{"y": 2.5}},
		{"forest of probabilities", &write.Forest{Inputs: mixed(), Target: "y", Classes: uv,
			Trees: []*write.Node{classStump(counts(1, 3), counts(1, 0)), classStump(counts(7, 1), counts(0, 1)), classStump(counts(1, 3), counts(1, 0))}},
			map[string]any{"y": "v", "probability(u)": (0.25 + 0.875 + 0.25) / 3, "probability(v)": (0.75 + 0.125 + 0.75) / 3}},
		{"voting forest", &write.Forest{Inputs: mixed(), Target: "y", Classes: uv, Vote: true,
			Trees: []*write.Node{classStump(counts(1, 3), counts(1, 0)), classStump(counts(7, 1), counts(0, 1)), classStump(counts(1, 3), counts(1, 0))}},
			map[string]any{"y": "v", "probability(u)": 1.0 / 3, "probability(v)": 2.0 / 3}},
		{"boosted number", &write.Boosted{Inputs: mixed(), Target: "y", Base: []float64{10}, Trees: [][]*write.Node{{stump(1, 2), stump(4, 8)}}}, map[string]any{"y": 15.0}},
		{"boosted exp", &write.Boosted{Inputs: mixed(), Target: "y", Link: write.Exp, Base: []float64{-4}, Trees: [][]*write.Node{{stump(1, 2), stump(4, 8)}}}, map[string]any{"y": e}},
		{"boosted classes", &write.Boosted{Inputs: mixed(), Target: "y", Classes: uv, Base: []float64{-4}, Trees: [][]*write.Node{{stump(1, 2), stump(4, 8)}}},
			map[string]any{"y": "u", "probability(u)": e / (1 + e), "probability(v)": 1 / (1 + e)}},
		{"boosted softmax", &write.Boosted{Inputs: mixed(), Target: "y", Classes: uvw, Base: []float64{0, 0, 1}, Trees: [][]*write.Node{{stump(0, 5)}, {stump(1, 5)}, {stump(1, 5)}}},
			map[string]any{"y": "w", "probability(u)": 1 / (1 + e + e*e), "probability(v)": e / (1 + e + e*e)}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			verified := map[string]any{}
			for name, value := range row {
				verified[name] = value
			}
			if _, numbers := test.model.(*write.KMeans); numbers {
				delete(verified, color)
			}
			for name, value := range test.want {
				verified[name] = value
			}
			model := load(t, test.model, write.WithVerification(1e-15, verified))
			got, err := model.ScoreMap(row)
			if err != nil {
				t.Fatal(err)
			}
			check(t, got, test.want)
			if differences, err := model.Verify(); err != nil || len(differences) > 0 || !model.HasVerification() {
				t.Errorf("verify: %v, %v", differences, err)
			}
		})
	}
}

// A verification row that is wrong must be found.
func TestVerificationFindsADifference(t *testing.T) {
	m := &write.Regression{Inputs: write.Numbers("x"), Target: "y", Tables: []write.Table{{1, []float64{2}}}}
	model := load(t, m, write.WithVerification(1e-12, map[string]any{"x": 1, "y": 3.0}, map[string]any{"x": 1.5, "y": 4.1}))
	differences, err := model.Verify()
	if err != nil || len(differences) != 1 || differences[0].Row != 2 || differences[0].Field != "y" {
		t.Errorf("differences: %v, %v", differences, err)
	}
}

// Where rows without a split's value go, in each kind of model that has trees.
func TestMissing(t *testing.T) {
	tree := func(to write.Branch) *write.Node {
		return split(write.Split{Input: 0, Threshold: 1, Missing: to}, split(write.Split{Input: 1, Threshold: 1, Missing: to}, leaf(1), leaf(2)),
			split(write.Split{Input: 1, Threshold: 1, Missing: to}, leaf(3), leaf(4)))
	}
	inputs := write.Numbers("a", "b")
	for _, test := range []struct {
		to   write.Branch
		want any
	}{{write.Yes, 1.0}, {write.No, 4.0}, {write.Nowhere, nil}} {
		for name, m := range map[string]write.Model{
			"tree":    &write.Tree{Inputs: inputs, Target: "y", Root: tree(test.to)},
			"forest":  &write.Forest{Inputs: inputs, Target: "y", Trees: []*write.Node{tree(test.to), tree(test.to)}},
			"boosted": &write.Boosted{Inputs: inputs, Target: "y", Base: []float64{0}, Trees: [][]*write.Node{{tree(test.to)}}},
		} {
			t.Run(fmt.Sprint(name, test.to), func(t *testing.T) {
				got, err := load(t, m).ScoreMap(map[string]any{})
				if err != nil || got["y"] != test.want {
					t.Errorf("%v, %v, want %v", got, err, test.want)
				}
			})
		}
	}
}
