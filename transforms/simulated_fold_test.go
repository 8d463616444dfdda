package transforms

import (
	"context"
	"errors"
	"slices"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/mtime"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/state"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/timers"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/records"
	"github.com/beam-pmml/beam-pmml/transforms/simulation"
)

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
func (w *simulatedWorker) scoreWithView(b records.Block, lag int) error {
	results, dead := w.collect(0)
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
