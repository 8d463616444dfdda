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
	Records       []float64     // by leaf: recordCount; nil, as Counts, where no strategy asks for them
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
	before := f.substitutes
	if t.Nodes[0].Test.Eval(f, &t.Tests) != Yes {
		return -1, 0, false
	}
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
				t.mix(f, p, at)
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
	weight  float64   // sum of record counts
	number  float64   // regression: sum of record count × score
	classes []float64 // classification: by class
}

// mix predicts from a node where the walk met an unknown predicate, by WeightedConfidence or AggregateNodes.
func (t *Tree) mix(f *Frame, p *Prediction, at int32) {
	m := mixture{classes: make([]float64, len(t.Classes))}
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
	shares := p.Classes(len(t.Classes))
	copy(shares, m.classes)
	best := 0
	for i := range shares {
		shares[i] /= m.weight
		if shares[i] > shares[best] {
			best = i
		}
	}
	p.Probabilities, p.Confidences = shares, shares
	p.Choose(t.Classes, best)
}

// aggregate adds the leaves below a node that are reached when unknown predicates count as true.
func (t *Tree) aggregate(f *Frame, at int32, m *mixture) {
	n := &t.Nodes[at]
	if n.First == 0 {
		t.add(m, n.Leaf)
		return
	}
	certain := false
	for child := n.First; child != 0 && !certain; child = t.Nodes[child].Next {
		switch t.Nodes[child].Test.Eval(f, &t.Tests) {
		case Yes:
			certain = true
			t.aggregate(f, child, m)
		case Unknown:
			t.aggregate(f, child, m)
		}
	}
}

func (t *Tree) add(m *mixture, leaf int32) {
	if leaf < 0 {
		return
	}
	records := t.Records[leaf]
	m.weight += records
	if t.Classes == nil {
		m.number += records * t.Numbers[leaf]
		return
	}
	k := int32(len(t.Classes))
	if at := t.Distributions[leaf]; at >= 0 {
		for i, c := range t.Counts[at*k : at*k+k] {
			m.classes[i] += c
		}
		return
	}
	m.classes[t.Winners[leaf]] += records
}

// weigh returns the confidences below a node, times the record counts they are weighted with.
func (t *Tree) weigh(f *Frame, at int32) mixture {
	n := &t.Nodes[at]
	out := mixture{classes: make([]float64, len(t.Classes))}
	if n.First == 0 {
		t.addConfidence(&out, n.Leaf)
		return out
	}
	for child := n.First; child != 0; child = t.Nodes[child].Next {
		outcome := t.Nodes[child].Test.Eval(f, &t.Tests)
		if outcome == No {
			continue
		}
		below := t.weigh(f, child)
		if below.weight == 0 {
			continue
		}
		records := below.weight
		if leaf := t.Nodes[child].Leaf; leaf >= 0 && t.Records[leaf] > 0 {
			records = t.Records[leaf]
		}
		out.weight += records
		out.number += below.number / below.weight * records
		for i, c := range below.classes {
			out.classes[i] += c / below.weight * records
		}
		if outcome == Yes {
			if out.weight == records { // nothing unknown before it: the walk goes on there alone
				return out
			}
		}
	}
	return out
}

func (t *Tree) addConfidence(m *mixture, leaf int32) {
	if leaf < 0 {
		return
	}
	records := t.Records[leaf]
	if records == 0 {
		records = 1
	}
	m.weight += records
	if t.Classes == nil {
		m.number += records * t.Numbers[leaf]
		return
	}
	k := int32(len(t.Classes))
	at := t.Distributions[leaf]
	if at < 0 {
		m.classes[t.Winners[leaf]] += records
		return
	}
	from := t.Probabilities
	if t.Confidences != nil {
		from = t.Confidences
	}
	for i, c := range from[at*k : at*k+k] {
		m.classes[i] += c * records
	}
}
