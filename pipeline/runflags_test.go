package main

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/runtime/graphx"
	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
	"github.com/google/go-cmp/cmp"
)

// Beam ships to its workers the options that flag.Visit names. A flag library that sets values without telling the
// standard package loses all of them, silently.
func TestRunFlagsReachBeam(t *testing.T) {
	old := *flag.CommandLine
	defer func() { *flag.CommandLine = old }()
	flag.CommandLine = flag.NewFlagSet("run", flag.ContinueOnError)
	old.VisitAll(func(f *flag.Flag) { flag.CommandLine.Var(f.Value, f.Name, f.Usage) })

	root := newRootCommand()
	root.SetArgs([]string{"run", "--job_name=nightly", "--shards", "3", "--events=nowhere"})
	if err := root.ExecuteContext(context.Background()); err == nil {
		t.Fatal("a run without --control began")
	}
	var visited []string
	flag.Visit(func(f *flag.Flag) { visited = append(visited, f.Name) })
	for _, name := range []string{"job_name", "shards", "events"} {
		if !slices.Contains(visited, name) {
			t.Errorf("flag.Visit does not name %s: it would not reach the workers (visited: %v)", name, visited)
		}
	}
	if runFlags.shards != 3 {
		t.Errorf("shards = %d, want 3", runFlags.shards)
	}
	beam.PipelineOptions.LoadOptionsFromFlags(nil)
	if got := beam.PipelineOptions.Get("job_name"); got != "nightly" {
		t.Errorf("Beam's option job_name = %q, want nightly", got)
	}
}

// The names of transforms are the identity of state: a savepoint finds its state by them. A change here makes every
// savepoint of an earlier version unusable, so it needs a line in the changelog.
func TestTransformNamesAreFrozen(t *testing.T) {
	for _, c := range []struct{ name, join, runner string }{
		{"streaming-state", "state", "flink"},
		{"streaming-side-input", "side-input", "flink"},
		{"streaming-keyed", "keyed", "flink"},
		{"streaming-kafka", "state", "flink"},
		{"streaming-kafka-side-input", "side-input", "flink"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := &runOptions{events: filepath.Join(demo, "events.jsonl"), control: filepath.Join(demo, "control.jsonl"),
				models: demo, out: "out", join: c.join, runner: c.runner, streaming: true, shards: 16, subShards: 1, block: 100}
			if strings.HasPrefix(c.name, "streaming-kafka") {
				o.events, o.control, o.out = "kafka://b/events", "kafka://b/control", "kafka://b/out"
			}
			p, s := beam.NewPipelineWithRoot()
			if err := buildRun(s, o, nil); err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", "transforms-"+c.name+".txt")
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), strings.Join(transformNames(t, p), "\n")+"\n"); diff != "" {
				t.Errorf("%s (-want +got):\n%s", golden, diff)
			}
		})
	}
}

// portable is the pipeline as a runner gets it.
func portable(t *testing.T, p *beam.Pipeline) *pipepb.Components {
	t.Helper()
	edges, _, err := p.Build()
	if err != nil {
		t.Fatal(err)
	}
	env, err := graphx.CreateEnvironment(context.Background(), graphx.URNEnvProcess, func(context.Context) string { return "{}" })
	if err != nil {
		t.Fatal(err)
	}
	proto, err := graphx.Marshal(edges, &graphx.Options{Environment: env})
	if err != nil {
		t.Fatal(err)
	}
	return proto.GetComponents()
}

// transformNames lists the names under which a runner knows the pipeline's transforms.
func transformNames(t *testing.T, p *beam.Pipeline) []string {
	t.Helper()
	var names []string
	for _, transform := range portable(t, p).GetTransforms() {
		names = append(names, transform.GetUniqueName())
	}
	slices.Sort(names)
	return names
}
