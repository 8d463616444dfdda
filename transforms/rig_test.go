package transforms

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/modelcache"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// rig is a scorer, the table it scores with, and documents of which a test says how they load. The document at the uri
// "7" answers 7 to every event. It lives in a bubble with a clock of its own, which begins with the year 2000.
type rig struct {
	*scorer
	t     *testing.T
	shelf *shelf
	table *sideinput.Table
	fill  map[string]func(i int) // by uri: called before a document takes record i of a block
}

// shelf is a LoadFunc.
type shelf struct {
	mu    sync.Mutex
	docs  map[string]document
	loads map[string]int
}

// document says how a document loads, where it does not at once.
type document struct {
	took  time.Duration
	never <-chan struct{} // its load ends with this, whatever its context says
	err   error
}

func (s *shelf) load(ctx context.Context, id modelcache.Identity) (*pmml.Model, string, error) {
	s.mu.Lock()
	d := s.docs[id.URI]
	s.loads[id.URI]++
	s.mu.Unlock()
	if d.never != nil {
		<-d.never
	}
	select {
	case <-time.After(d.took):
	case <-ctx.Done():
		return nil, "", ctx.Err()
	}
	if d.err != nil {
		return nil, "", d.err
	}
	m, err := pmml.Load(strings.NewReader(strings.ReplaceAll(constantDocument, "VALUE", id.URI)))
	return m, "sha-" + id.URI, err
}

// set changes how a document loads from now on.
func (s *shelf) set(uri string, d document) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.docs[uri] = d
}

// count is how often a document was loaded.
func (s *shelf) count(uri string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.loads[uri]
}

const constantDocument = `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
  <Header/>
  <DataDictionary>
    <DataField name="x" optype="continuous" dataType="double"/>
    <DataField name="y" optype="continuous" dataType="double"/>
  </DataDictionary>
  <RegressionModel functionName="regression">
    <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
    <RegressionTable intercept="VALUE"><NumericPredictor name="x" coefficient="0"/></RegressionTable>
  </RegressionModel>
</PMML>
`

// inBubble runs a test of a scorer whose documents load at once but for those given.
func inBubble(t *testing.T, docs map[string]document, f func(r *rig), opts ...Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, docs, opts...)
		f(r)
	})
}

func newRig(t *testing.T, docs map[string]document, opts ...Option) *rig {
	t.Helper()
	o, err := newOptions(opts)
	if err != nil {
		t.Fatal(err)
	}
	shelf := &shelf{docs: maps.Clone(docs), loads: map[string]int{}}
	if shelf.docs == nil {
		shelf.docs = map[string]document{}
	}
	cache, err := modelcache.New(o.scoring.Cache, shelf.load)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, scorer: scorerOn(o.scoring, newAhead(cache)), shelf: shelf, table: sideinput.NewTable(), fill: map[string]func(int){}}
	fills := r.fills
	r.fills = func(e *modelcache.Entry) filler { return &filling{fills(e), r.fill, e.Identity.URI} }
	return r
}

type filling struct {
	filler
	before map[string]func(i int)
	uri    string
}

func (f *filling) Fill(b *records.Block, i int, in *pmml.Input) error {
	if before := f.before[f.uri]; before != nil {
		before(i)
	}
	return f.filler.Fill(b, i, in)
}

// hear folds messages, as "op model version minutes": ADD and UPDATE of a version set the document of its number, PRELOAD
// is an ADD that asks to load it, and an ALIAS has "label:version" or "label:version=weight,…" in the version's place.
func (r *rig) hear(messages ...string) {
	r.t.Helper()
	var folded []sideinput.Message
	for _, text := range messages {
		folded = append(folded, messageOf(r.t, text))
	}
	r.table, _ = r.table.With(folded, sideinput.Bounds{})
}

func messageOf(t *testing.T, text string) sideinput.Message {
	t.Helper()
	var op, model, version string
	var at int
	if _, err := fmt.Sscan(text, &op, &model, &version, &at); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	m := sideinput.Message{Model: model, Version: version, URI: version, At: millis(at)}
	switch op {
	case "ADD":
		m.Op = sideinput.Add
	case "PRELOAD":
		m.Op, m.Preload = sideinput.Add, true
	case "ALIAS":
		label, to, _ := strings.Cut(version, ":")
		m = sideinput.Message{Op: sideinput.Alias, Model: model, Alias: label, At: millis(at)}
		for target := range strings.SplitSeq(to, ",") {
			version, weight, _ := strings.Cut(target, "=")
			n, err := strconv.ParseUint(cmp.Or(weight, "1"), 10, 64)
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			m.To = append(m.To, sideinput.Target{Version: version, Weight: n})
		}
	case "UPDATE":
		m.Op = sideinput.Update
	case "DEL":
		m.Op, m.URI = sideinput.Del, ""
	default:
		t.Fatalf("%q: no such op", text)
	}
	return m
}

// millis is a number of minutes after the bubble's clock began, which is where "now" is.
func millis(minutes int) int64 {
	return time.Date(2000, 1, 1, 0, minutes, 0, 0, time.UTC).UnixMilli()
}

// line is what tests look at in lines of all kinds.
type line struct {
	ID, Model, Version, Reason, Detail string
	SHA256                             string
	FallbackFrom                       string `json:"fallback_from"`
	Shadow, Served                     string
	Original                           string
	Outputs                            map[string]float64
}

// say is the line in short: "m@7=7", "m@7=7 for 8", or the reason and the version that it names.
func (l line) say() string {
	what := l.Reason
	if l.Version != "" {
		what = strings.TrimPrefix(l.Reason+" "+l.Model+"@"+l.Version, " ")
	}
	if l.Reason == "" {
		what += fmt.Sprintf("=%v", l.Outputs["y"])
	}
	if l.FallbackFrom != "" {
		what += " for " + l.FallbackFrom
	}
	if l.Shadow != "" {
		what += " " + l.Shadow + " of " + l.Served
	}
	return what
}

// events makes a block of events "id reference minutes", all with a feature that every document takes.
func (r *rig) events(events ...string) records.Block {
	r.t.Helper()
	var lines []string
	for _, e := range events {
		var id, ref string
		var at int
		if _, err := fmt.Sscan(e, &id, &ref, &at); err != nil {
			r.t.Fatalf("%q: %v", e, err)
		}
		lines = append(lines, fmt.Sprintf(`{"id":%q,"model":%q,"time":%d,"x":1}`, id, ref, millis(at)))
	}
	return r.lines(lines...)
}

// lines makes a block of events as they stand in a file.
func (r *rig) lines(lines ...string) records.Block {
	r.t.Helper()
	b, err := records.NewBuilder(r.cfg.Conversion)
	if err != nil {
		r.t.Fatal(err)
	}
	b.Start("f", "", nil)
	for i, l := range lines {
		b.Add([]byte(l), int64(i), records.NoTime)
	}
	return b.Block()
}

// load makes a document be there.
func (r *rig) load(ref string, at int) {
	r.t.Helper()
	parsed, err := sideinput.ParseReference([]byte(ref))
	if err != nil {
		r.t.Fatal(err)
	}
	entry, err := r.cache.Load(modelcache.IdentityOf(r.table.Resolve(parsed, millis(at)).Choice)).Wait(context.Background())
	if err != nil {
		r.t.Fatal(err)
	}
	entry.Unpin()
}

// score scores a block and says what came of each event.
func (r *rig) score(b records.Block) map[string]string {
	r.t.Helper()
	results, dead := scoreBlock(context.Background(), r.scorer, &b, r.table)
	got := map[string]string{}
	for _, l := range append(r.read(results), r.read(dead)...) {
		if was, twice := got[l.ID]; twice {
			r.t.Errorf("event %s ended as %s and as %s", l.ID, was, l.say())
		}
		got[l.ID] = l.say()
	}
	return got
}

// scoreBlock is what a DoFn does with a block, but for what it emits.
func scoreBlock(ctx context.Context, s *scorer, b *records.Block, table *sideinput.Table) (results, dead records.Lines) {
	t := s.turn(b, table)
	return s.block(ctx, &t)
}

func (r *rig) read(lines records.Lines) (read []line) {
	r.t.Helper()
	for _, text := range linesOf(lines) {
		var l line
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			r.t.Fatalf("%s: %v", text, err)
		}
		read = append(read, l)
	}
	return read
}

// expect scores events and compares what came of them: "id: what".
func (r *rig) expect(b records.Block, want map[string]string) {
	r.t.Helper()
	if got := r.score(b); !maps.Equal(got, want) {
		r.t.Errorf("at %v: got %v, want %v", time.Now().UTC().Format(time.TimeOnly), got, want)
	}
}
