package program

import (
	"math"
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// BayesInput is what a field says about each class: by category, or by a density.
type BayesInput struct {
	Read          Eval
	Values        []value.Value
	Logs          [][]float64    // by value: logarithms of p(value | class), by class; NaN: says nothing
	Distributions []Distribution // by class, of a number; nil: of categories
	Known         []bool         // by class: has a distribution
}

// NaiveBayes is a NaiveBayesModel (specification, NaiveBayes).
type NaiveBayes struct {
	LogThreshold float64
	Priors       []float64 // logarithms of the counts, by class
	Inputs       []BayesInput
	Classes      []value.Value
}

// Score adds logarithms of likelihoods. A missing value and one that no PairCounts names say nothing; what is less probable than the threshold
// counts as the threshold.
func (n *NaiveBayes) Score(f *Frame, p *Prediction) {
	y := p.Classes(len(n.Classes))
	copy(y, n.Priors)
	for i := range n.Inputs {
		in := &n.Inputs[i]
		v := in.Read(f)
		if v.IsMissing() {
			continue
		}
		if in.Distributions == nil {
			in.category(v, y)
			continue
		}
		x, ok := v.Float64()
		if !ok {
			f.Fail(InvalidInput, "", "the value "+v.String()+" is not a number")
		}
		for c := range y {
			if in.Known[c] {
				y[c] += math.Max(in.Distributions[c].LogDensity(x), n.LogThreshold)
			}
		}
	}
	if f.failed {
		return
	}
	if slices.Max(y) == math.Inf(-1) {
		f.Fail(NoResult, "", "every class has the probability 0")
		return
	}
	shareExponentials[float64](y)
	best := 0
	for c := range y {
		if y[c] > y[best] {
			best = c
		}
	}
	p.Probabilities, p.Confidences = y, y
	p.Choose(n.Classes, best)
}

func (in *BayesInput) category(v value.Value, y []float64) {
	for i := range in.Values {
		if !value.Equal(v, in.Values[i]) {
			continue
		}
		for c, l := range in.Logs[i] {
			if l == l {
				y[c] += l
			}
		}
		return
	}
}

// Bytes is the memory of the counts.
func (n *NaiveBayes) Bytes() int64 {
	total := bytesOf(n.Inputs) + bytesOf(n.Priors)
	for i := range n.Inputs {
		in := &n.Inputs[i]
		total += closureBytes + bytesOf(in.Values) + bytesOf(in.Logs) + bytesOf(in.Distributions) + int64(len(in.Logs)*len(n.Classes)*8)
	}
	return total
}
