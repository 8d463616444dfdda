package pmml_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// Once warm, no numeric model allocates for a row, standard errors and intervals included.
func TestNumericModelsAllocateNothing(t *testing.T) {
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
			m, err := pmml.Load(strings.NewReader(strings.Join(cases[i].Document, "\n")))
			if err != nil {
				t.Fatal(err)
			}
			in, out := m.NewInput(), m.NewResult()
			for name, v := range cases[i].Rows[0] {
				if at, ok := m.FieldIndex(name); ok {
					if err := in.Set(at, v); err != nil {
						t.Fatal(err)
					}
				}
			}
			if n := testing.AllocsPerRun(10, func() {
				if err := m.Score(in, out); err != nil {
					t.Fatal(err)
				}
			}); n != 0 {
				t.Errorf("%s: %v allocations a row", cases[i].Name, n)
			}
		}
	}
}
