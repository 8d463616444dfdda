package sideinput_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/runtime/graphx"
	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/ptest"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/teststream"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

func TestMain(m *testing.M) {
	sideinput.SetKeepsEnd(3)
	ptest.Main(m)
}

func init() {
	beam.RegisterDoFn(&collectFn{})
}

// collectFn notes what a pipeline of this process emits, by name.
type collectFn struct{ Name string }

func (f *collectFn) ProcessElement(_ beam.EventTime, data []byte) {
	collected.Lock()
	defer collected.Unlock()
	collected.byName[f.Name] = append(collected.byName[f.Name], bytes.Clone(data))
}

var collected = struct {
	sync.Mutex
	byName map[string][][]byte
}{byName: map[string][][]byte{}}

func take(name string) [][]byte {
	collected.Lock()
	defer collected.Unlock()
	defer delete(collected.byName, name)
	return collected.byName[name]
}

// folded runs a fold over a stream on the embedded runner. It returns the
// newest snapshot, how many there were, and the status kinds, sorted.
func runFold(t *testing.T, stream teststream.Config, cfg sideinput.FoldConfig) (table *sideinput.Table, snapshots int, kinds []string) {
	t.Helper()
	p, s := beam.NewPipelineWithRoot()
	snapshot, status, err := sideinput.Fold(s, teststream.Create(s, stream), cfg)
	if err != nil {
		t.Fatal(err)
	}
	beam.ParDo0(s, &collectFn{Name: t.Name() + "snapshot"}, snapshot)
	beam.ParDo0(s, &collectFn{Name: t.Name() + "status"}, status)
	ptest.RunAndValidate(t, p)

	for _, line := range take(t.Name() + "status") {
		var envelope struct{ Kind string }
		if err := json.Unmarshal(line, &envelope); err != nil {
			t.Fatalf("status %s: %v", line, err)
		}
		kinds = append(kinds, envelope.Kind)
	}
	slices.Sort(kinds)
	all := take(t.Name() + "snapshot")
	rest := slices.Clone(all)
	table, err = sideinput.ReadSnapshot(func(data *[]byte) bool {
		if len(rest) == 0 {
			return false
		}
		*data, rest = rest[0], rest[1:]
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return table, len(all), kinds
}

func raw(text string) sideinput.Raw { return sideinput.Raw{Data: []byte(text), Source: "test@0"} }

// message is a line whose at is in ms of 1970.
func message(op, model, rest string, at int64) sideinput.Raw {
	return raw(fmt.Sprintf(`{"op":%q,"model":%q,"at":%q%s}`, op, model, sideinput.FormatTime(at), rest))
}

const document = `,"version":"1","uri":"f.pmml","sha256":"` + digestA + `"`

func elements(t *testing.T, c *teststream.Config, at int64, raws ...sideinput.Raw) {
	t.Helper()
	list := make([]any, len(raws))
	for i, r := range raws {
		list[i] = r
	}
	if err := c.AddElements(at, list...); err != nil {
		t.Fatal(err)
	}
}

func TestFoldEmitsTheTable(t *testing.T) {
	c := teststream.NewConfig()
	elements(t, &c, 1000, message("ADD", "fraud", document, 1))
	c.AdvanceWatermark(1000)
	elements(t, &c, 2000, message("DEL", "nobody", "", 2), raw(`{"op":"PUT"}`), message("ADD", "fraud", document, 1))
	elements(t, &c, 2000, message("UPDATE", "churn", `,"version":"7","uri":"c.pmml"`, 3))
	c.AdvanceWatermarkToInfinity()

	table, snapshots, kinds := runFold(t, c, sideinput.FoldConfig{})
	want, _ := sideinput.NewTable().With([]sideinput.Message{
		{Op: sideinput.Add, Model: "fraud", Version: "1", URI: "f.pmml", SHA256: digestA, At: 1},
		{Op: sideinput.Del, Model: "nobody", At: 2},
		{Op: sideinput.Update, Model: "churn", Version: "7", URI: "c.pmml", At: 3},
	}, sideinput.Bounds{})
	if table.Revision() != want.Revision() {
		t.Errorf("revision %+v, want %+v", table.Revision(), want.Revision())
	}
	if want := "[ADD NONE UNPINNED UNUSABLE UPDATE]"; fmt.Sprint(kinds) != want {
		t.Errorf("status %v, want %s", kinds, want)
	}
	// One a bundle at most: five records came in three steps, the Impulse in a fourth.
	if snapshots < 1 || snapshots > 4 {
		t.Errorf("%d snapshots", snapshots)
	}
}

func TestFoldEmitsTheLaunchWithoutAnyMessage(t *testing.T) {
	c := teststream.NewConfig()
	elements(t, &c, 1000, raw("no message"))
	c.AdvanceWatermarkToInfinity()
	base := []sideinput.Message{
		{Op: sideinput.Add, Model: "fraud", Version: "1", URI: "f.pmml", SHA256: digestA, At: 5},
		{Op: sideinput.Add, Model: "fraud", Version: "1", URI: "g.pmml", SHA256: digestA, At: 6},
	}
	table, snapshots, kinds := runFold(t, c, sideinput.FoldConfig{Base: base})
	want, _ := sideinput.NewTable().With(base, sideinput.Bounds{})
	if snapshots != 1 || table.Revision() != want.Revision() {
		t.Errorf("%d snapshots, revision %+v, want one of %+v", snapshots, table.Revision(), want.Revision())
	}
	if want := "[ADD CONFLICT UNUSABLE]"; fmt.Sprint(kinds) != want {
		t.Errorf("status %v, want %s", kinds, want)
	}
}

// The cut follows the watermark of the control stream: a timer on the whole
// hour after the message's record, less the horizon.
func TestFoldCutsBehindTheWatermark(t *testing.T) {
	const day = 24 * anHour
	c := teststream.NewConfig()
	// Forty-two versions are added, 41 of which a cut keeps: one serves, 8 served before it (here none), 32 others.
	elements(t, &c, 10*day+5, message("UPDATE", "fraud", document, 1))
	var more []sideinput.Raw
	for v := 2; v <= 35; v++ {
		more = append(more, message("ADD", "fraud", fmt.Sprintf(`,"version":"%d","uri":"f.pmml","sha256":"%s"`, v, digestA), int64(v)))
	}
	elements(t, &c, 10*day+5, more...)
	c.AdvanceWatermark(10*day + 2*anHour)
	elements(t, &c, 10*day+2*anHour, message("ADD", "late", document, 9*day), message("ADD", "planned", document, 300*day))
	c.AdvanceWatermarkToInfinity()

	table, _, kinds := runFold(t, c, sideinput.FoldConfig{Table: sideinput.TableState{Horizon: 24 * time.Hour}})
	if got, want := table.Revision().Cut, 9*day+3*anHour; got != int64(want) {
		t.Errorf("cut %d, want %d: the last timer at 3:00 of day 10", got, want)
	}
	count := map[string]int{}
	for _, kind := range kinds {
		count[kind]++
	}
	// 34 others of version 1, of which 32 stay.
	if count["RETIRED"] != 2 || count["TOO_LATE"] != 1 || count["ADD"] != 35 {
		t.Errorf("status %v", count)
	}
	if got := table.Resolve(parse(t, "fraud@35"), 10*day); got.Choice == nil {
		t.Errorf("fraud@35: %+v", got)
	}
	if got := table.Resolve(parse(t, "fraud@2"), 10*day); got.Reason != sideinput.UnknownVersion {
		t.Errorf("fraud@2: %+v", got)
	}
}

// Names are the identity of state: a change of them loses every savepoint.
func TestTransformNamesOfFold(t *testing.T) {
	p, s := beam.NewPipelineWithRoot()
	control := beam.ParDo(s, func(_ []byte, emit func(sideinput.Raw)) {}, beam.Impulse(s))
	if _, _, err := sideinput.Fold(s, control, sideinput.FoldConfig{}); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, name := range transformNames(t, p) {
		if len(name) > 15 && name[:15] == "sideinput.Fold/" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	want := []string{
		"sideinput.Fold/Flatten",
		"sideinput.Fold/Impulse",
		"sideinput.Fold/sideinput.foldFn",
		"sideinput.Fold/sideinput.keyFn",
		"sideinput.Fold/sideinput.seedFn",
	}
	if !slices.Equal(names, want) {
		t.Errorf("names\n%q, want\n%q", names, want)
	}
}

func transformNames(t *testing.T, p *beam.Pipeline) (names []string) {
	t.Helper()
	edges, _, err := p.Build()
	if err != nil {
		t.Fatal(err)
	}
	pipeline, err := graphx.Marshal(edges, &graphx.Options{Environment: &pipepb.Environment{}})
	if err != nil {
		t.Fatal(err)
	}
	for _, transform := range pipeline.GetComponents().GetTransforms() {
		names = append(names, transform.GetUniqueName())
	}
	return names
}
