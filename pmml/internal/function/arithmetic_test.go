package function

import (
	"math"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

var (
	inf      = math.Inf(1)
	infinity = math.Inf(1)
	nan      = math.NaN()
)

func TestArithmetic(t *testing.T) {
	run(t, []test{
		{"+", args(1, 2), 3}, {"+", args(1.5, 2.25), 3.75}, {"+", args(1, 2.5), 3.5},
		{"-", args(1, 2), -1}, {"-", args(0.5, 2), -1.5},
		{"*", args(-3, 4), -12}, {"*", args(0.5, 4), 2.0},
		{"+", args(nil, 2), nil}, {"+", args(2, nil), nil}, {"*", args(nil, nil), nil}, {"-", args(nil, bad{}), nil},
		{"+", args(bad{}, 2), bad{}}, {"+", args("1", 2), bad{}}, {"+", args(date("2020-01-01"), 2), bad{}}, {"+", args(list{1}, 2), bad{}},
		{"+", args(true, 2), 3},
		{"+", args(value.OfCount(value.DateDaysSince1970, 10), 5), 15},

		// Division of integers cuts off; real division by zero is infinite.
		{"/", args(7, 2), 3}, {"/", args(-7, 2), -3}, {"/", args(7, 2.0), 3.5}, {"/", args(7.0, 2), 3.5},
		{"/", args(1, 0), bad{}}, {"/", args(1.0, 0), inf}, {"/", args(-1.0, 0.0), -inf}, {"/", args(0.0, 0.0), bad{}},

		// 2^63-1 is the greatest integer.
		{"+", args(math.MaxInt64, 1), bad{}}, {"+", args(math.MinInt64, -1), bad{}}, {"+", args(math.MaxInt64, 0), math.MaxInt64},
		{"-", args(math.MinInt64, 1), bad{}}, {"-", args(0, math.MinInt64), bad{}}, {"-", args(-1, math.MinInt64), math.MaxInt64},
		{"*", args(1<<32, 1<<31), bad{}}, {"*", args(1<<31, 1<<31), 1 << 62}, {"*", args(math.MinInt64, -1), bad{}}, {"*", args(-1, math.MinInt64), bad{}},
		{"/", args(math.MinInt64, -1), bad{}}, {"+", args(inf, 1), inf}, {"-", args(inf, inf), bad{}}, {"+", args(nan, 1), bad{}},

		// Floats stay in single precision: 0.1f is 0.100000001490116…, 2^24 + 1 is not a float.
		{"+", args(float32(0.1), float32(0.2)), float32(0.3)}, {"+", args(float32(1<<24), 1), float32(1 << 24)},
		{"*", args(float32(0.1), 3), float32(0.1) * 3}, {"+", args(float32(0.1), 0.0), 0.10000000149011612},
		{"/", args(float32(1), float32(3)), float32(1) / 3},

		// The remainder takes the sign of the divisor.
		{"modulo", args(7, 3), 1}, {"modulo", args(-7, 3), 2}, {"modulo", args(7, -3), -2}, {"modulo", args(-7, -3), -1}, {"modulo", args(6, -3), 0},
		{"modulo", args(-0.75, 3.0), 2.25}, {"modulo", args(3.0, -2.5), -2.0}, {"modulo", args(5.5, 2), 1.5},
		{"modulo", args(1, 0), bad{}}, {"modulo", args(1.0, 0.0), bad{}}, {"modulo", args(math.MinInt64, -1), 0}, {"modulo", args(0.75, inf), bad{}}, {"modulo", args(nil, 0), nil},

		{"pow", args(2, 10), 1024}, {"pow", args(-2, 3), -8}, {"pow", args(0, 0), 1}, {"pow", args(0.0, 0.0), 1.0}, {"pow", args(2.0, -1), 0.5},
		{"pow", args(2, -1), bad{}}, {"pow", args(2, 63), bad{}}, {"pow", args(-2, 63), math.MinInt64}, {"pow", args(1, math.MaxInt64), 1}, {"pow", args(3, 40), bad{}},
		{"pow", args(2.5, -1.5), 0.25298221281347034656}, {"pow", args(-0.5, 0.5), bad{}}, {"pow", args(-1.0, inf), bad{}}, {"pow", args(1.0, nan), bad{}}, {"pow", args(nil, 2), nil},

		{"threshold", args(3, 2), 1}, {"threshold", args(2, 2), 0}, {"threshold", args(2.5, 2), 1.0}, {"threshold", args(2.0, 2), 0.0}, {"threshold", args(nil, 2), nil},

		{"abs", args(-5), 5}, {"abs", args(-2.5), 2.5}, {"abs", args(float32(-0.1)), float32(0.1)}, {"abs", args(nil), nil}, {"abs", args("x"), bad{}},
		{"abs", args(math.MinInt64), bad{}}, {"abs", args(-inf), inf}, {"abs", args(nan), bad{}},
	})
}

func TestAggregates(t *testing.T) {
	run(t, []test{
		{"min", args(2.25, 4.5, nil), 2.25}, {"max", args(2.25, 4.5, nil), 4.5}, {"sum", args(2.25, 4.5, nil), 6.75}, {"avg", args(2.25, 4.5, nil), 3.375},
		{"product", args(2.25, 4.5, nil), 10.125}, {"median", args(2.25, 4.5, nil), 3.375},
		{"min", args(nil, nil), nil}, {"max", args(nil), nil}, {"sum", args(nil), nil}, {"avg", args(nil), nil}, {"product", args(nil), nil}, {"median", args(nil), nil},
		{"min", args(3, 1, 2), 1}, {"max", args(3, 1, 2), 3}, {"sum", args(3, 1, 2), 6}, {"product", args(3, 1, 2), 6}, {"avg", args(3, 2), 2.5}, {"median", args(3, 2), 2.5}, {"median", args(3, 1, 2), 2.0},
		{"max", args(3, 2.5), 3.0}, {"min", args(-4.5, 5), -4.5}, {"sum", args(1, 0.5), 1.5},
		{"sum", args(1, bad{}), bad{}}, {"avg", args("1"), bad{}}, {"sum", args(math.MaxInt64, 1), bad{}}, {"product", args(1<<40, 1<<40), bad{}},
		{"max", args(1.0, nan), bad{}}, {"max", args(nan, 1.0), bad{}}, {"min", args(nan), bad{}}, {"median", args(nan, 1.0), bad{}}, {"sum", args(inf, -inf), bad{}}, {"sum", args(inf, 1), inf},
		{"avg", args(-0.5, inf, 1), bad{}}, {"avg", args(0.0, inf), inf}, {"avg", args(inf, -inf), bad{}}, {"avg", args(1.5e308, 1e308), 1.25e308},
		{"median", args(1e308, 1.5e308), 1.25e308}, {"median", args(5, 3, 9, 1, 7, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31, 33), 17.0},
		// In single precision each step rounds: 2^24 + 1 + 1 stays 2^24.
		{"sum", args(float32(1<<24), float32(1), float32(1)), float32(1 << 24)}, {"avg", args(float32(1), float32(2)), float32(1.5)},
		{"max", args(date("2020-01-01"), date("2021-01-01")), date("2021-01-01")}, {"max", args(date("2020-01-01"), 1), bad{}}, {"min", args("b", "a"), "a"},
	})
}

// Reference values by mpmath with 40 digits.
func TestElementary(t *testing.T) {
	run(t, []test{
		{"sin", args(0.75), 0.68163876002333416673}, {"cos", args(0.75), 0.73168886887382088631}, {"tan", args(0.75), 0.93159645994407246117},
		{"asin", args(0.75), 0.84806207898148100805}, {"acos", args(0.75), 0.72273424781341561118}, {"atan", args(0.75), 0.6435011087932843868},
		{"sinh", args(0.75), 0.8223167319358299807}, {"cosh", args(0.75), 1.2946832846768446878}, {"tanh", args(0.75), 0.63514895238728731921},
		{"exp", args(0.75), 2.1170000166126746685}, {"expm1", args(0.75), 1.1170000166126746685}, {"expm1", args(1e-10), 1.00000000005e-10},
		{"ln", args(0.75), -0.28768207245178092744}, {"ln1p", args(0.75), 0.55961578793542268627}, {"ln1p", args(1e-10), 9.9999999995e-11},
		{"log10", args(0.75), -0.12493873660829995313}, {"log10", args(2), 0.30102999566398119521}, {"log10", args(0.003), -2.5228787452803375627},
		{"sqrt", args(0.75), 0.86602540378443864676}, {"sqrt", args(4), 2.0}, {"hypot", args(1.5, -2.25), 2.7041634565979919698}, {"hypot", args(3, 4), 5.0},
		{"atan2", args(-1.0, -2.0), -2.6779450445889871222},
		{"ln", args(5e-324), -744.44007192138126231}, {"ln", args(1e-310), -713.8013788281541651}, {"ln", args(0x1p-1022), -708.39641853226410622},
		{"ln", args(-1.0), bad{}}, {"ln", args(0.0), -inf}, {"ln", args(inf), infinity}, {"log10", args(0), -inf}, {"log10", args(-1), bad{}}, {"log10", args(inf), infinity}, {"ln1p", args(-2.0), bad{}},
		{"sqrt", args(-1.0), bad{}}, {"asin", args(1.5), bad{}}, {"acos", args(-1.5), bad{}}, {"exp", args(1000.0), inf}, {"sin", args(inf), bad{}}, {"sin", args(nan), bad{}},
		{"ln", args(nil), nil}, {"sin", args(nil), nil}, {"hypot", args(nil, 1.0), nil}, {"sqrt", args("4"), 2.0}, {"sqrt", args("four"), bad{}}, {"hypot", args("3", "4.0"), 5.0}, {"exp", args(bad{}), bad{}}, {"hypot", args(1.0, bad{}), bad{}},
		{"sqrt", args(float32(2)), 1.41421356237309504880}, {"hypot", args(float32(1), 1), 1.41421356237309504880}, {"ln", args(float32(0.1)), -2.302585078092884601},
		{"sinh", args(710.0), 1.116997383080855516e308}, {"cosh", args(-710.25), 1.434253030249512303e308}, {"sinh", args(-711.0), -inf},
	})
}

func TestLog10IsExactForPowersOfTen(t *testing.T) {
	power := 1.0
	for n := 0; n <= 22; n++ {
		if got := log10(power); got != float64(n) {
			t.Errorf("log10(1e%d) = %v", n, got)
		}
		power *= 10
	}
	if got := log10(5e-324); math.Abs(got+323.30621534311580) > 1e-12 {
		t.Errorf("log10 of the least double: %v", got)
	}
}

func TestRounding(t *testing.T) {
	run(t, []test{
		{"floor", args(2.5), 2}, {"floor", args(-2.5), -3}, {"ceil", args(2.5), 3}, {"ceil", args(-2.5), -2}, {"floor", args(7), 7}, {"ceil", args(true), 1},
		{"round", args(2.5), 3}, {"round", args(-2.5), -2}, {"round", args(2.4), 2}, {"round", args(-2.6), -3}, {"round", args(0.49999999999999994), 0}, {"round", args(4503599627370497.0), 4503599627370497},
		{"rint", args(2.5), 2.0}, {"rint", args(3.5), 4.0}, {"rint", args(-2.5), -2.0}, {"rint", args(2.6), 3.0}, {"rint", args(3), 3.0},
		{"floor", args(1e19), bad{}}, {"ceil", args(inf), bad{}}, {"round", args(nan), bad{}}, {"floor", args(-9223372036854775808.0), math.MinInt64},
		{"floor", args(nil), nil}, {"round", args("1.5"), 2}, {"round", args("one"), bad{}}, {"floor", args(float32(2.5)), 2},
	})
}
