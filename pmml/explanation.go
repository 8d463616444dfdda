package pmml

import (
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Explanation says how a model came to a prediction. Parts that the model element does not have are empty.
type Explanation struct {
	Element  string        // TreeModel, Scorecard, …
	Segment  string        // the id of the Segment that the model is, "" for the main model
	Value    value.Value   // what it predicts
	Entity   value.Value   // the winning node, cluster, rule, … where it has one
	Path     []Step        // of a tree, from the root to the node that predicts
	Mixed    bool          // the branches below the last step were weighed together, since the way on was not known
	Points   []Points      // of a scorecard, one for each characteristic
	Reasons  []ReasonCode  // of a scorecard, ranked
	Rules    []Rule        // of a rule set: the rules that fired, in the document's order
	Segments []Explanation // of an ensemble: what took part, in the document's order
}

// Step is a node on the way through a tree.
type Step struct {
	Node      string // its id, or its number in the document, from 1
	Predicate string // for people: "income > 40000"
	Unknown   bool   // the predicate could not be decided, and a strategy for missing values led on
}

// Points are what a characteristic of a scorecard added to the score.
type Points struct {
	Characteristic string
	Predicate      string // of the attribute that was met
	Partial        float64
	ReasonCode     string
}

// ReasonCode of a scorecard, with its points.
type ReasonCode struct {
	Code   string
	Points float64
}

// Rule is a rule that fired.
type Rule struct {
	ID        string
	Predicate string
	Score     string
	Weight    float64
	Chosen    bool // its score is the result
}

// WithExplanations keeps what Model.Explain needs: the ids and predicates of nodes and rules, the names of characteristics. Such a model is larger and
// scores ensembles of trees one by one; its results are the same to the last bit.
func WithExplanations() Option { return func(o *options) { o.explain = true } }

// Explains says whether the model was loaded with WithExplanations.
func (m *Model) Explains() bool { return m.explains }

// Explain says how the row that Score scored last with this input came to its result. The model must have been loaded with
// WithExplanations; without it, or after a row that failed, there is only what the prediction itself says. It allocates.
func (m *Model) Explain(in *Input) Explanation {
	if in.model != m {
		return Explanation{Element: m.element}
	}
	return explanation(in.frame.Explain())
}

func explanation(e program.Explanation) Explanation {
	out := Explanation{Element: e.Element, Segment: e.Segment, Value: e.Value, Entity: e.Entity, Mixed: e.Mixed}
	for _, s := range e.Path {
		out.Path = append(out.Path, Step{s.Node, s.Predicate, s.Outcome == program.Unknown})
	}
	for _, p := range e.Points {
		out.Points = append(out.Points, Points(p))
	}
	for _, r := range e.Reasons {
		out.Reasons = append(out.Reasons, ReasonCode(r))
	}
	for _, r := range e.Rules {
		out.Rules = append(out.Rules, Rule(r))
	}
	for _, s := range e.Segments {
		out.Segments = append(out.Segments, explanation(s))
	}
	return out
}

// AppendJSON appends the explanation as one JSON object; empty parts are left out.
func (e *Explanation) AppendJSON(dst []byte) []byte {
	dst = value.AppendQuoted(append(dst, `{"element":`...), e.Element)
	if e.Segment != "" {
		dst = value.AppendQuoted(append(dst, `,"segment":`...), e.Segment)
	}
	dst = e.Value.AppendJSON(append(dst, `,"value":`...))
	if !e.Entity.IsMissing() {
		dst = e.Entity.AppendJSON(append(dst, `,"entity":`...))
	}
	dst = appendList(dst, "path", e.Path, Step.appendJSON)
	if e.Mixed {
		dst = append(dst, `,"mixed":true`...)
	}
	dst = appendList(dst, "points", e.Points, Points.appendJSON)
	dst = appendList(dst, "reasons", e.Reasons, ReasonCode.appendJSON)
	dst = appendList(dst, "rules", e.Rules, Rule.appendJSON)
	dst = appendList(dst, "segments", e.Segments, func(s Explanation, dst []byte) []byte { return s.AppendJSON(dst) })
	return append(dst, '}')
}

func appendList[T any](dst []byte, name string, list []T, one func(T, []byte) []byte) []byte {
	if len(list) == 0 {
		return dst
	}
	dst = append(append(append(dst, `,"`...), name...), `":[`...)
	for i, x := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = one(x, dst)
	}
	return append(dst, ']')
}

func (s Step) appendJSON(dst []byte) []byte {
	dst = value.AppendQuoted(append(dst, `{"node":`...), s.Node)
	dst = value.AppendQuoted(append(dst, `,"predicate":`...), s.Predicate)
	if s.Unknown {
		dst = append(dst, `,"unknown":true`...)
	}
	return append(dst, '}')
}

func (p Points) appendJSON(dst []byte) []byte {
	dst = value.AppendQuoted(append(dst, `{"characteristic":`...), p.Characteristic)
	dst = value.AppendQuoted(append(dst, `,"predicate":`...), p.Predicate)
	dst = value.OfFloat(p.Partial).AppendJSON(append(dst, `,"partialScore":`...))
	if p.ReasonCode != "" {
		dst = value.AppendQuoted(append(dst, `,"reasonCode":`...), p.ReasonCode)
	}
	return append(dst, '}')
}

func (r ReasonCode) appendJSON(dst []byte) []byte {
	dst = value.AppendQuoted(append(dst, `{"reasonCode":`...), r.Code)
	return append(value.OfFloat(r.Points).AppendJSON(append(dst, `,"points":`...)), '}')
}

func (r Rule) appendJSON(dst []byte) []byte {
	dst = value.AppendQuoted(append(dst, `{"rule":`...), r.ID)
	dst = value.AppendQuoted(append(dst, `,"predicate":`...), r.Predicate)
	dst = value.AppendQuoted(append(dst, `,"score":`...), r.Score)
	dst = value.OfFloat(r.Weight).AppendJSON(append(dst, `,"weight":`...))
	if r.Chosen {
		dst = append(dst, `,"chosen":true`...)
	}
	return append(dst, '}')
}
