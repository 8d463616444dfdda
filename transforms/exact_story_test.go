package transforms_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/beam-pmml/beam-pmml/transforms"
)

// With exact, outcomes do not depend on the order of arrival, as long as nothing is late; without it they do.
func TestExact(t *testing.T) {
	models := storyModels(t)
	for _, story := range []struct {
		name      string
		moments   []moment
		want      map[string]string
		otherwise map[string]string // without exact, what differs
	}{
		{"messages that come after the events that they concern",
			[]moment{{5, 3, []step{event("a", "m", 5), event("b", "m", 3), event("c", hashOf("m", "20"), 5)}},
				{4, 4, []step{add("m", "10", 4)}}, {4, 6, []step{update("m", "20", 5)}}, {6, 7, []step{event("d", "m", 6)}}},
			map[string]string{"a": "m@20=20", "b": "unknown_model", "c": "m@20=20", "d": "m@20=20"},
			map[string]string{"a": "unknown_model", "c": "unknown_version"}},
		{"a message of the event's own time, which the watermark has reached but not passed",
			[]moment{{5, 5, []step{event("a", "m", 5)}}, {5, 7, []step{add("m", "10", 5)}}},
			map[string]string{"a": "m@10=10"},
			map[string]string{"a": "unknown_model"}},
		{"an event that is late is scored at once",
			[]moment{{5, 5, []step{add("m", "10", 5)}}, {5, 6, []step{event("a", "m", 5)}}, {20, 20, nil}, {5, 21, []step{event("b", "m", 5)}}},
			map[string]string{"a": "m@10=10", "b": "m@10=10"}, nil},
		{"events far ahead of the watermark, and the end of all input",
			[]moment{{5, 6, []step{add("m", "10", 5)}}, {600, 7, []step{event("far", "m", 600)}}, {6, 8, []step{event("near", "m", 7)}},
				{300, 9, []step{update("m", "20", 300)}}},
			map[string]string{"near": "m@10=10", "far": "m@20=20"},
			map[string]string{"far": "m@10=10"}},
		{"what cannot be read, or names nothing, need not wait",
			[]moment{{5, 6, []step{event("none", "", 5), event("form", "m@@", 5)}}},
			map[string]string{"none": "no_reference", "form": "undecodable"}, nil},
	} {
		for _, m := range inState {
			opts := append(slices.Clone(m.opts), transforms.WithJoin(m.join))
			t.Run(story.name+"/"+m.name, func(t *testing.T) {
				checkOutcomes(t, runMoments(t, story.moments, models, append(opts, transforms.WithExact())...), story.want)
			})
			t.Run(story.name+"/"+m.name+"/not exact", func(t *testing.T) {
				want := map[string]string{}
				for id, outcome := range story.want {
					if other, differs := story.otherwise[id]; differs {
						outcome = other
					}
					want[id] = outcome
				}
				checkOutcomes(t, runMoments(t, story.moments, models, opts...), want)
			})
		}
	}
}

// A message that is backdated takes effect, and news tell from when to when outcomes may differ.
func TestBackdated(t *testing.T) {
	models := storyModels(t)
	moments := []moment{
		{1, 2, []step{add("m", "10", 1)}}, {5, 9, []step{event("before", "m", 5)}},
		{10, 11, []step{update("m", "20", 4)}}, // six minutes before its record
		{11, 12, []step{update("n", "20", 8)}}, // three minutes
		{5, 13, []step{event("late", "m", 5)}}, {13, 14, []step{event("after", "m", 13), event("other", "n", 9)}},
		{14, 15, []step{update("m", "20", 4), del("o", 15)}}, // known, and not back in time
	}
	want := map[string]string{"before": "m@10=10", "late": "m@20=20", "after": "m@20=20", "other": "n@20=20"}
	for _, m := range inState {
		t.Run(m.name, func(t *testing.T) {
			opts := append(slices.Clone(m.opts), transforms.WithJoin(m.join), transforms.WithExact(), transforms.WithControlLateness(5*time.Minute))
			checkOutcomes(t, runMoments(t, moments, models, opts...), want)
			var told []string
			for _, line := range lines(t.Name(), "status") {
				var s struct {
					Kind string
					Body struct{ Model, At, Until string }
				}
				if decodeLine(t, line, &s); s.Kind == transforms.StatusBackdated {
					told = append(told, s.Body.Model+" "+s.Body.At+" "+s.Body.Until)
				}
			}
			if want := []string{"m " + minute(4) + " " + minute(10)}; !slices.Equal(told, want) {
				t.Errorf("backdated: %q, want %q", told, want)
			}
		})
	}
}

// Both kinds of waiting: first for the watermark, and then, if the reference is still unknown, for a message.
func TestExactAndHold(t *testing.T) {
	models := storyModels(t)
	moments := []moment{
		{5, 4, []step{event("in time", "m", 5), event("backdated", "n", 5), event("never", "o", 5)}},
		{4, 5, []step{add("m", "10", 4)}}, {6, 9, nil}, {9, 10, []step{add("n", "20", 3), add("m", "20", 2)}},
		{15, 16, nil}, {16, 17, []step{add("o", "20", 1)}},
	}
	want := map[string]string{"in time": "m@10=10", "backdated": "n@20=20", "never": "unknown_model"}
	for _, m := range inState {
		t.Run(m.name, func(t *testing.T) {
			opts := append(slices.Clone(m.opts), transforms.WithJoin(m.join), transforms.WithExact(), transforms.WithHold(10*time.Minute, enough))
			checkOutcomes(t, runMoments(t, moments, models, opts...), want)
		})
	}
}

func TestExactOptions(t *testing.T) {
	_, s := beam.NewPipelineWithRoot()
	none := beam.Create(s, "")
	for says, opts := range map[string][]transforms.Option{
		"choose join state or keyed": {transforms.WithJoin(transforms.JoinSideInput), transforms.WithExact()},
		"add exact":                  {transforms.WithControlLateness(time.Second)},
		"negative":                   {transforms.WithExact(), transforms.WithControlLateness(-1)},
	} {
		if _, err := transforms.TryScore(s, none, none, opts...); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v does not say %q", err, says)
		}
	}
	if _, err := transforms.TryScoreWith(s, none, "m.pmml", transforms.WithExact()); err == nil {
		t.Error("one document without messages takes exact")
	}
}
