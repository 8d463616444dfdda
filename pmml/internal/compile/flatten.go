package compile

import (
	"cmp"
	"math"
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
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
	trees   []flatTree
	failed  bool // the ensemble has parts that the flat form cannot hold

	doc  *document.Tree
	made *program.Tree
}

const (
	maxFlatNodes  = 1 << 28
	maxBlockCells = 1 << 20 // of the tables of categorical tests
)

// flatTree is a tree that has been written.
type flatTree struct {
	root  uint32
	depth int32
	place int32 // among the segments
}

func newFlattener(c *compiler, m *model, d *document.Mining, e *program.Ensemble) *flattener {
	nodes := 0
	for i := range d.Segments {
		nodes += len(d.Segments[i].Model.Body.(*document.Tree).Nodes)
	}
	return &flattener{c: c, m: m, out: e, blocks: map[program.Ref]*block{}, nodes: make([]program.FlatNode, 0, nodes+nodes/8)}
}

// add writes the tree of the next segment.
func (f *flattener) add(s *document.Segment, t *program.Tree) {
	if f.failed {
		return
	}
	root := f.reserve(1)
	depth := f.tree(s.Model.Body.(*document.Tree), t, root)
	f.trees = append(f.trees, flatTree{root, depth, int32(len(f.trees))})
	f.out.Weights = append(f.out.Weights, s.Weight)
	f.failed = f.failed || len(f.nodes) > maxFlatNodes
}

// finish fills the ensemble from the trees that were added; false: it has parts that the flat form cannot hold.
func (f *flattener) finish() bool {
	if f.failed {
		return false
	}
	slices.SortStableFunc(f.trees, func(a, b flatTree) int { return cmp.Compare(a.depth, b.depth) })
	forest := &f.out.Forest
	for _, t := range f.trees {
		forest.Roots = append(forest.Roots, t.root)
		forest.Depths = append(forest.Depths, t.depth)
		forest.Place = append(forest.Place, t.place)
	}
	forest.Nodes = slices.Clip(f.nodes)
	return f.columns()
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
