package pmml_test

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// tolerances are relative; that of ARIMA is how far a filter over the whole series has come to its steady state.
var tolerances = map[string]float64{"arima_seasonal": 1e-9}

// Expected values are by statsmodels, scipy and numpy: testdata/generate/engine_cases.py.
func TestAgainstIndependentComputations(t *testing.T) {
	folders, err := filepath.Glob(filepath.Join("..", "testdata", "engine", "*"))
	if err != nil || len(folders) == 0 {
		t.Fatal("no cases: ", err)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			tolerance := tolerances[filepath.Base(folder)]
			if tolerance == 0 {
				tolerance = 1e-13
			}
			compareFolder(t, folder, tolerance)
		})
	}
}

// compareFolder scores the rows of a folder as one sequence.
func compareFolder(t *testing.T, folder string, tolerance float64) {
	t.Helper()
	m, err := pmml.LoadFile(filepath.Join(folder, "model.pmml"))
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(filepath.Join(folder, "rows.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(folder, "expected.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	expected := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(expected) != len(rows)-1 {
		t.Fatalf("%d rows, %d expected", len(rows)-1, len(expected))
	}
	in, out, sequence := m.NewInput(), m.NewResult(), m.NewSequence()
	for i, cells := range rows[1:] {
		in.Clear()
		for j, cell := range cells {
			if at, ok := m.FieldIndex(rows[0][j]); ok && cell != "" {
				in.SetText(at, []byte(cell))
			}
		}
		if err := sequence.Score(in, out); err != nil {
			t.Fatalf("row %d: %v", i+1, err)
		}
		var want map[string]any
		if err := json.Unmarshal([]byte(expected[i]), &want); err != nil {
			t.Fatal(err)
		}
		got := out.Map()
		for name, w := range want {
			if !within(got[name], w, tolerance) {
				t.Errorf("row %d: %s is %v, want %v", i+1, name, got[name], w)
			}
		}
	}
}

func within(got, want any, tolerance float64) bool {
	if want == nil {
		return got == nil
	}
	w, _ := want.(float64)
	switch g := got.(type) {
	case string:
		return g == want
	case float64:
		return math.Abs(g-w) <= tolerance*math.Max(math.Abs(w), 1e-3)
	case int64:
		return float64(g) == w
	}
	return false
}
