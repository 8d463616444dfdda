package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestModelsScoreAsTheirLearners scores the rows of every model of testdata/models and compares with what the learner
// that the document was exported from predicts.
func TestModelsScoreAsTheirLearners(t *testing.T) {
	cases, err := filepath.Glob("../testdata/models/*/case.json")
	if err != nil || len(cases) < 10 {
		t.Fatalf("%d models found, error %v", len(cases), err)
	}
	for _, path := range cases {
		dir := filepath.Dir(path)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var c struct {
				Tol  float64
				Rows int
			}
			if err := json.Unmarshal(data, &c); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			err = score(context.Background(), filepath.Join(dir, "model.pmml"), filepath.Join(dir, "rows.csv"), scoreOptions{}, nil, &out, io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
			want := readLines[json.RawMessage](t, filepath.Join(dir, "expected.jsonl"))
			if len(got) != c.Rows || len(want) != c.Rows {
				t.Fatalf("%d rows scored, %d expected, the case says %d", len(got), len(want), c.Rows)
			}
			for i, w := range want {
				if why := differentOutputs(w, json.RawMessage(got[i]), c.Tol); why != "" {
					t.Errorf("row %d: %s", i+1, why)
				}
			}
		})
	}
}

// TestDamagedDocumentsAreRefusedWithTheirPlaces inspects every damaged document: exit code 2, and a fault on the line
// where the damage is, where one place is right.
func TestDamagedDocumentsAreRefusedWithTheirPlaces(t *testing.T) {
	dir := "../testdata/models/damaged"
	table, err := os.ReadFile(filepath.Join(dir, "faults.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(table)), "\n")[1:]
	if len(lines) < 20 {
		t.Fatalf("%d damaged documents", len(lines))
	}
	wanted := map[string][]int{}
	for _, line := range lines {
		cells := strings.Split(line, "\t")
		wanted[cells[0]] = append(wanted[cells[0]], 0)
		if at, err := strconv.Atoi(cells[1]); err == nil {
			wanted[cells[0]][len(wanted[cells[0]])-1] = at
		}
	}
	for file, places := range wanted {
		t.Run(file, func(t *testing.T) {
			root := newRootCommand()
			root.SetArgs([]string{"inspect", "--json", filepath.Join(dir, file)})
			var out bytes.Buffer
			root.SetOut(&out)
			err := root.ExecuteContext(context.Background())
			var exit *exitError
			if !errors.As(err, &exit) || exit.code != exitUsage {
				t.Fatalf("error %v, want exit code %d", err, exitUsage)
			}
			var report struct {
				Servable bool
				Faults   []struct{ Line, Column int }
			}
			if err := json.Unmarshal(out.Bytes(), &report); err != nil {
				t.Fatal(err)
			}
			if report.Servable || len(report.Faults) == 0 {
				t.Fatalf("report %s", out.Bytes())
			}
			var found []int
			for _, f := range report.Faults {
				if f.Line < 1 || f.Column < 1 {
					t.Errorf("a fault without a place: %s", out.Bytes())
				}
				found = append(found, f.Line)
			}
			for _, at := range places {
				if at > 0 && !slices.Contains(found, at) {
					t.Errorf("faults on lines %v, want one on %d", found, at)
				}
			}
		})
	}
}
