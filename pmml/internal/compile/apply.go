package compile

import (
	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/function"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// apply compiles a function call with its treatments, in the order of the specification (Functions): arguments, mapMissingTo,
// the call, invalidValueTreatment, defaultValue.
func (c *compiler) apply(e *document.Apply, s *scope) (program.Eval, value.Type) {
	var args []program.Eval
	var types []value.Type
	ok := true
	for _, a := range e.Arguments {
		eval, t := c.expression(a, s)
		ok = ok && eval != nil
		args, types = append(args, eval), append(types, t)
	}
	mapped := new(instead)
	call, t := c.call(e, s, args, types, ok, mapped)
	if call == nil {
		return nil, value.Untyped
	}
	mapped.value, mapped.is = c.instead(e.MapMissingTo, t, e.Place())
	return c.treated(e, call, t), t
}

// instead is what mapMissingTo says, if it is given. Each argument is evaluated once, and a call that meets a missing one returns this.
type instead struct {
	value value.Value
	is    bool
}

// call compiles the function without the treatments.
func (c *compiler) call(e *document.Apply, s *scope, args []program.Eval, types []value.Type, complete bool, mapped *instead) (program.Eval, value.Type) {
	if d := c.functions[e.Function]; d != nil {
		c.called[e.Function] = true
		if len(d.Parameters) != len(args) {
			c.fault(e.Place(), "function %s takes %d arguments, not %d", e.Function, len(d.Parameters), len(args))
			return nil, value.Untyped
		}
		if !complete {
			return nil, value.Untyped
		}
		return c.callDefined(d, e, args, types, mapped)
	}
	b, ok := function.Lookup(e.Function)
	if !ok {
		c.fault(e.Place(), "function %q is not known", e.Function)
		return nil, value.Untyped
	}
	if !b.Takes(len(args)) {
		c.fault(e.Place(), "function %s cannot take %d arguments", e.Function, len(args))
		return nil, value.Untyped
	}
	if !complete {
		return nil, value.Untyped
	}
	c.literals(e, args, types)
	c.validity(e, args, s)
	t := value.Untyped
	if b.Type != nil {
		t = b.Type(types)
	}
	switch e.Function {
	case "if":
		return lazyIf(args, mapped), t
	case "and":
		return lazyLogic(args, false, mapped), value.Boolean
	case "or":
		return lazyLogic(args, true, mapped), value.Boolean
	}
	eval := b.Eval
	if b.Compile != nil {
		consts := make([]value.Value, len(args))
		for i, a := range e.Arguments {
			if k, isConst := a.(*document.Constant); isConst {
				consts[i] = c.constantValue(k)
			}
		}
		made, err := b.Compile(consts)
		if err != nil {
			c.fault(e.Place(), "function %s: %v", e.Function, err)
			return nil, t
		}
		if made != nil {
			eval = made
		}
	}
	if rank := c.ordinal(e, s); rank != nil {
		eval = byRank(eval, rank)
	}
	if t == value.String {
		return bounded(called(eval, args, mapped)), t
	}
	return called(eval, args, mapped), t
}

// ordinal finds the order of values by which a function asks what is less: that of the first argument that is an ordinal field with one.
func (c *compiler) ordinal(e *document.Apply, s *scope) func(v value.Value) int {
	if !orders[e.Function] {
		return nil
	}
	for _, a := range e.Arguments {
		if ref, isField := a.(*document.FieldRef); isField {
			if f := s.find(ref.Field); f != nil && f.opType == "ordinal" && len(f.values) > 0 {
				return f.rank()
			}
		}
	}
	return nil
}

// byRank compares the places of values; what has none is invalid.
func byRank(eval func([]value.Value) value.Value, rank func(v value.Value) int) func([]value.Value) value.Value {
	return func(args []value.Value) value.Value {
		places := [2]value.Value{args[0], args[1]}
		for i, v := range args {
			if !v.IsValid() {
				continue
			}
			if places[i] = value.OfInt(int64(rank(v))); rank(v) < 0 {
				places[i] = value.Invalid(v.String())
			}
		}
		return eval(places[:])
	}
}

// bounded counts the texts that functions make of a row: a document that makes them grow without end fails it.
func bounded(call program.Eval) program.Eval {
	return func(f *program.Frame) value.Value {
		if f.Failed() {
			return value.Missing()
		}
		v := call(f)
		if s, ok := v.Str(); ok {
			f.Made(len(s))
		}
		return v
	}
}

// compares are the functions that compare their first argument with the others; orders those of them that ask which is less.
var (
	compares = map[string]bool{"equal": true, "notEqual": true, "isIn": true, "isNotIn": true}
	orders   = map[string]bool{"lessThan": true, "lessOrEqual": true, "greaterThan": true, "greaterOrEqual": true}
)

// literals reads the constants that a float or a text is compared with as the type of it, as predicates do (specification, DataDictionary): 0.1 is
// the float nearest to it, and 1 the text "1".
func (c *compiler) literals(e *document.Apply, args []program.Eval, types []value.Type) {
	if !compares[e.Function] && !orders[e.Function] || len(args) == 0 {
		return
	}
	want := types[0]
	if want != value.Float && (want != value.String || orders[e.Function]) {
		return
	}
	for i := 1; i < len(args); i++ {
		k, isConstant := e.Arguments[i].(*document.Constant)
		if !isConstant || !types[i].IsNumber() {
			continue
		}
		v := c.prog.Texts.KnownOf(c.constantValue(k).Convert(want))
		args[i], types[i] = func(*program.Frame) value.Value { return v }, want
	}
}

// validity lets isValid and isNotValid see what invalidValueTreatment="asIs" passes on as it came (specification, BuiltinFunctions).
func (c *compiler) validity(e *document.Apply, args []program.Eval, s *scope) {
	if e.Function != "isValid" && e.Function != "isNotValid" {
		return
	}
	ref, isField := e.Arguments[0].(*document.FieldRef)
	if !isField {
		return
	}
	f := s.find(ref.Field)
	if f == nil || f.derive != nil || f.ref < 0 || int(f.ref) >= len(c.prog.Inputs) {
		return
	}
	in, read := c.prog.Inputs[f.ref], args[0]
	if in.Invalid != program.AsIs {
		return
	}
	args[0] = func(fr *program.Frame) value.Value {
		v := read(fr)
		if v.IsValid() && !in.Accepts(v) {
			return value.Invalid(v.String())
		}
		return v
	}
}

// called evaluates all arguments and calls.
func called(eval func([]value.Value) value.Value, args []program.Eval, mapped *instead) program.Eval {
	switch len(args) {
	case 1:
		a := args[0]
		return func(f *program.Frame) value.Value {
			x := a(f)
			if mapped.is && x.IsMissing() {
				return mapped.value
			}
			from := f.Push(x)
			out := eval(f.Args(from))
			f.Pop(from)
			return out
		}
	case 2:
		a, b := args[0], args[1]
		return func(f *program.Frame) value.Value {
			x, y := a(f), b(f)
			if mapped.is && (x.IsMissing() || y.IsMissing()) {
				return mapped.value
			}
			from := f.Push(x)
			f.Push(y)
			out := eval(f.Args(from))
			f.Pop(from)
			return out
		}
	}
	return func(f *program.Frame) value.Value {
		from := f.Depth()
		for _, a := range args {
			x := a(f)
			if mapped.is && x.IsMissing() {
				f.Pop(from)
				return mapped.value
			}
			f.Push(x)
		}
		out := eval(f.Args(from))
		f.Pop(from)
		return out
	}
}

// lazyIf evaluates only the branch that is taken. An unknown condition gives no value.
func lazyIf(args []program.Eval, mapped *instead) program.Eval {
	return func(f *program.Frame) value.Value {
		condition := args[0](f)
		if condition.IsMissing() {
			return mapped.value // missing where nothing is said
		}
		yes, ok := condition.Convert(value.Boolean).Bool()
		switch {
		case !ok:
			return value.Invalid(condition.String())
		case yes:
			return args[1](f)
		case len(args) > 2:
			return args[2](f)
		}
		return value.Missing()
	}
}

// lazyLogic is and (decided by false) or or (decided by true) in three values, evaluated no further than needed:
// with mapMissingTo all are, since any that is missing gives what it says.
func lazyLogic(args []program.Eval, decides bool, mapped *instead) program.Eval {
	return func(f *program.Frame) value.Value {
		out := value.OfBool(!decides)
		for _, a := range args {
			v := a(f)
			if v.IsMissing() {
				if mapped.is {
					return mapped.value
				}
				out = value.Missing()
				continue
			}
			b, ok := v.Convert(value.Boolean).Bool()
			switch {
			case !ok:
				return value.Invalid(v.String())
			case b != decides:
			case mapped.is: // a missing argument after this one counts for more
				out = value.OfBool(decides)
			default:
				return value.OfBool(decides)
			}
		}
		return out
	}
}

// treated wraps a call in its treatments.
func (c *compiler) treated(e *document.Apply, call program.Eval, t value.Type) program.Eval {
	fallback, falls := c.instead(e.DefaultValue, t, e.Place())
	asIs, asMissing := e.InvalidTreatment == "asIs", e.InvalidTreatment == "asMissing"
	message := "function " + e.Function + " has no valid result"
	return func(f *program.Frame) value.Value {
		v := call(f)
		if v.IsInvalid() {
			switch {
			case asMissing:
				v = value.Missing()
			case asIs: // NaN or an infinity, where the function has come to one
				if kept := value.ParseString(value.Double, v.Raw()); kept.IsValid() {
					v = kept
				}
			default:
				f.Fail(program.NoResult, "", message)
				return v
			}
		}
		if falls && v.IsMissing() {
			return fallback
		}
		return v
	}
}
