package transforms

import (
	"errors"
	"fmt"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/window"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/window/trigger"
	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// Outcome holds what Score emits, each a PCollection of records.Lines: one JSON object a line, in the forms of
// docs/protocol.md. Every attempt at an event ends in exactly one line of Results or DeadLetters.
type Outcome struct {
	Results     beam.PCollection
	DeadLetters beam.PCollection
	Shadows     beam.PCollection // what shadows said of events that were served by another version; empty without shadows
	Status      beam.PCollection // news about messages, the table and models
}

// Source reads events as blocks, one PCollection of records.Block a branch; records.ReadFiles is one. It takes the
// option records.After, by which the table reaches the events ahead of the scorer.
type Source func(s beam.Scope, opts ...records.Option) []beam.PCollection

// Score scores a PCollection of records.Block with the models that a PCollection of sideinput.Raw names. It panics on
// a wrong option, as Beam's own transforms do; TryScore returns the error.
func Score(s beam.Scope, events, control beam.PCollection, opts ...Option) Outcome {
	out, err := TryScore(s, events, control, opts...)
	if err != nil {
		panic(fmt.Sprintf("transforms.Score: %v", err))
	}
	return out
}

// TryScore is Score that returns what is wrong with its options.
func TryScore(s beam.Scope, events, control beam.PCollection, opts ...Option) (Outcome, error) {
	o, err := newOptions(opts)
	if err != nil {
		return Outcome{}, err
	}
	join, err := o.mechanism()
	if err != nil {
		return Outcome{}, err
	}
	s = s.Scope("pmml.Score")
	events = o.blocks(s, events)
	if join != JoinSideInput {
		return scoreInState(s, join, []beam.PCollection{events}, control, o)
	}
	snapshot, status, err := o.fold(s, control)
	if err != nil {
		return Outcome{}, err
	}
	out := scoreSideInput(s, events, o.view(s, snapshot), o)
	out.Status = beam.Flatten(s, status, out.Status)
	return out, nil
}

// ScoreFrom is Score for a source of this project. The outcomes are one a branch: apply the sinks to each by itself, so
// that reading, scoring and writing stay one fused stage. On the embedded runner a bounded source takes the table
// itself, since a side input in a long stage makes that runner busy with itself (docs/ARCHITECTURE.md).
func ScoreFrom(s beam.Scope, source Source, control beam.PCollection, opts ...Option) ([]Outcome, error) {
	o, err := newOptions(opts)
	if err != nil {
		return nil, err
	}
	join, err := o.mechanism()
	if err != nil {
		return nil, err
	}
	s = s.Scope("pmml.Score")
	if join != JoinSideInput {
		out, err := scoreInState(s, join, source(s), control, o)
		return []Outcome{out}, err
	}
	snapshot, status, err := o.fold(s, control)
	if err != nil {
		return nil, err
	}
	var outs []Outcome
	score := scoreStamped
	var given []records.Option
	switch {
	case !o.streaming && (isPrism(o.runner) || isFlink(o.runner)):
		given = []records.Option{records.After(snapshot)}
	case isFlink(o.runner):
		front := s.Scope("front")
		fronts := o.view(front, beam.ParDo(front, &frontFn{}, snapshot))
		given = []records.Option{records.Beside(fronts, o.view(s, snapshot))}
	default: // nobody promises that the source and what takes its blocks share a process
		view := o.view(s, snapshot)
		score = func(s beam.Scope, blocks beam.PCollection, o *options) Outcome {
			return scoreSideInput(s, blocks, view, o)
		}
	}
	for i, blocks := range source(s, given...) {
		outs = append(outs, score(s.Scope(fmt.Sprintf("branch%d", i)), blocks, o))
	}
	if len(outs) == 0 {
		return nil, errors.New("the source has no branch")
	}
	outs[0].Status = beam.Flatten(s, status, outs[0].Status)
	return outs, nil
}

// fold makes the snapshots of the table.
func (o *options) fold(s beam.Scope, control beam.PCollection) (snapshot, status beam.PCollection, err error) {
	snapshot, news, err := sideinput.Fold(s, control, sideinput.FoldConfig{Table: o.tableState(1), Base: o.base, BaseDir: o.baseDir})
	if err != nil {
		return snapshot, status, err
	}
	return snapshot, beam.ParDo(s, &linesFn{}, news), nil
}

// view makes a side input of the snapshots. Unbounded ones need a trigger, with each pane replacing the last; prism
// refuses triggers on side inputs, and shows a bounded one once it is whole.
func (o *options) view(s beam.Scope, snapshot beam.PCollection) beam.SideInput {
	if o.streaming && !isPrism(o.runner) {
		snapshot = beam.WindowInto(s, window.NewGlobalWindows(), snapshot,
			beam.Trigger(trigger.Repeat(trigger.AfterCount(1))), beam.PanesDiscard())
	}
	return beam.SideInput{Input: snapshot}
}

func scoreSideInput(s beam.Scope, blocks beam.PCollection, view beam.SideInput, o *options) Outcome {
	return outcome(beam.ParDo4(s, &sideInputFn{Scoring: o.scoring}, blocks, view))
}

func scoreStamped(s beam.Scope, blocks beam.PCollection, o *options) Outcome {
	return outcome(beam.ParDo4(s, &stampedFn{Scoring: o.scoring}, blocks))
}

// scoreInState joins messages and events in keyed state: by the state mechanism, or the keyed one.
func scoreInState(s beam.Scope, join Join, branches []beam.PCollection, control beam.PCollection, o *options) (Outcome, error) {
	launch, err := sideinput.NewBase(o.base, o.baseDir)
	if err != nil {
		return Outcome{}, err
	}
	if join == JoinKeyed {
		return scoreKeyed(s.Scope("keyed"), branches, control, launch, o), nil
	}
	return scoreState(s, branches, control, launch, o), nil
}

// scoreState sends messages to all shards and blocks to any.
func scoreState(s beam.Scope, branches []beam.PCollection, control beam.PCollection, launch sideinput.Base, o *options) Outcome {
	spread := o.spread(o.shards)
	items := []beam.PCollection{
		beam.ParDo(s, &fanOutFn{Shards: o.shards, Spread: spread, Waits: o.waits.any()}, control),
		beam.ParDo(s, &launchFn{Spread: spread}, beam.Impulse(s)),
	}
	for _, blocks := range branches {
		items = append(items, beam.ParDo(s, &shardBlocksFn{Shards: o.shards, Spread: spread, Ordered: o.scoring.Ordered}, blocks))
	}
	table := o.tableState(o.shards)
	table.Launch = launch
	return scoreItems(s, items, table, spread, o)
}

// scoreKeyed sends messages and events to the shards of their names. Its transforms have a scope of their own: what lies
// in their state is not what the state mechanism has, and neither must be taken for the other.
func scoreKeyed(s beam.Scope, branches []beam.PCollection, control beam.PCollection, launch sideinput.Base, o *options) Outcome {
	spread := o.spread(o.shards * o.subShards)
	items := []beam.PCollection{
		beam.ParDo(s, &routeMessagesFn{Shards: o.shards, SubShards: o.subShards, Spread: spread, Waits: o.waits.any()}, control),
		beam.ParDo(s, &routeLaunchFn{Shards: o.shards, SubShards: o.subShards, Spread: spread}, beam.Impulse(s)),
	}
	for _, blocks := range branches {
		items = append(items, beam.ParDo(s, &routeBlocksFn{Shards: o.shards, SubShards: o.subShards, Spread: spread}, blocks))
	}
	table := o.tableState(o.shards)
	table.SubShards, table.Keyed, table.Launch = o.subShards, true, launch
	return scoreItems(s, items, table, spread, o)
}

// scoreItems joins in keyed state what goes to each key.
func scoreItems(s beam.Scope, items []beam.PCollection, table sideinput.TableState, spread KeySpread, o *options) Outcome {
	fn := newStateFn(o.scoring, table)
	fn.Waits, fn.Spread = o.waits, spread
	return outcome(beam.ParDo4(s, fn, beam.Flatten(s, items...)))
}

func outcome(results, dead, shadows, status beam.PCollection) Outcome {
	return Outcome{Results: results, DeadLetters: dead, Shadows: shadows, Status: status}
}
