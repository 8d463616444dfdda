package pmml_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// refused loads a document that must be refused with a fault that says part, at the place of marker, which the text holds once.
func refused(t *testing.T, text, marker, part string) {
	t.Helper()
	_, err := pmml.Load(strings.NewReader(text))
	var load *pmml.LoadError
	if !errors.As(err, &load) {
		t.Errorf("%s: got %v", part, err)
		return
	}
	before, after, found := strings.Cut(text, marker)
	if !found || strings.Contains(after, marker) {
		t.Fatalf("the document does not hold %q once", marker)
	}
	line, column := 1+strings.Count(before, "\n"), len(before)-strings.LastIndex(before, "\n")
	for _, f := range load.Faults {
		if strings.Contains(f.Message, part) {
			if f.Line != line || f.Column != column {
				t.Errorf("%s: at %d:%d, want %d:%d", part, f.Line, f.Column, line, column)
			}
			return
		}
	}
	t.Errorf("no fault says %q: %v", part, err)
}
