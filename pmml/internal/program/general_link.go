package program

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// GeneralLink is a linkFunction.
type GeneralLink struct {
	Name      string
	Parameter float64 // linkParameter of power and oddspower, distParameter of negbin
}

// mean is the inverse of the link.
func mean[T real](l GeneralLink, eta T) T {
	parameter := T(l.Parameter)
	switch l.Name {
	case "log":
		return exponential(eta)
	case "logit":
		return logistic(eta)
	case "probit":
		return probit(eta)
	case "cloglog":
		return cloglog(eta)
	case "loglog":
		return loglog(eta)
	case "cauchit":
		return cauchit(eta)
	case "logc":
		return 1 - exponential(eta)
	case "negbin":
		return 1 / times(parameter, exponential(-eta)-1)
	case "power":
		if parameter == 0 {
			return exponential(eta)
		}
		return raised(eta, 1/parameter)
	case "oddspower":
		if parameter == 0 {
			return logistic(eta)
		}
		return 1 / (1 + raised(1+times(parameter, eta), -1/parameter))
	}
	return eta
}

// slope is the derivative of Inverse.
func (l GeneralLink) slope(eta float64) float64 {
	mean := mean(l, eta)
	switch l.Name {
	case "log":
		return mean
	case "logit":
		return mean * (1 - mean)
	case "probit":
		return distuv.UnitNormal.Prob(eta)
	case "cloglog":
		return math.Exp(eta - math.Exp(eta))
	case "loglog":
		return mean * math.Exp(-eta)
	case "cauchit":
		return 1 / (math.Pi * (1 + eta*eta))
	case "logc":
		return -math.Exp(eta)
	case "negbin":
		e := math.Exp(-eta)
		return e / (l.Parameter * (e - 1) * (e - 1))
	case "power":
		if l.Parameter == 0 {
			return mean
		}
		return mean / (l.Parameter * eta)
	case "oddspower":
		if l.Parameter == 0 {
			return mean * (1 - mean)
		}
		return mean * (1 - mean) / (1 + l.Parameter*eta)
	}
	return 1
}
