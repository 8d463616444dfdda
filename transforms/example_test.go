package transforms_test

import (
	"fmt"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/ptest"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms"
	"github.com/beam-pmml/beam-pmml/transforms/scoretest"
)

// noon is 2026-11-01T12:00:00Z.
const noon = 1_793_534_400_000

// Bounded events and messages: the order in which they stand is of no account.
func ExampleScore() {
	store := scoretest.NewStore()
	defer store.Close()
	uri := store.Put("price-1.pmml", scoretest.Linear(100, map[string]float64{"area": 9.5}))

	p, s := beam.NewPipelineWithRoot()
	events, control := scoretest.Bounded(s,
		scoretest.Event(`{"id":"flat","model":"price","time":"2026-11-01T13:00:00Z","area":50}`),
		scoretest.Event(`{"id":"hut","model":"price@2","time":"2026-11-01T13:00:00Z","area":8}`),
		scoretest.Event(`{"id":"house","model":"price","time":"2026-11-01T13:00:00Z","area":"large"}`),
		scoretest.Control(sideinput.Message{Op: sideinput.Add, Model: "price", Version: "1", URI: uri, At: noon}))
	collected := scoretest.Collect(s, transforms.Score(s, events, control, store.Models()))
	if err := ptest.Run(p); err != nil {
		fmt.Println(err)
	}

	outcomes, err := collected.Outcomes()
	fmt.Println(outcomes["flat"], outcomes["hut"], outcomes["house"], err)
	// Output: price@1 map[y:575] unknown_version invalid_input <nil>
}

// One document for all events, without a control stream: an event need not name a model.
func ExampleScoreWith() {
	store := scoretest.NewStore()
	defer store.Close()
	uri := store.Put("price-1.pmml", scoretest.Linear(100, map[string]float64{"area": 9.5}))

	p, s := beam.NewPipelineWithRoot()
	events, _ := scoretest.Bounded(s, scoretest.Event(`{"id":"flat","time":"2026-11-01T13:00:00Z","area":50}`))
	collected := scoretest.Collect(s, transforms.ScoreWith(s, events, uri, store.Models()))
	if err := ptest.Run(p); err != nil {
		fmt.Println(err)
	}

	outcomes, err := collected.Outcomes()
	fmt.Println(outcomes["flat"], err)
	// Output: model@1 map[y:575] <nil>
}

// An event can wait for the message that makes its model known; what is not made known in time is a dead letter.
func ExampleWithHold() {
	store := scoretest.NewStore()
	defer store.Close()
	uri := store.Put("price-1.pmml", scoretest.Constant(575))

	p, s := beam.NewPipelineWithRoot()
	events, control := scoretest.Stream(s,
		scoretest.Watermark(time.UnixMilli(noon)),
		scoretest.Event(`{"id":"early","model":"price","time":"2026-11-01T12:00:01Z"}`).At(time.UnixMilli(noon+1000)),
		scoretest.Event(`{"id":"never","model":"prize","time":"2026-11-01T12:00:01Z"}`).At(time.UnixMilli(noon+1000)),
		scoretest.Control(sideinput.Message{Op: sideinput.Add, Model: "price", Version: "1", URI: uri, At: noon}))
	collected := scoretest.Collect(s, transforms.Score(s, events, control,
		transforms.WithJoin(transforms.JoinState), transforms.WithHold(time.Minute, 1<<20), store.Models()))
	if err := ptest.Run(p); err != nil {
		fmt.Println(err)
	}

	outcomes, err := collected.Outcomes()
	fmt.Println(outcomes["early"], outcomes["never"], err)
	// Output: price@1 map[y:575] unknown_model <nil>
}

// The messages that hold from an event's time on may come after it, as long as the watermark has not passed that time.
func ExampleWithExact() {
	store := scoretest.NewStore()
	defer store.Close()
	first, second := store.Put("price-1.pmml", scoretest.Constant(1)), store.Put("price-2.pmml", scoretest.Constant(2))

	p, s := beam.NewPipelineWithRoot()
	events, control := scoretest.Stream(s,
		scoretest.Control(sideinput.Message{Op: sideinput.Add, Model: "price", Version: "1", URI: first, At: noon}),
		scoretest.Watermark(time.UnixMilli(noon)),
		scoretest.Event(`{"id":"a","model":"price","time":"2026-11-01T12:00:01Z"}`).At(time.UnixMilli(noon+1000)),
		scoretest.Control(sideinput.Message{Op: sideinput.Update, Model: "price", Version: "2", URI: second, At: noon + 1000}).At(time.UnixMilli(noon+1000)))
	collected := scoretest.Collect(s, transforms.Score(s, events, control,
		transforms.WithJoin(transforms.JoinState), transforms.WithExact(), store.Models()))
	if err := ptest.Run(p); err != nil {
		fmt.Println(err)
	}

	outcomes, err := collected.Outcomes()
	fmt.Println(outcomes["a"], err)
	// Output: price@2 map[y:2] <nil>
}

// A label that a message points at a version is scored beside what serves.
func ExampleWithShadow() {
	store := scoretest.NewStore()
	defer store.Close()
	first, second := store.Put("price-1.pmml", scoretest.Constant(1)), store.Put("price-2.pmml", scoretest.Constant(2))
	event := func(id string) scoretest.Step {
		return scoretest.Event(fmt.Sprintf(`{"id":%q,"model":"price","time":"2026-11-01T13:00:00Z"}`, id))
	}

	p, s := beam.NewPipelineWithRoot()
	events, control := scoretest.Stream(s,
		scoretest.Control(sideinput.Message{Op: sideinput.Add, Model: "price", Version: "1", URI: first, At: noon}),
		scoretest.Control(sideinput.Message{Op: sideinput.Add, Model: "price", Version: "2", URI: second, At: noon}),
		scoretest.Control(sideinput.Message{Op: sideinput.Alias, Model: "price", Alias: "challenger",
			To: []sideinput.Target{{Version: "2", Weight: 1}}, At: noon}),
		event("a"))
	collected := scoretest.Collect(s, transforms.Score(s, events, control,
		transforms.WithJoin(transforms.JoinState), transforms.WithShadow("challenger"), store.Models()))
	if err := ptest.Run(p); err != nil {
		fmt.Println(err)
	}

	outcomes, err := collected.Outcomes()
	if err != nil {
		fmt.Println(err)
	}
	said, err := collected.ShadowOutcomes()
	fmt.Println(outcomes["a"].Version, said["a"].Version, said["a"].Shadow, err)
	// Output: 1 2 challenger <nil>
}
