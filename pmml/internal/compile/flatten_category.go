package compile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
)

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
