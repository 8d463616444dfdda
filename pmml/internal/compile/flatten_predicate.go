package compile

import (
	"math"
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// test writes the predicate of a tree's node.
func (f *flattener) test(at int32, place uint32, yes, no emit) int32 {
	if t := &f.made.Nodes[at].Test; t.Kind != program.General {
		return f.simple(t, place, yes, no)
	}
	return f.predicate(&f.doc.Nodes[at].Predicate, place, yes, no)
}

// simple writes one comparison.
func (f *flattener) simple(t *program.Test, place uint32, yes, no emit) int32 {
	threshold := t.Number
	switch t.Kind {
	case program.Always:
		return yes(place)
	case program.Never:
		return no(place)
	case program.NotMissing:
		f.present(t.Ref)
		return yes(place)
	case program.Missing:
		f.present(t.Ref)
		return no(place)
	case program.LessOrSame:
		return f.branch(t.Ref, threshold, place, yes, no)
	case program.Greater:
		return f.branch(t.Ref, threshold, place, no, yes)
	case program.Less, program.GreaterOrSame:
		if math.IsInf(threshold, -1) { // nothing lies below
			f.failed = true
			return 0
		}
		threshold = math.Nextafter(threshold, math.Inf(-1))
		if t.Kind == program.Less {
			return f.branch(t.Ref, threshold, place, yes, no)
		}
		return f.branch(t.Ref, threshold, place, no, yes)
	case program.Same, program.NotSame:
		return f.category(t.Ref, category{numbers: map[float64]bool{t.Number: true}, negate: t.Kind == program.NotSame}, place, yes, no)
	case program.SymbolSame, program.SymbolNotSame:
		return f.category(t.Ref, category{symbols: map[uint32]bool{t.Symbol: true}, negate: t.Kind == program.SymbolNotSame}, place, yes, no)
	}
	f.failed = true
	return 0
}

// present notes a field that must have a value for the flat form to hold.
func (f *flattener) present(ref program.Ref) {
	if !slices.Contains(f.out.Forest.Present, ref) {
		f.out.Forest.Present = append(f.out.Forest.Present, ref)
	}
}

// branch writes the step itself: low for a number up to the threshold, high for one above.
func (f *flattener) branch(ref program.Ref, threshold float64, place uint32, low, high emit) int32 {
	if math.IsNaN(threshold) {
		f.failed = true
		return 0
	}
	return f.step(program.FlatNode{Threshold: threshold, Column: f.column(ref)}, place, low, high)
}

// column returns the column of a field's number.
func (f *flattener) column(ref program.Ref) uint32 {
	for int(ref) >= len(f.numbers) {
		f.numbers = append(f.numbers, 0)
	}
	if f.numbers[ref] == 0 {
		f.out.Forest.Numbers = append(f.out.Forest.Numbers, ref)
		f.numbers[ref] = uint32(len(f.out.Forest.Numbers))
	}
	return f.numbers[ref]
}

func (f *flattener) step(n program.FlatNode, place uint32, low, high emit) int32 {
	n.Left = f.reserve(2)
	f.nodes[place] = n
	a := low(n.Left)
	b := high(n.Left + 1)
	return 1 + max(a, b)
}

// predicate writes a predicate that is more than one comparison.
func (f *flattener) predicate(p *document.Predicate, place uint32, yes, no emit) int32 {
	switch p.Kind {
	case document.True:
		return yes(place)
	case document.False:
		return no(place)
	case document.SimpleSet:
		return f.set(p, place, yes, no)
	case document.Compound:
		return f.compound(p, place, yes, no)
	case document.Simple:
		tests := &program.Tests{}
		if t := f.c.simple(p, f.m.scope, tests); t.Kind != program.General {
			return f.simple(&t, place, yes, no)
		}
	}
	f.failed = true
	return 0
}

func (f *flattener) set(p *document.Predicate, place uint32, yes, no emit) int32 {
	field := f.c.use(f.m.scope, p.Field, p.At)
	if field == nil {
		f.failed = true
		return 0
	}
	t := category{negate: p.Op == document.IsNotIn}
	switch {
	case field.typ == value.String:
		t.symbols = map[uint32]bool{}
		for _, text := range p.More.Values {
			t.symbols[f.c.prog.Texts.Add(text)] = true
		}
	case field.typ.IsNumber() || field.typ == value.Boolean:
		t.numbers = map[float64]bool{}
		for _, text := range p.More.Values {
			if x, ok := f.c.constant(field.typ, text).Float64(); ok {
				t.numbers[x] = true
			}
		}
	default:
		f.failed = true
		return 0
	}
	return f.category(field.ref, t, place, yes, no)
}

// compound writes a CompoundPredicate. With all values there, surrogate is its first part.
func (f *flattener) compound(p *document.Predicate, place uint32, yes, no emit) int32 {
	parts := p.More.Parts
	switch p.Op {
	case document.Surrogate:
		return f.predicate(&parts[0], place, yes, no)
	case document.And:
		no = f.shared(no)
		return f.sequence(parts, place, func(part *document.Predicate, at uint32, on emit) int32 { return f.predicate(part, at, on, no) }, yes)
	case document.Or:
		yes = f.shared(yes)
		return f.sequence(parts, place, func(part *document.Predicate, at uint32, on emit) int32 { return f.predicate(part, at, yes, on) }, no)
	}
	f.failed = true // xor
	return 0
}

// sequence writes parts one after the other: on is what follows the last.
func (f *flattener) sequence(parts []document.Predicate, place uint32, write func(part *document.Predicate, at uint32, on emit) int32, on emit) int32 {
	if len(parts) == 1 {
		return write(&parts[0], place, on)
	}
	return write(&parts[0], place, func(at uint32) int32 { return f.sequence(parts[1:], at, write, on) })
}

// shared is something that is written once and jumped to from then on.
func (f *flattener) shared(e emit) emit {
	written, target, depth := false, uint32(0), int32(0)
	return func(place uint32) int32 {
		if written {
			f.nodes[place] = program.FlatNode{Left: target}
			return depth + 1
		}
		written, target = true, place
		depth = e(place)
		return depth
	}
}
