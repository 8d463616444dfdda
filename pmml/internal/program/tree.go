package program

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// MissingStrategy is a TreeModel's missingValueStrategy.
type MissingStrategy uint8

// The strategies (specification, TreeModel).
const (
	NoStrategy MissingStrategy = iota
	LastPrediction
	NullPrediction
	DefaultChild
	WeightedConfidence
	AggregateNodes
)

// TreeNode is a node of a Tree; children are linked, 0 is no child.
type TreeNode struct {
	Test        Test
	First, Next int32
	Default     int32 // what defaultChild names, 0: nothing
	Leaf        int32 // place in the arrays of leaves, -1: the node has no prediction
}

// Tree is a TreeModel that is walked node by node, with every strategy for missing values.
type Tree struct {
	Nodes      []TreeNode
	Tests      Tests
	Strategy   MissingStrategy
	ReturnLast bool
	Penalty    float64
	Classes    []value.Value     // nil: a regression tree
	Embedded   map[int32]Segment // by leaf: the model that predicts instead of the node

	Numbers       []float64     // by leaf: a regression's scores
	Winners       []int32       // by leaf: a classification's
	Distributions []int32       // by leaf: where in Probabilities, -1: the node has no distribution
	Probabilities []float64     // a row of len(Classes) each
	Confidences   []float64     // likewise, nil where no node has its own
	Counts        []float64     // likewise: record counts by class, for WeightedConfidence and AggregateNodes
	Records       []float64     // by node: recordCount, 0 where it is not known; nil, as Counts, where no strategy asks for them
	IDs           []value.Value // by leaf; nil in an ensemble
	Notes         *TreeNotes    // nil: not compiled for explanations
}

// Score walks the tree.
func (t *Tree) Score(f *Frame, p *Prediction) {
	leaf, penalties, mixed := t.walk(f, p)
	if f.failed || mixed || leaf < 0 {
		return
	}
	if s, ok := t.Embedded[leaf]; ok {
		said := s.Model.Run(f)
		if !f.failed {
			adopt(p, said, &s, t.Classes)
			p.Entity = t.IDs[leaf]
		}
		return
	}
	t.predict(p, leaf, penalties)
}

// predict fills the prediction from a leaf.
func (t *Tree) predict(p *Prediction, leaf int32, penalties int) {
	if t.IDs != nil {
		p.Entity = t.IDs[leaf]
	}
	if t.Classes == nil {
		p.Value = value.OfFloat(t.Numbers[leaf])
		return
	}
	p.Choose(t.Classes, int(t.Winners[leaf]))
	at := t.Distributions[leaf]
	if at < 0 {
		return
	}
	k := int32(len(t.Classes))
	p.Probabilities = t.Probabilities[at*k : at*k+k]
	p.Confidences = p.Probabilities
	if t.Confidences != nil {
		p.Confidences = t.Confidences[at*k : at*k+k]
	}
	if penalties > 0 && t.Penalty != 1 {
		factor := math.Pow(t.Penalty, float64(penalties))
		scaled := p.Classes(int(k))
		for i, c := range p.Confidences {
			scaled[i] = c * factor
		}
		p.Confidences = scaled
	}
}

// walk finds the leaf that predicts, -1 for none, and how often the missing value penalty counts. Where a strategy mixes several
// leaves it fills the prediction itself, and returns the node where they part instead of a leaf.
func (t *Tree) walk(f *Frame, p *Prediction) (leaf int32, penalties int, mixed bool) {
	if t.Nodes[0].Test.Eval(f, &t.Tests) != Yes {
		return -1, 0, false
	}
	before := f.substitutes // after the root's own predicate, which selects no child
	at := int32(0)
	for {
		n := &t.Nodes[at]
		if n.First == 0 {
			break
		}
		next := int32(0)
		for child := n.First; child != 0; child = t.Nodes[child].Next {
			outcome := t.Nodes[child].Test.Eval(f, &t.Tests)
			if outcome == No {
				continue
			}
			if outcome == Yes || t.Strategy == NoStrategy {
				if outcome == Yes {
					next = child
					break
				}
				continue
			}
			switch t.Strategy {
			case LastPrediction:
				return n.Leaf, penalties, false
			case NullPrediction:
				return -1, 0, false
			case DefaultChild:
				if next = n.Default; next == 0 {
					return -1, 0, false
				}
				penalties++
			default:
				t.mix(f, p, at, penalties)
				return at, 0, true
			}
			break
		}
		if f.failed {
			return -1, 0, false
		}
		if f.substitutes != before {
			before = f.substitutes
			penalties++
		}
		if next == 0 {
			if !t.ReturnLast {
				return -1, 0, false
			}
			break
		}
		at = next
	}
	return t.Nodes[at].Leaf, penalties, false
}

// mixture gathers what several leaves say.
type mixture struct {
	weight      float64   // sum of record counts
	number      float64   // regression: sum of record count × score
	confidences []float64 // classification, by class: likewise
	shares      []float64 // and of probabilities
}

func (t *Tree) mixture() mixture {
	k := len(t.Classes)
	both := make([]float64, 2*k)
	return mixture{confidences: both[:k:k], shares: both[k:]}
}

// mix predicts from a node where the walk met an unknown predicate, by WeightedConfidence or AggregateNodes.
func (t *Tree) mix(f *Frame, p *Prediction, at int32, penalties int) {
	m := t.mixture()
	if t.Strategy == AggregateNodes {
		t.aggregate(f, at, &m)
	} else {
		m = t.weigh(f, at)
	}
	if f.failed || m.weight == 0 {
		return
	}
	if t.Classes == nil {
		p.Value = value.OfFloat(m.number / m.weight)
		return
	}
	penalty := math.Pow(t.Penalty, float64(penalties))
	best := 0
	for i := range m.shares {
		m.shares[i] /= m.weight
		m.confidences[i] /= m.weight
		if m.confidences[i] > m.confidences[best] {
			best = i
		}
	}
	for i := range m.confidences {
		m.confidences[i] *= penalty
	}
	p.Probabilities, p.Confidences = m.shares, m.confidences
	p.Choose(t.Classes, best)
}

// aggregate adds the leaves below a node that are reached when unknown predicates count as true.
func (t *Tree) aggregate(f *Frame, at int32, m *mixture) {
	n := &t.Nodes[at]
	reached, certain := false, false
	for child := n.First; child != 0 && !certain; child = t.Nodes[child].Next {
		outcome := t.Nodes[child].Test.Eval(f, &t.Tests)
		if outcome == No {
			continue
		}
		reached, certain = true, outcome == Yes
		t.aggregate(f, child, m)
	}
	if n.First == 0 || !reached && t.ReturnLast {
		t.add(f, m, at)
	}
}

// add adds a node with its record counts.
func (t *Tree) add(f *Frame, m *mixture, at int32) {
	leaf := t.Nodes[at].Leaf
	if leaf < 0 {
		return
	}
	records := t.records(at)
	if t.Classes == nil {
		if x, ok := t.numberOf(f, leaf); ok {
			m.weight += records
			m.number += records * x
		}
		return
	}
	k := int32(len(t.Classes))
	place := t.Distributions[leaf]
	if place < 0 {
		m.weight += records
		m.shares[t.Winners[leaf]] += records
		m.confidences[t.Winners[leaf]] += records
		return
	}
	for i, count := range t.Counts[place*k : place*k+k] { // not Node@recordCount, which may be absent or of other records
		m.weight += count
		m.shares[i] += count
		m.confidences[i] += count
	}
}

// records is what a node weighs: 1 where the document does not tell.
func (t *Tree) records(at int32) float64 {
	if n := t.Records[at]; n > 0 {
		return n
	}
	return 1
}

// numberOf is the number that a leaf of a regression tree predicts.
func (t *Tree) numberOf(f *Frame, leaf int32) (float64, bool) {
	s, ok := t.Embedded[leaf]
	if !ok {
		return t.Numbers[leaf], true
	}
	said := s.Model.Run(f)
	if said.Value.IsMissing() {
		return 0, false
	}
	return said.Value.Float64()
}

// weigh returns the confidences below a node, times the record counts they are weighted with.
func (t *Tree) weigh(f *Frame, at int32) mixture {
	n := &t.Nodes[at]
	out := t.mixture()
	before, doubt, reached := f.substitutes, false, false
	for child := n.First; child != 0; child = t.Nodes[child].Next {
		outcome := t.Nodes[child].Test.Eval(f, &t.Tests)
		if outcome == No {
			continue
		}
		reached, doubt = true, doubt || outcome == Unknown
		if t.Nodes[child].First == 0 {
			t.addConfidence(f, &out, child)
		} else {
			inside := f.substitutes
			t.addShare(&out, t.weigh(f, child), t.Records[child])
			before += f.substitutes - inside // those of the nodes below are theirs
		}
		if !doubt { // nothing unknown before it: the walk goes on there alone
			break
		}
	}
	if n.First == 0 || !reached && t.ReturnLast {
		t.addConfidence(f, &out, at)
	}
	if f.substitutes != before {
		for i := range out.confidences {
			out.confidences[i] *= t.Penalty
		}
	}
	return out
}

// addShare adds what a child says, with the records of the child, or where it does not tell them, with those of the nodes below that were reached.
func (t *Tree) addShare(m *mixture, below mixture, records float64) {
	if below.weight == 0 {
		return
	}
	if !(records > 0) {
		records = below.weight
	}
	m.weight += records
	m.number += below.number / below.weight * records
	for i := range below.shares {
		m.confidences[i] += below.confidences[i] / below.weight * records
		m.shares[i] += below.shares[i] / below.weight * records
	}
}

// addConfidence adds the confidences of a node that predicts.
func (t *Tree) addConfidence(f *Frame, m *mixture, at int32) {
	leaf := t.Nodes[at].Leaf
	if leaf < 0 {
		return
	}
	records := t.records(at)
	if t.Classes == nil {
		if x, ok := t.numberOf(f, leaf); ok {
			m.weight += records
			m.number += records * x
		}
		return
	}
	m.weight += records
	k := int32(len(t.Classes))
	place := t.Distributions[leaf]
	if place < 0 {
		m.shares[t.Winners[leaf]] += records
		m.confidences[t.Winners[leaf]] += records
		return
	}
	probabilities := t.Probabilities[place*k : place*k+k]
	confidences := probabilities
	if t.Confidences != nil {
		confidences = t.Confidences[place*k : place*k+k]
	}
	for i := range probabilities {
		m.shares[i] += probabilities[i] * records
		m.confidences[i] += confidences[i] * records
	}
}
