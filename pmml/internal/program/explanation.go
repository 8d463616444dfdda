package program

import (
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Explanation says how a model came to what it predicts. Only the parts that the model element has are filled.
type Explanation struct {
	Element  string
	Segment  string // the id of the Segment that the model is, "" for the main model
	Value    value.Value
	Entity   value.Value   // the winning node, cluster, rule …
	Path     []Step        // of a tree, from the root
	Mixed    bool          // the last step's branches were weighed together: the way on was not known
	Points   []Points      // of a scorecard, by characteristic
	Reasons  []Reason      // its reason codes, ranked
	Rules    []Fired       // of a rule set: the rules that fired, in the document's order
	Segments []Explanation // of an ensemble: those that took part
}

// Step is a node on the way through a tree.
type Step struct {
	Node      string // its id, or its number in the document from 1
	Predicate string
	Outcome   Truth // Unknown where a strategy for missing values led on
}

// Points are what one characteristic of a scorecard added.
type Points struct {
	Characteristic string
	Predicate      string // of the attribute that was met
	Partial        float64
	ReasonCode     string
}

// Fired is a rule whose predicate was true.
type Fired struct {
	ID        string
	Predicate string
	Score     string
	Weight    float64
	Chosen    bool // the rule that gave the result
}

// Explainer is a Scorer that can say how it came to its prediction. Explain is called after Score, for the same row.
type Explainer interface {
	Explain(f *Frame, p *Prediction, e *Explanation)
}

// Explain explains the row that was scored last. The program must have been compiled for it.
func (in *Instance) Explain(f *Frame, segment string) Explanation {
	e := Explanation{Element: in.Element, Segment: segment}
	p, ran := f.Ran(in.ID)
	if !ran {
		return e
	}
	e.Value, e.Entity = p.Value, p.Entity
	if model, ok := in.Model.(Explainer); ok {
		model.Explain(f, p, &e)
	}
	return e
}

// Explain explains the row that was scored last.
func (f *Frame) Explain() Explanation { return f.program.Main.Explain(f, "") }

// TreeNotes are what explaining a tree needs beside the tree.
type TreeNotes struct {
	IDs        []string // by node
	Predicates []string
	Parents    []int32 // -1 for the root
	Nodes      []int32 // by leaf: its node
}

// Explain lists the way from the root to the node that predicts.
func (t *Tree) Explain(f *Frame, p *Prediction, e *Explanation) {
	if t.Notes == nil {
		return
	}
	var scratch Prediction
	at, _, mixed := t.walk(f, &scratch)
	if at < 0 {
		return
	}
	e.Mixed = mixed
	leaf := at
	if !mixed {
		at = t.Notes.Nodes[leaf]
	}
	for ; at >= 0; at = t.Notes.Parents[at] {
		e.Path = append(e.Path, Step{Node: t.Notes.IDs[at], Predicate: t.Notes.Predicates[at], Outcome: t.Nodes[at].Test.Eval(f, &t.Tests)})
	}
	for i, j := 0, len(e.Path)-1; i < j; i, j = i+1, j-1 {
		e.Path[i], e.Path[j] = e.Path[j], e.Path[i]
	}
	if s, ok := t.Embedded[leaf]; ok && !mixed {
		e.Segments = append(e.Segments, s.Model.Explain(f, ""))
	}
}

// Explain lists what the segments that took part said.
func (m *Mining) Explain(f *Frame, _ *Prediction, e *Explanation) {
	for i := range m.Segments {
		s := &m.Segments[i]
		if s.Model == nil {
			continue
		}
		if _, ran := f.Ran(s.Model.ID); ran {
			e.Segments = append(e.Segments, s.Model.Explain(f, s.ID.String()))
		}
	}
}

// Explain lists the points of each characteristic and the reason codes.
func (s *Scorecard) Explain(f *Frame, p *Prediction, e *Explanation) {
	e.Reasons = append(e.Reasons, p.Reasons...)
	for i := range s.Characteristics {
		c := &s.Characteristics[i]
		if c.Name == nil {
			return
		}
		for j := range c.Attributes {
			a := &c.Attributes[j]
			if a.Test.Eval(f, &s.Tests) != Yes {
				continue
			}
			points := Points{Characteristic: *c.Name, Predicate: *a.Predicate, Partial: a.Partial}
			if a.Complex != nil {
				points.Partial, _ = a.Complex(f).Float64()
			}
			if a.Code >= 0 {
				points.ReasonCode = s.Codes[a.Code]
			}
			e.Points = append(e.Points, points)
			break
		}
	}
}
