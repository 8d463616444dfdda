package program

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// ParentTest is a ParentValue: a node has a level, or a field that is derived of one has a value.
type ParentTest struct {
	Node  int32 // -1: Ref is asked
	Level int32
	Ref   Ref
	Value value.Value
}

// NetworkRow is what a node does where its parents have values.
type NetworkRow struct {
	Parents       []ParentTest
	Probabilities []float64 // by level, of a discrete node
	Kind          string    // of a continuous node: Normal, Lognormal, Triangular, Uniform
	Parameters    []Eval    // Normal, Lognormal: mean, variance; Triangular: mean, lower, upper; Uniform: lower, upper
}

// NetworkNode is a node. Parents come before their children.
type NetworkNode struct {
	Ref     Ref // the field that may give its value, NoRef: hidden always
	Levels  []value.Value
	Rows    []NetworkRow
	Parents []int32
}

// BayesianNetwork is a BayesianNetworkModel (specification, BayesianNetwork). The posterior is exact: all values of hidden nodes that bear on it
// are summed over. In a large network a sum that has been formed is kept by the levels of the nodes that later ones still ask for, so that the
// cost grows with how many these are at once and not with the number of nodes.
type BayesianNetwork struct {
	Nodes   []NetworkNode
	Target  int32
	Class   []int32 // by level of the target; nil: a continuous target
	Classes []value.Value
}

// maxNetworkSteps bounds what one row may cost.
const maxNetworkSteps = 2_000_000

// hidden and the like are states of a node in a row, besides levels.
const (
	hidden     int32 = -1
	observed   int32 = -2 // a continuous node whose value is given
	impossible int32 = -3 // a value that the node does not list
)

// smallNetwork is how many hidden nodes are summed over without keeping sums, and maxNetworkSums how many sums are kept.
const (
	smallNetwork   = 8
	maxNetworkSums = 1 << 16
)

type networkBuffer struct {
	model    *BayesianNetwork
	levels   []int32
	relevant []bool
	open     []int32 // by node: the last relevant one that it is a parent of, -1 of one that is given
	sums     map[networkPlace]networkSum
	kept     bool
	steps    int
	mean     float64 // of a continuous target
}

// networkPlace is a hidden node, and what the sum from it on depends on: the level of the target, and those of the nodes before it that it and those
// after it ask for, as the digits of one number.
type networkPlace struct {
	node, target int32
	levels       uint64
}

// networkSum is what a hidden node and those after it come to.
type networkSum struct{ total, mean float64 }

// Score computes the posterior of the target.
func (n *BayesianNetwork) Score(f *Frame, p *Prediction) {
	b := Buffer(f, n, func() *networkBuffer {
		return &networkBuffer{model: n, levels: make([]int32, len(n.Nodes)), relevant: make([]bool, len(n.Nodes)), open: make([]int32, len(n.Nodes))}
	})
	b.observe(f)
	if n.Class == nil {
		b.mean = 0
		weight := b.sum(f, 0)
		if !f.failed && weight > 0 {
			p.Value = value.OfFloat(b.mean / weight)
		}
		return
	}
	y, total := p.Classes(len(n.Classes)), 0.0
	best := -1
	for level, class := range n.Class {
		b.levels[n.Target] = int32(level)
		y[class] = b.sum(f, 0)
		total += y[class]
		if best < 0 || y[class] > y[best] {
			best = int(class)
		}
	}
	if f.failed || total == 0 { // the evidence is impossible
		return
	}
	for i := range y {
		y[i] /= total
	}
	p.Probabilities, p.Confidences = y, y
	p.Choose(n.Classes, best)
}

// observe reads the evidence and marks the nodes that bear on the target: it, what is observed, and their ancestors.
func (b *networkBuffer) observe(f *Frame) {
	b.steps = 0
	nodes := b.model.Nodes
	for i := range nodes {
		b.levels[i] = hidden
		if int32(i) != b.model.Target && nodes[i].Ref != NoRef {
			b.levels[i] = nodes[i].level(f)
		}
		b.relevant[i] = int32(i) == b.model.Target || b.levels[i] != hidden
	}
	for i := len(nodes) - 1; i >= 0; i-- {
		for _, parent := range nodes[i].Parents {
			b.relevant[parent] = b.relevant[parent] || b.relevant[i]
		}
	}
	b.keep()
}

// keep finds out whether sums are kept, and how long each node's level bears on what comes after it.
func (b *networkBuffer) keep() {
	many := 0
	for i := range b.open {
		b.open[i] = -1
		if b.relevant[i] && b.levels[i] == hidden {
			many++
		}
	}
	if b.kept = many > smallNetwork; !b.kept {
		return
	}
	if b.sums == nil {
		b.sums = map[networkPlace]networkSum{}
	}
	clear(b.sums)
	for i := range b.model.Nodes {
		for _, parent := range b.model.Nodes[i].Parents {
			if b.relevant[i] && b.levels[parent] == hidden {
				b.open[parent] = int32(i)
			}
		}
	}
}

// place names the sum from node i on; false: it is not kept.
func (b *networkBuffer) place(i int) (p networkPlace, kept bool) {
	if !b.kept {
		return p, false
	}
	p = networkPlace{node: int32(i), target: b.levels[b.model.Target]}
	for j, last := range b.open[:i] {
		if last < int32(i) || int32(j) == b.model.Target {
			continue
		}
		radix := uint64(len(b.model.Nodes[j].Levels))
		if p.levels > math.MaxUint64/radix-1 { // so many at once take too many steps, kept or not
			return p, false
		}
		p.levels = p.levels*radix + uint64(b.levels[j])
	}
	return p, true
}

func (n *NetworkNode) level(f *Frame) int32 {
	v := f.At(n.Ref)
	if !v.IsValid() {
		return hidden
	}
	if n.Levels == nil {
		return observed
	}
	for i := range n.Levels {
		if value.Equal(*v, n.Levels[i]) {
			return int32(i)
		}
	}
	return impossible
}

// sum is the probability of the evidence among the nodes from one on, given the levels of those before it. It adds to mean the target's own mean
// times the probability of all that leads there.
func (b *networkBuffer) sum(f *Frame, from int) float64 {
	nodes := b.model.Nodes
	if b.steps++; b.steps > maxNetworkSteps {
		f.Fail(Limit, "", "the network has too many hidden nodes for an exact answer")
	}
	weight, mean := 1.0, math.NaN() // of the target, once it is met
	for i := from; i < len(nodes); i++ {
		n := &nodes[i]
		switch {
		case f.failed || weight == 0:
			return 0
		case !b.relevant[i]:
		case n.Levels == nil:
			density, own := b.density(f, i, n)
			weight *= density
			if int32(i) == b.model.Target {
				mean = own
			}
		case b.levels[i] >= 0:
			row := n.row(f, b.levels)
			if row == nil {
				return 0
			}
			weight *= row.Probabilities[b.levels[i]]
		case b.levels[i] == impossible:
			return 0
		default:
			return b.ended(weight*b.marginal(f, i, n, weight), mean)
		}
	}
	return b.ended(weight, mean)
}

// ended notes the mean of a target that was met on the way to a probability.
func (b *networkBuffer) ended(weight, mean float64) float64 {
	if mean == mean {
		b.mean = mean * weight
	}
	return weight
}

// marginal sums over the levels of a hidden node, and over the means that they lead to.
func (b *networkBuffer) marginal(f *Frame, i int, n *NetworkNode, before float64) float64 {
	place, kept := b.place(i)
	if kept {
		if known, ok := b.sums[place]; ok {
			b.mean = known.mean * before
			return known.total
		}
	}
	row := n.row(f, b.levels)
	if row == nil {
		return 0
	}
	total, mean := 0.0, 0.0
	for level, probability := range row.Probabilities {
		if probability == 0 {
			continue
		}
		b.levels[i], b.mean = int32(level), 0
		total += probability * b.sum(f, i+1)
		mean += probability * b.mean
	}
	b.levels[i], b.mean = hidden, mean*before
	if kept && len(b.sums) < maxNetworkSums {
		b.sums[place] = networkSum{total, mean}
	}
	return total
}

// density is that of a continuous node whose value is given. Of the target it is 1, and its mean counts.
func (b *networkBuffer) density(f *Frame, i int, n *NetworkNode) (density, mean float64) {
	row := n.row(f, b.levels)
	if row == nil {
		return 0, 0
	}
	var parameters [3]float64
	for j, parameter := range row.Parameters {
		v := parameter(f)
		x, ok := v.Float64()
		if !ok {
			f.Fail(NoResult, "", "a parameter of a distribution in the network is not known")
			return 0, 0
		}
		parameters[j] = x
	}
	if int32(i) == b.model.Target {
		return 1, networkMean(row.Kind, parameters)
	}
	x, ok := f.Number(n.Ref)
	if !ok || b.levels[i] != observed {
		f.Fail(NoResult, "", "a continuous node of the network that bears on the target has no value")
		return 0, 0
	}
	return networkDensity(row.Kind, parameters, x), 0
}

// row is the first whose parents have the values that it asks for; nil: the network says nothing about these, which makes them impossible.
func (n *NetworkNode) row(f *Frame, levels []int32) *NetworkRow {
	for i := range n.Rows {
		if n.Rows[i].holds(f, levels) {
			return &n.Rows[i]
		}
	}
	return nil
}

func (r *NetworkRow) holds(f *Frame, levels []int32) bool {
	for i := range r.Parents {
		t := &r.Parents[i]
		if t.Node >= 0 {
			if levels[t.Node] != t.Level {
				return false
			}
			continue
		}
		v := f.At(t.Ref)
		if v.IsMissing() {
			f.Fail(NoResult, "", "a parent in the network that bears on the target has no value")
			return false
		}
		if !value.Equal(*v, t.Value) {
			return false
		}
	}
	return true
}

func networkMean(kind string, p [3]float64) float64 {
	switch kind {
	case "Lognormal":
		return math.Exp(p[0] + p[1]/2)
	case "Triangular":
		return p[0]
	case "Uniform":
		return (p[0] + p[1]) / 2
	}
	return p[0]
}

// networkDensity is the density at x. Lognormal's mean and variance are of the logarithm; a triangle's mode follows from its mean.
func networkDensity(kind string, p [3]float64, x float64) float64 {
	normal := func(x, mean, variance float64) float64 {
		return math.Exp(-(x-mean)*(x-mean)/(2*variance)) / math.Sqrt(2*math.Pi*variance)
	}
	switch kind {
	case "Lognormal":
		if x <= 0 {
			return 0
		}
		return normal(math.Log(x), p[0], p[1]) / x
	case "Triangular":
		low, high := p[1], p[2]
		mode := 3*p[0] - low - high
		switch {
		case x < low || x > high:
			return 0
		case x < mode:
			return 2 * (x - low) / ((high - low) * (mode - low))
		case x == mode:
			return 2 / (high - low)
		}
		return 2 * (high - x) / ((high - low) * (high - mode))
	case "Uniform":
		if x < p[0] || x > p[1] {
			return 0
		}
		return 1 / (p[1] - p[0])
	}
	return normal(x, p[0], p[1])
}

// Bytes is the memory of the probabilities.
func (n *BayesianNetwork) Bytes() int64 {
	total := bytesOf(n.Nodes)
	for i := range n.Nodes {
		total += bytesOf(n.Nodes[i].Rows)
		for j := range n.Nodes[i].Rows {
			r := &n.Nodes[i].Rows[j]
			total += bytesOf(r.Parents) + bytesOf(r.Probabilities) + int64(len(r.Parameters))*closureBytes
		}
	}
	return total
}
