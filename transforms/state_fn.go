package transforms

import (
	"context"
	"fmt"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/mtime"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/state"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/timers"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

func init() {
	beam.RegisterDoFn(&stateFn{})
	register.Emitter1[records.Lines]()
	register.Emitter2[beam.EventTime, records.Lines]()
}

// stateFn scores blocks with the table that it keeps in the keyed state of its shard: the whole table, or the part of it
// that concerns the shard's names. It reads state at most once a
// key and bundle, and none of it but the head where the process holds the table already.
type stateFn struct {
	Scoring Scoring
	Waits   Waits
	Spread  KeySpread
	Table   sideinput.TableState
	Head    state.Value[[]byte]
	Base    state.Value[[]byte]
	Tail    state.Bag[[]byte]
	Cut     timers.EventTime

	// What held_state.go reads and writes. Beam looks for state in the DoFn's own fields only, and not in arrays.
	Held                                                                     state.Value[[]byte]
	Exact0, Exact1, Exact2, Exact3, Exact4, Exact5, Exact6, Exact7, ExactFar state.Bag[[]byte]
	Hold0, Hold1, Hold2, Hold3, Hold4, Hold5, Hold6, Hold7, HoldFar          state.Bag[[]byte]

	scorer *scorer
	held   heldMemo
}

// statusShard is the shard that tells of messages and the table where all of them know the same, and of control records
// that are no message.
const statusShard = 0

func newStateFn(cfg Scoring, table sideinput.TableState) *stateFn {
	exact, hold := &heldBagsOf[exactRing], &heldBagsOf[holdRing]
	return &stateFn{Scoring: cfg, Table: table,
		Head: sideinput.HeadState(), Base: sideinput.BaseState(), Tail: sideinput.TailState(), Cut: sideinput.CutTimer(),
		Held:   heldState,
		Exact0: exact[0], Exact1: exact[1], Exact2: exact[2], Exact3: exact[3], Exact4: exact[4], Exact5: exact[5],
		Exact6: exact[6], Exact7: exact[7], ExactFar: exact[farSlot],
		Hold0: hold[0], Hold1: hold[1], Hold2: hold[2], Hold3: hold[3], Hold4: hold[4], Hold5: hold[5],
		Hold6: hold[6], Hold7: hold[7], HoldFar: hold[farSlot]}
}

// Setup joins the process-wide model cache.
func (f *stateFn) Setup() (err error) {
	f.scorer, err = newScorer(f.Scoring)
	return err
}

// StartBundle forgets what the last bundle read of the state.
func (f *stateFn) StartBundle(_, _, _, _ func(beam.EventTime, records.Lines)) {
	f.Table.Reset()
	f.held.reset()
}

// ProcessElement folds messages into the key's table, or scores a block with it. With events that may wait, messages may
// let some go, and of a block some may have to wait.
func (f *stateFn) ProcessElement(ctx context.Context, at beam.EventTime, sp state.Provider, tp timers.Provider, key int64, it shardItem,
	results, dead, shadows, status func(beam.EventTime, records.Lines)) error {
	key = f.Spread.key(key)
	to := func(at beam.EventTime) outputs { return outputsAt(at, results, dead, shadows, status) }
	var effects []sideinput.Effect
	var err error
	if it.block == nil {
		if effects, err = f.fold(sp, tp, key, at, it, to(at).status); err != nil {
			return err
		}
	}
	if !f.Waits.any() {
		if it.block == nil {
			return nil
		}
		table, err := f.Table.Load(sp, key)
		if err != nil {
			return err
		}
		f.scorer.emit(ctx, it.block, table, to(at))
		return nil
	}
	h, err := f.holder(ctx, sp, key, to)
	if err != nil {
		return err
	}
	if it.block != nil {
		err = h.block(at, it.block)
	} else {
		err = h.release(effects)
	}
	if err != nil {
		return err
	}
	return h.save(tp)
}

// outputsAt are emitters that emit with one timestamp: a timer gives what it emits none that is of use.
func outputsAt(at beam.EventTime, results, dead, shadows, status func(beam.EventTime, records.Lines)) outputs {
	with := func(emit func(beam.EventTime, records.Lines)) func(records.Lines) {
		return func(l records.Lines) { emit(at, l) }
	}
	return outputs{with(results), with(dead), with(shadows), with(status)}
}

// fold keeps messages and tells what they do; no record means the messages known at launch. A record that is not a
// message changes nothing and stops nothing.
func (f *stateFn) fold(sp state.Provider, tp timers.Provider, key int64, at beam.EventTime, it shardItem, tell func(records.Lines)) ([]sideinput.Effect, error) {
	if len(it.raws) == 0 {
		effects, err := f.Table.LaunchEffects(key)
		emitLines(effectLines(f.told(key, effects), nil), tell)
		return nil, err
	}
	var unusable []sideinput.Status
	messages, sources := make([]sideinput.Message, 0, len(it.raws)), make([]string, 0, len(it.raws))
	for _, r := range it.raws {
		m, err := r.Message()
		if err != nil {
			unusable = append(unusable, sideinput.RecordStatus(r, err, time.Now()))
			continue
		}
		messages, sources = append(messages, m), append(sources, r.Source)
	}
	recorded := at.Milliseconds()
	if it.timed {
		recorded = it.at
	}
	_, effects, err := f.Table.Add(sp, tp, key, recorded, messages)
	if err != nil {
		return nil, err
	}
	if key == statusShard {
		emitLines(statusLines(unusable...), tell)
	}
	told := f.told(key, effects)
	emitLines(effectLines(told, sources), tell)
	emitLines(statusLines(f.Waits.backdated(told, recorded)...), tell)
	return effects, nil
}

// told is what the key tells of effects. Several keys know a message; one of them tells of it.
func (f *stateFn) told(key int64, effects []sideinput.Effect) []sideinput.Effect {
	var told []sideinput.Effect
	for _, e := range effects {
		if f.Table.Tells(key, e.Message.Model) {
			told = append(told, e)
		}
	}
	return told
}

// OnTimer moves the cut, or lets go what is held. The timers have one family and are told by their tags.
func (f *stateFn) OnTimer(ctx context.Context, _ beam.EventTime, sp state.Provider, tp timers.Provider, key int64, fired timers.Context,
	results, dead, shadows, status func(beam.EventTime, records.Lines)) error {
	key = f.Spread.key(key)
	to := func(at beam.EventTime) outputs { return outputsAt(at, results, dead, shadows, status) }
	for ring, tag := range heldTags {
		if fired.Tag != tag {
			continue
		}
		h, err := f.holder(ctx, sp, key, to)
		if err != nil {
			return err
		}
		if err := h.timer(ring); err != nil {
			return err
		}
		return h.save(tp)
	}
	_, effects, moved, err := f.Table.Expire(sp, key)
	if err != nil {
		return fmt.Errorf("move the cut: %w", err)
	}
	emitLines(effectLines(f.told(key, effects), nil), to(mtime.FromMilliseconds(moved)).status)
	return nil
}
