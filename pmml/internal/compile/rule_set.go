package compile

import (
	"math"
	"strconv"
	"strings"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

var criteria = map[string]program.RuleCriterion{"firstHit": program.HitFirst, "weightedMax": program.HitHeaviest, "weightedSum": program.HitSum}

// ruleSet compiles a RuleSetModel (specification, RuleSet).
func (c *compiler) ruleSet(m *model) program.Scorer {
	d := m.doc.Body.(*document.RuleSet)
	r := &program.RuleSet{Criterion: criteria[d.Criterion]}
	switch {
	case m.classes == nil && m.doc.Function != "regression":
		c.fault(m.doc.At, "functionName of RuleSetModel is %q", m.doc.Function)
		return r
	case m.classes == nil && d.Criterion == "weightedSum":
		c.fault(d.At, "criterion weightedSum is not defined for regression")
	}
	if m.classes != nil {
		for i := range d.Rules {
			c.class(m.classes, d.Rules[i].Score)
		}
		if d.DefaultScore != nil {
			c.class(m.classes, *d.DefaultScore)
		}
		for i := range d.Rules {
			for j := range d.Rules[i].Distribution {
				c.class(m.classes, d.Rules[i].Distribution[j].Value)
			}
		}
	}
	shared := map[*document.Predicate]program.Predicate{}
	for i := range d.Rules {
		r.Rules = append(r.Rules, c.rule(&d.Rules[i], m, i, shared))
	}
	if d.DefaultScore != nil {
		rule := &document.Rule{At: d.At, Score: *d.DefaultScore, Confidence: d.DefaultConfidence, Distribution: d.Distribution}
		scored := program.Rule{Confidence: rule.Confidence}
		c.ruleScore(&scored, rule, m)
		r.Default = &scored
	}
	if m.classes != nil {
		r.Classes = m.classes.values
	}
	return r
}

// rule compiles a rule with the predicates around it, which rules share.
func (c *compiler) rule(d *document.Rule, m *model, at int, shared map[*document.Predicate]program.Predicate) program.Rule {
	id := d.ID
	if id == "" {
		id = strconv.Itoa(at + 1)
	}
	r := program.Rule{ID: c.prog.Texts.Of(id), Weight: d.Weight, Confidence: d.Confidence}
	texts := []string{}
	for i := range d.Around {
		around := &d.Around[i]
		p := shared[around]
		if p == nil {
			p = c.predicate(around, m.scope)
			shared[around] = p
		}
		r.Predicates = append(r.Predicates, p)
		texts = append(texts, describe(around))
	}
	r.Predicates = append(r.Predicates, c.predicate(&d.Predicate, m.scope))
	if c.explain {
		r.Notes = &program.RuleNotes{Predicate: strings.Join(append(texts, describe(&d.Predicate)), " and "), Score: d.Score}
	}
	c.ruleScore(&r, d, m)
	return r
}

// ruleScore compiles what a rule says.
func (c *compiler) ruleScore(r *program.Rule, d *document.Rule, m *model) {
	if m.classes == nil {
		x, ok := number(d.Score)
		if !ok {
			c.fault(d.At, "score %q of a rule is not a number", d.Score)
		}
		r.Score = value.OfFloat(x)
		return
	}
	r.Class = int32(c.class(m.classes, d.Score))
	sum := 0.0
	for i := range d.Distribution {
		s := &d.Distribution[i]
		weight := s.RecordCount
		if !math.IsNaN(d.Distribution[0].Probability) {
			weight = s.Probability
		}
		if math.IsNaN(weight) {
			c.fault(s.At, "ScoreDistribution has no recordCount")
			return
		}
		if r.Probabilities == nil {
			r.Probabilities = make([]float64, len(m.classes.values))
		}
		r.Probabilities[c.class(m.classes, s.Value)] = weight
		sum += weight
	}
	for i := range r.Probabilities {
		if sum != 0 {
			r.Probabilities[i] /= sum
		}
	}
}
