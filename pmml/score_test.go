package pmml_test

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// load compiles a document that must be good.
func load(t *testing.T, text string) *pmml.Model {
	t.Helper()
	m, err := pmml.Load(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// score gives fields as text and returns the outputs by name; "$error" holds the code of a row without a result.
func score(t *testing.T, m *pmml.Model, row map[string]string) map[string]any {
	t.Helper()
	in, out := m.NewInput(), m.NewResult()
	for name, text := range row {
		i, ok := m.FieldIndex(name)
		if !ok {
			t.Fatalf("no field %q", name)
		}
		in.SetText(i, []byte(text))
	}
	if err := m.Score(in, out); err != nil {
		var row *pmml.RowError
		if !errors.As(err, &row) {
			t.Fatalf("error %v is no RowError", err)
		}
		return map[string]any{"$error": string(row.Code)}
	}
	var object map[string]any
	if err := json.Unmarshal(out.AppendJSON(nil), &object); err != nil {
		t.Fatal(err)
	}
	return object
}

// same compares with a number, string, bool, list or nil.
func same(want, got any) bool {
	w, ok1 := want.(float64)
	g, ok2 := got.(float64)
	if ok1 && ok2 {
		return math.Abs(w-g) <= 1e-12*math.Max(1, math.Abs(w))
	}
	return reflect.DeepEqual(want, got)
}

func check(t *testing.T, name string, got map[string]any, want map[string]any) {
	t.Helper()
	for k, w := range want {
		if !same(w, got[k]) {
			t.Errorf("%s: %s is %v, want %v (all: %v)", name, k, got[k], w, got)
		}
	}
}

type row = map[string]string
type result = map[string]any
