package compile

import (
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

var testKinds = [...]program.TestKind{
	document.LessThan: program.Less, document.LessOrEqual: program.LessOrSame, document.GreaterThan: program.Greater, document.GreaterOrEqual: program.GreaterOrSame,
	document.Equal: program.Same, document.NotEqual: program.NotSame,
}

// test compiles a predicate for a tree.
func (c *compiler) test(p *document.Predicate, s *scope, tests *program.Tests) program.Test {
	switch p.Kind {
	case document.True:
		return program.Test{Kind: program.Always}
	case document.Simple:
		return c.simple(p, s, tests)
	case document.SimpleSet, document.Compound:
		return general(tests, c.predicate(p, s))
	}
	return program.Test{Kind: program.Never}
}

func general(tests *program.Tests, p program.Predicate) program.Test {
	tests.General = append(tests.General, p)
	return program.Test{Kind: program.General, General: int32(len(tests.General) - 1)}
}

func (c *compiler) simple(p *document.Predicate, s *scope, tests *program.Tests) program.Test {
	f := c.use(s, p.Field, p.At)
	if f == nil {
		return program.Test{Kind: program.Never}
	}
	return c.compare(p, f, tests)
}

// compare compiles a SimplePredicate on a field.
func (c *compiler) compare(p *document.Predicate, f *field, tests *program.Tests) program.Test {
	switch p.Op {
	case document.IsMissing:
		return program.Test{Kind: program.Missing, Ref: f.ref}
	case document.IsNotMissing:
		return program.Test{Kind: program.NotMissing, Ref: f.ref}
	}
	kind := testKinds[p.Op]
	if f.typ == value.String && len(f.values) == 0 || f.typ == value.String && f.opType != "ordinal" {
		literal := c.constant(value.String, p.Value)
		switch kind {
		case program.Same:
			return program.Test{Kind: program.SymbolSame, Ref: f.ref, Symbol: literal.Symbol()}
		case program.NotSame:
			return program.Test{Kind: program.SymbolNotSame, Ref: f.ref, Symbol: literal.Symbol()}
		}
		return general(tests, ordered(f.ref, kind, literal))
	}
	if f.opType == "ordinal" && len(f.values) > 0 && kind <= program.GreaterOrSame {
		return general(tests, ranked(f, kind, c.constant(f.typ, p.Value)))
	}
	if f.typ.IsNumber() {
		bits := 64
		if f.typ == value.Float {
			bits = 32
		}
		if x, ok := c.threshold(p.Value, bits); ok {
			return program.Test{Kind: kind, Ref: f.ref, Number: x}
		}
	}
	literal := c.constant(f.typ, p.Value)
	if literal.IsInvalid() && kind <= program.GreaterOrSame && f.typ.IsNumber() {
		c.fault(p.At, "value %q of SimplePredicate is not of the type of field %q, %s", p.Value, p.Field, f.typ)
	}
	return general(tests, ordered(f.ref, kind, literal))
}

// threshold parses a number; the last one is remembered.
func (c *compiler) threshold(text string, bits int) (float64, bool) {
	if l := &c.last; l.text == text && l.bits == bits && l.ok {
		return l.number, true
	}
	x, ok := value.ParseFloat([]byte(text), bits)
	c.last = parsed{text, bits, x, ok}
	return x, ok
}

type parsed struct {
	text   string
	bits   int
	number float64
	ok     bool
}

// ordered compares with a literal of any type by the type's own order.
func ordered(ref program.Ref, kind program.TestKind, literal value.Value) program.Predicate {
	return func(fr *program.Frame) program.Truth {
		v := fr.At(ref)
		if v.IsMissing() {
			return program.Unknown
		}
		if v.IsInvalid() {
			fr.Fail(program.InvalidInput, "", "invalid value "+v.Raw()+" in a predicate")
			return program.Unknown
		}
		order, ok := value.Compare(*v, literal)
		return compared(kind, order, ok)
	}
}

func compared(kind program.TestKind, order int, ok bool) program.Truth {
	var out bool
	switch kind {
	case program.Less:
		out = ok && order < 0
	case program.LessOrSame:
		out = ok && order <= 0
	case program.Greater:
		out = ok && order > 0
	case program.GreaterOrSame:
		out = ok && order >= 0
	case program.Same:
		out = ok && order == 0
	case program.NotSame:
		out = !ok || order != 0
	}
	if out {
		return program.Yes
	}
	return program.No
}

// rank tells a value's place in the order of an ordinal field's values, -1 of one that is not among them.
func (f *field) rank() func(v value.Value) int {
	values, typ := f.values, f.typ
	return func(v value.Value) int {
		v = v.Convert(typ)
		return slices.IndexFunc(values, func(x value.Value) bool { return value.Equal(x, v) })
	}
}

// ranked compares by the order of an ordinal field's values.
func ranked(f *field, kind program.TestKind, literal value.Value) program.Predicate {
	ref, rank := f.ref, f.rank()
	limit := rank(literal)
	return func(fr *program.Frame) program.Truth {
		v := fr.At(ref)
		if v.IsMissing() {
			return program.Unknown
		}
		at := rank(*v)
		return compared(kind, at-limit, at >= 0 && limit >= 0)
	}
}

// predicate compiles any predicate.
func (c *compiler) predicate(p *document.Predicate, s *scope) program.Predicate {
	switch p.Kind {
	case document.True:
		return func(*program.Frame) program.Truth { return program.Yes }
	case document.Simple:
		tests := &program.Tests{}
		test := c.simple(p, s, tests)
		if test.Kind == program.General {
			return tests.General[test.General]
		}
		return func(f *program.Frame) program.Truth { return test.Eval(f, nil) }
	case document.SimpleSet:
		return c.set(p, s)
	case document.Compound:
		var parts []program.Predicate
		for i := range p.More.Parts {
			parts = append(parts, c.predicate(&p.More.Parts[i], s))
		}
		switch p.Op {
		case document.And:
			return program.And(parts)
		case document.Or:
			return program.Or(parts)
		case document.Xor:
			return program.Xor(parts)
		}
		return program.Surrogate(parts)
	}
	return func(*program.Frame) program.Truth { return program.No }
}

// set compiles a SimpleSetPredicate.
func (c *compiler) set(p *document.Predicate, s *scope) program.Predicate {
	f := c.use(s, p.Field, p.At)
	if f == nil {
		return func(*program.Frame) program.Truth { return program.No }
	}
	ref, wanted := f.ref, p.Op == document.IsIn
	if f.typ == value.String {
		symbols := make(map[uint32]struct{}, len(p.More.Values))
		for _, text := range p.More.Values {
			symbols[c.prog.Texts.Add(text)] = struct{}{}
		}
		return func(fr *program.Frame) program.Truth {
			v := fr.At(ref)
			if v.IsMissing() {
				return program.Unknown
			}
			_, in := symbols[v.Symbol()]
			if in == wanted {
				return program.Yes
			}
			return program.No
		}
	}
	var values []value.Value
	for _, text := range p.More.Values {
		v := c.constant(f.typ, text)
		if x, ok := number(text); ok && v.IsInvalid() && f.typ.IsNumber() {
			v = value.OfFloat(x)
		}
		values = append(values, v)
	}
	return func(fr *program.Frame) program.Truth {
		v := fr.At(ref)
		if v.IsMissing() {
			return program.Unknown
		}
		if v.IsInvalid() {
			fr.Fail(program.InvalidInput, "", "invalid value "+v.Raw()+" in a predicate")
			return program.Unknown
		}
		for i := range values {
			if value.Equal(*v, values[i]) {
				if wanted {
					return program.Yes
				}
				return program.No
			}
		}
		if wanted {
			return program.No
		}
		return program.Yes
	}
}
