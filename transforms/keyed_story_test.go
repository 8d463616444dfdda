package transforms_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/ptest"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms"
	"github.com/beam-pmml/beam-pmml/transforms/modelstore"
)

// Whatever the mechanism, news of a message come once, though several keys know it.
func TestNewsComeOnce(t *testing.T) {
	models := storyModels(t)
	steps := []step{
		add("m", "10", 1), addFrom("m", "10", "20.pmml", 3), update("n", "20", 1), del("m", 5), del("o", 5),
		step("C{}"), add("m", "10", 1), // no message, and one that was there before
		addFrom("m", "10", "20.pmml", 0), // what was a conflict no longer is; the first ADD is one now
	}
	kinds := []string{"ADD", "UNPINNED", "CONFLICT", "UNPINNED", "UPDATE", "UNPINNED", "DEL", "NONE", "UNUSABLE", "ADD", "UNPINNED", "CLEARED", "CONFLICT"}
	slices.Sort(kinds)
	for _, m := range mechanisms {
		t.Run(m.name, func(t *testing.T) {
			runStory(t, steps, m.join, models, m.opts...)
			var got []string
			for _, line := range lines(t.Name(), "status") {
				var s struct{ Kind string }
				decodeLine(t, line, &s)
				got = append(got, s.Kind)
			}
			if slices.Sort(got); !slices.Equal(got, kinds) {
				t.Errorf("news %v, want %v", got, kinds)
			}
		})
	}
}

// With the messages known at launch there need be no control stream; each key starts from its part of them.
func TestBaseServesTheFirstEvent(t *testing.T) {
	models := storyModels(t)
	var base []sideinput.Message
	var steps []step
	want := map[string]string{}
	for i := range 20 {
		name := fmt.Sprintf("model%d", i)
		base = append(base, sideinput.Message{Op: sideinput.Add, Model: name, Version: "10", URI: "10.pmml", At: 0})
		for kind, ref := range map[string]string{"name": name, "version": name + "@10", "hash": hashOf(name, "10")} {
			id := name + "/" + kind
			steps = append(steps, event(id, ref, 1))
			want[id] = name + "@10=10"
		}
	}
	for _, m := range mechanisms {
		t.Run(m.name, func(t *testing.T) {
			got := runStory(t, steps, m.join, models, append(slices.Clone(m.opts), transforms.WithBase(base))...)
			checkOutcomes(t, got, want)
			told := map[string]int{}
			for _, line := range lines(t.Name(), "status") {
				var s struct {
					Kind string
					Body struct{ Model string }
				}
				decodeLine(t, line, &s)
				if s.Kind == "ADD" {
					told[s.Body.Model]++
				}
			}
			if len(told) != 20 || slices.Max(slices.Collect(maps.Values(told))) != 1 {
				t.Errorf("news of the base: %v, want each of 20 models once", told)
			}
		})
	}
}

// Whoever asks for sub-shards of a mechanism that has none has misread something.
func TestSubShardsNeedKeyed(t *testing.T) {
	p, s := beam.NewPipelineWithRoot()
	events := beam.Create(s, "")
	for _, join := range []transforms.Join{transforms.JoinAuto, transforms.JoinState, transforms.JoinSideInput} {
		_, err := transforms.TryScore(s, events, events, transforms.WithSubShards(2), transforms.WithJoin(join),
			transforms.WithModels(modelstore.Config{Models: t.TempDir()}))
		if err == nil {
			t.Errorf("join %s takes sub-shards", join)
		}
	}
	if err := ptest.Run(p); err != nil {
		t.Fatal(err)
	}
}
