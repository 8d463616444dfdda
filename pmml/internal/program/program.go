// Package program scores rows: it is what compile makes of a document.
//
// A Program is immutable and shared; a Frame holds one row and all that scoring it needs, and belongs to one goroutine. Every field that an
// expression can name has a slot in the frame, known by its Ref. Slots of input fields are filled by the caller, those of derived fields
// when they are first read, those of output fields by the model that declares them. Scoring allocates nothing once a frame is warm.
package program

import (
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Ref is the place of a field in a frame.
type Ref int32

// NoRef is the place of no field.
const NoRef Ref = -1

// Eval computes a value from a frame.
type Eval func(f *Frame) value.Value

// Program is a compiled document.
type Program struct {
	Inputs  []Input
	Derived []Eval // by Ref; nil for inputs and for slots that a model fills
	Models  int    // instances, the main one among them
	Main    *Instance
	Results []Eval // by place in a result
	Texts   Texts
	Bytes   int64
	After   []func(f *Frame) // what is done with each row of a sequence for those after it
	Memory  []string         // what needs the rows before: Lag, Aggregate, …; none: each row stands alone
}

// Instance is one model of a document, at one place in it.
type Instance struct {
	ID      int
	Element string
	Classes []value.Value // the categories of a classification, in the order of probabilities
	Model   Scorer
	Targets *Target
	Checks  []Ref // fields whose treatment may refuse the row even when the model does not read them
	Outputs []Output
	Others  []*Instance // further targets of the same model, which has no Model of its own: Model fills their predictions, too
}

// Output is an OutputField: its slot and what computes it once the model has run.
type Output struct {
	Ref  Ref
	Eval Eval
}

// Scorer is a model type's scoring. It fills the prediction, which has been reset, and returns early once the frame has failed.
type Scorer interface {
	Score(f *Frame, p *Prediction)
}

// Prediction is what a model says about a row, before and after Targets.
type Prediction struct {
	epoch         uint32
	Value         value.Value // missing: no prediction
	Class         int32       // place of the winner in Instance.Classes, -1 for none
	Probabilities []float64   // by class, nil where the model gives none; may be shared with the program: not to be written
	Confidences   []float64   // by class, nil: as the probabilities
	Entity        value.Value // the id of the winning node, segment, cluster, rule …
	Inner         value.Value // of a segment that was chosen: its own entity, which Entity, the segment, hides; missing: no segment
	Reasons       []Reason    // reason codes, ranked
	Entities      Entities    // what the model chose Entity from, nil: no more than that one
	Spread        Spread      // how far off Value may be, nil where the model cannot tell
	Buffer        []float64   // the model's own, for probabilities that it computes
}

// Reason is a reason code with its points.
type Reason struct {
	Code   string
	Points float64
}

// Entities are what a model compares a row with: clusters, neighbours, … It is valid until the row ends.
type Entities interface {
	// Ranked returns the entity of a rank, 1 for the best, and its affinity: a distance or a similarity.
	Ranked(rank int) (id value.Value, affinity float64, ok bool)
	// Affinity returns that of the entity with an id.
	Affinity(id string) (affinity float64, ok bool)
}

// Spread says how far off a prediction may be. It is valid until the row ends.
type Spread interface {
	StandardError() (float64, bool)
	StandardDeviation() (float64, bool)
	// Interval returns the bounds that hold the true value with a probability, level in (0, 1).
	Interval(level float64) (lower, upper float64, ok bool)
}

// ClassSpread is a Spread that also knows how far off the probability of a class may be.
type ClassSpread interface {
	Spread
	ClassError(class value.Value) (standardError float64, ok bool)
}

// Classes returns a buffer for n class values, zeroed, which the prediction owns.
func (p *Prediction) Classes(n int) []float64 {
	if cap(p.Buffer) < n {
		p.Buffer = make([]float64, n)
	}
	p.Buffer = p.Buffer[:n]
	clear(p.Buffer)
	return p.Buffer
}

// Choose makes class the winner.
func (p *Prediction) Choose(classes []value.Value, class int) {
	p.Class = int32(class)
	p.Value = classes[class]
}

func (p *Prediction) reset() {
	p.Value, p.Class, p.Probabilities, p.Confidences, p.Entity, p.Inner = value.Value{}, -1, nil, nil, value.Value{}, value.Value{}
	p.Entities, p.Spread = nil, nil
	p.Reasons = p.Reasons[:0]
}

// Run scores one model and computes its outputs. After a failure of the frame the prediction is of no use.
func (in *Instance) Run(f *Frame) *Prediction {
	p := &f.predictions[in.ID]
	p.epoch = f.epoch
	p.reset()
	for _, ref := range in.Checks {
		f.At(ref)
	}
	if f.Failed() {
		return p
	}
	for _, other := range in.Others {
		o := &f.predictions[other.ID]
		o.epoch = f.epoch
		o.reset()
	}
	in.Model.Score(f, p)
	if f.Failed() {
		return p
	}
	if in.Targets != nil {
		in.Targets.apply(p, in.Classes)
	}
	for _, other := range in.Others {
		if other.Targets != nil {
			other.Targets.apply(&f.predictions[other.ID], other.Classes)
		}
	}
	for i := range in.Outputs {
		out := &in.Outputs[i]
		f.Put(out.Ref, out.Eval(f))
	}
	return p
}

// Prediction returns that of an instance, for the model that fills it.
func (f *Frame) Prediction(id int) *Prediction { return &f.predictions[id] }

// Ran returns the prediction of an instance if it has run for this row.
func (f *Frame) Ran(id int) (*Prediction, bool) {
	p := &f.predictions[id]
	return p, p.epoch == f.epoch
}
