package sideinput

import (
	"context"
	"fmt"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/mtime"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/state"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/timers"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
)

// FoldConfig says how Fold keeps the table.
type FoldConfig struct {
	Table   TableState // Shards and SubShards may be 0: a fold has one of each
	Base    []Message  // known at launch
	BaseDir string     // a folder that all workers can read; needed for a base of more than 4 MiB only
}

// Fold keeps the table that a collection of Raw makes in the checkpointed
// state of one key, and emits it whenever it changes.
//
// The snapshots are a PCollection<[]byte> of encoded tables, at most one a
// bundle; ReadSnapshot finds the newest. The first one comes without any
// message, from an Impulse that goes through the fold: so there is a snapshot
// even if the control stream stays silent, and all come from one key in order.
// For an unbounded side input, put them in a global window with a repeated
// trigger and discarding panes.
//
// The status is a PCollection<[]byte> of JSON objects, without line ends.
//
// A message that cannot be used goes to status; the table goes on.
//
// On the embedded runner run the pipeline with --experiments=prism_disable_sdf_split, as transforms.Score does by itself: the
// runner otherwise splits slow bundles and may lose what they write to the state.
func Fold(s beam.Scope, control beam.PCollection, cfg FoldConfig) (snapshots, status beam.PCollection, err error) {
	s = s.Scope("sideinput.Fold")
	fn, err := newFoldFn(cfg)
	if err != nil {
		return snapshots, status, fmt.Errorf("sideinput.Fold: %w", err)
	}
	seed := beam.ParDo(s, seedFn, beam.Impulse(s))
	snapshots, status = beam.ParDo2(s, fn, beam.ParDo(s, keyFn, beam.Flatten(s, seed, control)))
	return snapshots, status, nil
}

func init() {
	register.Function2x0(seedFn)
	register.Function2x0(keyFn)
	register.Emitter1[Raw]()
	register.Emitter2[int64, Raw]()
	register.Emitter2[beam.EventTime, []byte]()
	beam.RegisterDoFn(&foldFn{})
}

// seedFn turns the Impulse into the record that asks for a snapshot.
func seedFn(_ []byte, emit func(Raw)) { emit(Raw{}) }

// keyFn sends all records to one key.
func keyFn(r Raw, emit func(int64, Raw)) { emit(foldKey, r) }

// foldKey is the only key of a fold.
const foldKey int64 = 0

// foldFn is the stateful part of Fold.
type foldFn struct {
	Table TableState
	Head  state.Value[[]byte]
	Base  state.Value[[]byte]
	Tail  state.Bag[[]byte]
	Cut   timers.EventTime

	snapshot *Table         // to be emitted when the bundle ends; nil if the table did not change
	latest   beam.EventTime // of the bundle's elements
}

func newFoldFn(cfg FoldConfig) (*foldFn, error) {
	fn := &foldFn{Table: cfg.Table, Head: HeadState(), Base: BaseState(), Tail: TailState(), Cut: CutTimer()}
	fn.Table.Shards, fn.Table.SubShards = 1, 1
	var err error
	fn.Table.Launch, err = NewBase(cfg.Base, cfg.BaseDir)
	return fn, err
}

// StartBundle forgets the last bundle, which may have failed.
func (f *foldFn) StartBundle(_, _ func(beam.EventTime, []byte)) {
	f.Table.Reset()
	f.snapshot, f.latest = nil, mtime.MinTimestamp
}

// ProcessElement folds one control record into the table.
func (f *foldFn) ProcessElement(_ context.Context, at beam.EventTime, sp state.Provider, tp timers.Provider, key int64, r Raw,
	_, status func(beam.EventTime, []byte)) error {
	f.latest = max(f.latest, at)
	if r.isSeed() {
		return f.start(sp, key, at, status)
	}
	m, err := r.Message()
	if err != nil {
		status(at, RecordStatus(r, err, time.Now()).AppendJSON(nil))
		return nil
	}
	before, err := f.Table.Load(sp, key)
	if err != nil {
		return err
	}
	after, effects, err := f.Table.Add(sp, tp, key, at.Milliseconds(), []Message{m})
	if err != nil {
		return err
	}
	if after != before {
		f.snapshot = after
	}
	emitEffects(effects, r.Source, at, status)
	return nil
}

// start answers the Impulse with the table as it is: from state, or from the
// messages known at launch.
func (f *foldFn) start(sp state.Provider, key int64, at beam.EventTime, status func(beam.EventTime, []byte)) (err error) {
	if f.snapshot, err = f.Table.Load(sp, key); err != nil {
		return err
	}
	effects, err := f.Table.LaunchEffects(key)
	emitEffects(effects, "", at, status)
	return err
}

// OnTimer moves the cut.
func (f *foldFn) OnTimer(_ context.Context, sp state.Provider, _ timers.Provider, key int64, _ timers.Context,
	_, status func(beam.EventTime, []byte)) error {
	before, err := f.Table.Load(sp, key)
	if err != nil {
		return err
	}
	after, effects, moved, err := f.Table.Expire(sp, key)
	if err != nil {
		return err
	}
	if after == before {
		return nil
	}
	at := mtime.FromMilliseconds(moved)
	f.snapshot, f.latest = after, max(f.latest, at)
	emitEffects(effects, "", at, status)
	return nil
}

// FinishBundle emits the table if the bundle changed it.
func (f *foldFn) FinishBundle(snapshot, _ func(beam.EventTime, []byte)) {
	if f.snapshot == nil {
		return
	}
	snapshot(f.latest, f.snapshot.AppendBinary(nil))
	f.snapshot = nil
}

func emitEffects(effects []Effect, source string, at beam.EventTime, status func(beam.EventTime, []byte)) {
	now := time.Now()
	for _, e := range effects {
		from := source
		if e.Index < 0 {
			from = ""
		}
		if news, ok := EffectStatus(e, from, now); ok {
			status(at, news.AppendJSON(nil))
		}
	}
}
