package function

import "github.com/beam-pmml/beam-pmml/pmml/value"

// and, or and not know three truth values, a missing argument being the unknown one (Kleene), as predicates do. and, or and if need
// not have all their arguments evaluated: a caller that can leave some out had better do so, with the same result.
var logic = []*Builtin{
	{Name: "and", MinArgs: 2, MaxArgs: Any, Type: always(value.Boolean), Eval: junction(false)},
	{Name: "or", MinArgs: 2, MaxArgs: Any, Type: always(value.Boolean), Eval: junction(true)},
	{Name: "not", MinArgs: 1, MaxArgs: 1, Type: always(value.Boolean), Eval: not},
	{Name: "if", MinArgs: 2, MaxArgs: 3, Type: ifType, Eval: ifThenElse},
}

// truth returns an argument as a boolean, missing or invalid.
func truth(v value.Value) value.Value { return v.Convert(value.Boolean) }

// junction makes the function that an argument equal to decisive decides, whatever the others are.
func junction(decisive bool) func([]value.Value) value.Value {
	return func(args []value.Value) value.Value {
		result := value.OfBool(!decisive)
		for i := range args {
			arg := truth(args[i])
			b, ok := arg.Bool()
			switch {
			case ok && b == decisive:
				return arg
			case ok || result.IsInvalid():
			default:
				result = arg
			}
		}
		return result
	}
}

func not(args []value.Value) value.Value {
	arg := truth(args[0])
	if b, ok := arg.Bool(); ok {
		return value.OfBool(!b)
	}
	return arg
}

func ifType(args []value.Type) value.Type {
	if len(args) == 2 || args[1] == args[2] {
		return args[1]
	}
	return value.Untyped
}

// ifThenElse without a third argument is missing where the condition is false.
func ifThenElse(args []value.Value) value.Value {
	condition := truth(args[0])
	b, ok := condition.Bool()
	switch {
	case !ok:
		return condition
	case b:
		return args[1]
	case len(args) == 3:
		return args[2]
	}
	return value.Missing()
}

// A missing value is neither valid nor not valid.
var states = []*Builtin{
	state("isMissing", value.Value.IsMissing),
	state("isNotMissing", func(v value.Value) bool { return !v.IsMissing() }),
	state("isValid", value.Value.IsValid),
	state("isNotValid", value.Value.IsInvalid),
}

func state(name string, is func(value.Value) bool) *Builtin {
	return &Builtin{Name: name, MinArgs: 1, MaxArgs: 1, Type: always(value.Boolean), Eval: func(args []value.Value) value.Value {
		return value.OfBool(is(args[0]))
	}}
}
