package flink

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/state"
	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
)

type seenFn struct{ Seen state.Value[int] }

func (f *seenFn) ProcessElement(p state.Provider, key, n int, emit func(int)) error {
	return f.Seen.Write(p, n)
}

func pair(b []byte) (int, int) { return len(b), 0 }

func init() {
	beam.RegisterDoFn(&seenFn{})
	beam.RegisterFunction(pair)
}

// stateful is a pipeline whose state lies in app/flink.seenFn; others are built before and after it.
func stateful(t *testing.T, before, after int) *pipepb.Pipeline {
	t.Helper()
	p, s := beam.NewPipelineWithRoot()
	for range before {
		beam.ParDo0(s.Scope("before"), ignore, beam.Impulse(s.Scope("before")))
	}
	app := s.Scope("app")
	beam.ParDo(app, &seenFn{Seen: state.MakeValueState[int]("seen")}, beam.ParDo(app, pair, beam.Reshuffle(app, beam.Impulse(app))))
	for range after {
		beam.ParDo0(s.Scope("after"), ignore, beam.Impulse(s.Scope("after")))
	}
	o := DefaultOptions()
	o.Worker.Executable = "/worker"
	pipeline, err := o.marshal(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	return pipeline
}

// inputOf is the collection that a transform of this name reads, by its own name.
func inputOf(t *testing.T, p *pipepb.Pipeline, name string) string {
	t.Helper()
	for _, transform := range p.GetComponents().GetTransforms() {
		if transform.GetUniqueName() != name {
			continue
		}
		for _, id := range transform.GetInputs() {
			if p.GetComponents().GetPcollections()[id] == nil {
				t.Fatalf("%s reads %s, which is not there", name, id)
			}
			return p.GetComponents().GetPcollections()[id].GetUniqueName()
		}
	}
	t.Fatalf("no transform %s", name)
	return ""
}

func TestACollectionIsCalledAfterWhatMakesIt(t *testing.T) {
	for _, p := range []*pipepb.Pipeline{stateful(t, 0, 0), stateful(t, 2, 1)} {
		if got := inputOf(t, p, "app/flink.seenFn"); got != "app/flink.pair.out" {
			t.Errorf("the state belongs to %s", got)
		}
		if got := inputOf(t, p, "app/flink.pair"); got != "app/Reshuffle/unreify.out" {
			t.Errorf("behind a reshuffle it is %s", got)
		}
	}
}

func TestEveryCollectionThatIsReadIsThere(t *testing.T) {
	p := stateful(t, 1, 1)
	collections := p.GetComponents().GetPcollections()
	for _, transform := range p.GetComponents().GetTransforms() {
		for _, ports := range []map[string]string{transform.GetInputs(), transform.GetOutputs()} {
			for port, id := range ports {
				if c := collections[id]; c == nil || c.GetUniqueName() != id {
					t.Errorf("%s, %s: %s is %v", transform.GetUniqueName(), port, id, c)
				}
			}
		}
	}
	if len(collections) == 0 {
		t.Error("no collections")
	}
}

func TestTwoCollectionsOfOneNameAreRefused(t *testing.T) {
	p := stateful(t, 0, 0)
	for _, transform := range p.GetComponents().GetTransforms() {
		if len(transform.GetSubtransforms()) == 0 && len(transform.GetOutputs()) > 0 {
			transform.UniqueName = "same"
		}
	}
	if err := nameCollections(p); err == nil || !strings.Contains(err.Error(), "scope of its own") {
		t.Errorf("%v", err)
	}
}

func TestNumbersOfTheSDKLeaveNames(t *testing.T) {
	var names []string
	for name := range stateful(t, 3, 0).GetComponents().GetPcollections() {
		names = append(names, name)
	}
	if i := slices.IndexFunc(names, numbered.MatchString); i >= 0 {
		t.Errorf("%s", names[i])
	}
}
