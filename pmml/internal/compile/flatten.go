package compile

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// flattener turns trees into flat nodes, for rows in which every field that the trees read has a value. A node's children are tried one
// after the other, so a node with three children becomes two steps; what a compound predicate shares is reached by jumps.
type flattener struct {
	c       *compiler
	m       *model
	out     *program.Ensemble
	nodes   []program.FlatNode
	numbers []uint32 // by Ref: the column of a field's number, 0: none yet
	blocks  map[program.Ref]*block
	order   []program.Ref // of blocks
	fixes   []fix
	failed  bool

	doc  *document.Tree
	made *program.Tree
}

// block is the tests of one categorical field.
type block struct {
	tests  []category
	places map[string]int
	text   bool
}

// category is a test: the row's category is one of these.
type category struct {
	symbols map[uint32]bool
	numbers map[float64]bool
	negate  bool
}

// fix is a node whose column is known once all blocks are.
type fix struct {
	node uint32
	ref  program.Ref
	test int
}

// emit writes the code of something to a place and returns the steps of its longest path.
type emit func(place uint32) int32

func (f *flattener) reserve(n int) uint32 {
	at := len(f.nodes)
	for range n {
		f.nodes = append(f.nodes, program.FlatNode{})
	}
	return uint32(at)
}

// tree writes a tree to a place.
func (f *flattener) tree(d *document.Tree, t *program.Tree, place uint32) int32 {
	f.doc, f.made = d, t
	root := &t.Nodes[0]
	if root.Test.Kind == program.Always {
		return f.node(0, place)
	}
	return f.test(0, place, func(p uint32) int32 { return f.node(0, p) }, func(p uint32) int32 { return f.leaf(-1, p) })
}

func (f *flattener) node(at int32, place uint32) int32 {
	n := &f.made.Nodes[at]
	if n.First == 0 {
		return f.leaf(n.Leaf, place)
	}
	return f.children(at, n.First, place)
}

// children writes the choice among a node's children from one of them on.
func (f *flattener) children(at, child int32, place uint32) int32 {
	n := &f.made.Nodes[at]
	if child == 0 {
		if f.made.ReturnLast {
			return f.leaf(n.Leaf, place)
		}
		return f.leaf(-1, place)
	}
	test := &f.made.Nodes[child].Test
	next := f.made.Nodes[child].Next
	switch test.Kind {
	case program.Always:
		return f.node(child, place)
	case program.Never:
		return f.children(at, next, place)
	case program.LessOrSame, program.Greater:
		if next != 0 && opposite(test, &f.made.Nodes[next].Test) && !math.IsNaN(test.Number) {
			return f.split(test, child, next, place)
		}
	}
	return f.test(child, place,
		func(p uint32) int32 { return f.node(child, p) },
		func(p uint32) int32 {
			if next != 0 && opposite(test, &f.made.Nodes[next].Test) {
				return f.node(next, p)
			}
			return f.children(at, next, p)
		})
}

// split is test for the choice that nearly all nodes are, between two sides of a threshold: without a function for each side.
func (f *flattener) split(test *program.Test, child, next int32, place uint32) int32 {
	low, high := child, next
	if test.Kind == program.Greater {
		low, high = next, child
	}
	left := f.reserve(2)
	f.nodes[place] = program.FlatNode{Threshold: test.Number, Left: left, Column: f.column(test.Ref)}
	return 1 + max(f.node(low, left), f.node(high, left+1))
}

// opposite says whether two comparisons of a field that has a value cannot both be false.
func opposite(a, b *program.Test) bool {
	if a.Ref != b.Ref {
		return false
	}
	switch a.Kind {
	case program.Less, program.LessOrSame, program.Greater, program.GreaterOrSame, program.Same, program.NotSame:
		return a.Number == b.Number && b.Kind == against[a.Kind]
	case program.SymbolSame, program.SymbolNotSame:
		return a.Symbol == b.Symbol && b.Kind == against[a.Kind]
	}
	return false
}

var against = [...]program.TestKind{
	program.Less: program.GreaterOrSame, program.GreaterOrSame: program.Less, program.LessOrSame: program.Greater, program.Greater: program.LessOrSame,
	program.Same: program.NotSame, program.NotSame: program.Same, program.SymbolSame: program.SymbolNotSame, program.SymbolNotSame: program.SymbolSame,
}

// leaf writes what a leaf predicts: its score, or its place among the leaves of a classification; NaN for no prediction.
func (f *flattener) leaf(leaf int32, place uint32) int32 {
	payload := math.NaN()
	switch {
	case leaf < 0:
	case f.m.classes == nil:
		payload = f.made.Numbers[leaf]
	default:
		payload = float64(len(f.out.Winners))
		f.out.Winners = append(f.out.Winners, f.made.Winners[leaf])
		if f.out.Whole.Method == program.Average || f.out.Whole.Method == program.WeightedAverage {
			at, k := f.made.Distributions[leaf], int32(len(f.m.classes.values))
			if at < 0 {
				f.failed = true
				return 0
			}
			f.out.Probabilities = append(f.out.Probabilities, f.made.Probabilities[at*k:at*k+k]...)
		}
	}
	f.nodes[place] = program.FlatNode{Threshold: payload, Left: place}
	return 0
}

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

// category writes a test of a categorical field.
func (f *flattener) category(ref program.Ref, t category, place uint32, yes, no emit) int32 {
	if f.failed {
		return 0
	}
	b := f.blocks[ref]
	if b == nil {
		b = &block{places: map[string]int{}, text: t.symbols != nil}
		f.blocks[ref] = b
		f.order = append(f.order, ref)
	}
	if b.text != (t.symbols != nil) {
		f.failed = true
		return 0
	}
	if t.negate {
		t.negate = false
		yes, no = no, yes
	}
	key := t.key()
	test, ok := b.places[key]
	if !ok {
		test = len(b.tests)
		b.places[key] = test
		b.tests = append(b.tests, t)
	}
	f.fixes = append(f.fixes, fix{place, ref, test})
	return f.step(program.FlatNode{Threshold: 0.5}, place, no, yes)
}

func (t *category) key() string {
	if t.symbols != nil {
		return setKey(t.symbols)
	}
	return setKey(t.numbers)
}

func setKey[K cmp.Ordered](set map[K]bool) string { return fmt.Sprint(slices.Sorted(maps.Keys(set))) }

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

// columns lays out the blocks and finishes the nodes that read them.
func (f *flattener) columns() bool {
	forest := &f.out.Forest
	forest.Columns = len(forest.Numbers) + 1
	from := map[program.Ref]int{}
	cells := 0
	for _, ref := range f.order {
		b := f.blocks[ref]
		out := program.Block{Ref: ref, From: forest.Columns}
		from[ref] = forest.Columns
		forest.Columns += len(b.tests)
		out.Table = append(out.Table, make([]float64, len(b.tests)))
		if b.text {
			out.Symbols = map[uint32]int32{}
		} else {
			out.Values = map[float64]int32{}
		}
		for _, t := range b.tests {
			for s := range t.symbols {
				if _, ok := out.Symbols[s]; !ok {
					out.Symbols[s] = int32(len(out.Table))
					out.Table = append(out.Table, make([]float64, len(b.tests)))
				}
			}
			for x := range t.numbers {
				if _, ok := out.Values[x]; !ok {
					out.Values[x] = int32(len(out.Table))
					out.Table = append(out.Table, make([]float64, len(b.tests)))
				}
			}
			if cells+len(out.Table)*len(b.tests) > maxBlockCells {
				return false
			}
		}
		cells += len(out.Table) * len(b.tests)
		for i, t := range b.tests {
			for s := range t.symbols {
				out.Table[out.Symbols[s]][i] = 1
			}
			for x := range t.numbers {
				out.Table[out.Values[x]][i] = 1
			}
		}
		forest.Blocks = append(forest.Blocks, out)
	}
	for _, x := range f.fixes {
		f.out.Forest.Nodes[x.node].Column = uint32(from[x.ref] + x.test)
	}
	return true
}
