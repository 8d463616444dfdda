package program

import "math"

// normalize turns scores by class into probabilities (specification, Regression). Only classes with a table take part; the last one
// often gets what the others leave. False: they sum to nothing.
func (r *Regression) normalize(y []float64) bool {
	switch {
	case r.Link == LinkSoftmax:
		r.softmax(y)
	case r.Link == LinkSimplemax:
		return r.shares(y)
	case r.Ordinal:
		r.differences(y)
	case len(r.Class) == 2:
		first, last := r.Class[0], r.Class[1]
		y[first] = r.cumulated(y[first])
		y[last] = r.round(1 - y[first])
	case r.Link == LinkNone:
		rest, last := 1.0, len(r.Class)-1
		for _, c := range r.Class[:last] {
			rest = r.round(rest - y[c])
		}
		y[r.Class[last]] = rest
	default:
		// Since 4.3 these links are for two categories. Before, each category had its own probability; they are made to sum to one.
		for _, c := range r.Class {
			y[c] = r.inverse(y[c])
		}
		return r.shares(y)
	}
	return true
}

func (r *Regression) round(x float64) float64 {
	if r.Single {
		return float64(float32(x))
	}
	return x
}

func (r *Regression) inverse(x float64) float64 {
	if r.Single {
		return r.Link.single(x)
	}
	return r.Link.Inverse(x)
}

// cumulated is a probability; without a link the score is taken for one.
func (r *Regression) cumulated(x float64) float64 {
	p := r.inverse(x)
	if r.Link == LinkNone {
		return math.Min(1, math.Max(0, p))
	}
	return p
}

func (r *Regression) softmax(y []float64) {
	most := math.Inf(-1)
	for _, c := range r.Class {
		most = math.Max(most, y[c])
	}
	for _, c := range r.Class {
		if y[c] == most && len(r.Class) == 2 { // also where most is infinite: a logistic function of the difference
			y[c] = 0
		} else {
			y[c] -= most
		}
		y[c] = r.round(math.Exp(r.round(y[c])))
	}
	r.shares(y)
}

// differences are the probabilities of ordinal categories, whose scores are of cumulated ones.
func (r *Regression) differences(y []float64) {
	before := 0.0
	for i, c := range r.Class {
		upTo := 1.0
		if i < len(r.Class)-1 {
			upTo = r.cumulated(y[c])
		}
		y[c] = r.round(upTo - before)
		before = upTo
	}
}

// shares divides by the sum.
func (r *Regression) shares(y []float64) bool {
	sum := 0.0
	for _, c := range r.Class {
		sum = r.round(sum + y[c])
	}
	if sum == 0 {
		return false
	}
	for _, c := range r.Class {
		y[c] = r.round(y[c] / sum)
	}
	return true
}
