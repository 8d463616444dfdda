package transforms_test

import (
	"slices"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// On the embedded runner a bundle that is split may lose what it writes to the state (prism.go), so no pipeline is run
// there without the experiment; other runners do not know it.
func TestBundlesStayWholeOnTheEmbeddedRunner(t *testing.T) {
	const experiment = "prism_disable_sdf_split"
	defer func(before string) { *jobopts.Experiments = before }(*jobopts.Experiments)
	for _, c := range []struct {
		runner, before string
		want           []string
	}{
		{"", "", []string{experiment}},
		{"prism", "other", []string{"other", experiment}},
		{"prism", experiment, []string{experiment}},
		{"flink", "other", []string{"other"}},
	} {
		*jobopts.Experiments = c.before
		_, s := beam.NewPipelineWithRoot()
		events, control := beam.CreateList(s, []records.Block{{}}), beam.CreateList(s, []sideinput.Raw{{}})
		transforms.Score(s, events, control, transforms.WithRunner(c.runner), transforms.WithJoin(transforms.JoinState))
		if got := jobopts.GetExperiments(); !slices.Equal(got, c.want) {
			t.Errorf("runner %q, experiments %q before: %v, want %v", c.runner, c.before, got, c.want)
		}
	}
}
