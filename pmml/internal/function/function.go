// Package function holds the built-in functions of PMML 4.4 (specification, BuiltinFunctions).
//
// A function takes values and gives a value. An invalid result, such as the logarithm of a negative number, is a value in that
// state: what becomes of it is for the invalidValueTreatment of the Apply to say, as mapMissingTo and defaultValue are.
// Where the specification leaves a rule open the functions follow JPMML-Evaluator, which most producers of documents test with.
package function

import "github.com/beam-pmml/beam-pmml/pmml/value"

// Builtin is one built-in function. All its parts are safe for concurrent use.
type Builtin struct {
	Name    string
	MinArgs int
	MaxArgs int // Any: no limit

	// Type returns the type of a valid result, given the types of the arguments; Untyped where one of them is needed and
	// not known, or where no valid result is possible.
	Type func(args []value.Type) value.Type

	// Eval applies the function. The number of arguments must be allowed; they are neither kept nor changed. Functions of numbers
	// do not allocate.
	Eval func(args []value.Value) value.Value

	// Compile, where it is set, prepares the function for arguments that are constants, such as a pattern. In consts an
	// argument that is not constant is missing. The result stands in for Eval. An error says what is wrong with a constant.
	Compile func(consts []value.Value) (func(args []value.Value) value.Value, error)
}

// Any as MaxArgs stands for any number of arguments.
const Any = -1

// Takes says whether the function can be applied to n arguments.
func (b *Builtin) Takes(n int) bool { return n >= b.MinArgs && (b.MaxArgs == Any || n <= b.MaxArgs) }

// Lookup returns the built-in function of that name.
func Lookup(name string) (*Builtin, bool) {
	b, ok := byName[name]
	return b, ok
}

// Names returns the names of all functions, group by group.
func Names() []string {
	var names []string
	for _, group := range groups {
		for _, b := range group {
			names = append(names, b.Name)
		}
	}
	return names
}

var groups = [][]*Builtin{
	arithmetic, aggregates, elementary, rounding, trigonometric, normal,
	comparisons, membership, logic, states,
	texts, patterns, formats, dates,
}

var byName = func() map[string]*Builtin {
	table := make(map[string]*Builtin)
	for _, group := range groups {
		for _, b := range group {
			table[b.Name] = b
			table["x-"+b.Name] = b // as producers write functions that their version of PMML does not have yet
		}
	}
	return table
}()

// always is a Type that does not depend on the arguments.
func always(t value.Type) func([]value.Type) value.Type {
	return func([]value.Type) value.Type { return t }
}

// anyMissing says whether an argument is missing: most functions then give missing.
func anyMissing(args []value.Value) bool {
	for i := range args {
		if args[i].IsMissing() {
			return true
		}
	}
	return false
}

// fromText makes a function of texts that is missing if an argument is and invalid if one is.
func fromText(f func(args []value.Value) value.Value) func([]value.Value) value.Value {
	return func(args []value.Value) value.Value {
		if anyMissing(args) {
			return value.Missing()
		}
		for i := range args {
			if args[i].IsInvalid() {
				return invalid()
			}
		}
		return f(args)
	}
}

func invalid() value.Value { return value.Invalid("") }
