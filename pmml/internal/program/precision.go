package program

import "math"

// real is what a model computes with: float64, or float32 under x-mathContext="float".
type real interface{ float32 | float64 }

// exponential is e to the power of x, rounded once. In single precision the reference engine raises 2.7182817 instead, which is off by up to 1e-5
// far from 0; the libraries that the models come from do not.
func exponential[T real](x T) T { return T(math.Exp(float64(x))) }

// isSingle tells float32 from float64 by what the difference of two constants is rounded to.
func isSingle[T real]() bool { return T(1)+T(1e-9) == 1 }

// times is a product that is rounded by itself: no processor may join it with the addition after it. (That of two float32 is exact in float64.)
func times[T real](a, b T) T { return T(float64(a) * float64(b)) }

func raised[T real](x, exponent T) T { return T(math.Pow(float64(x), float64(exponent))) }

func logistic[T real](y T) T { return 1 / (1 + exponential(-y)) }

func probit[T real](y T) T { return T(math.Erfc(-float64(y)/math.Sqrt2) / 2) }

func cloglog[T real](y T) T { return 1 - exponential(-exponential(y)) }

func loglog[T real](y T) T { return exponential(-exponential(-y)) }

func cauchit[T real](y T) T { return 0.5 + times(1/math.Pi, T(math.Atan(float64(y)))) }
