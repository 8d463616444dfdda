package program

import (
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Code is the kind of a failure; the names are those of package pmml.
type Code string

// The codes.
const (
	InvalidInput Code = "invalid_input"
	NoResult     Code = "no_result"
	Limit        Code = "limit"
	Internal     Code = "internal"
)

// Failure says why a row has no result.
type Failure struct {
	Code    Code
	Field   string
	Message string
}

// Frame is one row and the working memory of its scoring.
type Frame struct {
	program     *Program
	slots       []value.Value
	stamps      []uint32 // a slot that is no input holds a value of this row when its stamp is the epoch
	epoch       uint32
	inputs      Ref
	refused     []bool // inputs that the document's treatment refuses
	refusals    int
	parameters  []value.Value // of the user-defined functions that are being called
	base        int           // where those of the innermost call begin
	args        []value.Value
	predictions []Prediction
	substitutes int // surrogate predicates answered by another than the first part
	failure     Failure
	failed      bool
	buffers     map[any]any
	sequence    *Sequence // nil: the row stands alone
	text        []byte
	made        int // bytes of text that functions made of the row
}

// maxMade bounds the texts that functions make of one row, all together.
const maxMade = 16 << 20

// NewFrame returns a frame whose inputs are all missing.
func (p *Program) NewFrame() *Frame {
	f := &Frame{
		program:     p,
		slots:       make([]value.Value, len(p.Derived)),
		stamps:      make([]uint32, len(p.Derived)),
		epoch:       1,
		inputs:      Ref(len(p.Inputs)),
		refused:     make([]bool, len(p.Inputs)),
		predictions: make([]Prediction, p.Models),
	}
	f.Clear()
	return f
}

// Clear makes all inputs missing.
func (f *Frame) Clear() {
	for i := range f.program.Inputs {
		f.SetMissing(i)
	}
}

// At returns the value of a field. It is valid until the row ends and must not be changed.
func (f *Frame) At(r Ref) *value.Value {
	if r < f.inputs || f.stamps[r] == f.epoch {
		return &f.slots[r]
	}
	return f.compute(r)
}

func (f *Frame) compute(r Ref) *value.Value {
	var v value.Value
	if eval := f.program.Derived[r]; eval != nil {
		v = eval(f)
	}
	f.slots[r] = v
	f.stamps[r] = f.epoch
	return &f.slots[r]
}

// Put fills a slot that is no input.
func (f *Frame) Put(r Ref, v value.Value) {
	f.slots[r] = v
	f.stamps[r] = f.epoch
}

// Fail ends the row. The first failure counts.
func (f *Frame) Fail(code Code, field, message string) {
	if !f.failed {
		f.failed = true
		f.failure = Failure{code, field, message}
	}
}

// Made counts a text that a function has made. The row fails when they are too many or too long.
func (f *Frame) Made(bytes int) {
	if f.made += bytes; f.made > maxMade {
		f.Fail(Limit, "", "the functions make too much text of the row")
	}
}

// Failed says whether the row has ended.
func (f *Frame) Failed() bool { return f.failed }

// Begin forgets what the last row gave, save for the inputs.
func (f *Frame) Begin() {
	f.failed, f.made = false, 0
	f.args, f.parameters, f.base = f.args[:0], f.parameters[:0], 0
	f.epoch++
	if f.epoch == 0 { // every stamp of the last four billion rows would look fresh
		clear(f.stamps)
		for i := range f.predictions {
			f.predictions[i].epoch = 0
		}
		f.epoch = 1
	}
}

// Score runs the main model on the inputs and returns nil, or why there is no result. Results are read by Result until the next Score.
func (f *Frame) Score() *Failure {
	f.Begin()
	if f.refusals > 0 {
		f.refuse()
		return &f.failure
	}
	f.program.Main.Run(f)
	if f.failed {
		return &f.failure
	}
	return nil
}

// Input returns the value of input i, as it was prepared.
func (f *Frame) Input(i int) value.Value { return f.slots[i] }

// Remember ends a row of a sequence: after its results have been read.
func (f *Frame) Remember() {
	if f.sequence == nil {
		return
	}
	for _, after := range f.program.After {
		after(f)
	}
}

// Result computes the i-th result.
func (f *Frame) Result(i int) value.Value { return f.program.Results[i](f) }

// Failure returns what Fail recorded last, if the row has failed.
func (f *Frame) Failure() *Failure {
	if !f.failed {
		return nil
	}
	return &f.failure
}

// Buffer returns memory that belongs to key in this frame, made by fresh at first.
func Buffer[T any](f *Frame, key any, fresh func() *T) *T {
	if b, ok := f.buffers[key]; ok {
		return b.(*T)
	}
	if f.buffers == nil {
		f.buffers = map[any]any{}
	}
	b := fresh()
	f.buffers[key] = b
	return b
}

// Parameter is the i-th parameter of the user-defined function that is being evaluated.
func (f *Frame) Parameter(i int) *value.Value { return &f.parameters[f.base+i] }

// Parameters is the height of the stack of parameters.
func (f *Frame) Parameters() int { return len(f.parameters) }

// PushParameter puts an argument on the stack of parameters.
func (f *Frame) PushParameter(v value.Value) { f.parameters = append(f.parameters, v) }

// DropParameters drops what was pushed from base on.
func (f *Frame) DropParameters(base int) { f.parameters = f.parameters[:base] }

// Enter begins the evaluation of a function whose arguments were pushed from base on, and returns what Leave wants.
func (f *Frame) Enter(base int) (outer int) {
	outer, f.base = f.base, base
	return outer
}

// Leave ends it.
func (f *Frame) Leave(base, outer int) { f.parameters, f.base = f.parameters[:base], outer }

// Push puts an argument on the frame's stack and returns its place.
func (f *Frame) Push(v value.Value) int {
	f.args = append(f.args, v)
	return len(f.args) - 1
}

// Depth is the height of the stack of arguments.
func (f *Frame) Depth() int { return len(f.args) }

// Args are the arguments from a place on.
func (f *Frame) Args(from int) []value.Value { return f.args[from:] }

// Pop drops the arguments from a place on.
func (f *Frame) Pop(from int) { f.args = f.args[:from] }
