package program

import (
	"cmp"
	"math"
	"slices"
)

// neighborTree finds the training rows that may be among the nearest without measuring all of them: a k-d tree (Bentley 1975) whose nodes
// halve the rows at the median of the coordinate that spreads most. It leaves the measuring to Comparison, so results are those of
// looking at every row, to the last bit and with the same choice among equals.
type neighborTree struct {
	nodes  []neighborNode
	rows   []int32   // training rows, leaf by leaf
	points []float64 // their coordinates in the same order
}

// neighborNode is an inner node, or a leaf where right is 0; the left child is the next node.
type neighborNode struct {
	at, right int32 // coordinate that is split
	split     float64
	from, to  int32 // in rows
}

const leafRows = 16

// treePays says whether a tree finds rows of so many coordinates faster than looking at all of them: when the rows can be halved about as often
// as there are coordinates (docs/performance.md).
func treePays(rows, fields int) bool {
	return rows >= 256 && float64(fields) <= math.Log2(float64(rows)/leafRows)+1
}

// newNeighborTree returns nil where the measure is not one of differences.
func newNeighborTree(c *Comparison, points []float64) *neighborTree {
	width := len(c.Fields)
	if c.Similarity || c.Metric > Minkowski {
		return nil
	}
	for i := range c.Fields {
		f := &c.Fields[i]
		if f.Levels != nil || f.Function != AbsDiff || !(f.Weight >= 0) || math.IsInf(f.Weight, 1) {
			return nil
		}
	}
	t := &neighborTree{}
	for row := range len(points) / width {
		switch at := points[row*width : row*width+width]; {
		case slices.ContainsFunc(at, func(x float64) bool { return math.IsInf(x, 0) }):
			return nil
		case !slices.ContainsFunc(at, func(x float64) bool { return x != x }): // one with a missing coordinate is never near
			t.rows = append(t.rows, int32(row))
		}
	}
	b := treeOfPoints{neighborTree: t, all: points, width: width}
	b.build(0, len(t.rows))
	for _, row := range t.rows {
		t.points = append(t.points, points[int(row)*width:int(row+1)*width]...)
	}
	return t
}

type treeOfPoints struct {
	*neighborTree
	all   []float64
	width int
}

func (b *treeOfPoints) build(from, to int) {
	self := len(b.nodes)
	b.nodes = append(b.nodes, neighborNode{from: int32(from), to: int32(to)})
	at, spread := b.widest(from, to)
	if to-from <= leafRows || !(spread > 0) {
		return
	}
	rows := b.rows[from:to]
	slices.SortFunc(rows, func(r, s int32) int { return cmp.Compare(b.coordinate(r, at), b.coordinate(s, at)) })
	mid := b.boundary(rows, at)
	b.nodes[self].at, b.nodes[self].split = int32(at), b.coordinate(rows[mid], at)
	b.build(from, from+mid)
	b.nodes[self].right = int32(len(b.nodes))
	b.build(from+mid, to)
}

// boundary is the place nearest to the middle where a sorted coordinate changes: equal ones stay together. There is one.
func (b *treeOfPoints) boundary(rows []int32, at int) int {
	x := b.coordinate(rows[len(rows)/2], at)
	low, _ := slices.BinarySearchFunc(rows, x, func(r int32, x float64) int { return cmp.Compare(b.coordinate(r, at), x) })
	high := low
	for high < len(rows) && b.coordinate(rows[high], at) == x {
		high++
	}
	if low > 0 && (high == len(rows) || len(rows)/2-low < high-len(rows)/2) {
		return low
	}
	return high
}

func (b *treeOfPoints) coordinate(row int32, at int) float64 { return b.all[int(row)*b.width+at] }

// widest is the coordinate with the greatest range.
func (b *treeOfPoints) widest(from, to int) (at int, spread float64) {
	for i := range b.width {
		low, high := math.Inf(1), math.Inf(-1)
		for _, row := range b.rows[from:to] {
			x := b.coordinate(row, i)
			low, high = min(low, x), max(high, x)
		}
		if high-low > spread {
			at, spread = i, high-low
		}
	}
	return at, spread
}

// descend looks into the node and whatever may hold a row as near as the worst that is kept. aside holds, by coordinate, how far the node's
// rows lie from x at least, as the measure counts it; bound is what these come to together.
func (b *neighborBuffer) descend(at int32, bound float64) {
	t := b.model.tree
	n := &t.nodes[at]
	if n.right == 0 {
		b.leaf(n)
		return
	}
	near, far := at+1, n.right
	if b.x[n.at] >= n.split {
		near, far = far, near
	}
	b.descend(near, bound)
	was := b.aside[n.at]
	own := b.model.Comparison.part(int(n.at), b.x[n.at]-n.split)
	if own < was {
		own = was
	}
	beyond := bound - was + own
	if b.model.Comparison.Metric == Chebychev {
		beyond = max(bound, own)
	}
	// Sums of the same terms in another order differ in the last digits, and a row as near as the worst may come before it.
	if len(b.best) == b.model.K && b.model.Comparison.whole(beyond)*(1-1e-9) > b.best[len(b.best)-1].affinity {
		return
	}
	b.aside[n.at] = own
	b.descend(far, beyond)
	b.aside[n.at] = was
}

// part is what a difference in one coordinate adds to a measure.
func (c *Comparison) part(at int, d float64) float64 {
	d = math.Abs(d)
	switch c.Metric {
	case Euclidean, SquaredEuclidean:
		d *= d
	case Minkowski:
		d = math.Pow(d, c.P)
	}
	return d * c.Fields[at].Weight
}

func (b *neighborBuffer) leaf(n *neighborNode) {
	t := b.model.tree
	width := len(b.x)
	for i := int(n.from); i < int(n.to); i++ {
		b.measure(int(t.rows[i]), t.points[i*width:i*width+width])
	}
}
