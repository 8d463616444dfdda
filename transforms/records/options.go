package records

import "github.com/apache/beam/sdks/v2/go/pkg/beam"

// Option changes how a source is built.
type Option func(*Options)

// Options are those of one source, taken together.
type Options struct {
	after  *beam.SideInput
	beside *besideViews
	status *[]beam.PCollection
}

// After makes the source wait for the snapshots of a table, a PCollection<[]byte> as sideinput.Fold emits, put the
// newest into the table store of its process, and name it in each block. The snapshots must be bounded.
//
// The source takes the table by a gate: an Impulse meets the side input in a step of its own, which hands the ranges on
// together with the table. So the long stage that reads and scores has no side input, which would make prism spin
// (docs/ARCHITECTURE.md). Who takes the blocks finds the table by Block.Table in the same process only.
func After(snapshot beam.PCollection) Option {
	return func(o *Options) { o.after = &beam.SideInput{Input: snapshot} }
}

// Beside makes a following source read the table at the begin of each of its calls, from a side input of snapshots as
// sideinput.Fold emits, put the newest into the table store of its process, and name it in each block. The snapshots are read
// only when fronts, a side input of their sideinput.SnapshotFront, names a table that the process does not hold. A bounded
// source reads the snapshots once, as with After.
//
// So the source itself has the side inputs, and what takes its blocks needs none: reading, scoring and writing are one fused
// stage, and no event crosses to the runner and back. Who takes the blocks finds the table by Block.Table in the same process
// only.
func Beside(fronts, snapshots beam.SideInput) Option {
	return func(o *Options) { o.beside = &besideViews{fronts, snapshots} }
}

// besideViews are the side inputs of a source that reads the table beside.
type besideViews struct{ fronts, snapshots beam.SideInput }

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
	var snapshots beam.SideInput
	switch {
	case o.after != nil:
		snapshots = *o.after
	case o.beside != nil:
		snapshots = o.beside.snapshots
	default:
		return emitWork(s, work)
	}
	return beam.Reshuffle(s, beam.ParDo(s, &gateFn{Work: work}, beam.Impulse(s), snapshots))
}

func emitWork(s beam.Scope, work []Work) beam.PCollection {
	return beam.Reshuffle(s, beam.ParDo(s, &workFn{Work: work}, beam.Impulse(s)))
}

// Follow applies the DoFn of a following source to its work, and returns its blocks: plain, or where it is to read the table
// from side inputs, beside, which takes those of fronts and of snapshots and hands them to TableBeside.
func (o *Options) Follow(s beam.Scope, work []Work, plain, beside any) beam.PCollection {
	var blocks, status beam.PCollection
	if o.beside == nil {
		blocks, status = beam.ParDo2(s, plain, o.Gate(s, work))
	} else {
		blocks, status = beam.ParDo2(s, beside, emitWork(s, work), o.beside.fronts, o.beside.snapshots)
	}
	o.Tell(status)
	return blocks
}

// Tell adds a PCollection of Lines to those by which the source tells its news.
func (o *Options) Tell(status beam.PCollection) {
	if o.status != nil {
		*o.status = append(*o.status, status)
	}
}
