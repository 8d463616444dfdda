package function

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// The logarithm of zero is minus infinity and an exponential that is too large plus infinity: both are valid. The logarithm or root of a
// negative number is invalid.
var elementary = []*Builtin{
	reals("log10", log10),
	reals("ln", ln),
	reals("ln1p", math.Log1p),
	reals("exp", math.Exp),
	reals("expm1", math.Expm1),
	reals("sqrt", math.Sqrt),
	reals2("hypot", math.Hypot),
}

// ln is math.Log with subnormal numbers brought into the normal range first: math.Log is wrong for them on amd64 (Go 1.26).
func ln(x float64) float64 {
	if x > 0 && x < 0x1p-1022 {
		return math.Log(x*0x1p54) - 54*math.Ln2
	}
	return math.Log(x)
}

// log10 is exact for powers of ten from 1 to 1e22, as math.Log10 is not: floor(log10(1000)) must be 3. The method is that of
// FreeBSD's e_log10.c: the power of two apart, with log10(2) in two parts.
func log10(x float64) float64 {
	const (
		log10of2High = 3.01029995663611771306e-01
		log10of2Low  = 3.69423907715893078616e-13
		overLn10     = 4.34294481903251816668e-01
	)
	if !(x > 0) || math.IsInf(x, 1) {
		return math.Log(x)
	}
	fraction, exponent := math.Frexp(x) // in [½, 1)
	if exponent > 0 {                   // [1, 2) for x ≥ 1, so that the two parts have one sign
		fraction, exponent = 2*fraction, exponent-1
	}
	n := float64(exponent)
	return n*log10of2Low + overLn10*math.Log(fraction) + n*log10of2High
}

// ceil, floor and round give integers, as JPMML-Evaluator does; rint, which the specification calls a double, does not.
var rounding = []*Builtin{
	{Name: "floor", MinArgs: 1, MaxArgs: 1, Type: always(value.Integer), Eval: toInteger(math.Floor)},
	{Name: "ceil", MinArgs: 1, MaxArgs: 1, Type: always(value.Integer), Eval: toInteger(math.Ceil)},
	{Name: "round", MinArgs: 1, MaxArgs: 1, Type: always(value.Integer), Eval: toInteger(roundHalfUp)},
	reals("rint", math.RoundToEven),
}

func toInteger(f func(float64) float64) func([]value.Value) value.Value {
	return func(args []value.Value) value.Value {
		x := &args[0]
		if x.IsMissing() {
			return value.Missing()
		}
		if i, ok := x.Int64(); ok {
			return value.OfInt(i)
		}
		r, ok := real(x)
		if !ok {
			return invalid()
		}
		return whole(f(r))
	}
}

// roundHalfUp is floor(x + ½) without the sum's rounding: 0.49999999999999994 gives 0.
func roundHalfUp(x float64) float64 {
	below := math.Floor(x)
	if x-below >= 0.5 {
		return below + 1
	}
	return below
}

var trigonometric = []*Builtin{
	reals("sin", math.Sin), reals("asin", math.Asin), reals("sinh", sinh),
	reals("cos", math.Cos), reals("acos", math.Acos), reals("cosh", cosh),
	reals("tan", math.Tan), reals("atan", math.Atan), reals("tanh", math.Tanh),
	reals2("atan2", math.Atan2),
}

// sinh and cosh are those of package math, which are infinite between the logarithms of the greatest real and of twice it.
func sinh(x float64) float64 {
	if size := math.Abs(x); size > 700 {
		return math.Copysign(halfExp(size), x)
	}
	return math.Sinh(x)
}

func cosh(x float64) float64 {
	if size := math.Abs(x); size > 700 {
		return halfExp(size)
	}
	return math.Cosh(x)
}

func halfExp(x float64) float64 {
	root := math.Exp(x / 2)
	return root / 2 * root
}
