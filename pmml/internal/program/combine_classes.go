package program

import (
	"cmp"
	"math"
	"slices"
)

// place returns where a member's class stands among those of the whole.
func (e *member) place(class int32) int32 {
	if e.segment.Class == nil || class < 0 {
		return class
	}
	return e.segment.Class[class]
}

// probability returns a member's probability of a class of the whole.
func (e *member) probability(class int) float64 {
	numbers := e.prediction.Probabilities
	if e.segment.Class == nil {
		if class < len(numbers) {
			return numbers[class]
		}
		return 0
	}
	for i, at := range e.segment.Class {
		if int(at) == class && i < len(numbers) {
			return numbers[i]
		}
	}
	return 0
}

func (m *Mining) classification(f *Frame, p *Prediction, b *miningBuffer) {
	shares := p.Classes(len(m.Classes))
	switch m.Method {
	case MajorityVote, WeightedMajorityVote:
		m.vote(p, b, shares)
		return
	}
	for i := range b.members {
		if b.members[i].prediction.Probabilities == nil {
			f.Fail(NoResult, "", "a segment gives no probabilities to combine")
			return
		}
	}
	switch m.Method {
	case Average, WeightedAverage:
		m.averageShares(b, shares)
	case Max:
		m.greatest(b, shares)
	case Median, WeightedMedian:
		m.median(b, shares)
	default:
		f.Fail(NoResult, "", "the multipleModelMethod is not defined for classification")
		return
	}
	best := 0
	for i := range shares {
		if shares[i] > shares[best] {
			best = i
		}
	}
	p.Probabilities, p.Confidences = shares, shares
	p.Choose(m.Classes, best)
}

// vote counts the members' winners. The first class to have been named wins a tie.
func (m *Mining) vote(p *Prediction, b *miningBuffer, votes []float64) {
	missed, total := 0.0, 0.0
	best := int32(-1)
	for i := range b.members {
		e := &b.members[i]
		weight := 1.0
		if m.Method == WeightedMajorityVote {
			weight = e.weight
		}
		class := e.place(e.prediction.Class)
		if class < 0 {
			missed += weight
			continue
		}
		votes[class] += weight
		total += weight
	}
	for i := range b.members { // in order of segments, so that the first named wins
		if class := b.members[i].place(b.members[i].prediction.Class); class >= 0 && (best < 0 || votes[class] > votes[best]) {
			best = class
		}
	}
	if best < 0 || missed > votes[best] || m.Threshold < 1 && missed/(missed+total) > m.Threshold {
		return
	}
	for i := range votes {
		votes[i] /= total
	}
	p.Probabilities, p.Confidences = votes, votes
	p.Choose(m.Classes, int(best))
}

func (m *Mining) averageShares(b *miningBuffer, shares []float64) {
	total := 0.0
	for i := range b.members {
		e := &b.members[i]
		weight := 1.0
		if m.Method == WeightedAverage {
			weight = e.weight
		}
		total += weight
		for c := range shares {
			shares[c] += weight * e.probability(c)
		}
	}
	for c := range shares {
		shares[c] /= total
	}
}

// greatest takes the class with the greatest probability in any member, and the mean of the members that reach it.
func (m *Mining) greatest(b *miningBuffer, shares []float64) {
	best, most := 0, math.Inf(-1)
	for c := range shares {
		for i := range b.members {
			if x := b.members[i].probability(c); x > most {
				best, most = c, x
			}
		}
	}
	m.meanOf(b, shares, func(e *member) bool { return e.probability(best) == most })
}

// median takes the class whose median probability is the greatest, and the mean of the members whose probability of it comes nearest to
// this median. With an even number of members no member holds it; which of the two in the middle is nearer, or whether both
// are as near, is then a matter of the last digit (specification silent; JPMML's results agree in every digit).
func (m *Mining) median(b *miningBuffer, shares []float64) {
	best, most := 0, math.Inf(-1)
	for c := range shares {
		x := m.medianOf(b, c)
		if x > most {
			best, most = c, x
		}
	}
	nearest := math.Inf(1)
	for i := range b.members {
		nearest = math.Min(nearest, math.Abs(b.members[i].probability(best)-most))
	}
	m.meanOf(b, shares, func(e *member) bool { return math.Abs(e.probability(best)-most) == nearest })
}

// medianOf is the median probability of a class; weighted, the first at which half of the weight is reached.
func (m *Mining) medianOf(b *miningBuffer, class int) float64 {
	row, total := b.numbers[:0], 0.0
	for i := range b.members {
		row = append(row, weighted{b.members[i].probability(class), b.members[i].weight})
		total += b.members[i].weight
	}
	b.numbers = row
	slices.SortFunc(row, func(x, y weighted) int { return cmp.Compare(x.x, y.x) })
	if m.Method == WeightedMedian {
		reached := 0.0
		for i := range row {
			if reached += row[i].weight; 2*reached >= total {
				return row[i].x
			}
		}
	}
	n := len(row)
	if n%2 == 0 {
		return row[n/2-1].x + 0.5*(row[n/2].x-row[n/2-1].x)
	}
	return row[n/2].x
}

func (m *Mining) meanOf(b *miningBuffer, shares []float64, counts func(e *member) bool) {
	n := 0.0
	for i := range b.members {
		e := &b.members[i]
		if !counts(e) {
			continue
		}
		n++
		for c := range shares {
			shares[c] += e.probability(c)
		}
	}
	for c := range shares {
		shares[c] /= n
	}
}
