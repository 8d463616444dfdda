package records

import "github.com/apache/beam/sdks/v2/go/pkg/beam"

// Option changes how a source is built.
type Option func(*Options)

// Options are those of one source, taken together.
type Options struct {
	after  *beam.PCollection
	status *[]beam.PCollection
}

// After makes the source wait for the snapshots of a table, a PCollection<[]byte> as sideinput.Fold emits, put the
// newest into the table store of its process, and name it in each block. The snapshots must be bounded.
//
// The source takes the table by a gate: an Impulse meets the side input in a step of its own, which hands the ranges on
// together with the table. So the long stage that reads and scores has no side input, which would make prism spin
// (docs/ARCHITECTURE.md). Who takes the blocks finds the table by Block.Table in the same process only.
func After(snapshot beam.PCollection) Option {
	return func(o *Options) { o.after = &snapshot }
}

// WithStatus adds to into the PCollections of Lines by which the source tells its news, such as a file that was
// truncated or rotated. Bounded sources of files have none.
func WithStatus(into *[]beam.PCollection) Option {
	return func(o *Options) { o.status = into }
}

// NewOptions says what the options that a source was given ask for; sources of other packages take them, too.
func NewOptions(opts ...Option) *Options {
	o := &Options{}
	for _, opt := range opts {
		opt(o)
	}
	return o
}

// Gate emits the work of a source, together with the table where the source is to wait for one.
func (o *Options) Gate(s beam.Scope, work []Work) beam.PCollection {
	if o.after == nil {
		return beam.Reshuffle(s, beam.ParDo(s, &workFn{Work: work}, beam.Impulse(s)))
	}
	gated := beam.ParDo(s, &gateFn{Work: work}, beam.Impulse(s), beam.SideInput{Input: *o.after})
	return beam.Reshuffle(s, gated)
}

// Tell adds a PCollection of Lines to those by which the source tells its news.
func (o *Options) Tell(status beam.PCollection) {
	if o.status != nil {
		*o.status = append(*o.status, status)
	}
}
