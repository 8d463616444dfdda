package program

import "math"

// DistributionKind is a continuous distribution of the specification's Statistics.
type DistributionKind uint8

// The distributions. AnyDistribution gives a mean and a variance and no form: it is taken for the normal one.
const (
	Gaussian DistributionKind = iota
	Poisson
	Uniform
)

// Distribution is a distribution with its parameters.
type Distribution struct {
	Kind           DistributionKind
	Mean, Variance float64
	Lower, Upper   float64
}

// LogDensity is the logarithm of the density, or of the probability of a whole number.
func (d *Distribution) LogDensity(x float64) float64 {
	switch d.Kind {
	case Poisson:
		if x < 0 || x != math.Floor(x) {
			return math.Inf(-1)
		}
		factorial, _ := math.Lgamma(x + 1)
		return x*math.Log(d.Mean) - d.Mean - factorial
	case Uniform:
		if x < d.Lower || x > d.Upper {
			return math.Inf(-1)
		}
		return -math.Log(d.Upper - d.Lower)
	}
	e := x - d.Mean
	return -0.5 * (math.Log(2*math.Pi*d.Variance) + e*e/d.Variance)
}

// Deviation is the standard deviation.
func (d *Distribution) Deviation() float64 {
	switch d.Kind {
	case Poisson:
		return math.Sqrt(d.Mean)
	case Uniform:
		return (d.Upper - d.Lower) / math.Sqrt(12)
	}
	return math.Sqrt(d.Variance)
}

// Center is the mean.
func (d *Distribution) Center() float64 {
	if d.Kind == Uniform {
		return (d.Lower + d.Upper) / 2
	}
	return d.Mean
}
