package program

import (
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Truth is the outcome of a predicate: a logic of three values (specification, TreeModel, Predicates).
type Truth uint8

// The outcomes.
const (
	No Truth = iota
	Yes
	Unknown
)

// TestKind says how a Test decides.
type TestKind uint8

// The kinds. Those from Less to NotSame compare a number; a field that is missing is Unknown.
const (
	Never TestKind = iota
	Always
	Less
	LessOrSame
	Greater
	GreaterOrSame
	Same
	NotSame
	SymbolSame
	SymbolNotSame
	Missing
	NotMissing
	General
)

// Test is a predicate in a form that trees can hold by the million.
type Test struct {
	Kind    TestKind
	Ref     Ref
	Number  float64
	Symbol  uint32
	General int32 // place in Tests.General
}

// Predicate is any predicate.
type Predicate func(f *Frame) Truth

// Tests holds what few tests need: the predicates that are more than one comparison.
type Tests struct {
	General []Predicate
}

// Eval decides a test. The tests are those that compile made it for.
func (t *Test) Eval(f *Frame, tests *Tests) Truth {
	switch t.Kind {
	case Never:
		return No
	case Always:
		return Yes
	case General:
		return tests.General[t.General](f)
	}
	v := f.At(t.Ref)
	if v.IsMissing() {
		switch t.Kind {
		case Missing:
			return Yes
		case NotMissing:
			return No
		}
		return Unknown
	}
	return t.present(f, v)
}

func (t *Test) present(f *Frame, v *value.Value) Truth {
	switch t.Kind {
	case Missing:
		return No
	case NotMissing:
		return Yes
	}
	if v.IsInvalid() {
		f.Fail(InvalidInput, "", "invalid value "+v.Raw()+" in a predicate")
		return Unknown
	}
	if t.Kind == SymbolSame || t.Kind == SymbolNotSame {
		return truth((v.Symbol() == t.Symbol) == (t.Kind == SymbolSame))
	}
	x, ok := v.Float64()
	if !ok {
		return truth(t.Kind == NotSame)
	}
	switch t.Kind {
	case Less:
		return truth(x < t.Number)
	case LessOrSame:
		return truth(x <= t.Number)
	case Greater:
		return truth(x > t.Number)
	case GreaterOrSame:
		return truth(x >= t.Number)
	case Same:
		return truth(x == t.Number)
	}
	return truth(x != t.Number)
}

func truth(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

// And is false when a part is, unknown when none is but one may be.
func And(parts []Predicate) Predicate {
	return func(f *Frame) Truth {
		out := Yes
		for _, p := range parts {
			switch p(f) {
			case No:
				return No
			case Unknown:
				out = Unknown
			}
		}
		return out
	}
}

// Or is true when a part is, unknown when none is but one may be.
func Or(parts []Predicate) Predicate {
	return func(f *Frame) Truth {
		out := No
		for _, p := range parts {
			switch p(f) {
			case Yes:
				return Yes
			case Unknown:
				out = Unknown
			}
		}
		return out
	}
}

// Xor is true when an odd number of parts is.
func Xor(parts []Predicate) Predicate {
	return func(f *Frame) Truth {
		out := No
		for _, p := range parts {
			switch p(f) {
			case Unknown:
				return Unknown
			case Yes:
				out = Yes - out
			}
		}
		return out
	}
}

// Surrogate is the first part that is known.
func Surrogate(parts []Predicate) Predicate {
	return func(f *Frame) Truth {
		for i, p := range parts {
			if t := p(f); t != Unknown {
				if i > 0 {
					f.substitutes++
				}
				return t
			}
		}
		return Unknown
	}
}
