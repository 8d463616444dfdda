package transforms_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/mtime"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/window"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/ptest"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/teststream"

	"github.com/beam-pmml/beam-pmml/transforms"
	"github.com/beam-pmml/beam-pmml/transforms/modelstore"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// moment is what arrives at one time, and the watermark that the inputs have reached then. Both are minutes of a day;
// events and messages have the time as their timestamp.
type moment struct {
	now, watermark int
	steps          []step
}

func milliseconds(t *testing.T, minutes int) int64 {
	t.Helper()
	begin, err := time.Parse(time.RFC3339, minute(0))
	if err != nil {
		t.Fatal(err)
	}
	return mtime.FromTime(begin.Add(time.Duration(minutes) * time.Minute)).Milliseconds()
}

// score applies the transform to what arrives over time.
func score(t *testing.T, s beam.Scope, moments []moment, models string, opts ...transforms.Option) transforms.Outcome {
	t.Helper()
	stream := teststream.NewConfig()
	for _, m := range moments {
		for _, st := range m.steps {
			if err := stream.AddElements(milliseconds(t, m.now), string(st)); err != nil {
				t.Fatal(err)
			}
		}
		if err := stream.AdvanceWatermark(milliseconds(t, m.watermark)); err != nil {
			t.Fatal(err)
		}
	}
	stream.AdvanceWatermarkToInfinity()
	control, events := beam.ParDo2(s, &splitFn{}, teststream.Create(s, stream))
	opts = append([]transforms.Option{transforms.WithShards(4), transforms.WithStreaming(), transforms.WithHorizon(0),
		transforms.WithModels(modelstore.Config{Models: models})}, opts...)
	return transforms.Score(s, events, control, opts...)
}

// runMoments returns what came of each event.
func runMoments(t *testing.T, moments []moment, models string, opts ...transforms.Option) map[string]string {
	t.Helper()
	p, s := beam.NewPipelineWithRoot()
	collect(s, t.Name(), score(t, s, moments, models, opts...))
	if err := ptest.Run(p); err != nil {
		t.Fatalf("the job stopped: %v", err)
	}
	return outcomes(t, lines(t.Name(), "results"), lines(t.Name(), "dead"))
}

// inState are the mechanisms in which events can wait.
var inState = slices.DeleteFunc(slices.Clone(mechanisms), func(m mechanism) bool { return m.join == transforms.JoinSideInput })

const enough = 1 << 20 // bytes that may wait

// What comes of events that wait up to ten minutes for a message.
func TestHold(t *testing.T) {
	models := storyModels(t)
	for _, story := range []struct {
		name    string
		moments []moment
		want    map[string]string
	}{
		{"a message that comes late lets the event go, by any reference",
			[]moment{{5, 6, []step{event("name", "m", 5), event("version", "m@10", 5), event("hash", hashOf("m", "10"), 5)}},
				{6, 7, []step{add("m", "10", 1)}}},
			map[string]string{"name": "m@10=10", "version": "m@10=10", "hash": "m@10=10"}},
		{"a message that holds only from after the event does not",
			[]moment{{5, 6, []step{event("a", "m", 5)}}, {6, 7, []step{add("m", "10", 6)}}, {6, 8, []step{event("b", "m", 6)}}},
			map[string]string{"a": "unknown_model", "b": "m@10=10"}},
		{"a message about another model does not",
			[]moment{{5, 6, []step{event("a", "m", 5)}}, {6, 7, []step{add("n", "10", 1)}}},
			map[string]string{"a": "unknown_model"}},
		{"another version of the model does not",
			[]moment{{5, 6, []step{event("a", "m@20", 5)}}, {6, 7, []step{add("m", "10", 1)}}, {7, 8, []step{add("m", "20", 1)}}},
			map[string]string{"a": "m@20=20"}},
		{"a message in time, and one when the time is over",
			[]moment{{5, 6, []step{event("a", "m", 5), event("b", "n", 5)}}, {6, 15, []step{add("m", "10", 1)}}, {15, 16, nil},
				{16, 17, []step{add("n", "10", 1)}}},
			map[string]string{"a": "m@10=10", "b": "unknown_model"}},
		{"an event that comes when its time is over does not wait",
			[]moment{{5, 6, []step{event("early", "m", 5)}}, {20, 30, nil}, {6, 31, []step{event("late", "m", 6)}}, {31, 32, []step{add("m", "10", 1)}}},
			map[string]string{"early": "unknown_model", "late": "unknown_model"}},
		{"what is known, was deleted or has another fault does not wait",
			[]moment{{1, 2, []step{add("m", "10", 1), add("n", "10", 1), del("n", 2)}},
				{5, 6, []step{event("known", "m", 5), event("deleted", "n", 5), event("none", "", 5), event("form", "m@@", 5)}},
				{6, 7, []step{add("n", "20", 4)}}},
			map[string]string{"known": "m@10=10", "deleted": "deleted", "none": "no_reference", "form": "undecodable"}},
		{"a label that is set late",
			[]moment{{1, 2, []step{add("m", "10", 1)}}, {5, 6, []step{event("a", "m:live", 5)}},
				{6, 7, []step{step(`C{"op":"ALIAS","model":"m","alias":"live","to":"10","at":"` + minute(3) + `"}`)}}},
			map[string]string{"a": "m@10=10"}},
		{"several wait for several",
			[]moment{{5, 6, []step{event("a", "m", 5), event("b", "n", 4), event("c", "m", 3)}}, {6, 7, []step{add("n", "20", 1)}},
				{7, 8, []step{event("d", "o", 7)}}, {8, 12, []step{add("m", "10", 4)}}, {12, 13, nil}, {13, 16, []step{add("o", "20", 7)}}},
			map[string]string{"a": "m@10=10", "b": "n@20=20", "c": "unknown_model", "d": "o@20=20"}},
	} {
		for _, m := range inState {
			t.Run(story.name+"/"+m.name, func(t *testing.T) {
				opts := append(slices.Clone(m.opts), transforms.WithJoin(m.join), transforms.WithHold(10*time.Minute, enough))
				checkOutcomes(t, runMoments(t, story.moments, models, opts...), story.want)
			})
		}
	}
}

// Where there is no room an event does not wait: it is a dead letter that can be tried again, at once.
func TestHoldIsBounded(t *testing.T) {
	models := storyModels(t)
	moments := []moment{{5, 6, []step{event("fits", "m", 5)}}, {5, 7, []step{event("does not", "m", 5)}}, {6, 8, []step{add("m", "10", 1)}}}
	got := runMoments(t, moments, models, transforms.WithShards(1), transforms.WithJoin(transforms.JoinKeyed), transforms.WithHold(time.Hour, 100))
	checkOutcomes(t, got, map[string]string{"fits": "m@10=10", "does not": "hold_full"})
}

func init() {
	beam.RegisterDoFn(&windowFn{})
}

// windowFn keeps the lines of a window for the test to look at.
type windowFn struct{ Key string }

func (f *windowFn) ProcessElement(_ int, next func(*records.Lines) bool) {
	var l records.Lines
	for next(&l) {
		(&collectFn{Key: f.Key}).ProcessElement(l)
	}
}

// The output watermark waits with the events: a window downstream gets what waited, and does not close before.
func TestWatermarkWaitsWithTheEvents(t *testing.T) {
	models := storyModels(t)
	moments := []moment{
		{1, 2, []step{add("m", "10", 1)}},
		{5, 6, []step{event("waits", "n", 5), event("does not", "m", 5)}},
		{12, 13, []step{event("later", "m", 12)}}, // the window of minute 5 would close here
		{13, 14, []step{add("n", "20", 1)}},
		{20, 30, []step{event("last", "m", 20)}},
	}
	for _, m := range inState {
		t.Run(m.name, func(t *testing.T) {
			p, s := beam.NewPipelineWithRoot()
			opts := append(slices.Clone(m.opts), transforms.WithJoin(m.join), transforms.WithHold(10*time.Minute, enough))
			out := score(t, s, moments, models, opts...)
			windows := beam.WindowInto(s, window.NewFixedWindows(time.Minute), out.Results)
			beam.ParDo0(s, &windowFn{Key: t.Name() + "windows"}, beam.GroupByKey(s, beam.AddFixedKey(s, windows)))
			if err := ptest.Run(p); err != nil {
				t.Fatal(err)
			}
			checkOutcomes(t, outcomes(t, lines(t.Name(), "windows"), nil),
				map[string]string{"waits": "n@20=20", "does not": "m@10=10", "later": "m@10=10", "last": "m@10=10"})
		})
	}
}

// An event can wait only where there is state, and for something.
func TestHoldOptions(t *testing.T) {
	_, s := beam.NewPipelineWithRoot()
	none := beam.Create(s, "")
	for says, opts := range map[string][]transforms.Option{
		"choose join state or keyed": {transforms.WithJoin(transforms.JoinSideInput), transforms.WithHold(time.Minute, 1)},
		"is not within":              {transforms.WithHold(0, 1)},
		"give more":                  {transforms.WithHold(time.Minute, 0)},
	} {
		if _, err := transforms.TryScore(s, none, none, opts...); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v does not say %q", err, says)
		}
	}
}
