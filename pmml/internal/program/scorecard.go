package program

import (
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Scorecard is a Scorecard (specification, Scorecard).
type Scorecard struct {
	Initial         float64
	Reasons         bool
	Above           bool // reasonCodeAlgorithm pointsAbove
	Tests           Tests
	Characteristics []Characteristic
	Codes           []string
}

// Characteristic of a Scorecard.
type Characteristic struct {
	Name       *string // nil: not compiled for explanations
	Baseline   float64
	Attributes []Attribute
}

// Attribute of a Characteristic.
type Attribute struct {
	Test      Test
	Predicate *string // for explanations
	Partial   float64
	Complex   Eval  // instead of Partial
	Code      int32 // place in Scorecard.Codes
}

type scorecardBuffer struct {
	points []float64 // by code
	met    []bool    // by code
	order  []int32   // codes as they were met
}

// Score adds the partial score of the first attribute of each characteristic whose predicate is true. A characteristic without one leaves
// the score undefined.
func (s *Scorecard) Score(f *Frame, p *Prediction) {
	b := Buffer(f, s, func() *scorecardBuffer {
		return &scorecardBuffer{points: make([]float64, len(s.Codes)), met: make([]bool, len(s.Codes))}
	})
	clear(b.points)
	clear(b.met)
	b.order = b.order[:0]
	score := s.Initial
	for i := range s.Characteristics {
		c := &s.Characteristics[i]
		a := c.first(f, &s.Tests)
		if a == nil {
			return
		}
		partial := a.Partial
		if a.Complex != nil {
			v := a.Complex(f)
			x, ok := v.Float64()
			if !ok {
				return
			}
			partial = x
		}
		score += partial
		if a.Code >= 0 {
			points := c.Baseline - partial
			if s.Above {
				points = -points
			}
			b.points[a.Code] += points
			if !b.met[a.Code] {
				b.met[a.Code] = true
				b.order = append(b.order, a.Code)
			}
		}
	}
	if f.failed {
		return
	}
	p.Value = value.OfFloat(score)
	s.rank(p, b)
}

func (c *Characteristic) first(f *Frame, tests *Tests) *Attribute {
	for i := range c.Attributes {
		if c.Attributes[i].Test.Eval(f, tests) == Yes {
			return &c.Attributes[i]
		}
	}
	return nil
}

// rank lists the reason codes that were met by falling points, ties in the order of their characteristics; those with negative points are
// left out.
func (s *Scorecard) rank(p *Prediction, b *scorecardBuffer) {
	for _, code := range b.order {
		if points := b.points[code]; points >= 0 {
			p.Reasons = append(p.Reasons, Reason{s.Codes[code], points})
		}
	}
	slices.SortStableFunc(p.Reasons, func(a, b Reason) int {
		switch {
		case a.Points > b.Points:
			return -1
		case a.Points < b.Points:
			return 1
		}
		return 0
	})
}

// Bytes is the memory of the characteristics.
func (s *Scorecard) Bytes() int64 {
	n := bytesOf(s.Characteristics) + bytesOf(s.Codes) + int64(len(s.Tests.General))*closureBytes
	for i := range s.Characteristics {
		n += bytesOf(s.Characteristics[i].Attributes)
	}
	return n
}
