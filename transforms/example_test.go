package transforms_test

import (
	"fmt"

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
