package main

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/runtime/graphx"
	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
	"google.golang.org/protobuf/proto"
)

// With side inputs on Flink events are read, scored and written by one stage: of the steps from the source to what writes the
// results none has state, a side input, or is no DoFn, before which a runner would end the stage.
func TestReadingScoringAndWritingAreOneStage(t *testing.T) {
	for name, place := range map[string]string{"files": filepath.Join(demo, "events.jsonl"), "kafka": "kafka://b/events"} {
		t.Run(name, func(t *testing.T) {
			o := &runOptions{events: place, control: filepath.Join(demo, "control.jsonl"), models: demo, out: "out",
				join: "side-input", runner: "flink", streaming: true, shards: 16, subShards: 1, block: 100}
			p, s := beam.NewPipelineWithRoot()
			if err := buildRun(s, o, nil); err != nil {
				t.Fatal(err)
			}
			steps := portable(t, p).GetTransforms()
			source := stepNamed(t, steps, "BesideFn")
			if n := len(parDo(t, source).GetSideInputs()); n != 2 {
				t.Errorf("the source has %d side inputs, not fronts and snapshots", n)
			}
			scorer := after(t, steps, source.GetOutputs()["i0"])
			for _, step := range []*pipepb.PTransform{scorer, after(t, steps, scorer.GetOutputs()["i0"])} {
				if do := parDo(t, step); len(do.GetSideInputs())+len(do.GetStateSpecs())+len(do.GetTimerFamilySpecs()) > 0 {
					t.Errorf("%s has a side input, state or timers", step.GetUniqueName())
				}
			}
		})
	}
}

func stepNamed(t *testing.T, steps map[string]*pipepb.PTransform, suffix string) *pipepb.PTransform {
	t.Helper()
	for _, step := range steps {
		if strings.HasSuffix(step.GetUniqueName(), suffix) {
			return step
		}
	}
	t.Fatalf("no step is named …%s", suffix)
	return nil
}

// after is the one step that reads a collection.
func after(t *testing.T, steps map[string]*pipepb.PTransform, collection string) (next *pipepb.PTransform) {
	t.Helper()
	for _, step := range steps {
		if len(step.GetSubtransforms()) > 0 || !slices.Contains(slices.Collect(maps.Values(step.GetInputs())), collection) {
			continue
		}
		if next != nil {
			t.Fatalf("%s and %s read %s", next.GetUniqueName(), step.GetUniqueName(), collection)
		}
		next = step
	}
	if next == nil {
		t.Fatalf("nobody reads %s", collection)
	}
	return next
}

func parDo(t *testing.T, step *pipepb.PTransform) *pipepb.ParDoPayload {
	t.Helper()
	var payload pipepb.ParDoPayload
	if urn := step.GetSpec().GetUrn(); urn != graphx.URNParDo {
		t.Fatalf("%s is a %s", step.GetUniqueName(), urn)
	}
	if err := proto.Unmarshal(step.GetSpec().GetPayload(), &payload); err != nil {
		t.Fatal(err)
	}
	return &payload
}
