package records

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
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
		{"a glob of folders", []string{"i?/deep*/c.jsonl"}, []string{"in/deeper/c.jsonl"}, false},
		{"a glob that leads out and in again", []string{"in/../in/a*"}, []string{"in/a.jsonl"}, false},
		{"a glob matches no folder", []string{"in/d*"}, nil, true},
		{"a file that looks like a glob", []string{"in/x[1].csv"}, []string{"in/x[1].csv"}, false},
		{"each file once", []string{"in/b.jsonl", "in"}, []string{"in/b.jsonl", "in/a.jsonl", "in/x[1].csv"}, false},
		{"nothing there", []string{"none"}, nil, true},
		{"a glob that is none", []string{"in/[z"}, nil, true},
		{"a device", []string{"/dev/null"}, nil, true},
	} {
		got, err := folder("").expand(c.paths, true)
		if (err != nil) != c.fails || err == nil && !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, %v", c.name, got, err)
		}
	}
	if got, err := folder("").expand([]string{"none", "one"}, false); err != nil || !slices.Equal(got, []string{"one"}) {
		t.Errorf("what may come: got %q, %v", got, err)
	}
}

// Paths below a folder name the same files from anywhere, under the names that were given.
func TestExpandBelowAFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a [b] *")
	for _, f := range []string{"base/in/b", "base/in/a", "base/in/deeper/c", "beside"} {
		write(t, filepath.Join(dir, f), "")
	}
	t.Chdir(t.TempDir())
	beside := filepath.Join(dir, "beside")
	for _, c := range []struct{ path, want string }{
		{"in", "in/a in/b"},
		{"in/*", "in/a in/b"},
		{"i*/*/c", "in/deeper/c"},
		{"./in/a", "./in/a"},
		{"../base/i*/a", "../base/in/a"},
		{"../beside", "../beside"},
		{beside, beside},
	} {
		got, err := folder(filepath.Join(dir, "base")).expand([]string{c.path}, true)
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %q, %v", c.path, got, err)
		}
	}
}
