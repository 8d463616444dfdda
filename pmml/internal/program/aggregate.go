package program

import (
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// MaxMultiset is how many values a multiset over rows may hold.
const MaxMultiset = 1 << 16

// GroupAggregate is an Aggregate with a groupField: over the rows of the sequence, up to the present one, that have its group (specification,
// Transformations, Aggregate).
type GroupAggregate struct {
	Field, Group Ref
	Function     string // count, sum, average, min, max, multiset
}

type groupMemory struct{ groups map[string]*groupState }

// groupState is what the rows of a group come to. Missing values are left out.
type groupState struct {
	n        int64
	sum      float64
	min, max value.Value
	all      []value.Value
}

func (g *GroupAggregate) memory(f *Frame) *groupMemory {
	return Kept(f, g, func() *groupMemory { return &groupMemory{groups: map[string]*groupState{}} })
}

func (g *GroupAggregate) state(f *Frame) *groupState {
	if s := g.memory(f).groups[f.At(g.Group).String()]; s != nil {
		return s
	}
	return &groupState{}
}

// Eval is the aggregate with the present row.
func (g *GroupAggregate) Eval(f *Frame) value.Value {
	s := *g.state(f)
	s.add(f, g, *f.At(g.Field))
	switch g.Function {
	case "count":
		return value.OfInt(s.n)
	case "min":
		return s.min
	case "max":
		return s.max
	case "multiset":
		return value.OfList(s.all)
	}
	if s.n == 0 {
		return value.Missing()
	}
	if g.Function == "average" {
		return value.OfFloat(s.sum / float64(s.n))
	}
	return value.OfFloat(s.sum)
}

// Remember adds the row to its group.
func (g *GroupAggregate) Remember(f *Frame) {
	m := g.memory(f)
	name := f.At(g.Group).String()
	s := m.groups[name]
	if s == nil {
		if len(m.groups) >= maxBlocks {
			f.Fail(Limit, "", "an Aggregate has met too many groups")
			return
		}
		s = &groupState{}
		m.groups[name] = s
	}
	s.add(f, g, *f.At(g.Field))
}

func (s *groupState) add(f *Frame, g *GroupAggregate, v value.Value) {
	if !v.IsValid() {
		return
	}
	s.n++
	switch g.Function {
	case "sum", "average":
		x, ok := v.Float64()
		if !ok {
			f.Fail(InvalidInput, "", "the value "+v.String()+" is not a number")
		}
		s.sum += x
	case "min":
		if order, _ := value.Compare(v, s.min); s.min.IsMissing() || order < 0 {
			s.min = v
		}
	case "max":
		if order, _ := value.Compare(v, s.max); s.max.IsMissing() || order > 0 {
			s.max = v
		}
	case "multiset":
		if len(s.all) >= MaxMultiset {
			f.Fail(Limit, "", "a multiset holds too many values")
			return
		}
		s.all = append(s.all[:len(s.all):len(s.all)], v)
	}
}
