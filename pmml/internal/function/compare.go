package function

import "github.com/beam-pmml/beam-pmml/pmml/value"

// Two numbers of unlike types are compared by size, a text with another type as a value of that type.
var comparisons = []*Builtin{
	{Name: "equal", MinArgs: 2, MaxArgs: 2, Type: always(value.Boolean), Eval: equality(true)},
	{Name: "notEqual", MinArgs: 2, MaxArgs: 2, Type: always(value.Boolean), Eval: equality(false)},
	order("lessThan", func(c int) bool { return c < 0 }),
	order("lessOrEqual", func(c int) bool { return c <= 0 }),
	order("greaterThan", func(c int) bool { return c > 0 }),
	order("greaterOrEqual", func(c int) bool { return c >= 0 }),
}

func equality(same bool) func([]value.Value) value.Value {
	return func(args []value.Value) value.Value {
		if anyMissing(args) {
			return value.Missing()
		}
		if args[0].IsInvalid() || args[1].IsInvalid() {
			return invalid()
		}
		return value.OfBool(value.Equal(args[0], args[1]) == same)
	}
}

// order makes a comparison by size. Values without an order between them, such as a time and a number, give no valid result; a
// NaN is neither less nor greater than anything.
func order(name string, holds func(c int) bool) *Builtin {
	return &Builtin{Name: name, MinArgs: 2, MaxArgs: 2, Type: always(value.Boolean), Eval: func(args []value.Value) value.Value {
		if anyMissing(args) {
			return value.Missing()
		}
		c, ok := value.Compare(args[0], args[1])
		if ok {
			return value.OfBool(holds(c))
		}
		if _, ok := args[0].Float64(); ok {
			if _, ok := args[1].Float64(); ok {
				return value.OfBool(false)
			}
		}
		return invalid()
	}}
}

// A missing first argument is in a list that holds a missing one, and in no other: the result is never missing (JPMML-Evaluator's
// reading; the specification is silent).
var membership = []*Builtin{
	{Name: "isIn", MinArgs: 2, MaxArgs: Any, Type: always(value.Boolean), Eval: isIn(true)},
	{Name: "isNotIn", MinArgs: 2, MaxArgs: Any, Type: always(value.Boolean), Eval: isIn(false)},
}

func isIn(in bool) func([]value.Value) value.Value {
	return func(args []value.Value) value.Value {
		if args[0].IsInvalid() {
			return invalid()
		}
		return value.OfBool(contains(args[1:], args[0]) == in)
	}
}

// contains looks for x among values and the members of collections.
func contains(values []value.Value, x value.Value) bool {
	for i := range values {
		if members, ok := values[i].List(); ok {
			if contains(members, x) {
				return true
			}
			continue
		}
		if x.IsMissing() && values[i].IsMissing() || value.Equal(values[i], x) {
			return true
		}
	}
	return false
}
