package pmml_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// numericCase is one of those in the files of testdata/numeric, written by testdata/generate/numeric_cases.py with numpy and scipy.
type numericCase struct {
	Name      string           `json:"name"`
	Document  []string         `json:"document"`
	Exact     bool             `json:"exact"`     // single precision: equal to the last bit
	Tolerance float64          `json:"tolerance"` // relative
	Rows      []map[string]any `json:"rows"`
	Expected  []map[string]any `json:"expected"`
}

func TestNumbersOfIndependentPrograms(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "testdata", "numeric", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal("no cases: ", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var cases []numericCase
		if err := json.Unmarshal(text, &cases); err != nil {
			t.Fatal(err)
		}
		for i := range cases {
			t.Run(cases[i].Name, cases[i].compare)
		}
	}
}

func (c *numericCase) compare(t *testing.T) {
	t.Helper()
	m, err := pmml.Load(strings.NewReader(strings.Join(c.Document, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Rows) == 0 || len(c.Rows) != len(c.Expected) {
		t.Fatalf("%d rows, %d expected", len(c.Rows), len(c.Expected))
	}
	for i, row := range c.Rows {
		got, err := m.ScoreMap(row)
		if err != nil {
			t.Fatalf("row %d: %v", i+1, err)
		}
		for name, want := range c.Expected[i] {
			if !c.equal(got[name], want) {
				t.Errorf("row %d: %s is %v, want %v", i+1, name, got[name], want)
			}
		}
	}
}

// equal compares numbers by the tolerance, relative to 1e-6 where they are smaller.
func (c *numericCase) equal(got, want any) bool {
	w, ok := want.(float64)
	if !ok {
		return got == want
	}
	g, ok := got.(float64)
	if c.Exact {
		return ok && g == w
	}
	return ok && math.Abs(g-w) <= c.Tolerance*math.Max(math.Abs(w), 1e-6)
}
