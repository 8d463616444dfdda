package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/beam-pmml/beam-pmml/transforms"
)

// TestStreamedDemoMatchesTheBoundedOne follows the demo's files as they are, with the mechanisms that the embedded runner
// streams with: each event ends as in the independent computation, to which the bounded runs are held.
func TestStreamedDemoMatchesTheBoundedOne(t *testing.T) {
	expected := readLines[expectedOutcome](t, filepath.Join(demo, "expected.jsonl"))
	var first map[string]string
	for _, run := range []struct {
		join             transforms.Join
		parts, subShards int
	}{
		{transforms.JoinState, 1, 1}, {transforms.JoinState, 3, 1}, {transforms.JoinKeyed, 1, 1}, {transforms.JoinKeyed, 3, 2},
	} {
		t.Run(fmt.Sprintf("%s, %d parts, %d sub-shards", run.join, run.parts, run.subShards), func(t *testing.T) {
			o := demoOptions(t, "events.jsonl", run.join, run.parts)
			runUntil(t, o.out, len(expected), "--events="+o.events, "--control="+o.control, "--join="+string(run.join),
				fmt.Sprint("--parts=", run.parts), fmt.Sprint("--sub-shards=", run.subShards))
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

// runUntil runs the program with flags of run, following its files, until it has written so many outcomes, and then ends it as its
// user would.
func runUntil(t *testing.T, out string, outcomes int, flags ...string) {
	t.Helper()
	program := exec.Command("pipeline", append([]string{"run", "--streaming", "--quiet", "--out=" + out}, flags...)...)
	var printed bytes.Buffer
	program.Stdout, program.Stderr = &printed, &printed
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- program.Wait() }()
	look, patience := time.NewTicker(20*time.Millisecond), time.After(2*time.Minute)
	defer look.Stop()
	for linesIn(t, out, resultsFile)+linesIn(t, out, deadLettersFile) < outcomes {
		select {
		case err := <-ended:
			t.Fatalf("the program ended by itself: %v\n%s", err, &printed)
		case <-patience:
			program.Process.Kill()
			t.Fatalf("not all of %d outcomes came:\n%s", outcomes, &printed)
		case <-look.C:
		}
	}
	if err := program.Process.Signal(os.Interrupt); err != nil {
		t.Error(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("the program ended with %v:\n%s", err, &printed)
	}
}

func linesIn(t *testing.T, folder, name string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return bytes.Count(text, []byte("\n"))
}
