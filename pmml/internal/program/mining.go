package program

import (
	"math"
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Method is a multipleModelMethod.
type Method uint8

// The methods (specification, MultipleModels).
const (
	SelectFirst Method = iota
	SelectAll
	ModelChain
	MajorityVote
	WeightedMajorityVote
	Average
	WeightedAverage
	Median
	WeightedMedian
	Max
	Sum
	WeightedSum
)

// MissingPrediction is a missingPredictionTreatment.
type MissingPrediction uint8

// The treatments.
const (
	Continue MissingPrediction = iota
	SkipSegment
	ReturnMissing
)

// Segment of a MiningModel.
type Segment struct {
	ID        value.Value
	Weight    float64
	WeightRef Ref // VariableWeight, NoRef: none
	Test      Test
	Model     *Instance
	Tree      *Tree   // instead of Model: the tree of an ensemble, with the classes of the whole
	Class     []int32 // the segment's classes among those of the whole, nil: the same
}

// Mining is a MiningModel that runs its segments one by one.
type Mining struct {
	Method    Method
	Treatment MissingPrediction
	Threshold float64
	Single    bool
	Tests     Tests
	Segments  []Segment
	Classes   []value.Value // nil: no classification
}

// member is what one segment said.
type member struct {
	prediction *Prediction
	segment    *Segment
	weight     float64
}

type miningBuffer struct {
	members []member
	trees   []Prediction
	numbers []weighted
	row     []float64
}

type weighted struct{ x, weight float64 }

func (m *Mining) buffer(f *Frame) *miningBuffer {
	return Buffer(f, m, func() *miningBuffer { return &miningBuffer{} })
}

// Score runs the segments whose predicate is true and combines what they say.
func (m *Mining) Score(f *Frame, p *Prediction) {
	switch m.Method {
	case SelectFirst:
		m.first(f, p)
		return
	case ModelChain:
		m.chain(f, p)
		return
	}
	b := m.buffer(f)
	members := b.members[:0]
	missing, total, missed := 0, 0.0, 0.0
	for i := range m.Segments {
		s := &m.Segments[i]
		if s.Test.Eval(f, &m.Tests) != Yes {
			continue
		}
		said := s.run(f, b, i, len(m.Segments))
		weight, known := s.weight(f) // after the segment: its outputs may give it
		if f.failed {
			return
		}
		total += weight
		if said.Value.IsMissing() || !known {
			missing++
			missed += weight
			if m.Treatment == ReturnMissing {
				return
			}
			if m.Treatment == SkipSegment {
				continue
			}
		}
		members = append(members, member{said, s, weight})
	}
	b.members = members
	if len(members) == 0 && missing > 0 && m.Threshold >= 1 && (m.Method == Sum || m.Method == WeightedSum) {
		p.Value = value.OfFloat(0) // a sum of nothing
		return
	}
	if len(members) == 0 || !m.enough(missing, len(members), missed, total) {
		return
	}
	if m.Method == SelectAll {
		m.all(p, members)
		return
	}
	if m.Classes == nil {
		m.regression(f, p, b)
		return
	}
	m.classification(f, p, b)
}

// enough says whether missing predictions leave enough to go by. Under continue a missing prediction makes the result missing, save for
// votes, where it is one more candidate.
func (m *Mining) enough(missing, members int, missed, total float64) bool {
	switch {
	case missing == 0:
		return true
	case m.Treatment == SkipSegment:
		return total == 0 || missed/total <= m.Threshold
	}
	return m.Method == MajorityVote || m.Method == WeightedMajorityVote || m.Method == SelectAll
}

// run scores a segment.
func (s *Segment) run(f *Frame, b *miningBuffer, i, n int) *Prediction {
	if s.Tree == nil {
		return s.Model.Run(f)
	}
	if b.trees == nil {
		b.trees = make([]Prediction, n)
	}
	p := &b.trees[i]
	p.reset()
	s.Tree.Score(f, p)
	return p
}

func (s *Segment) weight(f *Frame) (float64, bool) {
	if s.WeightRef == NoRef {
		return s.Weight, true
	}
	return f.Number(s.WeightRef)
}

func (m *Mining) first(f *Frame, p *Prediction) {
	for i := range m.Segments {
		s := &m.Segments[i]
		if s.Test.Eval(f, &m.Tests) != Yes {
			continue
		}
		said := s.Model.Run(f)
		if f.failed {
			return
		}
		adopt(p, said, s, m.Classes)
		p.Entity = s.ID
		if m.Treatment != SkipSegment || !said.Value.IsMissing() {
			return
		}
	}
}

func (m *Mining) chain(f *Frame, p *Prediction) {
	var last *Segment
	var said *Prediction
	for i := range m.Segments {
		s := &m.Segments[i]
		if s.Test.Eval(f, &m.Tests) != Yes {
			continue
		}
		result := s.Model.Run(f)
		if f.failed {
			return
		}
		if result.Value.IsMissing() {
			if m.Treatment == ReturnMissing {
				return
			}
			if m.Treatment == SkipSegment {
				continue
			}
		}
		last, said = s, result
	}
	if last != nil {
		adopt(p, said, last, m.Classes)
	}
}

// adopt makes a segment's result the whole's.
func adopt(p, said *Prediction, s *Segment, classes []value.Value) {
	p.Value, p.Entity = said.Value, said.Entity
	p.Reasons = append(p.Reasons[:0], said.Reasons...)
	p.Members = append(p.Members[:0], said.Members...)
	p.Class = said.Class
	p.Probabilities, p.Confidences = said.Probabilities, said.Confidences
	if classes == nil || s.Class == nil || said.Class < 0 {
		return
	}
	p.Class = s.Class[said.Class]
	p.Value = classes[p.Class]
	if said.Probabilities != nil {
		p.Probabilities = p.Classes(len(classes))
		for i, x := range said.Probabilities {
			p.Probabilities[s.Class[i]] = x
		}
		p.Confidences = p.Probabilities
	}
}

// all makes a collection of the members' results.
func (m *Mining) all(p *Prediction, members []member) {
	list := make([]value.Value, 0, len(members))
	for i := range members {
		list = append(list, members[i].prediction.Value)
	}
	p.Value = value.OfList(list)
}

func (m *Mining) regression(f *Frame, p *Prediction, b *miningBuffer) {
	numbers := b.numbers[:0]
	for i := range b.members {
		x, ok := b.members[i].prediction.Value.Float64()
		if !ok {
			f.Fail(NoResult, "", "a segment's result is not a number")
			return
		}
		numbers = append(numbers, weighted{x, b.members[i].weight})
	}
	b.numbers = numbers
	y, ok := combine(m.Method, numbers, m.Single)
	if !ok {
		f.Fail(NoResult, "", "the weights of the segments add up to nothing")
		return
	}
	if m.Single {
		p.Value = value.OfSingle(y)
	} else {
		p.Value = value.OfFloat(y)
	}
}

// combine folds numbers in their order.
func combine(method Method, numbers []weighted, single bool) (float64, bool) {
	if single && method != Median && method != WeightedMedian && method != Max {
		return combineSingle(method, numbers)
	}
	switch method {
	case Sum, Average:
		y := 0.0
		for _, n := range numbers {
			y += n.x
		}
		if method == Average {
			y /= float64(len(numbers))
		}
		return y, true
	case WeightedSum, WeightedAverage:
		y, total := 0.0, 0.0
		for _, n := range numbers {
			y += n.weight * n.x
			total += n.weight
		}
		if method == WeightedAverage {
			y /= total
		}
		return y, method == WeightedSum || total != 0
	case Max:
		y := math.Inf(-1)
		for _, n := range numbers {
			y = math.Max(y, n.x)
		}
		return y, true
	case Median:
		slices.SortFunc(numbers, byNumber)
		n := len(numbers)
		if n%2 == 1 {
			return numbers[n/2].x, true
		}
		return (numbers[n/2-1].x + numbers[n/2].x) / 2, true
	}
	return weightedMedian(numbers)
}

func combineSingle(method Method, numbers []weighted) (float64, bool) {
	y, total := float32(0), float32(0)
	for _, n := range numbers {
		x, w := float32(n.x), float32(1)
		if method == WeightedSum || method == WeightedAverage {
			w = float32(n.weight)
			x = float32(x * w)
		}
		y += x
		total += w
	}
	if method == Average || method == WeightedAverage {
		if total == 0 {
			return 0, false
		}
		y /= total
	}
	return float64(y), true
}

func byNumber(a, b weighted) int {
	switch {
	case a.x < b.x:
		return -1
	case a.x > b.x:
		return 1
	}
	return 0
}

// weightedMedian is the first number in rising order at which the weights so far are half of all or more.
func weightedMedian(numbers []weighted) (float64, bool) {
	slices.SortStableFunc(numbers, byNumber)
	total := 0.0
	for _, n := range numbers {
		total += n.weight
	}
	cumulated := 0.0
	for _, n := range numbers {
		if cumulated += n.weight; cumulated >= total/2 {
			return n.x, true
		}
	}
	return 0, false
}

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
	case Median:
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
		row := b.row[:0]
		for i := range b.members {
			row = append(row, b.members[i].probability(c))
		}
		b.row = row
		slices.Sort(row)
		n := len(row)
		x := row[n/2]
		if n%2 == 0 {
			x = row[n/2-1] + 0.5*(row[n/2]-row[n/2-1])
		}
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
