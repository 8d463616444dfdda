package records

import (
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

func TestLineFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out", "lines")
	appendTo := func(lines string) {
		t.Helper()
		f, err := lineFiles.open(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.append([]byte(lines)); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(want ...string) {
		t.Helper()
		if got := readBack(t, path); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() { appendTo("1\n2\n") })
	}
	all.Wait()
	expect("1", "1", "2", "2")
	if err := CloseLines(); err != nil {
		t.Fatal(err)
	}
	appendTo("3\n")
	expect("1", "1", "2", "2", "3")
	if err := lineFiles.remove(path); err != nil {
		t.Fatal(err)
	}
	appendTo("4\n")
	expect("4")
	if err := CloseLines(); err != nil {
		t.Fatal(err)
	}
}

// A write that fails leaves no half line before the next.
func TestLineFileThatCannotBeWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lines")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path) // for reading only
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := (&lineFile{file: file}).append([]byte("x\n")); err == nil {
		t.Error("no error")
	}
}
