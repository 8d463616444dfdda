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
	Table   sideinput.TableState
	Head    state.Value[[]byte]
	Base    state.Value[[]byte]
	Tail    state.Bag[[]byte]
	Cut     timers.EventTime

	scorer *scorer
}

// statusShard is the shard that tells of messages and the table where all of them know the same, and of control records
// that are no message.
const statusShard = 0

func newStateFn(cfg Scoring, table sideinput.TableState) *stateFn {
	return &stateFn{Scoring: cfg, Table: table,
		Head: sideinput.HeadState(), Base: sideinput.BaseState(), Tail: sideinput.TailState(), Cut: sideinput.CutTimer()}
}

// Setup joins the process-wide model cache.
func (f *stateFn) Setup() (err error) {
	f.scorer, err = newScorer(f.Scoring)
	return err
}

// StartBundle forgets what the last bundle read of the state.
func (f *stateFn) StartBundle(_, _, _, _ func(beam.EventTime, records.Lines)) {
	f.Table.Reset()
}

// ProcessElement folds a message into the shard's table, or scores a block with it.
func (f *stateFn) ProcessElement(ctx context.Context, at beam.EventTime, sp state.Provider, tp timers.Provider, key int64, it shardItem,
	results, dead, shadows, status func(beam.EventTime, records.Lines)) error {
	to := outputsAt(at, results, dead, shadows, status)
	if it.block == nil {
		return f.fold(sp, tp, key, at.Milliseconds(), it.raws, to.status)
	}
	table, err := f.Table.Load(sp, key)
	if err != nil {
		return err
	}
	f.scorer.emit(ctx, it.block, table, to)
	return nil
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
func (f *stateFn) fold(sp state.Provider, tp timers.Provider, key, at int64, raws []sideinput.Raw, tell func(records.Lines)) error {
	if len(raws) == 0 {
		effects, err := f.Table.LaunchEffects(key)
		emitLines(effectLines(f.told(key, effects), nil), tell)
		return err
	}
	var unusable []sideinput.Status
	messages, sources := make([]sideinput.Message, 0, len(raws)), make([]string, 0, len(raws))
	for _, r := range raws {
		m, err := r.Message()
		if err != nil {
			unusable = append(unusable, sideinput.RecordStatus(r, err, time.Now()))
			continue
		}
		messages, sources = append(messages, m), append(sources, r.Source)
	}
	_, effects, err := f.Table.Add(sp, tp, key, at, messages)
	if err != nil {
		return err
	}
	if key == statusShard {
		emitLines(statusLines(unusable...), tell)
	}
	emitLines(effectLines(f.told(key, effects), sources), tell)
	return nil
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

// OnTimer moves the cut.
func (f *stateFn) OnTimer(_ context.Context, _ beam.EventTime, sp state.Provider, _ timers.Provider, key int64, _ timers.Context,
	results, dead, shadows, status func(beam.EventTime, records.Lines)) error {
	_, effects, moved, err := f.Table.Expire(sp, key)
	if err != nil {
		return fmt.Errorf("move the cut: %w", err)
	}
	emitLines(effectLines(f.told(key, effects), nil), outputsAt(mtime.FromMilliseconds(moved), results, dead, shadows, status).status)
	return nil
}
