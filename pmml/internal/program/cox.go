package program

import (
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Cox is what a CoxRegression adds: cumulative base hazards, by stratum where StrataRef is a field.
type Cox struct {
	TimeRef   Ref
	StrataRef Ref
	Reference float64 // linear predictor of the reference point
	Strata    []CoxStratum
}

// CoxStratum holds the base hazard from each time on, times rising.
type CoxStratum struct {
	Value   value.Value
	MaxTime float64
	Times   []float64
	Hazards []float64
}

// scoreCox gives the cumulative hazard: that of the base at the end time, for the risk of the row over that of the reference point.
func scoreCox[T real](g *GeneralRegression, f *Frame, p *Prediction) {
	t, ok := f.Number(g.Cox.TimeRef)
	if !ok {
		return
	}
	s := g.Cox.stratum(f)
	if s == nil || t > s.MaxTime {
		return
	}
	base := s.hazard(t)
	if base == 0 { // before the first event there is none, whatever the risk
		p.Value = number(T(0))
		return
	}
	eta, ok := sumTerms[T](f, g.Equations[0], nil)
	if !ok {
		return
	}
	p.Value = number(T(base) * exponential(eta-T(g.Cox.Reference)))
}

func (c *Cox) stratum(f *Frame) *CoxStratum {
	if c.StrataRef == NoRef {
		return &c.Strata[0]
	}
	v := f.At(c.StrataRef)
	for i := range c.Strata {
		if v.IsValid() && value.Equal(*v, c.Strata[i].Value) {
			return &c.Strata[i]
		}
	}
	return nil
}

// hazard is that of the last time that is not after t, 0 before the first.
func (s *CoxStratum) hazard(t float64) float64 {
	low, high := 0, len(s.Times)
	for low < high {
		if mid := (low + high) / 2; s.Times[mid] <= t {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low == 0 {
		return 0
	}
	return s.Hazards[low-1]
}
