package program

import "math"

// normalize turns scores by class into probabilities (specification, Regression). Only classes with a table take part; the last one
// often gets what the others leave. False: they sum to nothing.
func normalize[T real](r *Regression, y []float64) bool {
	first, last := r.Class[0], r.Class[len(r.Class)-1]
	switch {
	case r.Link == LinkSoftmax && isSingle[T]() && len(r.Class) == 2 && r.Tables[1].Zero():
		// The reference engine takes the logistic function here. Both are equal but for their rounding, which shows in single precision.
		p := logistic(T(y[first]))
		y[first], y[last] = float64(p), float64(1-p)
	case r.Link == LinkSoftmax:
		shareExponents[T](r.Class, y)
		return shares[T](r.Class, y)
	case r.Link == LinkSimplemax:
		return shares[T](r.Class, y)
	case r.Ordinal:
		differences[T](r, y)
	case len(r.Class) == 2:
		p := cumulated(r, T(y[first]))
		y[first], y[last] = float64(p), float64(1-p)
	case r.Link == LinkNone:
		sum := T(0)
		for _, c := range r.Class[:len(r.Class)-1] {
			sum += T(y[c])
		}
		y[last] = float64(1 - sum)
	default:
		// Since 4.3 these links are for two categories. Before, each category had its own probability; they are made to sum to one.
		for _, c := range r.Class {
			y[c] = float64(inverse(r.Link, T(y[c])))
		}
		return shares[T](r.Class, y)
	}
	return true
}

// cumulated is a probability; without a link the score is taken for one.
func cumulated[T real](r *Regression, y T) T {
	if r.Link == LinkNone {
		return min(1, max(0, y))
	}
	return inverse(r.Link, y)
}

// shareExponents replaces scores by exponentials, moved so that none overflows.
func shareExponents[T real](classes []int32, y []float64) {
	most := math.Inf(-1)
	for _, c := range classes {
		most = math.Max(most, y[c])
	}
	for _, c := range classes {
		if y[c] == most && len(classes) == 2 { // also where most is infinite: a logistic function of the difference
			y[c] = 1
		} else {
			y[c] = float64(exponential(T(y[c]) - T(most)))
		}
	}
}

// differences are the probabilities of ordinal categories, whose scores are of cumulated ones. The last gets what the others leave.
func differences[T real](r *Regression, y []float64) {
	before, sum, last := T(0), T(0), len(r.Class)-1
	for _, c := range r.Class[:last] {
		upTo := cumulated(r, T(y[c]))
		y[c] = float64(upTo - before)
		sum += upTo - before
		before = upTo
	}
	y[r.Class[last]] = float64(1 - sum)
}

// shares divides by the sum.
func shares[T real](classes []int32, y []float64) bool {
	sum := T(0)
	for _, c := range classes {
		sum += T(y[c])
	}
	if sum == 0 {
		return false
	}
	for _, c := range classes {
		y[c] = float64(T(y[c]) / sum)
	}
	return true
}
