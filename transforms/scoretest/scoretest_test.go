package scoretest_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/log"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/ptest"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms"
	"github.com/beam-pmml/beam-pmml/transforms/records"
	"github.com/beam-pmml/beam-pmml/transforms/scoretest"
)

func TestMain(m *testing.M) {
	log.SetupLogging("error", log.LogKind) // the runner tells much of every job
	ptest.Main(m)
}

var noon = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func add(model, version, uri string) scoretest.Step {
	return scoretest.Control(sideinput.Message{Op: sideinput.Add, Model: model, Version: version, URI: uri, At: noon.UnixMilli()})
}

func event(id, model string) scoretest.Step {
	return scoretest.Event(fmt.Sprintf(`{"id":%q,"model":%q,"time":"2026-11-01T13:00:00Z","x":2}`, id, model))
}

// source makes the two collections of steps.
type source func(beam.Scope, ...scoretest.Step) (events, control beam.PCollection)

func run(t *testing.T, from source, store *scoretest.Store, join transforms.Join, steps ...scoretest.Step) *scoretest.Collected {
	t.Helper()
	p, s := beam.NewPipelineWithRoot()
	events, control := from(s, steps...)
	collected := scoretest.Collect(s, transforms.Score(s, events, control, transforms.WithJoin(join), store.Models()))
	if err := ptest.Run(p); err != nil {
		t.Fatal(err)
	}
	return collected
}

func check(t *testing.T, c *scoretest.Collected, want map[string]string) {
	t.Helper()
	outcomes, err := c.Outcomes()
	if err != nil {
		t.Error(err)
	}
	if len(outcomes) != len(want) {
		t.Errorf("%d outcomes, want %d: %v", len(outcomes), len(want), outcomes)
	}
	for id, text := range want {
		if got := outcomes[id].String(); got != text {
			t.Errorf("event %s ended as %s, want %s", id, got, text)
		}
	}
}

func TestDocumentsOfAStore(t *testing.T) {
	for _, form := range []struct {
		join transforms.Join
		from source
	}{{transforms.JoinState, scoretest.Stream}, {transforms.JoinSideInput, scoretest.Bounded}} {
		t.Run(string(form.join), func(t *testing.T) {
			store, other := scoretest.NewStore(), scoretest.NewStore()
			defer store.Close()
			defer other.Close()
			uri := store.Put("folder/linear.pmml", scoretest.Linear(1, map[string]float64{"x": 3}))
			collected := run(t, form.from, store, form.join,
				add("linear", "1", uri),
				add("gone", "1", store.URI("nowhere.pmml")),
				add("broken", "1", store.Fail("broken.pmml", errors.New("the disk is on fire"))),
				add("foreign", "1", other.Put("1.pmml", scoretest.Constant(5))),
				event("a", "linear"), event("b", "linear"), event("c", "gone"), event("d", "broken"), event("e", "foreign"), event("f", "none"))
			check(t, collected, map[string]string{"a": "linear@1 map[y:7]", "b": "linear@1 map[y:7]",
				"c": "load_failed", "d": "load_failed", "e": "load_failed", "f": "unknown_model"})
			if n := store.Opened("folder/linear.pmml"); n != 1 {
				t.Errorf("the document was opened %d times, want once", n)
			}
			outcomes, _ := collected.Outcomes()
			if d := outcomes["d"]; !strings.Contains(d.Detail, "the disk is on fire") || !d.Retriable {
				t.Errorf("event d: detail %q, retriable %v", d.Detail, d.Retriable)
			}
			if n := other.Opened("1.pmml"); n != 0 {
				t.Error("the document of a store that is not Score's was opened")
			}
		})
	}
}

func TestStatusTellsWhatARecordDid(t *testing.T) {
	store := scoretest.NewStore()
	defer store.Close()
	collected := run(t, scoretest.Stream, store, transforms.JoinState,
		add("m", "1", store.Put("1.pmml", scoretest.Constant(1))), scoretest.Record(`{"op":"ADD"}`))
	news, err := collected.Status()
	if err != nil {
		t.Fatal(err)
	}
	kinds := make([]string, len(news))
	for i, n := range news {
		kinds[i] = n.Kind
	}
	for _, want := range []string{"ADD", "UNUSABLE"} {
		if !slices.Contains(kinds, want) {
			t.Errorf("no status %s among %v", want, kinds)
		}
	}
}

// A message without "at" holds from its record's own time, which At gives.
func TestElementsHaveTheirOwnTimes(t *testing.T) {
	store := scoretest.NewStore()
	defer store.Close()
	uri := store.Put("1.pmml", scoretest.Constant(1))
	record := scoretest.Record(fmt.Sprintf(`{"op":"ADD","model":"m","version":"1","uri":%q}`, uri)).At(noon)
	collected := run(t, scoretest.Stream, store, transforms.JoinState, scoretest.Watermark(noon.Add(-time.Hour)), record,
		scoretest.Event(`{"id":"at","model":"m"}`).At(noon), scoretest.Event(`{"id":"before","model":"m"}`).At(noon.Add(-time.Millisecond)))
	check(t, collected, map[string]string{"at": "m@1 map[y:1]", "before": "unknown_model"})
}

func TestEventsAreReadAsThePipelineReadsThem(t *testing.T) {
	store := scoretest.NewStore()
	defer store.Close()
	uri := store.Put("1.pmml", scoretest.Linear(0, map[string]float64{"x": 2}))
	for _, c := range []struct {
		conversion records.Conversion
		event      string
	}{
		{records.Conversion{ModelField: "use", FeaturesField: "f"}, `{"id":"a","use":"m","time":"2026-11-01T13:00:00Z","f":{"x":4}}`},
		{records.Conversion{Kind: records.CSV}, "x,id,time,model\n4,a,2026-11-01T13:00:00Z,m"},
	} {
		p, s := beam.NewPipelineWithRoot()
		events, control := scoretest.Stream(s, add("m", "1", uri), scoretest.Event(c.event).Read(c.conversion))
		collected := scoretest.Collect(s, transforms.Score(s, events, control, transforms.WithJoin(transforms.JoinState),
			transforms.WithConversion(c.conversion), store.Models()))
		if err := ptest.Run(p); err != nil {
			t.Fatal(err)
		}
		check(t, collected, map[string]string{"a": "m@1 map[y:8]"})
	}
}

func TestAnEventThatEndsTwiceIsAnError(t *testing.T) {
	store := scoretest.NewStore()
	defer store.Close()
	collected := run(t, scoretest.Stream, store, transforms.JoinState, event("a", "m"), event("a", "m"))
	if _, err := collected.Outcomes(); err == nil || !strings.Contains(err.Error(), `"a" ended twice`) {
		t.Errorf("error %v, want one that names the event", err)
	}
}

func TestTheWatermarkNeverGoesBack(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	_, s := beam.NewPipelineWithRoot()
	scoretest.Stream(s, scoretest.Watermark(noon), scoretest.Watermark(noon.Add(-time.Second)))
}
