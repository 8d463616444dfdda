//go:build unix

package records

import (
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

// A pipe is no file, not even one that takes a file's name between two looks; opening it waits for nobody.
func TestPipes(t *testing.T) {
	dir := t.TempDir()
	path, file := filepath.Join(dir, "pipe"), filepath.Join(dir, "file")
	write(t, file, "")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, paths := range []string{dir, filepath.Join(dir, "*")} {
		if got, err := folder("").expand([]string{paths}, false); err != nil || !slices.Equal(got, []string{file}) {
			t.Errorf("%s: got %q, %v", paths, got, err)
		}
	}
	if _, err := folder("").expand([]string{path}, false); err == nil {
		t.Error("a pipe is taken for a file")
	}
	if _, _, err := openRegular(path); err == nil {
		t.Error("a pipe is opened")
	}
}
