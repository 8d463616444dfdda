package function

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Literals of the tables: int, float64, float32, string and bool stand for values of their types, nil for a missing one,
// bad for an invalid one, and date, clock and stamp for calendar values.
type (
	bad   struct{}
	date  string
	clock string
	stamp string
	list  []any
)

func literal(t testing.TB, x any) value.Value {
	t.Helper()
	var v value.Value
	switch x := x.(type) {
	case nil:
		return value.Missing()
	case bad:
		return value.Invalid("?")
	case int:
		return value.OfInt(int64(x))
	case float64:
		return value.OfFloat(x)
	case float32:
		return value.OfSingle(float64(x))
	case string:
		return value.OfString(x)
	case bool:
		return value.OfBool(x)
	case date:
		v = value.ParseString(value.Date, string(x))
	case clock:
		v = value.ParseString(value.Time, string(x))
	case stamp:
		v = value.ParseString(value.DateTime, string(x))
	case list:
		return value.OfList(literals(t, x))
	case value.Value:
		return x
	}
	if !v.IsValid() {
		t.Fatalf("literal %v is not valid", x)
	}
	return v
}

func literals(t testing.TB, xs []any) []value.Value {
	t.Helper()
	values := make([]value.Value, len(xs))
	for i, x := range xs {
		values[i] = literal(t, x)
	}
	return values
}

// describe writes a value with its type, so that 1, 1.0 and "1" differ.
func describe(v value.Value) string {
	switch {
	case v.IsMissing():
		return "missing"
	case v.IsInvalid():
		return "invalid"
	}
	f, ok := v.Float64()
	if ok && v.Type().IsReal() {
		return fmt.Sprintf("%v %.17g", v.Type(), f)
	}
	return fmt.Sprintf("%v %v", v.Type(), v)
}

type test struct {
	name string
	args []any
	want any
}

func args(xs ...any) []any { return xs }

// run applies each function by Eval and, if it can be compiled, compiled with no argument, each one and all of them as constants: the
// results must be the same. It also holds the promised Type against the result.
func run(t *testing.T, tests []test) {
	t.Helper()
	for _, test := range tests {
		t.Run(fmt.Sprintf("%s%v", test.name, test.args), func(t *testing.T) {
			b, ok := Lookup(test.name)
			if !ok {
				t.Fatal("no such function")
			}
			values := literals(t, test.args)
			if !b.Takes(len(values)) {
				t.Fatalf("%d arguments are not allowed", len(values))
			}
			want := literal(t, test.want)
			check := func(how string, got value.Value) {
				t.Helper()
				if !same(got, want) {
					t.Errorf("%s: got %s, want %s", how, describe(got), describe(want))
				}
			}
			got := b.Eval(values)
			check("Eval", got)
			checkType(t, b, values, got)
			if b.Compile == nil {
				return
			}
			for mask := range 1 << len(values) {
				consts := make([]value.Value, len(values))
				for i := range values {
					if mask>>i&1 == 1 {
						consts[i] = values[i]
					}
				}
				f, err := b.Compile(consts)
				if err != nil {
					if !want.IsInvalid() {
						t.Errorf("Compile(%b): %v", mask, err)
					}
					continue
				}
				check(fmt.Sprintf("Compile(%b)", mask), f(values))
			}
		})
	}
}

// same compares states, types and values; reals to 4 units in the last place.
func same(got, want value.Value) bool {
	if !got.IsValid() || !want.IsValid() || got.Type() != want.Type() {
		return got.State() == want.State() && !got.IsValid()
	}
	if !got.Type().IsReal() {
		return got.String() == want.String()
	}
	g, _ := got.Float64()
	w, _ := want.Float64()
	return g == w || math.Abs(g-w) <= 4*math.Abs(math.Nextafter(w, math.Inf(1))-w)
}

func checkType(t *testing.T, b *Builtin, values []value.Value, got value.Value) {
	t.Helper()
	types := make([]value.Type, len(values))
	for i, v := range values {
		if _, list := v.List(); !v.IsValid() || list {
			return
		}
		types[i] = v.Type()
	}
	if promised := b.Type(types); got.IsValid() && promised != got.Type() && promised != value.Untyped {
		t.Errorf("Type promises %v, the result is %v", promised, got.Type())
	}
}

// The functions of PMML 4.4 by the specification's page BuiltinFunctions, with their numbers of arguments.
func TestTable(t *testing.T) {
	want := map[string][2]int{
		"+": {2, 2}, "-": {2, 2}, "*": {2, 2}, "/": {2, 2},
		"min": {1, Any}, "max": {1, Any}, "sum": {1, Any}, "avg": {1, Any}, "median": {1, Any}, "product": {1, Any},
		"log10": {1, 1}, "ln": {1, 1}, "sqrt": {1, 1}, "abs": {1, 1}, "exp": {1, 1}, "pow": {2, 2}, "threshold": {2, 2},
		"floor": {1, 1}, "ceil": {1, 1}, "round": {1, 1}, "modulo": {2, 2},
		"isMissing": {1, 1}, "isNotMissing": {1, 1}, "isValid": {1, 1}, "isNotValid": {1, 1},
		"equal": {2, 2}, "notEqual": {2, 2}, "lessThan": {2, 2}, "lessOrEqual": {2, 2}, "greaterThan": {2, 2}, "greaterOrEqual": {2, 2},
		"and": {2, Any}, "or": {2, Any}, "not": {1, 1}, "isIn": {2, Any}, "isNotIn": {2, Any}, "if": {2, 3},
		"uppercase": {1, 1}, "lowercase": {1, 1}, "stringLength": {1, 1}, "substring": {3, 3}, "trimBlanks": {1, 1},
		"concat": {1, Any}, "replace": {3, 3}, "matches": {2, 2}, "formatNumber": {2, 2}, "formatDatetime": {2, 2},
		"dateDaysSinceYear": {2, 2}, "dateSecondsSinceYear": {2, 2}, "dateSecondsSinceMidnight": {1, 1},
		"normalCDF": {3, 3}, "normalPDF": {3, 3}, "normalIDF": {3, 3}, "stdNormalCDF": {1, 1}, "stdNormalPDF": {1, 1}, "stdNormalIDF": {1, 1},
		"erf": {1, 1}, "expm1": {1, 1}, "hypot": {2, 2}, "ln1p": {1, 1}, "rint": {1, 1},
		"sin": {1, 1}, "asin": {1, 1}, "sinh": {1, 1}, "cos": {1, 1}, "acos": {1, 1}, "cosh": {1, 1}, "tan": {1, 1}, "atan": {1, 1}, "tanh": {1, 1},
		"atan2": {2, 2},
	}
	names := Names()
	for name, arity := range want {
		b, ok := Lookup(name)
		if !ok || b.Name != name || !slices.Contains(names, name) {
			t.Errorf("%s is not in the table", name)
			continue
		}
		if b.MinArgs != arity[0] || b.MaxArgs != arity[1] {
			t.Errorf("%s takes %d to %d arguments, want %v", name, b.MinArgs, b.MaxArgs, arity)
		}
		if b.Takes(arity[0]-1) || !b.Takes(arity[0]) || b.Takes(100) != (arity[1] == Any) {
			t.Errorf("%s: Takes is wrong", name)
		}
	}
	if len(names) != len(want) {
		t.Errorf("%d functions, want %d", len(names), len(want))
	}
	for _, unknown := range []string{"", "frobnicate", "Sum", "formatDateTime", "x-frobnicate", "x-x-sum", "x-"} {
		if _, ok := Lookup(unknown); ok {
			t.Errorf("%q is a function", unknown)
		}
	}
	for _, name := range []string{"modulo", "erf", "stdNormalCDF", "isValid"} {
		if b, ok := Lookup("x-" + name); !ok || b.Name != name {
			t.Errorf("x-%s is not %s", name, name)
		}
	}
}

// No function may fail by anything but its result, whatever it is given: every type in every place.
func TestAnyArgument(t *testing.T) {
	samples := literals(t, []any{
		nil, bad{}, 0, 1, -1, math.MaxInt64, math.MinInt64, 0.0, 0.5, -2.5, 1e300, math.Inf(1), math.Inf(-1), math.NaN(), float32(0.1),
		"", "é", "(", "%d", "%Y", "$", "2020-02-29", true, false, date("2020-02-29"), clock("12:00:00"), stamp("2020-02-29T12:00:00"), list{1, 2}, list{},
		value.OfCount(value.DateDaysSince1960, 10),
	})
	for _, name := range Names() {
		b, _ := Lookup(name)
		n := b.MaxArgs
		if n == Any {
			n = 3
		}
		for count := b.MinArgs; count <= n; count++ {
			combinations := 1
			for range count {
				combinations *= len(samples)
			}
			values := make([]value.Value, count)
			for c := range combinations {
				for i := range values {
					values[i] = samples[c%len(samples)]
					c /= len(samples)
				}
				checkType(t, b, values, b.Eval(values))
				if t.Failed() {
					t.Fatal(name, values)
				}
			}
		}
	}
}

func TestNumericFunctionsDoNotAllocate(t *testing.T) {
	for _, name := range []string{
		"+", "/", "modulo", "pow", "abs", "min", "sum", "avg", "median", "ln", "floor", "sin", "stdNormalIDF", "normalCDF", "lessThan", "equal", "isIn", "and", "if", "isMissing",
	} {
		b, _ := Lookup(name)
		values := literals(t, []any{0.25, 0.5, 2.0}[:max(b.MinArgs, 1)])
		if name == "and" || name == "if" {
			values = literals(t, []any{true, false})
		}
		if n := testing.AllocsPerRun(100, func() { b.Eval(values) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func BenchmarkEval(b *testing.B) {
	for _, c := range []struct {
		name string
		args []any
	}{
		{"+", args(1.5, 2.5)}, {"*", args(3, 4)}, {"ln", args(2.5)}, {"sum", args(1.5, 2.5, 3.5)}, {"lessThan", args(1.5, 2.5)},
		{"concat", args("a", "-", 3)},
	} {
		f, _ := Lookup(c.name)
		values := literals(b, c.args)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f.Eval(values)
			}
		})
	}
}
