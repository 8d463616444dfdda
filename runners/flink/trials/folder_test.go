package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestNewLinesLeavesOutWhatHasNoEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results-11.jsonl")
	if lines, err := newLines(path, 0); lines != nil || err != nil {
		t.Errorf("of no file: %q, %v", lines, err)
	}
	if err := os.WriteFile(path, []byte("a\nbc\nd"), 0o644); err != nil {
		t.Fatal(err)
	}
	if lines, err := newLines(path, 0); err != nil || len(lines) != 2 || string(lines[1]) != "bc\n" {
		t.Errorf("%q, %v", lines, err)
	}
	if err := os.WriteFile(path, []byte("a\nbc\nde\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if lines, err := newLines(path, 5); err != nil || len(lines) != 1 || string(lines[0]) != "de\n" {
		t.Errorf("what was written since: %q, %v", lines, err)
	}
}
