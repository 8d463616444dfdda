package program

import (
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// SequenceStep is a set of a sequence, and how it follows the one before.
type SequenceStep struct {
	Items             []int32
	SameWindow, NoGap bool
	Between           bool // the first of the consequent
}

// SequenceRule is the steps of a rule; the first Antecedent of them are what it follows from.
type SequenceRule struct {
	Steps      []SequenceStep
	Antecedent int
}

// TimeBounds are the Constraints of a SequenceModel.
type TimeBounds struct{ MinTotal, MaxTotal, MinSeparation, MaxSeparation, MinBetween, MaxBetween float64 }

// SequenceRules is a SequenceModel: rules over the sets of items that a row lists in order (specification, Sequence). The specification gives no
// steps for scoring; a rule holds where its antecedent's sets are contained in the row's, in order.
type SequenceRules struct {
	Book   Association // the rules as they are shown and chosen
	Rules  []SequenceRule
	Order  Ref // the times of the items, NoRef: one after the other
	Bounds TimeBounds
}

// maxSequenceSteps bounds what one row may cost.
const maxSequenceSteps = 20_000_000

type sequenceBuffer struct {
	has   [][]bool // by set: its items
	times []float64
	steps int
}

// Score finds the rules that hold. Its own result is the id of the most confident one whose consequent has not followed yet.
func (s *SequenceRules) Score(f *Frame, p *Prediction) {
	b := Buffer(f, s, func() *sequenceBuffer { return &sequenceBuffer{} })
	b.has, b.times, b.steps = b.has[:0], b.times[:0], 0
	s.sets(f, b)
	if f.failed {
		return
	}
	book := s.Book.buffer(f)
	best := -1
	for i := range s.Rules {
		r := &s.Rules[i]
		book.before[i] = s.find(b, r, r.Antecedent, 0, -1, 0)
		book.both[i] = book.before[i] && s.find(b, r, len(r.Steps), 0, -1, 0)
		confidence := s.Book.Rules[i].Measures[ByConfidence]
		if book.before[i] && !book.both[i] && (best < 0 || confidence > s.Book.Rules[best].Measures[ByConfidence]) {
			best = i
		}
	}
	if b.steps > maxSequenceSteps {
		f.Fail(Limit, "", "the sequence has too many ways to match")
		return
	}
	if best >= 0 {
		p.Value, p.Entity = s.Book.Rules[best].ID, s.Book.Rules[best].ID
	}
}

// sets reads the row's items; those of one time are one set, and items without times are sets of their own.
func (s *SequenceRules) sets(f *Frame, b *sequenceBuffer) {
	items := list(f.At(s.Book.Set))
	var times []value.Value
	if s.Order != NoRef {
		if times = list(f.At(s.Order)); !slices.ContainsFunc(times, func(v value.Value) bool { return !v.IsMissing() }) {
			times = nil
		}
		if len(times) > 0 && len(times) != len(items) {
			f.Fail(InvalidInput, "", "there are not as many times as items")
			return
		}
	}
	for i := range items {
		time := float64(i)
		if len(times) > 0 {
			x, ok := times[i].Float64()
			if !ok {
				x, ok = calendar(&times[i])
			}
			if !ok || len(b.times) > 0 && x < b.times[len(b.times)-1] {
				f.Fail(InvalidInput, "", "the times of the items are not rising numbers")
				return
			}
			time = x
		}
		if n := len(b.times); n == 0 || time != b.times[n-1] {
			b.times, b.has = append(b.times, time), append(b.has, make([]bool, s.Book.Items))
		}
		text, ok := items[i].Str()
		if !ok {
			text = items[i].String()
		}
		if item, ok := s.Book.Known[text]; ok && items[i].IsValid() {
			b.has[len(b.has)-1][item] = true
		}
	}
}

func list(v *value.Value) []value.Value {
	if members, ok := v.List(); ok {
		return members
	}
	if !v.IsValid() {
		return nil
	}
	return []value.Value{*v}
}

// calendar is the time of a calendar value, in the unit of its type: days of dates, else seconds.
func calendar(v *value.Value) (float64, bool) {
	switch v.Type() {
	case value.Date:
		return v.Convert(value.DateDaysSince1970).Float64()
	case value.Time:
		return v.Convert(value.TimeSeconds).Float64()
	}
	return v.Convert(value.DateTimeSecondsSince1970).Float64()
}

// find says whether the steps of a rule from one on, up to the n-th, are among the row's sets; before is the place of the set that the step before
// was found in, -1 at first, and start the time of the first. The least total time is that of the whole rule.
func (s *SequenceRules) find(b *sequenceBuffer, r *SequenceRule, n, step, before int, start float64) bool {
	if step == n {
		return n < len(r.Steps) || b.times[before]-start >= s.Bounds.MinTotal
	}
	t := &r.Steps[step]
	from, to := before+1, len(b.has)
	switch {
	case before < 0:
	case t.SameWindow:
		from, to = before, before+1
	case t.NoGap:
		to = min(to, before+2)
	}
	for at := from; at < to; at++ {
		if b.steps++; b.steps > maxSequenceSteps {
			return false
		}
		if before >= 0 && !s.follows(b, t, before, at, start) || !contains(b.has[at], t.Items) {
			continue
		}
		first := start
		if before < 0 {
			first = b.times[at]
		}
		if s.find(b, r, n, step+1, at, first) {
			return true
		}
	}
	return false
}

// follows says whether the times of two sets allow the one to follow the other.
func (s *SequenceRules) follows(b *sequenceBuffer, t *SequenceStep, before, at int, start float64) bool {
	if t.SameWindow {
		return true
	}
	apart := b.times[at] - b.times[before]
	low, high := s.Bounds.MinSeparation, s.Bounds.MaxSeparation
	if t.Between {
		low, high = max(low, s.Bounds.MinBetween), min(high, s.Bounds.MaxBetween)
	}
	return apart >= low && apart <= high && b.times[at]-start <= s.Bounds.MaxTotal
}

func contains(has []bool, items []int32) bool {
	for _, i := range items {
		if !has[i] {
			return false
		}
	}
	return true
}

// Bytes is the memory of the rules.
func (s *SequenceRules) Bytes() int64 {
	n := s.Book.Bytes() + bytesOf(s.Rules)
	for i := range s.Rules {
		n += bytesOf(s.Rules[i].Steps)
	}
	return n
}
