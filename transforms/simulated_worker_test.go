package transforms

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/mtime"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/timers"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/modelcache"
	"github.com/beam-pmml/beam-pmml/transforms/records"
	"github.com/beam-pmml/beam-pmml/transforms/simulation"
)

// simulatedWorker is what simulation.Run plays histories on: the DoFns of the mechanisms with state that the test holds, and
// a model cache of which the simulation loads the documents.
type simulatedWorker struct {
	setup   simulation.Setup
	scoring Scoring
	table   sideinput.TableState
	ahead   *ahead // of the process

	waits     Waits
	shards    []*shardWorker       // state, keyed
	routed    *routeBlocksFn       // keyed
	out       []simulation.Outcome // of each key, not taken yet
	fold      *foldWorker          // side-input
	snapshots [][]byte             // the newest at the end
	kept      struct {
		states    []*keyedState
		snapshots [][]byte
	}
}

// shardWorker is one key of a stateful DoFn and, since a runner may give each key an instance of its own, the DoFn.
type shardWorker struct {
	fn     *stateFn
	state  *keyedState
	isOpen bool
}

func newSimulatedWorker(setup simulation.Setup) (*simulatedWorker, error) {
	w := &simulatedWorker{setup: setup, scoring: Scoring{Conversion: simulatedConversion}}
	if setup.Latest {
		w.scoring.Resolution = records.Latest
	}
	base, err := messagesOf(setup.Base)
	if err != nil {
		return nil, err
	}
	w.table = sideinput.TableState{Shards: setup.Keys, SubShards: 1, Horizon: time.Duration(setup.Horizon) * time.Millisecond,
		Bounds: sideinput.Bounds{Names: setup.Names}}
	w.waits = Waits{Exact: setup.Exact, Hold: time.Duration(setup.Hold) * time.Millisecond, HoldBytes: cmp.Or(setup.HoldBytes, 1<<30)}
	keys := setup.Keys
	if setup.Join == "keyed" {
		w.table.Shards, w.table.SubShards, w.table.Keyed = keyedShards, setup.SubShards, true
		keys = keyedShards * setup.SubShards
	}
	if w.table.Launch, err = sideinput.NewBase(base, ""); err != nil {
		return nil, err
	}
	w.out = make([]simulation.Outcome, setup.Keys)
	for range keys {
		w.kept.states = append(w.kept.states, newKeyedState())
	}
	return w, nil
}

// keyedShards is how many shards the keyed mechanism has.
const keyedShards = 3

// simulatedConversion is how the simulation's events are read.
var simulatedConversion = records.Conversion{SplitField: "key", ResolutionField: "resolution"}

func messagesOf(list []simulation.Message) (messages []sideinput.Message, err error) {
	for _, m := range list {
		message, err := sideinput.ParseMessage([]byte(m.Line()), 0, false)
		if err != nil {
			return nil, err
		}
		messages = append(messages, message)
	}
	return messages, nil
}

// Restore begins another process.
func (w *simulatedWorker) Restore(p *simulation.Process) (err error) {
	if err := forgetTables(); err != nil {
		return err
	}
	cache, err := modelcache.New(modelcache.Config{Bytes: w.setup.Budget, Loads: w.setup.Loads}, loaderOf(p))
	if err != nil {
		return err
	}
	w.ahead = newAhead(cache)
	w.snapshots, w.shards, w.routed = slices.Clone(w.kept.snapshots), nil, &routeBlocksFn{Shards: keyedShards, SubShards: w.setup.SubShards}
	clear(w.out)
	if w.setup.Join == "side-input" {
		return w.restoreFold()
	}
	for _, kept := range w.kept.states {
		fn := newStateFn(w.scoring, w.table)
		fn.Waits = w.waits
		if fn.scorer, err = w.scorer(); err != nil {
			return err
		}
		s := kept.clone()
		s.commit()
		w.shards = append(w.shards, &shardWorker{fn: fn, state: s})
	}
	return nil
}

// scorer is one with the process's cache.
func (w *simulatedWorker) scorer() (*scorer, error) {
	return scorerOn(w.scoring, w.ahead), nil
}

func (w *simulatedWorker) open(key int) *shardWorker {
	s := w.shards[key]
	if !s.isOpen {
		s.isOpen = true
		s.fn.StartBundle(dropTimed, dropTimed, dropTimed, dropTimed)
	}
	return s
}

// Say gives messages to a key.
func (w *simulatedWorker) Say(key int, at int64, list []simulation.Record) error {
	raws := make([]sideinput.Raw, len(list))
	for i, r := range list {
		raws[i] = sideinput.Raw{Data: []byte(r.Data), Source: "simulation", Time: r.Time, HasTime: r.HasTime}
	}
	if w.setup.Join == "side-input" {
		return w.fold.say(at, raws)
	}
	return w.each(key, at, func(emit func(beam.EventTime, int64, shardItem)) {
		if w.setup.Join == "keyed" {
			route := &routeMessagesFn{Shards: keyedShards, SubShards: w.setup.SubShards, Waits: w.waits.any()}
			route.StartBundle(emit)
			for _, r := range raws {
				route.ProcessElement(mtime.FromMilliseconds(at), r, emit)
			}
			route.FinishBundle(emit)
			return
		}
		emit(mtime.FromMilliseconds(at), int64(key), shardItem{raws: raws, at: at, timed: true})
	})
}

// Score gives a block to a key.
func (w *simulatedWorker) Score(key int, at int64, events []string, lag int) error {
	block, err := blockOf(events)
	if err != nil {
		return err
	}
	if w.setup.Join == "side-input" {
		return w.scoreWithView(block, lag)
	}
	return w.each(key, at, func(emit func(beam.EventTime, int64, shardItem)) {
		if w.setup.Join == "keyed" {
			w.routed.ProcessElement(block, func(key int64, it shardItem) { emit(mtime.FromMilliseconds(at), key, it) })
			return
		}
		emit(mtime.FromMilliseconds(at), int64(key), shardItem{block: &block})
	})
}

// each gives the items that route emits to the keys that they are for.
func (w *simulatedWorker) each(key int, at int64, route func(emit func(beam.EventTime, int64, shardItem))) (err error) {
	results, dead := w.collect(key)
	route(func(at beam.EventTime, shard int64, it shardItem) {
		s := w.open(int(shard))
		if err == nil {
			err = s.fn.ProcessElement(context.Background(), at, s.state, s.state, shard, it, timed(results), timed(dead), dropTimed, dropTimed)
		}
	})
	return err
}

// collect are emitters of what leaves a key.
func (w *simulatedWorker) collect(key int) (results, dead func(records.Lines)) {
	out := &w.out[key]
	return func(l records.Lines) { out.Results = appendLines(out.Results, l) }, func(l records.Lines) { out.DeadLetters = appendLines(out.DeadLetters, l) }
}

// Take gives what has left a key.
func (w *simulatedWorker) Take(key int) simulation.Outcome {
	out := w.out[key]
	w.out[key] = simulation.Outcome{}
	return out
}

// workers are those behind a key.
func (w *simulatedWorker) workers(key int) []*shardWorker {
	if w.setup.Join == "keyed" {
		return w.shards
	}
	return w.shards[key : key+1]
}

func blockOf(events []string) (records.Block, error) {
	b, err := records.NewBuilder(simulatedConversion)
	if err != nil {
		return records.Block{}, err
	}
	b.Start("simulation", "", nil)
	for i, e := range events {
		b.Add([]byte(e), int64(i), records.NoTime)
	}
	return b.Block(), nil
}

func appendLines(list []string, l records.Lines) []string {
	for i := range l.Len() {
		list = append(list, string(l.Line(i)))
	}
	return list
}

// Commit ends a key's bundle.
func (w *simulatedWorker) Commit(key int) (snapshot bool, err error) {
	if w.setup.Join == "side-input" {
		return w.commitFold(), nil
	}
	for _, s := range w.workers(key) {
		s.isOpen = false
		s.state.commit()
	}
	return false, nil
}

// Abort ends a key's bundle without any change.
func (w *simulatedWorker) Abort(key int) {
	if w.setup.Join == "side-input" {
		w.fold.abort()
		return
	}
	for _, s := range w.workers(key) {
		s.isOpen = false
		s.state.abort()
	}
}

// Watermark fires the timers of a key.
func (w *simulatedWorker) Watermark(key int, now int64) error {
	if w.setup.Join == "side-input" {
		return w.fold.watermark(now)
	}
	results, dead := w.collect(key)
	for i := range w.shards {
		if w.setup.Join != "keyed" && i != key {
			continue
		}
		if err := w.fire(i, now, results, dead); err != nil {
			return err
		}
	}
	return nil
}

func (w *simulatedWorker) fire(shard int, now int64, results, dead func(records.Lines)) error {
	s := w.open(shard)
	for fired := 0; ; fired++ {
		t, found := s.state.due(now)
		if !found {
			return nil
		}
		if fired == mostFired {
			return fmt.Errorf("timer %s fires again and again at %v", t.Tag, t.FireTimestamp)
		}
		at := timers.Context{Family: t.Family, Tag: t.Tag}
		if err := s.fn.OnTimer(context.Background(), mtime.FromMilliseconds(now), s.state, s.state, int64(shard), at,
			timed(results), timed(dead), dropTimed, dropTimed); err != nil {
			return err
		}
	}
}

// mostFired is more timers than a key has events that wait.
const mostFired = 10_000

// Checkpoint keeps the state.
func (w *simulatedWorker) Checkpoint() {
	w.kept.states, w.kept.snapshots = nil, slices.Clone(w.snapshots)
	if w.setup.Join == "side-input" {
		w.kept.states = []*keyedState{w.fold.state.clone()}
	}
	for _, s := range w.shards {
		w.kept.states = append(w.kept.states, s.state.clone())
	}
}

// Check looks at the cache's books.
func (w *simulatedWorker) Check() error {
	if s := w.ahead.cache.Stats(); s.Bytes+s.Reserved > s.Budget || s.Bytes < 0 || s.Reserved < 0 {
		return fmt.Errorf("the cache holds %d bytes and reserves %d, of %d", s.Bytes, s.Reserved, s.Budget)
	}
	return nil
}

// simulatedModels are the documents of the simulation, loaded once.
var simulatedModels = func() (models [simulation.Documents]*pmml.Model) {
	for n := range models {
		m, err := pmml.Load(strings.NewReader(simulation.Document(n)))
		if err != nil {
			panic(err)
		}
		models[n] = m
	}
	return models
}()

func loaderOf(p *simulation.Process) modelcache.LoadFunc {
	return func(ctx context.Context, id modelcache.Identity) (*pmml.Model, string, error) {
		n, err := p.Load(ctx, simulation.Identity(id))
		if err != nil {
			return nil, "", err
		}
		return simulatedModels[n], simulation.Digest(n), nil
	}
}

// strangers are tables of nobody: so many that the process forgets all others when they come.
var strangers = func() (tables []*sideinput.Table) {
	t := sideinput.NewTable()
	for at := range int64(128) {
		t, _ = t.With([]sideinput.Message{{Op: sideinput.Add, Model: "stranger", Version: "1", URI: "u", At: at}}, sideinput.Bounds{})
		tables = append(tables, t)
	}
	return tables
}()

// forgetTables makes the process forget its tables, as a new one has none.
func forgetTables() error {
	for _, t := range strangers {
		sideinput.Put(t)
	}
	if _, found := sideinput.Get(strangers[0].ID()); found {
		return errors.New("the process has room for more tables than the simulation puts")
	}
	return nil
}

func dropLines(records.Lines)                 {}
func dropTimed(beam.EventTime, records.Lines) {}

func timed(emit func(records.Lines)) func(beam.EventTime, records.Lines) {
	return func(_ beam.EventTime, l records.Lines) { emit(l) }
}
