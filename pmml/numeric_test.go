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

// numericCase is a file of testdata/numeric, written by testdata/generate/numeric_cases.py with numpy and scipy.
type numericCase struct {
	Document []string         `json:"document"`
	Exact    bool             `json:"exact"` // single precision: equal to the last bit
	Rows     []map[string]any `json:"rows"`
	Expected []map[string]any `json:"expected"`
}

func TestNumbersOfIndependentPrograms(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "testdata", "numeric", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal("no cases: ", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var c numericCase
			if err := json.Unmarshal(text, &c); err != nil {
				t.Fatal(err)
			}
			c.compare(t)
		})
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

// equal compares numbers by 1e-12 of their size, and of 1e-6 where they are smaller.
func (c *numericCase) equal(got, want any) bool {
	w, ok := want.(float64)
	if !ok {
		return got == want
	}
	g, ok := got.(float64)
	if c.Exact {
		return ok && g == w
	}
	return ok && math.Abs(g-w) <= 1e-12*math.Max(math.Abs(w), 1e-6)
}
