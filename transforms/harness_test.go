package transforms_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/log"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/ptest"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/teststream"
	"github.com/google/go-cmp/cmp"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms"
	"github.com/beam-pmml/beam-pmml/transforms/modelstore"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

func init() {
	beam.RegisterDoFn(&splitFn{})
	beam.RegisterDoFn(&collectFn{})
	register.Emitter1[sideinput.Raw]()
	register.Emitter1[records.Block]()
}

func TestMain(m *testing.M) {
	log.SetupLogging("error", log.LogKind) // the runner tells much of every job
	ptest.Main(m)
}

// splitFn parts the steps of a story into control records and blocks of one event.
type splitFn struct {
	Conversion records.Conversion
	builder    *records.Builder
}

func (f *splitFn) Setup() (err error) {
	f.builder, err = records.NewBuilder(f.Conversion)
	return err
}

func (f *splitFn) ProcessElement(step string, control func(sideinput.Raw), events func(records.Block)) error {
	kind, text := step[:1], step[1:]
	if kind == "C" {
		control(sideinput.Raw{Data: []byte(text), Source: "story"})
		return nil
	}
	f.builder.Start("story", "", nil)
	f.builder.Add([]byte(text), 0, records.NoTime)
	events(f.builder.Block())
	return nil
}

// collected holds the lines of every run in this process, by run and kind.
var collected struct {
	sync.Mutex
	lines map[string][]string
}

// collectFn keeps lines for the test to look at.
type collectFn struct{ Key string }

func (f *collectFn) ProcessElement(l records.Lines) {
	collected.Lock()
	defer collected.Unlock()
	if collected.lines == nil {
		collected.lines = map[string][]string{}
	}
	for i := range l.Len() {
		collected.lines[f.Key] = append(collected.lines[f.Key], string(l.Line(i)))
	}
}

// lines takes what a run emitted of a kind.
func lines(run, kind string) []string {
	collected.Lock()
	defer collected.Unlock()
	defer delete(collected.lines, run+kind)
	return collected.lines[run+kind]
}

func collect(s beam.Scope, run string, out transforms.Outcome) {
	beam.ParDo0(s, &collectFn{Key: run + "results"}, out.Results)
	beam.ParDo0(s, &collectFn{Key: run + "dead"}, out.DeadLetters)
	beam.ParDo0(s, &collectFn{Key: run + "shadows"}, out.Shadows)
	beam.ParDo0(s, &collectFn{Key: run + "status"}, out.Status)
}

// runStory runs the real transform on the embedded runner: with the table in state in the order of arrival, with the
// side input on bounded collections. It returns what came of each event.
func runStory(t *testing.T, steps []step, join transforms.Join, models string, opts ...transforms.Option) map[string]string {
	t.Helper()
	got, _ := runMeteredStory(t, steps, join, models, opts...)
	return got
}

// runConverted is runStory with events that are read otherwise.
func runConverted(t *testing.T, steps []step, join transforms.Join, models string, c records.Conversion) map[string]string {
	t.Helper()
	got, _ := runSteps(t, steps, join, models, c, transforms.WithConversion(c))
	return got
}

// runMeteredStory is runStory that also returns what the runner knows of the run.
func runMeteredStory(t *testing.T, steps []step, join transforms.Join, models string, opts ...transforms.Option) (map[string]string, beam.PipelineResult) {
	t.Helper()
	return runSteps(t, steps, join, models, records.Conversion{}, opts...)
}

func runSteps(t *testing.T, steps []step, join transforms.Join, models string, conversion records.Conversion, opts ...transforms.Option) (map[string]string, beam.PipelineResult) {
	t.Helper()
	p, s := beam.NewPipelineWithRoot()
	var in beam.PCollection
	if join != transforms.JoinSideInput {
		// One Beam timestamp for all: the runner sorts a key's pending elements by time, and keeps the order of equal ones.
		stream := teststream.NewConfig()
		// The watermark's step lets the pipeline run dry before the next one arrives.
		for i, st := range steps {
			if err := stream.AddElements(0, string(st)); err != nil {
				t.Fatal(err)
			}
			if err := stream.AdvanceWatermark(int64(i + 1)); err != nil {
				t.Fatal(err)
			}
		}
		stream.AdvanceWatermarkToInfinity()
		in = teststream.Create(s, stream)
	} else {
		all := make([]string, len(steps))
		for i, st := range steps {
			all[i] = string(st)
		}
		in = beam.CreateList(s, all)
	}
	control, events := beam.ParDo2(s, &splitFn{Conversion: conversion}, in)
	opts = append([]transforms.Option{transforms.WithJoin(join), transforms.WithShards(4),
		transforms.WithModels(modelstore.Config{Models: models})}, opts...)
	collect(s, t.Name(), transforms.Score(s, events, control, opts...))
	result, err := ptest.RunWithMetrics(p)
	if err != nil {
		t.Fatalf("the job stopped: %v", err)
	}
	return outcomes(t, lines(t.Name(), "results"), lines(t.Name(), "dead")), result
}

// outcomes reads lines of results and dead letters as id -> "model@version=value" or reason. An id that comes twice is
// an error: each event ends in exactly one of the two.
func outcomes(t *testing.T, results, dead []string) map[string]string {
	t.Helper()
	got := map[string]string{}
	keep := func(id, what string) {
		if was, twice := got[id]; twice {
			t.Errorf("event %q ended as %s and as %s", id, was, what)
		}
		got[id] = what
	}
	for _, line := range results {
		var r struct {
			ID, Model, Version string
			Outputs            map[string]any
		}
		decodeLine(t, line, &r)
		values := make([]string, 0, len(r.Outputs))
		for _, v := range r.Outputs {
			values = append(values, fmt.Sprint(v))
		}
		keep(r.ID, r.Model+"@"+r.Version+"="+strings.Join(values, ","))
	}
	for _, line := range dead {
		var d struct{ ID, Reason string }
		decodeLine(t, line, &d)
		keep(d.ID, d.Reason)
	}
	return got
}

func decodeLine(t *testing.T, line string, to any) {
	t.Helper()
	if err := json.Unmarshal([]byte(line), to); err != nil {
		t.Fatalf("not a JSON object: %s: %v", line, err)
	}
}

func checkOutcomes(t *testing.T, got, want map[string]string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
}

func hashOf(model, version string) string { return sideinput.HashReference(model, version) }

func recordsOfKind(kind string) records.Conversion {
	return records.Conversion{Kind: records.Kind(kind)}
}

// twice is an option given two times: options are functions over what the package keeps to itself.
func twice(o transforms.Option) transforms.Option { return transforms.Options(o, o) }
