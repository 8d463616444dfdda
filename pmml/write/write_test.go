package write_test

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/pmml/write"
)

func score(t *testing.T, m write.Model, row map[string]any) map[string]any {
	t.Helper()
	var text bytes.Buffer
	if err := write.Write(&text, m); err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("WRITTEN"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(t.Name())+".pmml"), text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	model, err := pmml.Load(&text)
	if err != nil {
		t.Fatal(err)
	}
	result, err := model.ScoreMap(row)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestWritten(t *testing.T) {
	row := map[string]any{"a<&\"": 2.0, "b": -1.0}
	inputs := []string{"a<&\"", "b"}
	e := math.E
	tests := []struct {
		name  string
		model write.Model
		want  map[string]any
	}{
		{"linear", &write.Regression{Inputs: inputs, Target: "y", Tables: []write.Table{{0.5, []float64{3, 0.25}}}},
			map[string]any{"y": 6.25}},
		{"binary", &write.Regression{Inputs: inputs, Target: "y", Classes: []string{"yes", "no"}, Tables: []write.Table{{0, []float64{0, -1}}}},
			map[string]any{"y": "yes", "probability(yes)": e / (1 + e), "probability(no)": 1 / (1 + e)}},
		{"multinomial", &write.Regression{Inputs: inputs, Target: "y", Classes: []string{"u", "v", "w"},
			Tables: []write.Table{{0, []float64{0, 0}}, {0, []float64{0.5, 0}}, {1, []float64{0.5, 0}}}},
			map[string]any{"y": "w", "probability(u)": 1 / (1 + e + e*e), "probability(w)": e * e / (1 + e + e*e)}},
		{"kmeans", &write.KMeans{Inputs: inputs, Centers: [][]float64{{2, 3}, {1, -1}}}, map[string]any{"cluster": "2"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := score(t, test.model, row)
			for name, want := range test.want {
				f, number := want.(float64)
				g, _ := got[name].(float64)
				if number && math.Abs(f-g) > 1e-15*math.Abs(f) || !number && got[name] != want {
					t.Errorf("%s: %v, want %v", name, got[name], want)
				}
			}
		})
	}
}

func TestRefused(t *testing.T) {
	for name, m := range map[string]write.Model{
		"NaN":          &write.KMeans{Inputs: []string{"x"}, Centers: [][]float64{{math.NaN()}}},
		"length":       &write.KMeans{Inputs: []string{"x"}, Centers: [][]float64{{1, 2}}},
		"name twice":   &write.Regression{Inputs: []string{"x", "x"}, Target: "y", Tables: []write.Table{{0, []float64{1, 2}}}},
		"control":      &write.Regression{Inputs: []string{"x\x01"}, Target: "y", Tables: []write.Table{{0, []float64{1}}}},
		"tables":       &write.Regression{Inputs: []string{"x"}, Target: "y", Classes: []string{"a", "b"}},
		"class twice":  &write.Regression{Inputs: []string{"x"}, Target: "y", Classes: []string{"a", "a"}, Tables: []write.Table{{0, []float64{1}}}},
		"empty target": &write.Regression{Inputs: []string{"x"}, Tables: []write.Table{{0, []float64{1}}}},
	} {
		var text bytes.Buffer
		if err := write.Write(&text, m); err == nil || text.Len() > 0 {
			t.Errorf("%s: error %v, %d bytes written", name, err, text.Len())
		}
	}
}
