package transforms

import (
	"context"
	"errors"
	"fmt"
	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

func init() {
	beam.RegisterDoFn(&sideInputFn{})
	beam.RegisterDoFn(&stampedFn{})
	beam.RegisterDoFn(&frontFn{})
	register.Emitter1[records.Lines]()
	register.Iter1[[]byte]()
}

// sideInputFn scores blocks with the table of the side input, which it reads once a bundle.
type sideInputFn struct {
	Scoring Scoring

	scorer *scorer
	table  *sideinput.Table
}

// Setup joins the process-wide model cache.
func (f *sideInputFn) Setup() (err error) {
	f.scorer, err = newScorer(f.Scoring)
	return err
}

// StartBundle forgets the last bundle's view: a new pane ends the bundle, so a view is never stale within one.
func (f *sideInputFn) StartBundle(_ func() func(*[]byte) bool, _, _, _, _ func(records.Lines)) {
	f.table = nil
}

// ProcessElement scores one block.
func (f *sideInputFn) ProcessElement(ctx context.Context, b records.Block, view func() func(*[]byte) bool,
	results, dead, shadows, status func(records.Lines)) (err error) {
	if f.table == nil {
		if f.table, err = sideinput.ReadSnapshot(view()); err != nil {
			return err
		}
		if f.table == nil {
			return errors.New("the side input holds no snapshot of the table: use the snapshots of sideinput.Fold")
		}
	}
	f.scorer.emit(ctx, &b, f.table, outputs{results, dead, shadows, status})
	return nil
}

// stampedFn scores blocks that name a table of this process: the source has put it there (records.After, records.Beside). It
// needs the source in its own process, so it is for runners that fuse the two.
type stampedFn struct {
	Scoring Scoring

	scorer *scorer
}

// Setup joins the process-wide model cache.
func (f *stampedFn) Setup() (err error) {
	f.scorer, err = newScorer(f.Scoring)
	return err
}

// ProcessElement scores one block.
func (f *stampedFn) ProcessElement(ctx context.Context, b records.Block, results, dead, shadows, status func(records.Lines)) error {
	table, ok := sideinput.Get(b.Table)
	if !ok {
		return fmt.Errorf("the table of a block of %s is not in this process: source and scorer must run in one, as on the embedded runner and on Flink", b.Source)
	}
	f.scorer.emit(ctx, &b, table, outputs{results, dead, shadows, status})
	return nil
}

// frontFn makes fronts of snapshots.
type frontFn struct{}

// ProcessElement takes one snapshot.
func (*frontFn) ProcessElement(snapshot []byte) ([]byte, error) {
	return sideinput.SnapshotFront(snapshot)
}

// outputs are the emitters of a scoring DoFn, in the order of its outputs.
type outputs struct {
	results, dead, shadows, status func(records.Lines)
}

// emit scores a block and emits what comes of it, what was served ahead of what shadows say; collections without lines get
// no element.
func (s *scorer) emit(ctx context.Context, b *records.Block, t *sideinput.Table, to outputs) {
	turn := s.turn(b, t)
	results, dead := s.block(ctx, &turn)
	emitLines(results, to.results)
	emitLines(dead, to.dead)
	emitLines(s.shadow(&turn), to.shadows)
	emitLines(modelNews(s.cache.TakeNews()), to.status)
}

func emitLines(l records.Lines, emit func(records.Lines)) {
	if l.Len() > 0 {
		emit(l)
	}
}
