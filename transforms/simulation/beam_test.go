package simulation_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/log"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/ptest"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/teststream"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms"
	"github.com/beam-pmml/beam-pmml/transforms/modelstore"
	"github.com/beam-pmml/beam-pmml/transforms/records"
	"github.com/beam-pmml/beam-pmml/transforms/scoretest"
	"github.com/beam-pmml/beam-pmml/transforms/simulation"
)

var (
	beamRuns = flag.Int("simulation.runs", 2, "pipelines of each mechanism")
	beamSeed = flag.Uint64("simulation.seed", 1, "seed of the first history; 0: any")
)

// Histories of one pipeline have no model in common, so that one run of the runner plays many.
const (
	historiesOfRun = 25
	stepsOfHistory = 40
)

// conversion is how the histories' events are read.
var conversion = records.Conversion{SplitField: "key"}

func init() {
	beam.RegisterDoFn(&partFn{})
	register.Emitter1[sideinput.Raw]()
	register.Emitter1[records.Block]()
}

func TestMain(m *testing.M) {
	log.SetupLogging("error", log.LogKind) // the runner tells much of every job
	ptest.Main(m)
}

// partFn parts control records from events.
type partFn struct{ builder *records.Builder }

// Setup makes the reader of events.
func (f *partFn) Setup() (err error) {
	f.builder, err = records.NewBuilder(conversion)
	return err
}

// ProcessElement makes a control record, or a block of one event.
func (f *partFn) ProcessElement(line string, control func(sideinput.Raw), events func(records.Block)) {
	if strings.HasPrefix(line, `{"op"`) {
		control(sideinput.Raw{Data: []byte(line), Source: "simulation"})
		return
	}
	f.builder.Start("simulation", "", nil)
	f.builder.Add([]byte(line), 0, records.NoTime)
	events(f.builder.Block())
}

// linesOf are the elements of a step.
func linesOf(s simulation.Step) (lines []any) {
	for _, m := range s.Messages {
		lines = append(lines, m.Line())
	}
	for _, e := range s.Events {
		lines = append(lines, e.Line())
	}
	return lines
}

// inOrder brings the histories' steps one after the other, the first ones of all of them, then the second ones. All have one
// Beam timestamp, since the runner sorts a key's elements by it.
func inOrder(s beam.Scope, histories []simulation.History) beam.PCollection {
	stream := teststream.NewConfig()
	for step := range stepsOfHistory {
		var lines []any
		for _, h := range histories {
			lines = append(lines, linesOf(h.Steps[step])...)
		}
		if err := stream.AddElements(0, lines...); err != nil {
			panic(err)
		}
		if err := stream.AdvanceWatermark(int64(step + 1)); err != nil {
			panic(err)
		}
	}
	if err := stream.AdvanceWatermarkToInfinity(); err != nil {
		panic(err)
	}
	return teststream.Create(s, stream)
}

// atOnce brings all steps in one bounded collection.
func atOnce(s beam.Scope, histories []simulation.History) beam.PCollection {
	var lines []string
	for _, h := range histories {
		for _, step := range h.Steps {
			for _, line := range linesOf(step) {
				lines = append(lines, line.(string))
			}
		}
	}
	return beam.CreateList(s, lines)
}

// TestPipelines plays generated histories on Score itself.
func TestPipelines(t *testing.T) {
	models := t.TempDir()
	for n := range 5 {
		if err := os.WriteFile(filepath.Join(models, fmt.Sprintf("u%d.pmml", n)), []byte(simulation.Document(n)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	seed := *beamSeed
	if seed == 0 {
		seed = rand.Uint64N(1_000_000_000) + 1
	}
	t.Logf("seed %d", seed)
	for _, mechanism := range []struct {
		join   transforms.Join
		source func(beam.Scope, []simulation.History) beam.PCollection
		all    bool // events wait for all messages
	}{
		{transforms.JoinState, inOrder, false},
		{transforms.JoinKeyed, inOrder, false},
		{transforms.JoinSideInput, atOnce, true},
	} {
		t.Run(string(mechanism.join), func(t *testing.T) {
			for run := range *beamRuns {
				var histories []simulation.History
				for i := range historiesOfRun {
					seed := seed + uint64(run*historiesOfRun+i)
					histories = append(histories, simulation.GenerateTable(seed, fmt.Sprintf("h%d/", seed), stepsOfHistory))
				}
				p, s := beam.NewPipelineWithRoot()
				control, events := beam.ParDo2(s, &partFn{}, mechanism.source(s, histories))
				collected := scoretest.Collect(s, transforms.Score(s, events, control, transforms.WithJoin(mechanism.join), transforms.WithShards(3), transforms.WithConversion(conversion),
					transforms.WithModels(modelstore.Config{Models: models})))
				if err := ptest.Run(p); err != nil {
					t.Fatal(err)
				}
				checkRun(t, histories, collected, mechanism.all)
			}
		})
	}
}

func checkRun(t *testing.T, histories []simulation.History, collected *scoretest.Collected, all bool) {
	t.Helper()
	out := simulation.Outcome{Results: collected.Results(), DeadLetters: collected.DeadLetters()}
	total := 0
	for _, h := range histories {
		events, answers := h.Events(all)
		total += len(events)
		if err := simulation.CheckTable(events, answers, out); err != nil {
			t.Errorf("%v\n%s", err, h)
		}
	}
	if got := len(out.Results) + len(out.DeadLetters); got != total {
		t.Errorf("%d lines of %d events", got, total)
	}
}
