package function

import (
	"math"
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// These leave missing arguments out, and are missing when all are.
var aggregates = []*Builtin{
	{Name: "min", MinArgs: 1, MaxArgs: Any, Type: extremeType, Eval: extreme(-1)},
	{Name: "max", MinArgs: 1, MaxArgs: Any, Type: extremeType, Eval: extreme(1)},
	{Name: "sum", MinArgs: 1, MaxArgs: Any, Type: widest, Eval: fold(0, addInts, func(x, y float64) float64 { return x + y })},
	{Name: "avg", MinArgs: 1, MaxArgs: Any, Type: realOf, Eval: average},
	{Name: "median", MinArgs: 1, MaxArgs: Any, Type: realOf, Eval: median},
	{Name: "product", MinArgs: 1, MaxArgs: Any, Type: widest, Eval: fold(1, multiplyInts, func(x, y float64) float64 { return x * y })},
}

// present returns the widest kind of the arguments that are not missing and how many these are. Untyped: one of them is no number.
func present(args []value.Value) (t value.Type, n int) {
	t = value.Integer
	for i := range args {
		if args[i].IsMissing() {
			continue
		}
		n++
		if !args[i].IsValid() {
			return value.Untyped, n
		}
		t = wider(t, kindOf(&args[i]))
	}
	return t, n
}

// fold adds or multiplies in the order of the arguments, in the precision of their kind.
func fold(unit int64, integers func(x, y int64) (int64, bool), f func(x, y float64) float64) func([]value.Value) value.Value {
	return func(args []value.Value) value.Value {
		t, n := present(args)
		switch {
		case n == 0:
			return value.Missing()
		case t == value.Untyped:
			return invalid()
		case t == value.Integer:
			total := unit
			for i := range args {
				x, is := args[i].Int64()
				if !is {
					continue
				}
				var fits bool
				if total, fits = integers(total, x); !fits {
					return invalid()
				}
			}
			return value.OfInt(total)
		}
		total := float64(unit)
		for i := range args {
			if x, is := args[i].Float64(); is {
				if total = f(total, x); t == value.Float {
					total = float64(float32(total))
				}
			}
		}
		return number(t, total)
	}
}

func realKind(t value.Type) value.Type {
	if t == value.Integer {
		return value.Double
	}
	return t
}

// average is finite where the arguments are, also where their sum would overflow. An infinite argument makes it infinite if it is the last,
// else invalid, as JPMML-Evaluator's running mean does.
func average(args []value.Value) value.Value {
	t, n := present(args)
	switch {
	case n == 0:
		return value.Missing()
	case t == value.Untyped:
		return invalid()
	}
	total, scaled, infinite := 0.0, 0.0, false
	for i := range args {
		x, is := args[i].Float64()
		switch {
		case !is:
			continue
		case infinite:
			return number(value.Double, math.NaN())
		}
		total += x
		scaled += x / float64(n)
		infinite = math.IsInf(x, 0)
	}
	if math.IsInf(total, 0) {
		return number(realKind(t), scaled)
	}
	return number(realKind(t), total/float64(n))
}

// median of an even number of values is the mean of the two in the middle.
func median(args []value.Value) value.Value {
	t, n := present(args)
	switch {
	case n == 0:
		return value.Missing()
	case t == value.Untyped:
		return invalid()
	}
	var few [16]float64
	sorted := few[:0]
	for i := range args {
		if x, is := args[i].Float64(); is {
			if x != x {
				return invalid()
			}
			sorted = append(sorted, x)
		}
	}
	slices.Sort(sorted)
	middle := sorted[n/2]
	if n%2 == 0 {
		middle = mean(sorted[n/2-1], middle)
	}
	return number(realKind(t), middle)
}

// mean of two numbers, also where their sum would overflow.
func mean(x, y float64) float64 {
	if sum := x + y; !math.IsInf(sum, 0) {
		return sum / 2
	}
	return x/2 + y/2
}

// extremeType is the widest kind of numbers; anything else has an order only among its own type.
func extremeType(args []value.Type) value.Type {
	if t := widest(args); t != value.Untyped {
		return t
	}
	for _, t := range args {
		if t != args[0] {
			return value.Untyped
		}
	}
	return args[0]
}

// extreme returns the argument that compares as sign to all others: -1 the least, 1 the greatest.
func extreme(sign int) func([]value.Value) value.Value {
	return func(args []value.Value) value.Value {
		t, n := present(args)
		if n == 0 {
			return value.Missing()
		}
		best := -1
		for i := range args {
			if args[i].IsMissing() {
				continue
			}
			if !args[i].IsValid() {
				return invalid()
			}
			if best < 0 {
				best = i
				if x, ok := args[i].Float64(); ok && x != x {
					return invalid()
				}
				continue
			}
			c, ok := value.Compare(args[i], args[best])
			if !ok || t == value.Untyped && args[i].Type() != args[best].Type() {
				return invalid()
			}
			if c == sign {
				best = i
			}
		}
		if t == value.Untyped || args[best].Type() == t {
			return args[best]
		}
		return args[best].Convert(t)
	}
}
