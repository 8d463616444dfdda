package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/beam-pmml/beam-pmml/transforms"
)

// expectedOutcome is a line of expected.jsonl: what an independent computation says must come of an event
// (testdata/demo/README.md).
type expectedOutcome struct {
	Offset  int64
	ID      *string
	Model   string
	Version string
	SHA256  string
	Outputs json.RawMessage
	Tol     float64
	Reason  string
}

// outcome is a line of results or dead letters.
type outcome struct {
	ID      string
	Source  string
	Model   string
	Version string
	SHA256  string
	Outputs json.RawMessage
	Reason  string
}

// TestDemoMatchesAnIndependentComputation compares every event of the demo, with all mechanisms and different
// parallelism.
func TestDemoMatchesAnIndependentComputation(t *testing.T) {
	expected := readLines[expectedOutcome](t, filepath.Join(demo, "expected.jsonl"))
	var first map[string]string
	for _, run := range []struct {
		join  transforms.Join
		parts int
	}{
		{transforms.JoinSideInput, 1}, {transforms.JoinSideInput, 1}, {transforms.JoinSideInput, 3},
		{transforms.JoinState, 1}, {transforms.JoinState, 2}, {transforms.JoinAuto, 2},
		{transforms.JoinKeyed, 1}, {transforms.JoinKeyed, 3},
	} {
		t.Run(fmt.Sprintf("%s, %d parts", run.join, run.parts), func(t *testing.T) {
			o := demoOptions(t, "events.jsonl", run.join, run.parts)
			if err := runPipeline(context.Background(), o); err != nil {
				t.Fatal(err)
			}
			got, set := readOutcomes(t, o.out)
			compareDemo(t, expected, got, o.events)
			if first == nil {
				first = set
			} else if !maps.Equal(first, set) {
				t.Error("the outcome set differs from that of the first run")
			}
		})
	}
}

func demoOptions(t *testing.T, events string, join transforms.Join, parts int) *runOptions {
	t.Helper()
	return &runOptions{
		events: filepath.Join(demo, events), control: filepath.Join(demo, "control.jsonl"), out: t.TempDir(),
		join: string(join), parts: parts, shards: 16, subShards: 1, block: 100, cacheBytes: 1 << 30, loads: 2, loadWait: 10 * time.Second, verifyRows: 100, quiet: true,
	}
}

// readOutcomes reads what a run wrote: by the event's offset, and as a set of outcomes in which record ids and places
// are keys. Two outcomes of one event are an error.
func readOutcomes(t *testing.T, out string) (map[int64]outcome, map[string]string) {
	t.Helper()
	byOffset, set := map[int64]outcome{}, map[string]string{}
	for _, name := range []string{resultsFile, deadLettersFile} {
		for _, o := range readLines[outcome](t, filepath.Join(out, name)) {
			_, at, ok := strings.Cut(o.Source, "@")
			offset, err := strconv.ParseInt(at, 10, 64)
			if !ok || err != nil {
				t.Fatalf("source %q has no offset", o.Source)
			}
			if was, twice := byOffset[offset]; twice {
				t.Errorf("the event at %d ended as %+v and as %+v", offset, was, o)
			}
			byOffset[offset] = o
			set[o.ID+" "+o.Source] = strings.Join([]string{o.Model, o.Version, o.SHA256, string(o.Outputs), o.Reason}, " ")
		}
	}
	return byOffset, set
}

func compareDemo(t *testing.T, expected []expectedOutcome, got map[int64]outcome, path string) {
	t.Helper()
	if len(got) != len(expected) {
		t.Errorf("%d outcomes of %d events", len(got), len(expected))
	}
	wrong := 0
	for _, e := range expected {
		g, ok := got[e.Offset]
		if !ok {
			t.Errorf("the event at %d ended in nothing", e.Offset)
			continue
		}
		if why := e.differs(g, path); why != "" {
			if wrong++; wrong <= 10 {
				t.Errorf("event at %d (%s): %s", e.Offset, g.ID, why)
			}
		}
	}
	if wrong > 10 {
		t.Errorf("and %d more", wrong-10)
	}
}

// differs says in what an outcome is not the expected one.
func (e expectedOutcome) differs(g outcome, path string) string {
	id := fmt.Sprintf("%s@%d", path, e.Offset)
	if e.ID != nil {
		id = *e.ID
	}
	switch {
	case g.Reason != e.Reason:
		return fmt.Sprintf("reason %q, want %q", g.Reason, e.Reason)
	case g.ID != id && (e.Reason == "" || g.ID != fmt.Sprintf("%s@%d", path, e.Offset)):
		return fmt.Sprintf("id %q, want %q", g.ID, id)
	case g.Model != e.Model || g.Version != e.Version:
		return fmt.Sprintf("%s@%s, want %s@%s", g.Model, g.Version, e.Model, e.Version)
	case e.Reason != "":
		return ""
	case g.SHA256 != e.SHA256:
		return fmt.Sprintf("sha256 %s, want %s", g.SHA256, e.SHA256)
	}
	return differentOutputs(e.Outputs, g.Outputs, e.Tol)
}

// differentOutputs compares names, their order, and values: numbers within tol of max(1, |want|), all else exactly.
func differentOutputs(want, got json.RawMessage, tol float64) string {
	wantNames, wantValues := members(want)
	gotNames, gotValues := members(got)
	if !slices.Equal(wantNames, gotNames) {
		return fmt.Sprintf("outputs %v, want %v", gotNames, wantNames)
	}
	for i, w := range wantValues {
		g := gotValues[i]
		wn, isNumber := w.(float64)
		gn, alsoNumber := g.(float64)
		if isNumber && alsoNumber {
			if !(math.Abs(gn-wn) <= tol*max(1, math.Abs(wn))) {
				return fmt.Sprintf("%s = %v, want %v within %g", wantNames[i], gn, wn, tol)
			}
		} else if g != w {
			return fmt.Sprintf("%s = %v, want %v", wantNames[i], g, w)
		}
	}
	return ""
}

// members reads an object's names and values in order.
func members(object json.RawMessage) (names []string, values []any) {
	d := json.NewDecoder(bytes.NewReader(object))
	d.Token()
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, nil
		}
		var v any
		if err := d.Decode(&v); err != nil {
			return nil, nil
		}
		names, values = append(names, name.(string)), append(values, v)
	}
	return names, values
}

func readLines[T any](t *testing.T, path string) (list []T) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var v T
		if err := json.Unmarshal(s.Bytes(), &v); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		list = append(list, v)
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}
