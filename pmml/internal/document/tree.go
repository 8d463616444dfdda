package document

import (
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Tree is the content of a TreeModel. Nodes stand in document order, the root first.
type Tree struct {
	Missing      string // missingValueStrategy
	Penalty      float64
	NoTrueChild  string
	Nodes        []Node
	Scores       int // how many nodes have a score
	Distribution []ScoreDistribution
	Embedded     map[int32]*Model // model composition, by node: the Regression or DecisionTree that gives its value
}

// Node of a tree. First and Next are places in Tree.Nodes, 0 for none.
type Node struct {
	First, Next  int32
	At           Offset
	From, To     int32 // in Tree.Distribution
	HasScore     bool
	Predicate    Predicate
	ID           string
	Score        string
	DefaultChild string
	RecordCount  float64 // NaN: not given
}

// ScoreDistribution of a Node. Probability and Confidence are NaN where not given.
type ScoreDistribution struct {
	At                                   Offset
	Value                                string
	RecordCount, Confidence, Probability float64
}

// treeBlocks is memory for the nodes of trees to come: small trees share a block, since a forest has many of them. The number of blocks
// that are begun is bounded by how deep trees lie in trees, so that many small ones hold little more than their nodes.
type treeBlocks struct {
	nodes        []Node
	distribution []ScoreDistribution
}

const treeBlock = 256

// grown is append to the tree at the end of a block; a tree that outgrows it moves to a larger one.
func grown[T any](block []T, x T) []T {
	if len(block) == cap(block) {
		block = slices.Grow(block, max(treeBlock, len(block)))
	}
	return append(block, x)
}

// tree decodes a TreeModel or DecisionTree.
func (d *decoder) tree(m *Model) body {
	a := d.attributes()
	t := &Tree{Penalty: a.number("missingValuePenalty", 1)}
	t.Missing = a.choice("missingValueStrategy", "none", "lastPrediction", "nullPrediction", "defaultChild", "weightedConfidence", "aggregateNodes")
	t.NoTrueChild = a.choice("noTrueChildStrategy", "returnNullPrediction", "returnLastPrediction")
	m.Body = t
	return body{
		child: func(name []byte) bool {
			if string(name) != "Node" {
				return false
			}
			if t.Nodes != nil {
				d.fault(d.at(), "%s has a second root Node", m.Element)
				return true
			}
			d.rootNode(t)
			return true
		},
		finish: func() {
			if t.Nodes == nil {
				d.fault(m.At, "%s has no Node", m.Element)
			}
		},
	}
}

// rootNode decodes the Node at the top of a tree, at the end of what earlier trees have used of a block.
func (d *decoder) rootNode(t *Tree) {
	level := d.open
	if level == len(d.forest) {
		d.forest = append(d.forest, treeBlocks{})
	}
	t.Nodes, t.Distribution = d.forest[level].nodes, d.forest[level].distribution
	d.open++
	d.node(t)
	d.open--
	n, k := len(t.Nodes), len(t.Distribution)
	d.forest[level] = treeBlocks{t.Nodes[n:], t.Distribution[k:]}
	t.Nodes, t.Distribution = t.Nodes[:n:n], t.Distribution[:k:k]
}

// node decodes a Node and all below it, and returns its place.
func (d *decoder) node(t *Tree) int32 {
	self := int32(len(t.Nodes))
	n := Node{At: d.at(), RecordCount: Absent}
	for i := range d.s.Attrs() {
		attr := &d.s.Attrs()[i]
		switch string(attr.Name) {
		case "id":
			n.ID = d.keep(attr.Value)
		case "score":
			n.Score, n.HasScore = d.keep(attr.Value), true
			t.Scores++
		case "recordCount":
			var ok bool
			if n.RecordCount, ok = value.ParseFloat(attr.Value, 64); !ok {
				d.fault(n.At, "recordCount of Node is not a number: %q", clip(attr.Value))
			}
		case "defaultChild":
			n.DefaultChild = d.keep(attr.Value)
		}
	}
	t.Nodes = grown(t.Nodes, n)
	last := int32(0)
	from := len(t.Distribution)
	d.each(func(name []byte) {
		switch string(name) {
		case "Node":
			child := d.node(t)
			if last == 0 {
				t.Nodes[self].First = child
			} else {
				t.Nodes[last].Next = child
			}
			last = child
		case "ScoreDistribution":
			if last != 0 {
				d.fault(d.at(), "ScoreDistribution must stand before the nodes below")
				return
			}
			t.Distribution = grown(t.Distribution, d.scoreDistribution())
		case "Partition":
			d.skip()
		case "Regression", "DecisionTree":
			if t.Embedded == nil {
				t.Embedded = map[int32]*Model{}
			}
			t.Embedded[self] = d.embedded(name)
		default:
			if !d.onlyPredicate(name, &t.Nodes[self].Predicate, "Node") {
				d.fault(d.at(), "%s cannot stand in Node", clip(name))
				d.skip()
			}
		}
		if last == 0 {
			t.Nodes[self].From, t.Nodes[self].To = int32(from), int32(len(t.Distribution))
		}
	})
	if p := &t.Nodes[self].Predicate; p.Kind == NoPredicate {
		d.fault(n.At, "Node has no predicate")
		p.Kind = False
	}
	return self
}

func (d *decoder) scoreDistribution() ScoreDistribution {
	s := ScoreDistribution{At: d.at(), RecordCount: Absent, Confidence: Absent, Probability: Absent}
	hasValue := false
	for i := range d.s.Attrs() {
		attr := &d.s.Attrs()[i]
		var into *float64
		switch string(attr.Name) {
		case "value":
			s.Value, hasValue = d.name(attr.Value), true
			continue
		case "recordCount":
			into = &s.RecordCount
		case "confidence":
			into = &s.Confidence
		case "probability":
			into = &s.Probability
		default:
			continue
		}
		f, ok := value.ParseFloat(attr.Value, 64)
		if !ok {
			d.fault(s.At, "%s of ScoreDistribution is not a number: %q", attr.Name, clip(attr.Value))
		}
		*into = f
	}
	if !hasValue {
		d.fault(s.At, "ScoreDistribution has no value")
	}
	return s
}
