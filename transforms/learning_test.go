package transforms_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/mtime"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/window"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/typex"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/ptest"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/teststream"

	"github.com/beam-pmml/beam-pmml/pmml/write"
	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms"
	"github.com/beam-pmml/beam-pmml/transforms/modelstore"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

func init() {
	beam.RegisterDoFn(&sortOutFn{})
	beam.RegisterDoFn(&learnFn{})
	register.Emitter3[typex.EventTime, string, string]()
	register.Emitter2[typex.EventTime, records.Block]()
	register.Iter1[string]()
}

// sample is a line of the stream: an example to learn from if it has a label, otherwise an event to score.
type sample struct {
	ID    string    `json:"id,omitempty"`
	Model string    `json:"model"`
	Time  time.Time `json:"time"`
	A     float64   `json:"a"`
	B     float64   `json:"b"`
	Label string    `json:"label,omitempty"`
}

// sortOutFn parts examples, keyed by model, from events, both at their own times.
type sortOutFn struct{ builder *records.Builder }

func (f *sortOutFn) Setup() (err error) {
	f.builder, err = records.NewBuilder(records.Conversion{})
	return err
}

func (f *sortOutFn) ProcessElement(line string, examples func(typex.EventTime, string, string), events func(typex.EventTime, records.Block)) error {
	var s sample
	if err := json.Unmarshal([]byte(line), &s); err != nil {
		return err
	}
	at := mtime.FromTime(s.Time)
	if s.Label != "" {
		examples(at, s.Model, line)
		return nil
	}
	f.builder.Start("samples", "", nil)
	f.builder.Add([]byte(line), 0, records.NoTime)
	events(at, f.builder.Block())
	return nil
}

// learnFn learns a version of a model from the examples of an hour, writes it to the store and says that it serves from the end of
// that hour on.
type learnFn struct{ Store string }

func (f *learnFn) ProcessElement(w beam.Window, model string, examples func(*string) bool) (sideinput.Raw, error) {
	var learned []sample
	for line := ""; examples(&line); {
		var s sample
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			return sideinput.Raw{}, err
		}
		learned = append(learned, s)
	}
	var text bytes.Buffer
	if err := write.Write(&text, learners[model](learned)); err != nil {
		return sideinput.Raw{}, err
	}
	from := w.MaxTimestamp().ToTime().Add(time.Millisecond).UTC()
	version := from.Format("15h04")
	name := model + "-" + version + ".pmml"
	if err := publish(filepath.Join(f.Store, name), text.Bytes()); err != nil {
		return sideinput.Raw{}, err
	}
	message, err := json.Marshal(map[string]any{"op": "UPDATE", "model": model, "version": version, "uri": name, "at": from})
	return sideinput.Raw{Data: message, Source: "learner"}, err
}

// publish writes a file whole or not at all: a bundle that is tried again writes the same once more.
func publish(path string, data []byte) error {
	if err := os.WriteFile(path+".part", data, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".part", path)
}

var learners = map[string]func([]sample) write.Model{
	"segments": func(s []sample) write.Model { return learnKMeans(s) },
	"fraud":    func(s []sample) write.Model { return learnLogistic(s) },
}

// inOrder sorts examples, which come in any order, so that what is learned is the same each time.
func inOrder(examples []sample) {
	slices.SortFunc(examples, func(x, y sample) int {
		return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B), cmp.Compare(x.Label, y.Label))
	})
}

// learnKMeans is Lloyd's algorithm from the first and the last example.
func learnKMeans(examples []sample) *write.KMeans {
	inOrder(examples)
	first, last := examples[0], examples[len(examples)-1]
	centers := [][]float64{{first.A, first.B}, {last.A, last.B}}
	for range 10 {
		sums, counts := [2][2]float64{}, [2]float64{}
		for _, s := range examples {
			c := nearest(centers, s)
			sums[c][0], sums[c][1], counts[c] = sums[c][0]+s.A, sums[c][1]+s.B, counts[c]+1
		}
		for c := range centers {
			centers[c] = []float64{sums[c][0] / counts[c], sums[c][1] / counts[c]}
		}
	}
	return &write.KMeans{Inputs: write.Numbers("a", "b"), Centers: centers}
}

func nearest(centers [][]float64, s sample) int {
	distance := func(c []float64) float64 { return (s.A-c[0])*(s.A-c[0]) + (s.B-c[1])*(s.B-c[1]) }
	if distance(centers[1]) < distance(centers[0]) {
		return 1
	}
	return 0
}

// learnLogistic is gradient descent on the log-likelihood.
func learnLogistic(examples []sample) *write.Regression {
	inOrder(examples)
	w := [3]float64{}
	for range 300 {
		step := [3]float64{}
		for _, s := range examples {
			rest := -logistic(w, s)
			if s.Label == "bad" {
				rest++
			}
			step[0], step[1], step[2] = step[0]+rest, step[1]+rest*s.A, step[2]+rest*s.B
		}
		for i := range w {
			w[i] += 0.5 * step[i] / float64(len(examples))
		}
	}
	return &write.Regression{Inputs: write.Numbers("a", "b"), Target: "y", Classes: []string{"bad", "good"},
		Tables: []write.Table{{Intercept: w[0], Coefficients: w[1:]}}}
}

func logistic(w [3]float64, s sample) float64 {
	return 1 / (1 + math.Exp(-(w[0] + w[1]*s.A + w[2]*s.B)))
}

// hours are batches of examples whose rule changes from hour to hour, each followed by events of the hour after it.
func hours() (all [][]sample) {
	start := time.Date(2026, 11, 1, 6, 0, 0, 0, time.UTC)
	for h := range 3 {
		var examples []sample
		for i := range 40 {
			side := float64(i%2*2 - 1)
			a, b := side+0.3*math.Sin(float64(7*i)), 0.3*math.Cos(float64(5*i))+float64(h)
			label := "good"
			if (a > 0.2) == (h%2 == 0) {
				label = "bad"
			}
			at := start.Add(time.Duration(h)*time.Hour + time.Duration(i)*time.Minute)
			for model := range learners {
				examples = append(examples, sample{Model: model, Time: at, A: a, B: b, Label: label})
			}
		}
		var events []sample
		for i := range 6 {
			for model := range learners {
				at := start.Add(time.Duration(h+1)*time.Hour + time.Duration(i)*9*time.Minute)
				events = append(events, sample{ID: fmt.Sprint(model, h, i), Model: model, Time: at, A: float64(i)/2 - 1.3, B: float64(h)})
			}
		}
		all = append(all, examples, events)
	}
	return append([][]sample{{{ID: "early", Model: "fraud", Time: start.Add(59 * time.Minute), A: 1}}}, all...)
}

func textOf(t *testing.T, batch []sample) (lines []any) {
	t.Helper()
	for _, s := range batch {
		line, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(line))
	}
	return lines
}

// arriving is the batches one after the other for keyed state, which must have seen a version before its events; a side input
// waits for all versions, so there they arrive together.
func arriving(t *testing.T, s beam.Scope, join transforms.Join, batches [][]sample) beam.PCollection {
	t.Helper()
	if join == transforms.JoinSideInput {
		var all []any
		for _, batch := range batches {
			all = append(all, textOf(t, batch)...)
		}
		return beam.Create(s, all...)
	}
	stream := teststream.NewConfig()
	for _, batch := range batches {
		for i, line := range textOf(t, batch) {
			if err := stream.AddElements(batch[i].Time.UnixMilli(), line); err != nil {
				t.Fatal(err)
			}
		}
		if batch[0].Label != "" {
			if err := stream.AdvanceWatermark(batch[0].Time.Add(time.Hour).UnixMilli()); err != nil {
				t.Fatal(err)
			}
		}
	}
	stream.AdvanceWatermarkToInfinity()
	return teststream.Create(s, stream)
}

// A pipeline that learns, publishes and serves: each event is scored by what was learned up to the hour it lies in.
func TestLearnedVersionsServeInTheSamePipeline(t *testing.T) {
	for _, join := range []transforms.Join{transforms.JoinState, transforms.JoinSideInput} {
		t.Run(string(join), func(t *testing.T) {
			batches := hours()
			store := t.TempDir()
			p, s := beam.NewPipelineWithRoot()
			examples, events := beam.ParDo2(s, &sortOutFn{}, arriving(t, s, join, batches))
			hourly := beam.GroupByKey(s, beam.WindowInto(s, window.NewFixedWindows(time.Hour), examples))
			control := beam.WindowInto(s, window.NewGlobalWindows(), beam.ParDo(s, &learnFn{Store: store}, hourly))
			collect(s, t.Name(), transforms.Score(s, events, control, transforms.WithJoin(join), transforms.WithShards(2),
				transforms.WithModels(modelstore.Config{Models: store})))
			if err := ptest.Run(p); err != nil {
				t.Fatal(err)
			}
			checkLearned(t, batches, lines(t.Name(), "results"), lines(t.Name(), "dead"))
		})
	}
}

// checkLearned works out what each event must get, from the examples of the hour before it.
func checkLearned(t *testing.T, batches [][]sample, results, dead []string) {
	t.Helper()
	type result struct {
		ID, Version string
		Outputs     struct {
			Cluster string
			Y       string
			Bad     float64 `json:"probability(bad)"`
		}
	}
	got := map[string]result{}
	for _, line := range results {
		var r result
		decodeLine(t, line, &r)
		got[r.ID] = r
	}
	events := 0
	for h := 1; h < len(batches); h += 2 {
		examples, version := map[string][]sample{}, batches[h][0].Time.Add(time.Hour).Format("15h04")
		for _, s := range batches[h] {
			examples[s.Model] = append(examples[s.Model], s)
		}
		centers, table := learnKMeans(examples["segments"]).Centers, learnLogistic(examples["fraud"]).Tables[0]
		for _, s := range batches[h+1] {
			events++
			r := got[s.ID]
			if r.Version != version {
				t.Errorf("%s: version %q, want %q", s.ID, r.Version, version)
			}
			if want := fmt.Sprint(1 + nearest(centers, s)); s.Model == "segments" && r.Outputs.Cluster != want {
				t.Errorf("%s: cluster %q, want %q", s.ID, r.Outputs.Cluster, want)
			}
			bad := logistic([3]float64{table.Intercept, table.Coefficients[0], table.Coefficients[1]}, s)
			if s.Model == "fraud" && (math.Abs(r.Outputs.Bad-bad) > 1e-14 || (r.Outputs.Y == "bad") != (bad > 0.5)) {
				t.Errorf("%s: %q with %v, want %v", s.ID, r.Outputs.Y, r.Outputs.Bad, bad)
			}
		}
	}
	if len(got) != events || len(results) != events {
		t.Errorf("%d results of %d events for %d", len(results), len(got), events)
	}
	if len(dead) != 1 || !strings.Contains(dead[0], `"id":"early"`) || !strings.Contains(dead[0], `"unknown_model"`) {
		t.Errorf("dead letters: %v", dead)
	}
}
