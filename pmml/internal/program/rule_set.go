package program

import (
	"cmp"
	"math"
	"slices"

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
	best   []int32   // by class: the rule that speaks for it, -1: none fired
	sums   []float64 // by class: the weights of the rules that fired
	ranks  []int32   // the rules that speak, the chosen one first
	chosen int
}

func (r *RuleSet) buffer(f *Frame) *ruleBuffer {
	return Buffer(f, r, func() *ruleBuffer {
		return &ruleBuffer{model: r, best: make([]int32, len(r.Classes)), sums: make([]float64, len(r.Classes)), chosen: -1}
	})
}

// Score finds the rules that fire and chooses.
func (r *RuleSet) Score(f *Frame, p *Prediction) {
	b := r.buffer(f)
	b.fired, b.chosen = b.fired[:0], -1
	for i := range r.Rules {
		if r.Rules[i].fires(f) {
			b.fired = append(b.fired, int32(i))
		}
	}
	if f.failed {
		return
	}
	if len(b.fired) == 0 {
		if r.Default != nil {
			r.choose(p, r.Default)
			r.sure(p, r.Default, r.Default.Confidence)
		}
		return
	}
	r.rank(b)
	b.chosen = int(b.ranks[0])
	p.Entities = b
	r.choose(p, &r.Rules[b.chosen])
	for _, i := range b.ranks {
		rule := &r.Rules[i]
		r.sure(p, rule, r.confidence(b, rule))
	}
}

func (r *Rule) fires(f *Frame) bool {
	for _, predicate := range r.Predicates {
		if predicate(f) != Yes {
			return false
		}
	}
	return true
}

// rank orders the predictions: the one that is chosen, the one that would be chosen without its class, and so on (specification, RuleSet,
// RuleSelectionMethod).
func (r *RuleSet) rank(b *ruleBuffer) {
	b.ranks = append(b.ranks[:0], b.fired...)
	if r.Classes != nil {
		r.speakers(b)
	}
	slices.SortStableFunc(b.ranks, func(i, j int32) int { return cmp.Compare(r.strength(b, j), r.strength(b, i)) })
}

// speakers leaves one rule for each class among the ranks: the first that fired, or the heaviest. For HitSum they stand in the order of the
// classes, which decides between equal sums; else in that of the rules.
func (r *RuleSet) speakers(b *ruleBuffer) {
	clear(b.sums)
	for i := range b.best {
		b.best[i] = -1
	}
	for _, i := range b.fired {
		rule := &r.Rules[i]
		b.sums[rule.Class] += rule.Weight
		if best := b.best[rule.Class]; best < 0 || r.Criterion != HitFirst && rule.Weight > r.Rules[best].Weight {
			b.best[rule.Class] = i
		}
	}
	b.ranks = b.ranks[:0]
	for _, i := range b.best {
		if i >= 0 {
			b.ranks = append(b.ranks, i)
		}
	}
	if r.Criterion != HitSum {
		slices.Sort(b.ranks)
	}
}

// strength is what rules are ranked by.
func (r *RuleSet) strength(b *ruleBuffer, i int32) float64 {
	switch {
	case r.Criterion == HitFirst:
		return 0
	case r.Criterion == HitSum && r.Classes != nil:
		return b.sums[r.Rules[i].Class]
	}
	return r.Rules[i].Weight
}

// confidence is that of a rule, or for HitSum the sum of the weights for its score over the number of rules that fired.
func (r *RuleSet) confidence(b *ruleBuffer, rule *Rule) float64 {
	if r.Criterion == HitSum && r.Classes != nil {
		return b.sums[rule.Class] / float64(len(b.fired))
	}
	return rule.Confidence
}

// choose predicts what a rule says; the entity is the rule.
func (r *RuleSet) choose(p *Prediction, rule *Rule) {
	p.Entity = rule.ID
	if r.Classes == nil {
		p.Value = rule.Score
		return
	}
	p.Choose(r.Classes, int(rule.Class))
	if r.Criterion != HitSum || rule == r.Default {
		p.Probabilities = rule.Probabilities
	}
}

// sure notes the confidence in a rule's class.
func (r *RuleSet) sure(p *Prediction, rule *Rule, confidence float64) {
	if r.Classes == nil || math.IsNaN(confidence) {
		return
	}
	if p.Confidences == nil {
		p.Confidences = p.Classes(len(r.Classes))
	}
	p.Confidences[rule.Class] = confidence
}

// Ranked returns the rule of a rank among those that speak for a score.
func (b *ruleBuffer) Ranked(rank int) (id value.Value, affinity float64, ok bool) {
	if rank < 1 || rank > len(b.ranks) {
		return value.Missing(), 0, false
	}
	rule := &b.model.Rules[b.ranks[rank-1]]
	return rule.ID, rule.Weight, true
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
	b := r.buffer(f)
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
