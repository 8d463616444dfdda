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
	Distribution []ScoreDistribution
}

// Node of a tree. First and Next are places in Tree.Nodes, 0 for none.
type Node struct {
	First, Next  int32
	At           Offset
	From, To     int32 // in Tree.Distribution
	Predicate    Predicate
	ID           string
	Score        string
	HasScore     bool
	DefaultChild string
	RecordCount  float64 // NaN: not given
	Embedded     *Model  // model composition: the Regression or DecisionTree that gives this node's value
}

// ScoreDistribution of a Node. Probability and Confidence are NaN where not given.
type ScoreDistribution struct {
	At                                   Offset
	Value                                string
	RecordCount, Confidence, Probability float64
}

// treeScratch is where a tree grows before it is copied at its final size.
type treeScratch struct {
	nodes        []Node
	distribution []ScoreDistribution
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
			scratch := d.forest
			scratch.nodes, scratch.distribution = scratch.nodes[:0], scratch.distribution[:0]
			d.forest = treeScratch{} // a node may hold a model that holds a tree
			d.node(&scratch)
			t.Nodes = slices.Clone(scratch.nodes)
			t.Distribution = slices.Clone(scratch.distribution)
			d.forest = scratch
			return true
		},
		finish: func() {
			if t.Nodes == nil {
				d.fault(m.At, "%s has no Node", m.Element)
			}
		},
	}
}

// node decodes a Node and all below it, and returns its place.
func (d *decoder) node(t *treeScratch) int32 {
	self := int32(len(t.nodes))
	n := Node{At: d.at(), RecordCount: Absent}
	for i := range d.s.Attrs() {
		attr := &d.s.Attrs()[i]
		switch string(attr.Name) {
		case "id":
			n.ID = d.keep(attr.Value)
		case "score":
			n.Score, n.HasScore = d.keep(attr.Value), true
		case "recordCount":
			var ok bool
			if n.RecordCount, ok = value.ParseFloat(attr.Value, 64); !ok {
				d.fault(n.At, "recordCount of Node is not a number: %q", clip(attr.Value))
			}
		case "defaultChild":
			n.DefaultChild = d.keep(attr.Value)
		}
	}
	t.nodes = append(t.nodes, n)
	last := int32(0)
	from := len(t.distribution)
	var predicate Predicate
	d.each(func(name []byte) {
		switch string(name) {
		case "Node":
			child := d.node(t)
			if last == 0 {
				t.nodes[self].First = child
			} else {
				t.nodes[last].Next = child
			}
			last = child
		case "ScoreDistribution":
			if last != 0 {
				d.fault(d.at(), "ScoreDistribution must stand before the nodes below")
				return
			}
			t.distribution = append(t.distribution, d.scoreDistribution())
		case "Partition":
			d.skip()
		case "Regression", "DecisionTree":
			t.nodes[self].Embedded = d.embedded(name)
		default:
			if !d.onlyPredicate(name, &predicate, "Node") {
				d.fault(d.at(), "%s cannot stand in Node", clip(name))
				d.skip()
			}
			if last == 0 {
				t.nodes[self].From, t.nodes[self].To = int32(from), int32(len(t.distribution))
			}
		}
		if last == 0 {
			t.nodes[self].From, t.nodes[self].To = int32(from), int32(len(t.distribution))
		}
	})
	if predicate.Kind == NoPredicate {
		d.fault(n.At, "Node has no predicate")
		predicate.Kind = False
	}
	t.nodes[self].Predicate = predicate
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
