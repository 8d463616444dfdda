package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The tables and the unusable lines of the demo's control file were computed
// by testdata/generate, which knows nothing of this code.
const demo = "../testdata/demo"

func TestTableOfTheDemo(t *testing.T) {
	for _, want := range readLines[struct {
		At    *string
		Table any
	}](t, filepath.Join(demo, "tables.jsonl")) {
		args := []string{"table", filepath.Join(demo, "control.jsonl"), "--json"}
		name := "after all messages"
		if want.At != nil {
			args, name = append(args, "--at", *want.At), *want.At
		}
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			cmd := newControlCommand()
			cmd.SetArgs(args)
			cmd.SetOut(&out)
			cmd.SetErr(io.Discard)
			if err := cmd.Execute(); err != nil {
				t.Fatal(err)
			}
			var got any
			if err := json.Unmarshal(out.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.Table, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCheckOfTheDemo(t *testing.T) {
	unusable := map[int]bool{}
	for _, u := range readLines[struct{ Line int }](t, filepath.Join(demo, "control-unusable.jsonl")) {
		unusable[u.Line] = true
	}
	var out bytes.Buffer
	err := checkControl(filepath.Join(demo, "control.jsonl"), nil, &out)
	if exitCode(err) != exitUsage {
		t.Errorf("exit code %d (%v), want %d", exitCode(err), err, exitUsage)
	}
	effects := map[string]int{}
	for line := range strings.Lines(out.String()) {
		var checked checkedLine
		if err := json.Unmarshal([]byte(line), &checked); err != nil {
			t.Fatal(err)
		}
		if checked.OK == unusable[checked.Line] {
			t.Errorf("line %d: ok is %v", checked.Line, checked.OK)
		}
		if checked.Effect != nil {
			effects[string(*checked.Effect)]++
		}
	}
	// As its README says.
	if effects["CONFLICT"] != 1 || effects["TIE"] != 1 {
		t.Errorf("effects %v, want one CONFLICT, and one TIE: the second of two tied messages", effects)
	}
}

func TestAppendLineEndsTheLastLine(t *testing.T) {
	for _, c := range []struct{ before, after string }{
		{"", "new\n"},
		{"old\n", "old\nnew\n"},
		{"half", "half\nnew\n"},
	} {
		path := filepath.Join(t.TempDir(), "control.jsonl")
		if err := os.WriteFile(path, []byte(c.before), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := appendLine(path, []byte("new\n")); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(path); string(got) != c.after {
			t.Errorf("%q became %q, want %q", c.before, got, c.after)
		}
	}
}

func TestLongControlLines(t *testing.T) {
	long := `{"op":"DEL","model":"` + strings.Repeat("m", 1<<20) + `"}` + "\n"
	good := "\xef\xbb\xbf" + `{"op":"DEL","model":"m","at":"2026-11-01T00:00:00Z"}` + "\r\n"
	var numbers []int
	var bad int
	err := readControlLines("-", strings.NewReader(good+long+good[3:]+long[:9000]), func(l controlLine) error {
		numbers = append(numbers, l.number)
		if l.err != nil {
			bad++
		}
		return nil
	})
	if err != nil || len(numbers) != 4 || bad != 2 {
		t.Errorf("lines %v, %d of them bad, %v; want 4, 2", numbers, bad, err)
	}
}
