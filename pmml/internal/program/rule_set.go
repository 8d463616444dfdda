package program

import (
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// RuleCriterion is how a rule set chooses among the rules that fire.
type RuleCriterion uint8

// The criteria (specification, RuleSet).
const (
	HitFirst RuleCriterion = iota
	HitHeaviest
	HitSum
)

// Rule of a RuleSet.
type Rule struct {
	ID            value.Value
	Predicates    []Predicate // all must hold
	Weight        float64
	Confidence    float64
	Class         int32       // of a classification
	Score         value.Value // of a regression
	Probabilities []float64   // of its ScoreDistribution, nil: none
	Notes         *RuleNotes  // nil: not compiled for explanations
}

// RuleNotes are for explanations.
type RuleNotes struct{ Predicate, Score string }

// RuleSet is a RuleSetModel.
type RuleSet struct {
	Criterion RuleCriterion
	Rules     []Rule
	Classes   []value.Value // nil: a regression
	Default   *Rule         // what holds when no rule fires, nil: nothing
}

type ruleBuffer struct {
	model  *RuleSet
	fired  []int32
	sums   []float64
	chosen int
}

// Score finds the rules that fire and chooses.
func (r *RuleSet) Score(f *Frame, p *Prediction) {
	b := Buffer(f, r, func() *ruleBuffer { return &ruleBuffer{model: r, sums: make([]float64, len(r.Classes))} })
	b.fired, b.chosen = b.fired[:0], -1
	for i := range r.Rules {
		if !r.Rules[i].fires(f) {
			continue
		}
		b.fired = append(b.fired, int32(i))
		if r.Criterion == HitFirst {
			break
		}
	}
	if f.failed {
		return
	}
	if len(b.fired) == 0 {
		if r.Default != nil {
			r.choose(p, r.Default, r.Default.Confidence)
		}
		return
	}
	p.Entities = b
	if r.Criterion == HitSum && r.Classes != nil {
		r.sum(p, b)
		return
	}
	best := 0
	for i := range b.fired {
		if r.Rules[b.fired[i]].Weight > r.Rules[b.fired[best]].Weight {
			best = i
		}
	}
	b.chosen = int(b.fired[best])
	rule := &r.Rules[b.chosen]
	r.choose(p, rule, rule.Confidence)
}

func (r *Rule) fires(f *Frame) bool {
	for _, predicate := range r.Predicates {
		if predicate(f) != Yes {
			return false
		}
	}
	return true
}

// choose predicts what a rule says, with a confidence; the entity is the rule.
func (r *RuleSet) choose(p *Prediction, rule *Rule, confidence float64) {
	p.Entity = rule.ID
	if r.Classes == nil {
		p.Value = rule.Score
		return
	}
	p.Choose(r.Classes, int(rule.Class))
	p.Probabilities = rule.Probabilities
	if confidence == confidence {
		p.Confidences = p.Classes(len(r.Classes))
		p.Confidences[rule.Class] = confidence
	}
}

// sum chooses the score with the greatest sum of weights; of equals the one that fired first. Its confidence is that sum over the number of rules
// that fired.
func (r *RuleSet) sum(p *Prediction, b *ruleBuffer) {
	clear(b.sums)
	for _, i := range b.fired {
		b.sums[r.Rules[i].Class] += r.Rules[i].Weight
	}
	winner := r.Rules[b.fired[0]].Class
	for _, i := range b.fired {
		if c := r.Rules[i].Class; b.sums[c] > b.sums[winner] {
			winner = c
		}
	}
	for _, i := range b.fired { // the entity: the strongest rule with that score
		if rule := &r.Rules[i]; rule.Class == winner && (b.chosen < 0 || rule.Weight > r.Rules[b.chosen].Weight) {
			b.chosen = int(i)
		}
	}
	r.choose(p, &r.Rules[b.chosen], b.sums[winner]/float64(len(b.fired)))
	p.Probabilities = nil
}

// Ranked returns the rule of a rank among those that fired: by weight, of equals the first; for HitFirst there is one.
func (b *ruleBuffer) Ranked(rank int) (id value.Value, affinity float64, ok bool) {
	rules := b.model.Rules
	for at, i := range b.fired {
		before := 0
		for other, j := range b.fired {
			if x, y := rules[j].Weight, rules[i].Weight; x > y || x == y && other < at {
				before++
			}
		}
		if before == rank-1 {
			return rules[i].ID, rules[i].Weight, true
		}
	}
	return value.Missing(), 0, false
}

// Affinity is the weight of the rule with an id, if it fired.
func (b *ruleBuffer) Affinity(id string) (float64, bool) {
	for _, i := range b.fired {
		if b.model.Rules[i].ID.String() == id {
			return b.model.Rules[i].Weight, true
		}
	}
	return 0, false
}

// Explain lists the rules that fired.
func (r *RuleSet) Explain(f *Frame, _ *Prediction, e *Explanation) {
	b := Buffer(f, r, func() *ruleBuffer { return &ruleBuffer{model: r, chosen: -1} })
	for _, i := range b.fired {
		if rule := &r.Rules[i]; rule.Notes != nil {
			e.Rules = append(e.Rules, Fired{ID: rule.ID.String(), Predicate: rule.Notes.Predicate, Score: rule.Notes.Score, Weight: rule.Weight, Chosen: int(i) == b.chosen})
		}
	}
}

// Bytes is the memory of the rules.
func (r *RuleSet) Bytes() int64 {
	n := bytesOf(r.Rules)
	for i := range r.Rules {
		n += int64(len(r.Rules[i].Predicates))*closureBytes + bytesOf(r.Rules[i].Probabilities)
	}
	return n
}
