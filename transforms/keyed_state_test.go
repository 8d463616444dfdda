package transforms

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/mtime"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/state"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/timers"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/modelstore"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// fakeKey is the state and the timers of one key as a runner keeps them, and counts what goes through.
type fakeKey struct {
	values map[string][]byte
	bags   map[string][][]byte
	timers map[string]timers.TimerMap // by tag

	readBytes, wroteBytes int
}

func newFakeKey() *fakeKey {
	return &fakeKey{values: map[string][]byte{}, bags: map[string][][]byte{}, timers: map[string]timers.TimerMap{}}
}

// bytes is what a checkpoint holds of the key.
func (k *fakeKey) bytes() (n int) {
	for _, v := range k.values {
		n += len(v)
	}
	for _, bag := range k.bags {
		for _, v := range bag {
			n += len(v)
		}
	}
	return n
}

// Set is timers.Provider.
func (k *fakeKey) Set(m timers.TimerMap) {
	if m.Clear {
		delete(k.timers, m.Tag)
		return
	}
	k.timers[m.Tag] = m
}

// fakeCall is the state provider of one call.
type fakeCall struct {
	state.Provider // methods that nobody calls
	key            *fakeKey
	cleared        map[string]bool
}

func (c *fakeCall) ReadValueState(id string) (any, []state.Transaction, error) {
	c.key.readBytes += len(c.key.values[id])
	if v, ok := c.key.values[id]; ok {
		return slices.Clone(v), nil, nil
	}
	return nil, nil, nil
}

func (c *fakeCall) WriteValueState(t state.Transaction) error {
	c.key.values[t.Key] = t.Val.([]byte)
	c.key.wroteBytes += len(t.Val.([]byte))
	return nil
}

func (c *fakeCall) ReadBagState(id string) ([]any, []state.Transaction, error) {
	if c.cleared[id] { // the SDK gives what was in it before
		return nil, nil, fmt.Errorf("bag %s is read after it was cleared", id)
	}
	var list []any
	for _, v := range c.key.bags[id] {
		list = append(list, slices.Clone(v))
		c.key.readBytes += len(v)
	}
	return list, nil, nil
}

func (c *fakeCall) WriteBagState(t state.Transaction) error {
	c.key.bags[t.Key] = append(c.key.bags[t.Key], t.Val.([]byte))
	c.key.wroteBytes += len(t.Val.([]byte))
	return nil
}

func (c *fakeCall) ClearBagState(t state.Transaction) error {
	delete(c.key.bags, t.Key)
	c.cleared[t.Key] = true
	return nil
}

// fakeRunner runs a stateFn as a runner does, but for bundles that fail: it keeps state and timers, fires those that the
// watermark has reached, and sends messages and blocks to their keys.
type fakeRunner struct {
	t         *testing.T
	fn        *stateFn
	keyed     bool
	keys      map[int64]*fakeKey
	watermark int64
	builder   *records.Builder
	outcomes  map[string][]string // by id: the version, or the reason
	news      []string
}

func newFakeRunner(t *testing.T, models string, table sideinput.TableState, waits Waits) *fakeRunner {
	t.Helper()
	builder, err := records.NewBuilder(records.Conversion{})
	if err != nil {
		t.Fatal(err)
	}
	r := &fakeRunner{t: t, keyed: table.Keyed, keys: map[int64]*fakeKey{}, watermark: sideinput.NoCut, builder: builder, outcomes: map[string][]string{}}
	r.fn = newStateFn(Scoring{Models: modelstore.Config{Models: models}}, table)
	r.fn.Waits = waits
	r.restart()
	return r
}

// restart brings the DoFn to another worker, as JSON.
func (r *fakeRunner) restart() {
	data, err := json.Marshal(r.fn)
	if err != nil {
		r.t.Fatal(err)
	}
	r.fn = &stateFn{}
	if err := json.Unmarshal(data, r.fn); err != nil {
		r.t.Fatal(err)
	}
	if err := r.fn.Setup(); err != nil {
		r.t.Fatal(err)
	}
	r.bundle()
}

func (r *fakeRunner) bundle() { r.fn.StartBundle(nil, nil, nil, nil) }

func (r *fakeRunner) key(key int64) *fakeKey {
	if r.keys[key] == nil {
		r.keys[key] = newFakeKey()
	}
	return r.keys[key]
}

func (r *fakeRunner) emitters() (results, dead, shadows, status func(beam.EventTime, records.Lines)) {
	outcome := func(_ beam.EventTime, l records.Lines) {
		for i := range l.Len() {
			var o struct{ ID, Version, Reason string }
			if err := json.Unmarshal(l.Line(i), &o); err != nil {
				r.t.Fatal(err)
			}
			what := o.Reason
			if what == "" {
				what = o.Version
			}
			r.outcomes[o.ID] = append(r.outcomes[o.ID], what)
		}
	}
	return outcome, outcome, outcome, func(_ beam.EventTime, l records.Lines) {
		for i := range l.Len() {
			r.news = append(r.news, string(l.Line(i)))
		}
	}
}

func (r *fakeRunner) process(at int64, key int64, it shardItem) {
	r.t.Helper()
	// Items cross a stage as bytes.
	it, err := decodeShardItem(encodeShardItem(it))
	if err != nil {
		r.t.Fatal(err)
	}
	k := r.key(key)
	a, b, c, d := r.emitters()
	if err := r.fn.ProcessElement(context.Background(), mtime.FromMilliseconds(at), &fakeCall{key: k, cleared: map[string]bool{}}, k, key, it, a, b, c, d); err != nil {
		r.t.Fatal(err)
	}
	r.fire()
}

// fire fires what the watermark has reached, in order of time.
func (r *fakeRunner) fire() {
	r.t.Helper()
	for range 10_000 {
		var next timers.TimerMap
		of := int64(-1)
		for key, k := range r.keys {
			for _, timer := range k.timers {
				if timer.FireTimestamp.Milliseconds() <= r.watermark && (of < 0 || timer.FireTimestamp < next.FireTimestamp) {
					next, of = timer, key
				}
			}
		}
		if of < 0 {
			return
		}
		k := r.keys[of]
		delete(k.timers, next.Tag)
		a, b, c, d := r.emitters()
		if err := r.fn.OnTimer(context.Background(), next.HoldTimestamp, &fakeCall{key: k, cleared: map[string]bool{}}, k, of,
			timers.Context{Family: next.Family, Tag: next.Tag}, a, b, c, d); err != nil {
			r.t.Fatal(err)
		}
	}
	r.t.Fatal("timers fire for ever")
}

func (r *fakeRunner) advance(to int64) {
	r.t.Helper()
	if to > r.watermark {
		r.watermark = to
		r.fire()
	}
}

// message sends a message to its keys; recorded is its record's timestamp.
func (r *fakeRunner) message(m sideinput.Message, recorded int64) {
	r.t.Helper()
	raw := sideinput.Raw{Data: messageText(m), Source: "c"}
	emit := func(at beam.EventTime, key int64, it shardItem) { r.process(at.Milliseconds(), key, it) }
	at := mtime.FromMilliseconds(recorded)
	if r.keyed {
		f := &routeMessagesFn{Shards: r.fn.Table.Shards, SubShards: r.fn.Table.SubShards, Waits: r.fn.Waits.any()}
		f.StartBundle(nil)
		f.ProcessElement(at, raw, emit)
		f.FinishBundle(emit)
		return
	}
	f := &fanOutFn{Shards: r.fn.Table.Shards, Waits: r.fn.Waits.any()}
	f.StartBundle(nil)
	f.ProcessElement(at, raw, emit)
	f.FinishBundle(emit)
}

func messageText(m sideinput.Message) []byte {
	text := fmt.Appendf(nil, `{"op":%q,"model":%q,"at":%q`, m.Op, m.Model, sideinput.FormatTime(m.At))
	if m.Version != "" {
		text = fmt.Appendf(text, `,"version":%q`, m.Version)
	}
	if m.URI != "" {
		text = fmt.Appendf(text, `,"uri":%q`, m.URI)
	}
	return append(text, '}')
}

// testEvent is an event of the tests here.
type testEvent struct {
	id, ref string
	time    int64
}

// block sends events, which were read together, to their keys.
func (r *fakeRunner) block(events []testEvent) {
	r.t.Helper()
	r.builder.Start("in", "", nil)
	for i, e := range events {
		r.builder.Add(fmt.Appendf(nil, `{"id":%q,"model":%q,"time":%d,"x":1}`, e.id, e.ref, e.time), int64(i), records.NoTime)
	}
	at := slices.MinFunc(events, func(a, b testEvent) int { return cmp.Compare(a.time, b.time) }).time
	emit := func(key int64, it shardItem) { r.process(at, key, it) }
	if r.keyed {
		(&routeBlocksFn{Shards: r.fn.Table.Shards, SubShards: r.fn.Table.SubShards}).ProcessElement(r.builder.Block(), emit)
	} else {
		(&shardBlocksFn{Shards: r.fn.Table.Shards}).ProcessElement(r.builder.Block(), emit)
	}
}

// sameDocument writes a document under the name of each version.
func sameDocument(t *testing.T, versions ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, v := range versions {
		if err := os.WriteFile(filepath.Join(dir, v+".pmml"), []byte(anyDocument), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const anyDocument = `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
  <Header/>
  <DataDictionary>
    <DataField name="x" optype="continuous" dataType="double"/>
    <DataField name="y" optype="continuous" dataType="double"/>
  </DataDictionary>
  <TreeModel functionName="regression">
    <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
    <Node score="1"><True/></Node>
  </TreeModel>
</PMML>
`
