package program

import (
	"math"
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// RuleAlgorithm is how the input set chooses rules (specification, Output, algorithm).
type RuleAlgorithm uint8

// The algorithms.
const (
	ExclusiveRecommendation RuleAlgorithm = iota // the antecedent is in the input, the consequent is not
	Recommendation                               // the antecedent is in the input
	RuleAssociation                              // both are
)

// RuleBasis is what rules are ranked by.
type RuleBasis uint8

// The bases.
const (
	ByConfidence RuleBasis = iota
	BySupport
	ByLift
	ByLeverage
	ByAffinity
)

// AssociationRule is a rule; a measure that is neither given nor follows from others is NaN.
type AssociationRule struct {
	ID                     value.Value
	Antecedent, Consequent []int32    // items
	Measures               [5]float64 // by RuleBasis
	Texts                  [3]value.Value
}

// ItemTest says whether a field of a row means an item: items that are columns.
type ItemTest struct {
	Ref   Ref
	Value value.Value // missing: the field must be true
	Item  int32
}

// Association is an AssociationModel (specification, AssociationRules).
type Association struct {
	Items int
	Set   Ref              // the field that holds the transaction's items, NoRef: items are columns
	Known map[string]int32 // items by their text
	Tests []ItemTest
	Rules []AssociationRule
}

// associationBuffer says which rules the row's items choose.
type associationBuffer struct {
	has          []bool // items
	before, both []bool // rules whose antecedent, and whose consequent, the row has
}

func (a *Association) buffer(f *Frame) *associationBuffer {
	return Buffer(f, a, func() *associationBuffer {
		return &associationBuffer{has: make([]bool, a.Items), before: make([]bool, len(a.Rules)), both: make([]bool, len(a.Rules))}
	})
}

// Score finds the rules that the row's items choose. Its own result is the id of the most confident recommendation that is not in the row yet.
func (a *Association) Score(f *Frame, p *Prediction) {
	b := a.buffer(f)
	clear(b.has)
	if a.Set != NoRef {
		a.transaction(f, b)
	} else {
		a.columns(f, b)
	}
	if f.failed {
		return
	}
	best := -1
	for i := range a.Rules {
		r := &a.Rules[i]
		b.before[i], b.both[i] = b.holds(r.Antecedent), b.holds(r.Consequent)
		if b.before[i] && !b.both[i] && (best < 0 || r.Measures[ByConfidence] > a.Rules[best].Measures[ByConfidence]) {
			best = i
		}
	}
	if best >= 0 {
		p.Value, p.Entity = a.Rules[best].ID, a.Rules[best].ID
	}
}

func (a *Association) transaction(f *Frame, b *associationBuffer) {
	v := f.At(a.Set)
	if members, ok := v.List(); ok {
		for i := range members {
			a.mark(b, &members[i])
		}
		return
	}
	a.mark(b, v)
}

func (a *Association) mark(b *associationBuffer, v *value.Value) {
	if !v.IsValid() {
		return
	}
	text, ok := v.Str()
	if !ok {
		text = v.String()
	}
	if item, ok := a.Known[text]; ok {
		b.has[item] = true
	}
}

func (a *Association) columns(f *Frame, b *associationBuffer) {
	for i := range a.Tests {
		t := &a.Tests[i]
		v := f.At(t.Ref)
		if members, ok := v.List(); ok { // a transaction of several rows
			for j := range members {
				b.has[t.Item] = b.has[t.Item] || t.met(&members[j])
			}
			continue
		}
		b.has[t.Item] = b.has[t.Item] || t.met(v)
	}
}

func (t *ItemTest) met(v *value.Value) bool {
	switch {
	case !v.IsValid():
		return false
	case t.Value.IsMissing():
		return isTrue(v)
	}
	return value.Equal(*v, t.Value)
}

// isTrue says whether a column that stands for an item is set: true, 1, or T as SPSS writes it.
func isTrue(v *value.Value) bool {
	if text, ok := v.Str(); ok {
		return text == "T" || text == "true" || text == "1"
	}
	x, ok := v.Float64()
	return ok && x == 1
}

func (b *associationBuffer) holds(items []int32) bool {
	for _, i := range items {
		if !b.has[i] {
			return false
		}
	}
	return true
}

// Order sorts the rules by a measure; those without it come last, equals stay in the document's order.
func (a *Association) Order(basis RuleBasis, ascending bool) []int32 {
	order := make([]int32, len(a.Rules))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(i, j int32) int {
		x, y := a.Rules[i].Measures[basis], a.Rules[j].Measures[basis]
		switch {
		case math.IsNaN(x) || math.IsNaN(y):
			return less(math.IsNaN(y), math.IsNaN(x))
		case x == y:
			return 0
		}
		return less((x < y) == ascending, (x > y) == ascending)
	})
	return order
}

func less(before, after bool) int {
	switch {
	case before == after:
		return 0
	case before:
		return -1
	}
	return 1
}

// Chosen calls each rule that an algorithm chooses for the row, in an order, until it returns false.
func (a *Association) Chosen(f *Frame, algorithm RuleAlgorithm, order []int32, each func(r *AssociationRule) bool) {
	b := a.buffer(f)
	for _, i := range order {
		if !b.before[i] || algorithm == ExclusiveRecommendation && b.both[i] || algorithm == RuleAssociation && !b.both[i] {
			continue
		}
		if !each(&a.Rules[i]) {
			return
		}
	}
}

// Bytes is the memory of the rules.
func (a *Association) Bytes() int64 {
	n := bytesOf(a.Rules) + bytesOf(a.Tests) + int64(len(a.Known))*48
	for i := range a.Rules {
		n += bytesOf(a.Rules[i].Antecedent) + bytesOf(a.Rules[i].Consequent)
	}
	return n
}
