package program

import (
	"math"
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// NeighborTarget is what the neighbours say about one target.
type NeighborTarget struct {
	ID      int           // instance whose prediction it is, -1: the model's own
	Numbers []float64     // by training row: a regression
	Class   []int32       // by training row: a classification
	Classes []value.Value // nil: a regression
	Rows    []int         // how many training rows each class has
	Lexical []int         // each class's place in the order of the texts
}

// NearestNeighbor is a NearestNeighborModel (specification, KNN).
type NearestNeighbor struct {
	K          int
	Weighted   bool // weightedAverage, of numbers
	Median     bool
	Votes      bool // weightedMajorityVote, of categories
	Threshold  float64
	Comparison Comparison
	Points     []float64 // row by row
	IDs        []value.Value
	Targets    []NeighborTarget
	tree       *neighborTree // nil: every row is looked at
}

// Index prepares the search once the training rows are there.
func (n *NearestNeighbor) Index() {
	if fields := len(n.Comparison.Fields); fields > 0 && treePays(len(n.Points)/fields, fields) {
		n.tree = newNeighborTree(&n.Comparison, n.Points)
	}
}

// neighbor is a training row and how far or near it is.
type neighbor struct {
	row      int
	affinity float64
}

type neighborBuffer struct {
	model  *NearestNeighbor
	x      []float64
	best   []neighbor
	adjust float64
	sorted []float64
	aside  []float64 // of neighborTree
	plain  bool      // Comparison.within may be asked
}

// Score finds the K best training rows, of equals the first, and combines their targets.
func (n *NearestNeighbor) Score(f *Frame, p *Prediction) {
	b := Buffer(f, n, func() *neighborBuffer {
		return &neighborBuffer{model: n, x: make([]float64, len(n.Comparison.Fields)), best: make([]neighbor, 0, n.K+1), aside: make([]float64, len(n.Comparison.Fields))}
	})
	var ok bool
	if b.adjust, ok = n.Comparison.Gather(f, b.x); !ok {
		return
	}
	b.search()
	if len(b.best) == 0 {
		return
	}
	p.Entity, p.Entities = n.IDs[b.best[0].row], b
	for i := range n.Targets {
		t := &n.Targets[i]
		to := p
		if t.ID >= 0 {
			to = f.Prediction(t.ID)
			to.Entity, to.Entities = p.Entity, b
		}
		if t.Classes != nil {
			b.vote(t, to)
		} else {
			b.number(f, t, to)
		}
	}
}

// search fills best, sorted.
func (b *neighborBuffer) search() {
	b.best = b.best[:0]
	c := &b.model.Comparison
	width := len(b.x)
	b.plain = c.Plain && b.adjust == 1 && !c.Similarity && c.Metric <= CityBlock
	if b.model.tree != nil && b.adjust == 1 && !slices.ContainsFunc(b.x, func(x float64) bool { return math.IsInf(x, 0) || x != x }) {
		clear(b.aside)
		b.descend(0, 0)
		return
	}
	for row := range b.model.IDs {
		b.measure(row, b.model.Points[row*width:row*width+width])
	}
}

// measure keeps a training row if it is near enough. For plain measures it is given up once it is farther than the worst that is kept.
func (b *neighborBuffer) measure(row int, z []float64) {
	c := &b.model.Comparison
	if !b.plain || len(b.best) < b.model.K {
		b.keep(neighbor{row, c.Measure(b.x, b.adjust, z)})
	} else if a, near := c.within(b.x, z, b.best[len(b.best)-1].affinity); near {
		b.keep(neighbor{row, a})
	}
}

// within is plain for rows that may be nearer than a limit; false: it is not.
func (c *Comparison) within(x, z []float64, limit float64) (float64, bool) {
	bound := limit
	if c.Metric == Euclidean {
		bound = limit * limit * (1 + 1e-9) // rows whose roots are equal are not given up
	}
	sum := 0.0
	z = z[:len(x)]
	for from := 0; from < len(x); from += 8 {
		to := min(from+8, len(x))
		switch c.Metric {
		case Euclidean, SquaredEuclidean:
			for i := from; i < to; i++ {
				d := x[i] - z[i]
				sum += d * d
			}
		case Chebychev:
			for i := from; i < to; i++ {
				sum = max(sum, math.Abs(x[i]-z[i]))
			}
		default:
			for i := from; i < to; i++ {
				sum += math.Abs(x[i] - z[i])
			}
		}
		if sum > bound {
			return 0, false
		}
	}
	return c.whole(sum), true
}

// keep puts a row into its place among the best, of equals the first training row.
func (b *neighborBuffer) keep(n neighbor) {
	if n.affinity != n.affinity {
		return
	}
	if len(b.best) == b.model.K && !b.before(n, b.best[len(b.best)-1]) {
		return
	}
	b.best = append(b.best, n)
	at := len(b.best) - 1
	for ; at > 0 && b.before(n, b.best[at-1]); at-- {
		b.best[at] = b.best[at-1]
	}
	b.best[at] = n
	b.best = b.best[:min(len(b.best), b.model.K)]
}

func (b *neighborBuffer) before(n, other neighbor) bool {
	return b.model.Comparison.Better(n.affinity, other.affinity) || n.affinity == other.affinity && n.row < other.row
}

// weight is that of a neighbour in weighted methods. A neighbour at no distance, where there is no threshold either, counts alone: the limit of the
// formula, and what learners do.
func (b *neighborBuffer) weight(n neighbor) float64 {
	if b.best[0].affinity+b.model.Threshold == 0 {
		if n.affinity+b.model.Threshold == 0 {
			return 1
		}
		return 0
	}
	return 1 / (n.affinity + b.model.Threshold)
}

func (b *neighborBuffer) number(f *Frame, t *NeighborTarget, p *Prediction) {
	if b.model.Median {
		b.sorted = b.sorted[:0]
		for _, n := range b.best {
			b.sorted = append(b.sorted, t.Numbers[n.row])
		}
		slices.Sort(b.sorted)
		mid := len(b.sorted) / 2
		y := b.sorted[mid]
		if len(b.sorted)%2 == 0 {
			y = (b.sorted[mid-1] + y) / 2
		}
		p.Value = value.OfFloat(y)
		return
	}
	sum, total := 0.0, 0.0
	for _, n := range b.best {
		weight := 1.0
		if b.model.Weighted {
			weight = b.weight(n)
		}
		sum += weight * t.Numbers[n.row]
		total += weight
	}
	if y := sum / total; y == y {
		p.Value = value.OfFloat(y)
		return
	}
	f.Fail(NoResult, "", "the weights of the neighbours cannot be used: all distances are infinite")
}

// vote chooses the class with the most votes; of equals the one with the most training rows, then the first in the order of the texts.
func (b *neighborBuffer) vote(t *NeighborTarget, p *Prediction) {
	votes := p.Classes(len(t.Classes))
	total := 0.0
	for _, n := range b.best {
		weight := 1.0
		if b.model.Votes {
			weight = b.weight(n)
		}
		votes[t.Class[n.row]] += weight
		total += weight
	}
	best := t.Class[b.best[0].row]
	for _, n := range b.best {
		c := t.Class[n.row]
		switch {
		case votes[c] != votes[best]:
			if votes[c] > votes[best] {
				best = c
			}
		case t.Rows[c] != t.Rows[best]:
			if t.Rows[c] > t.Rows[best] {
				best = c
			}
		case t.Lexical[c] < t.Lexical[best]:
			best = c
		}
	}
	for c := range votes {
		votes[c] /= total
	}
	p.Probabilities, p.Confidences = votes, votes
	p.Choose(t.Classes, int(best))
}

// Ranked returns the neighbour of a rank.
func (b *neighborBuffer) Ranked(rank int) (id value.Value, affinity float64, ok bool) {
	if rank < 1 || rank > len(b.best) {
		return value.Missing(), 0, false
	}
	n := b.best[rank-1]
	return b.model.IDs[n.row], n.affinity, true
}

// Affinity returns that of the training row with an id.
func (b *neighborBuffer) Affinity(id string) (float64, bool) {
	width := len(b.x)
	for row := range b.model.IDs {
		if b.model.IDs[row].String() == id {
			return b.model.Comparison.Measure(b.x, b.adjust, b.model.Points[row*width:row*width+width]), true
		}
	}
	return 0, false
}

// Bytes is the memory of the training rows.
func (n *NearestNeighbor) Bytes() int64 {
	total := n.Comparison.bytes() + bytesOf(n.Points) + bytesOf(n.IDs)
	if n.tree != nil {
		total += bytesOf(n.tree.nodes) + bytesOf(n.tree.rows) + bytesOf(n.tree.points)
	}
	for i := range n.Targets {
		total += bytesOf(n.Targets[i].Numbers) + bytesOf(n.Targets[i].Class)
	}
	return total
}
