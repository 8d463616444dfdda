package transforms

import (
	"context"
	"errors"
	"fmt"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

func init() { beam.RegisterDoFn(&soleFn{}) }

// ScoreWith scores events with one document, without a control stream. Events need no reference; one that they have is
// not looked at. uri is opened as a control message's would be (WithModels); results call it version 1 of "model". It
// panics on a wrong option, as Beam's own transforms do; TryScoreWith returns the error.
func ScoreWith(s beam.Scope, events beam.PCollection, uri string, opts ...Option) Outcome {
	out, err := TryScoreWith(s, events, uri, opts...)
	if err != nil {
		panic(fmt.Sprintf("transforms.ScoreWith: %v", err))
	}
	return out
}

// TryScoreWith is ScoreWith that returns what is wrong with its options.
func TryScoreWith(s beam.Scope, events beam.PCollection, uri string, opts ...Option) (Outcome, error) {
	o, err := newOptions(opts)
	if err != nil {
		return Outcome{}, err
	}
	if o.waits.any() {
		return Outcome{}, errors.New("hold, exact: events of one document wait for no message: leave them out")
	}
	if uri == "" {
		return Outcome{}, errors.New("no uri")
	}
	if o.scoring.Shadow != "" {
		return Outcome{}, fmt.Errorf("shadow: without a control stream there is no label %s", o.scoring.Shadow)
	}
	s = s.Scope("pmml.ScoreWith")
	return outcome(beam.ParDo4(s, &soleFn{Scoring: o.scoring, URI: uri}, o.blocks(s, events))), nil
}

// soleFn scores blocks with one document.
type soleFn struct {
	Scoring Scoring
	URI     string

	scorer *scorer
	table  *sideinput.Table // empty: nothing is looked up in it
}

// Setup joins the process-wide model cache.
func (f *soleFn) Setup() (err error) {
	if f.scorer, err = newScorer(f.Scoring); err != nil {
		return err
	}
	f.scorer.sole = &sideinput.Choice{Name: "model", Version: "1", URI: f.URI}
	f.table = sideinput.NewTable()
	return nil
}

// ProcessElement scores one block.
func (f *soleFn) ProcessElement(ctx context.Context, b records.Block, results, dead, shadows, status func(records.Lines)) error {
	f.scorer.emit(ctx, &b, f.table, outputs{results, dead, shadows, status})
	return nil
}
