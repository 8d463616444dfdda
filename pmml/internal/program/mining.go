package program

import (
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
	ID        value.Value // missing: a part of a composition
	Weight    float64
	WeightRef Ref // VariableWeight, a factor of Weight, NoRef: none
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
		weight, known := 1.0, true
		if m.weighs() {
			weight, known = s.weight(f) // after the segment: its outputs may give it
		}
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
	if len(members) == 0 || !m.enough(missing, missed, total) {
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

// weighs says whether the method asks for the segments' weights.
func (m *Mining) weighs() bool {
	switch m.Method {
	case WeightedMajorityVote, WeightedAverage, WeightedMedian, WeightedSum:
		return true
	}
	return false
}

// enough says whether missing predictions leave enough to go by. Under continue a missing prediction makes the result missing, save for
// votes, where it is one more candidate.
func (m *Mining) enough(missing int, missed, total float64) bool {
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
	x, ok := f.Number(s.WeightRef)
	return x * s.Weight, ok
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
		p.choseSegment(said, s)
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
		p.choseSegment(said, last)
	}
}

// choseSegment makes a segment the entity: of a first match, and of a chain, which its last one speaks for.
func (p *Prediction) choseSegment(said *Prediction, s *Segment) {
	if s.ID.IsMissing() {
		return
	}
	p.Entity, p.Inner = s.ID, said.Inner
	if p.Inner.IsMissing() {
		p.Inner = said.Entity
	}
}

// adopt makes a segment's result the whole's.
func adopt(p, said *Prediction, s *Segment, classes []value.Value) {
	p.Value, p.Entity, p.Inner = said.Value, said.Entity, said.Inner
	p.Entities, p.Spread = said.Entities, said.Spread
	p.Reasons = append(p.Reasons[:0], said.Reasons...)
	p.Class = said.Class
	p.Probabilities, p.Confidences = said.Probabilities, said.Confidences
	if classes == nil || s.Class == nil || said.Class < 0 {
		return
	}
	p.Class = s.Class[said.Class]
	p.Value = classes[p.Class]
	k := len(classes)
	both := p.Classes(2 * k)
	p.Probabilities = placed(both[:k], said.Probabilities, s.Class)
	p.Confidences = placed(both[k:], said.Confidences, s.Class)
}

// placed puts a segment's numbers where its classes stand among those of the whole; nil: it gives none.
func placed(into, numbers []float64, places []int32) []float64 {
	if numbers == nil {
		return nil
	}
	for i, x := range numbers {
		into[places[i]] = x
	}
	return into
}

// all makes a collection of the members' results.
func (m *Mining) all(p *Prediction, members []member) {
	list := make([]value.Value, 0, len(members))
	for i := range members {
		list = append(list, members[i].prediction.Value)
	}
	p.Value = value.OfList(list)
}
