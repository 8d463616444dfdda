package records

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestExpand(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, f := range []string{"in/b.jsonl", "in/a.jsonl", "in/.hidden", "in/deeper/c.jsonl", "in/x[1].csv", "one"} {
		write(t, f, "")
	}
	for _, c := range []struct {
		name  string
		paths []string
		want  []string
		fails bool
	}{
		{"a file", []string{"one"}, []string{"one"}, false},
		{"as it is given", []string{"./one"}, []string{"./one"}, false},
		{"a folder", []string{"in"}, []string{"in/a.jsonl", "in/b.jsonl", "in/x[1].csv"}, false},
		{"a glob", []string{"in/*.jsonl"}, []string{"in/a.jsonl", "in/b.jsonl"}, false},
		{"a glob matches no folder", []string{"in/d*"}, nil, true},
		{"a file that looks like a glob", []string{"in/x[1].csv"}, []string{"in/x[1].csv"}, false},
		{"each file once", []string{"in/b.jsonl", "in"}, []string{"in/b.jsonl", "in/a.jsonl", "in/x[1].csv"}, false},
		{"nothing there", []string{"none"}, nil, true},
		{"a glob that is none", []string{"in/[z"}, nil, true},
	} {
		got, err := expand(c.paths, true)
		if (err != nil) != c.fails || err == nil && !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, %v", c.name, got, err)
		}
	}
	if got, err := expand([]string{"none", "one"}, false); err != nil || !slices.Equal(got, []string{"one"}) {
		t.Errorf("what may come: got %q, %v", got, err)
	}
}
