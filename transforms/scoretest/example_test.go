package scoretest_test

import (
	"fmt"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/ptest"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms"
	"github.com/beam-pmml/beam-pmml/transforms/scoretest"
)

// A model is replaced while events flow: each event is scored by the version that was in force at its own time, also the
// one that comes late.
func Example() {
	store := scoretest.NewStore()
	defer store.Close()
	first := store.Put("1.pmml", scoretest.Constant(10))
	second := store.Put("2.pmml", scoretest.Linear(20, map[string]float64{"x": 1}))
	day := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

	p, s := beam.NewPipelineWithRoot()
	events, control := scoretest.Stream(s,
		scoretest.Event(`{"id":"early","model":"price","time":"2026-11-01T00:00:00Z","x":1}`),
		scoretest.Control(sideinput.Message{Op: sideinput.Add, Model: "price", Version: "1", URI: first, At: day.Add(1 * time.Hour).UnixMilli()}),
		scoretest.Event(`{"id":"before","model":"price","time":"2026-11-01T01:30:00Z","x":1}`),
		scoretest.Control(sideinput.Message{Op: sideinput.Update, Model: "price", Version: "2", URI: second, At: day.Add(2 * time.Hour).UnixMilli()}),
		scoretest.Event(`{"id":"after","model":"price","time":"2026-11-01T02:00:00Z","x":1}`),
		scoretest.Event(`{"id":"late","model":"price","time":"2026-11-01T01:59:59Z","x":1}`),
	)
	collected := scoretest.Collect(s, transforms.Score(s, events, control, transforms.WithJoin(transforms.JoinState), store.Models()))
	if err := ptest.Run(p); err != nil {
		fmt.Println(err)
		return
	}

	outcomes, err := collected.Outcomes()
	if err != nil {
		fmt.Println(err)
	}
	for _, id := range []string{"early", "before", "after", "late"} {
		fmt.Printf("%s: %s\n", id, outcomes[id])
	}
	// Output:
	// early: unknown_model
	// before: price@1 map[y:10]
	// after: price@2 map[y:21]
	// late: price@1 map[y:10]
}
