package program

import (
	"math"
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// regression combines numbers.
func (m *Mining) regression(f *Frame, p *Prediction, b *miningBuffer) {
	numbers := b.numbers[:0]
	for i := range b.members {
		x, ok := b.members[i].prediction.Value.Float64()
		if !ok {
			f.Fail(NoResult, "", "a segment's result is not a number")
			return
		}
		numbers = append(numbers, weighted{x, b.members[i].weight})
	}
	b.numbers = numbers
	y, ok := combine(m.Method, numbers, m.Single)
	if !ok {
		f.Fail(NoResult, "", "the weights of the segments add up to nothing")
		return
	}
	if m.Single {
		p.Value = value.OfSingle(y)
	} else {
		p.Value = value.OfFloat(y)
	}
}

// combine folds numbers in their order.
func combine(method Method, numbers []weighted, single bool) (float64, bool) {
	if single && method != Median && method != WeightedMedian && method != Max {
		return combineSingle(method, numbers)
	}
	switch method {
	case Sum, Average:
		y := 0.0
		for _, n := range numbers {
			y += n.x
		}
		if method == Average {
			y /= float64(len(numbers))
		}
		return y, true
	case WeightedSum, WeightedAverage:
		y, total := 0.0, 0.0
		for _, n := range numbers {
			y += n.weight * n.x
			total += n.weight
		}
		if method == WeightedAverage {
			y /= total
		}
		return y, method == WeightedSum || total != 0
	case Max:
		y := math.Inf(-1)
		for _, n := range numbers {
			y = math.Max(y, n.x)
		}
		return y, true
	case Median:
		slices.SortFunc(numbers, byNumber)
		n := len(numbers)
		if n%2 == 1 {
			return numbers[n/2].x, true
		}
		return (numbers[n/2-1].x + numbers[n/2].x) / 2, true
	}
	return weightedMedian(numbers)
}

func combineSingle(method Method, numbers []weighted) (float64, bool) {
	y, total := float32(0), float32(0)
	for _, n := range numbers {
		x, w := float32(n.x), float32(1)
		if method == WeightedSum || method == WeightedAverage {
			w = float32(n.weight)
			x = float32(x * w)
		}
		y += x
		total += w
	}
	if method == Average || method == WeightedAverage {
		if total == 0 {
			return 0, false
		}
		y /= total
	}
	return float64(y), true
}

func byNumber(a, b weighted) int {
	switch {
	case a.x < b.x:
		return -1
	case a.x > b.x:
		return 1
	}
	return 0
}

// weightedMedian is the first number in rising order at which the weights so far are half of all or more.
func weightedMedian(numbers []weighted) (float64, bool) {
	slices.SortStableFunc(numbers, byNumber)
	total := 0.0
	for _, n := range numbers {
		total += n.weight
	}
	cumulated := 0.0
	for _, n := range numbers {
		if cumulated += n.weight; cumulated >= total/2 {
			return n.x, true
		}
	}
	return 0, false
}
