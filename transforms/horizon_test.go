package transforms_test

import (
	"strings"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/mtime"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/ptest"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/teststream"

	"github.com/beam-pmml/beam-pmml/transforms"
	"github.com/beam-pmml/beam-pmml/transforms/modelstore"
)

// With a horizon of an hour, a message folded at 05:00 lets the cut move when the watermark passes 06:00: to 05:00. From
// then on what lies before it is refused, and an event of that time is never answered from what is left.
func TestHorizonReachesTheOutputs(t *testing.T) {
	p, s := beam.NewPipelineWithRoot()
	stream := teststream.NewConfig()
	at := func(minutes int) int64 {
		begin, err := time.Parse(time.RFC3339, minute(0))
		if err != nil {
			t.Fatal(err)
		}
		return mtime.FromTime(begin.Add(time.Duration(minutes) * time.Minute)).Milliseconds()
	}
	step := func(now, watermark int, steps ...step) {
		for _, st := range steps {
			if err := stream.AddElements(at(now), string(st)); err != nil {
				t.Fatal(err)
			}
		}
		if err := stream.AdvanceWatermark(at(watermark)); err != nil {
			t.Fatal(err)
		}
	}
	step(300, 301, add("m", "10", 60))
	step(300, 301+1, event("before the cut moves", "m", 240))
	step(302, 420, update("m", "20", 302))
	step(421, 422, event("behind the cut", "m", 240))
	step(421, 423, event("after the cut", "m", 301))
	step(421, 424, add("n", "10", 180))
	stream.AdvanceWatermarkToInfinity()

	control, events := beam.ParDo2(s, &splitFn{}, teststream.Create(s, stream))
	out := transforms.Score(s, events, control, transforms.WithJoin(transforms.JoinState), transforms.WithShards(1),
		transforms.WithStreaming(), transforms.WithHorizon(time.Hour), transforms.WithModels(modelstore.Config{Models: storyModels(t)}))
	collect(s, t.Name(), out)
	if err := ptest.Run(p); err != nil {
		t.Fatal(err)
	}
	checkOutcomes(t, outcomes(t, lines(t.Name(), "results"), lines(t.Name(), "dead")), map[string]string{
		"before the cut moves": "m@10=10", "behind the cut": "before_horizon", "after the cut": "m@10=10"})
	if news := strings.Join(lines(t.Name(), "status"), "\n"); !strings.Contains(news, `"kind":"TOO_LATE"`) {
		t.Errorf("no status TOO_LATE in\n%s", news)
	}
}
