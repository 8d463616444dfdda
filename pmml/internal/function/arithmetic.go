package function

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Integers give integers, and an integer that overflows is invalid. The specification does not say what dividing integers
// gives: the quotient is cut off towards zero, and division by the integer zero invalid. Real division by zero is infinite, and 0/0
// invalid. Both are JPMML-Evaluator's readings.
var arithmetic = []*Builtin{
	numbers2("+", addInts, func(x, y float64) float64 { return x + y }),
	numbers2("-", subtractInts, func(x, y float64) float64 { return x - y }),
	numbers2("*", multiplyInts, func(x, y float64) float64 { return x * y }),
	numbers2("/", divideInts, func(x, y float64) float64 { return x / y }),
	numbers2("modulo", moduloInts, modulo),
	numbers2("pow", powInts, pow),
	numbers2("threshold",
		func(x, y int64) (int64, bool) { return oneIf(x > y), true },
		func(x, y float64) float64 { return float64(oneIf(x > y)) }),
	{Name: "abs", MinArgs: 1, MaxArgs: 1, Type: widest, Eval: abs},
}

func oneIf(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func divideInts(x, y int64) (int64, bool) {
	if y == 0 || x == math.MinInt64 && y == -1 {
		return 0, false
	}
	return x / y, true
}

// moduloInts and modulo give a remainder with the sign of the divisor.
func moduloInts(x, y int64) (int64, bool) {
	if y == 0 {
		return 0, false
	}
	if y == -1 { // math.MinInt64 / -1 overflows
		return 0, true
	}
	r := x % y
	if r != 0 && (r < 0) != (y < 0) {
		r += y
	}
	return r, true
}

func modulo(x, y float64) float64 {
	if math.IsInf(y, 0) {
		return math.NaN()
	}
	r := math.Mod(x, y)
	if r != 0 && (r < 0) != (y < 0) {
		r += y
	}
	return r
}

// powInts refuses negative exponents, whose results are not integers.
func powInts(x, y int64) (power int64, ok bool) {
	if y < 0 {
		return 0, false
	}
	power = 1
	for ; y > 0; y >>= 1 {
		if y&1 == 1 {
			if power, ok = multiplyInts(power, x); !ok {
				return 0, false
			}
		}
		if y > 1 {
			if x, ok = multiplyInts(x, x); !ok {
				return 0, false
			}
		}
	}
	return power, true
}

// pow is math.Pow where IEEE 754 calls the powers of 1 with an infinite or missing exponent undecided; here they are no number.
func pow(x, y float64) float64 {
	if y != y || math.IsInf(y, 0) && math.Abs(x) == 1 {
		return math.NaN()
	}
	return math.Pow(x, y)
}

func abs(args []value.Value) value.Value {
	x := &args[0]
	if x.IsMissing() {
		return value.Missing()
	}
	if i, ok := x.Int64(); ok {
		if i < 0 {
			i = -i
		}
		if i < 0 { // math.MinInt64
			return invalid()
		}
		return value.OfInt(i)
	}
	f, ok := x.Float64()
	if !ok {
		return invalid()
	}
	return number(kindOf(x), math.Abs(f))
}
