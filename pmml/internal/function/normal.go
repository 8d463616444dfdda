package function

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// The functions of a normal distribution take x (for IDF the probability), mean, standard deviation. A standard deviation
// that is not positive is invalid, and a probability outside of the open interval from 0 to 1.
var normal = []*Builtin{
	distribution("normalCDF", func(x, mean, deviation float64) float64 { return stdNormalCDF((x - mean) / deviation) }),
	distribution("normalPDF", func(x, mean, deviation float64) float64 { return stdNormalPDF((x-mean)/deviation) / deviation }),
	distribution("normalIDF", func(p, mean, deviation float64) float64 { return mean + deviation*stdNormalIDF(p) }),
	reals("stdNormalCDF", stdNormalCDF),
	reals("stdNormalPDF", stdNormalPDF),
	reals("stdNormalIDF", stdNormalIDF),
	reals("erf", math.Erf),
}

func distribution(name string, f func(x, mean, deviation float64) float64) *Builtin {
	return &Builtin{Name: name, MinArgs: 3, MaxArgs: 3, Type: always(value.Double), Eval: func(args []value.Value) value.Value {
		if anyMissing(args) {
			return value.Missing()
		}
		x, ok1 := real(&args[0])
		mean, ok2 := real(&args[1])
		deviation, ok3 := real(&args[2])
		if !ok1 || !ok2 || !ok3 || !(deviation > 0) {
			return invalid()
		}
		return number(value.Double, f(x, mean, deviation))
	}}
}

func stdNormalPDF(z float64) float64 { return math.Exp(-z*z/2) / math.Sqrt(2*math.Pi) }

// stdNormalCDF keeps its relative precision in the lower tail.
func stdNormalCDF(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

// stdNormalIDF is algorithm AS 241 (M. J. Wichura, Applied Statistics 37, 1988, PPND16), about 1 part in 10^16. A polynomial
// quotient in the middle, and two more in the root of the logarithm of the smaller tail.
func stdNormalIDF(p float64) float64 {
	if !(p > 0 && p < 1) {
		return math.NaN()
	}
	q := p - 0.5
	if math.Abs(q) <= 0.425 {
		return q * quotient(0.180625-q*q, &idfMiddle)
	}
	tail := min(p, 1-p)
	r := math.Sqrt(-math.Log(tail))
	var z float64
	if r <= 5 {
		z = quotient(r-1.6, &idfTail)
	} else {
		z = quotient(r-5, &idfFarTail)
	}
	return math.Copysign(z, q)
}

// quotient divides two polynomials of degree 7, coefficients from the constant one on.
func quotient(x float64, c *[2][8]float64) float64 {
	over, under := c[0][7], c[1][7]
	for i := 6; i >= 0; i-- {
		over, under = over*x+c[0][i], under*x+c[1][i]
	}
	return over / under
}

var idfMiddle = [2][8]float64{
	{
		3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
		4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3,
	},
	{
		1, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
		2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3,
	},
}

var idfTail = [2][8]float64{
	{
		1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
		1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
	},
	{
		1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
		1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
	},
}

var idfFarTail = [2][8]float64{
	{
		6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
		2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
	},
	{
		1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
		7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
	},
}
