package transforms

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/mtime"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/state"
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

	shards    []*shardWorker // state
	fold      *foldWorker    // side-input
	snapshots [][]byte       // the newest at the end
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
	if w.table.Launch, err = sideinput.NewBase(base, ""); err != nil {
		return nil, err
	}
	for range setup.Keys {
		w.kept.states = append(w.kept.states, newKeyedState())
	}
	return w, nil
}

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
	w.snapshots, w.shards = slices.Clone(w.kept.snapshots), nil
	if w.setup.Join == "side-input" {
		return w.restoreFold()
	}
	for _, kept := range w.kept.states {
		fn := newStateFn(w.scoring, w.table)
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
	s := w.open(key)
	return s.fn.ProcessElement(context.Background(), mtime.FromMilliseconds(at), s.state, s.state, int64(key), shardItem{raws: raws},
		dropTimed, dropTimed, dropTimed, dropTimed)
}

// Score gives a block to a key.
func (w *simulatedWorker) Score(key int, at int64, events []string, lag int) (out simulation.Outcome, err error) {
	block, err := blockOf(events)
	if err != nil {
		return out, err
	}
	results := func(l records.Lines) { out.Results = appendLines(out.Results, l) }
	dead := func(l records.Lines) { out.DeadLetters = appendLines(out.DeadLetters, l) }
	if w.setup.Join == "side-input" {
		return out, w.scoreWithView(block, lag, results, dead)
	}
	s := w.open(key)
	err = s.fn.ProcessElement(context.Background(), mtime.FromMilliseconds(at), s.state, s.state, int64(key), shardItem{block: &block},
		timed(results), timed(dead), dropTimed, dropTimed)
	return out, err
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
	w.shards[key].isOpen = false
	w.shards[key].state.commit()
	return false, nil
}

// Abort ends a key's bundle without any change.
func (w *simulatedWorker) Abort(key int) {
	if w.setup.Join == "side-input" {
		w.fold.abort()
		return
	}
	w.shards[key].isOpen = false
	w.shards[key].state.abort()
}

// Watermark fires the timers of a key.
func (w *simulatedWorker) Watermark(key int, now int64) error {
	if w.setup.Join == "side-input" {
		return w.fold.watermark(now)
	}
	s := w.open(key)
	for {
		t, found := s.state.due(now)
		if !found {
			return nil
		}
		at := timers.Context{Family: t.Family, Tag: t.Tag}
		if err := s.fn.OnTimer(context.Background(), mtime.FromMilliseconds(now), s.state, s.state, int64(key), at, dropTimed, dropTimed, dropTimed, dropTimed); err != nil {
			return err
		}
	}
}

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

// foldDoFn is the DoFn of sideinput.Fold.
type foldDoFn interface {
	StartBundle(snapshot, status func(beam.EventTime, []byte))
	ProcessElement(ctx context.Context, at beam.EventTime, sp state.Provider, tp timers.Provider, key int64, r sideinput.Raw, snapshot, status func(beam.EventTime, []byte)) error
	OnTimer(ctx context.Context, sp state.Provider, tp timers.Provider, key int64, at timers.Context, snapshot, status func(beam.EventTime, []byte)) error
	FinishBundle(snapshot, status func(beam.EventTime, []byte))
}

// foldWorker folds messages to snapshots, and the DoFn that scores with them.
type foldWorker struct {
	fn     foldDoFn
	state  *keyedState
	isOpen bool
	reader *sideInputFn
}

func (w *simulatedWorker) restoreFold() (err error) {
	f := &foldWorker{reader: &sideInputFn{Scoring: w.scoring}, state: w.kept.states[0].clone()}
	f.state.commit()
	if f.reader.scorer, err = w.scorer(); err != nil {
		return err
	}
	if f.fn, err = newFold(w.table, w.setup.Base); err != nil {
		return err
	}
	w.fold = f
	if len(w.snapshots) > 0 {
		return nil
	}
	if err := f.say(simulation.Epoch, []sideinput.Raw{{}}); err != nil {
		return err
	}
	if !w.commitFold() {
		return errors.New("the seed gives no snapshot")
	}
	return nil
}

// newFold takes the DoFn out of a pipeline, since sideinput keeps it to itself.
func newFold(table sideinput.TableState, base []simulation.Message) (foldDoFn, error) {
	messages, err := messagesOf(base)
	if err != nil {
		return nil, err
	}
	p, s := beam.NewPipelineWithRoot()
	if _, _, err := sideinput.Fold(s, beam.Create(s, sideinput.Raw{}), sideinput.FoldConfig{Table: table, Base: messages}); err != nil {
		return nil, err
	}
	edges, _, err := p.Build()
	if err != nil {
		return nil, err
	}
	for _, e := range edges {
		if e.DoFn == nil {
			continue
		}
		if fn, ok := e.DoFn.Recv.(foldDoFn); ok {
			return fn, nil
		}
	}
	return nil, errors.New("sideinput.Fold has no DoFn of the form that the simulation knows")
}

func (f *foldWorker) say(at int64, raws []sideinput.Raw) error {
	f.open()
	for _, r := range raws {
		if err := f.fn.ProcessElement(context.Background(), mtime.FromMilliseconds(at), f.state, f.state, 0, r, dropBytes, dropBytes); err != nil {
			return err
		}
	}
	return nil
}

func (f *foldWorker) open() {
	if !f.isOpen {
		f.isOpen = true
		f.fn.StartBundle(dropBytes, dropBytes)
	}
}

func (f *foldWorker) watermark(now int64) error {
	f.open()
	for {
		t, found := f.state.due(now)
		if !found {
			return nil
		}
		if err := f.fn.OnTimer(context.Background(), f.state, f.state, 0, timers.Context{Family: t.Family, Tag: t.Tag}, dropBytes, dropBytes); err != nil {
			return err
		}
	}
}

func (f *foldWorker) abort() {
	f.isOpen = false
	f.state.abort()
}

// mostSnapshots is how many a view holds.
const mostSnapshots = 6

func (w *simulatedWorker) commitFold() (snapshot bool) {
	w.fold.fn.FinishBundle(func(_ beam.EventTime, data []byte) {
		w.snapshots, snapshot = append(w.snapshots, data), true
	}, dropBytes)
	w.fold.isOpen = false
	w.fold.state.commit()
	w.snapshots = w.snapshots[max(0, len(w.snapshots)-mostSnapshots):]
	return snapshot
}

// scoreWithView scores a bundle of one block. The order of what a view yields is not promised.
func (w *simulatedWorker) scoreWithView(b records.Block, lag int, results, dead func(records.Lines)) error {
	snapshots := slices.Clone(w.snapshots[:len(w.snapshots)-lag])
	if lag%2 == 0 {
		slices.Reverse(snapshots)
	}
	view := func() func(*[]byte) bool {
		next := 0
		return func(data *[]byte) bool {
			if next == len(snapshots) {
				return false
			}
			*data = snapshots[next]
			next++
			return true
		}
	}
	w.fold.reader.StartBundle(view, dropLines, dropLines, dropLines, dropLines)
	return w.fold.reader.ProcessElement(context.Background(), b, view, results, dead, dropLines, dropLines)
}

func dropBytes(beam.EventTime, []byte) {}
