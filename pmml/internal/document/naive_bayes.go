package document

import "github.com/beam-pmml/beam-pmml/pmml/internal/scan"

// NaiveBayes is the content of a NaiveBayesModel.
type NaiveBayes struct {
	Threshold float64
	Inputs    []BayesInput
	Output    string // fieldName of BayesOutput
	HasOutput bool
	Counts    []TargetValueCount
}

// BayesInput of a NaiveBayesModel: counts by value, or distributions.
type BayesInput struct {
	At      Offset
	Field   string
	Derived *DerivedField // makes a category of the field
	Pairs   []PairCounts
	Stats   []TargetValueStat
}

// PairCounts are the counts of a value by target value.
type PairCounts struct {
	At     Offset
	Value  string
	Counts []TargetValueCount
}

// TargetValueCount is a count of a target value.
type TargetValueCount struct {
	At    Offset
	Value string
	Count float64
}

// TargetValueStat is the distribution of a field where the target has a value.
type TargetValueStat struct {
	At           Offset
	Value        string
	Distribution *Distribution
}

// Distribution is one of CONTINUOUS-DISTRIBUTION-TYPES.
type Distribution struct {
	At             Offset
	Kind           string // Gaussian, Poisson, Uniform, Any
	Mean, Variance float64
	Lower, Upper   float64
}

// naiveBayes decodes a NaiveBayesModel.
func (d *decoder) naiveBayes(m *Model) body {
	a := d.attributes()
	b := &NaiveBayes{Threshold: a.requiredNumber("threshold")}
	m.Body = b
	return body{
		child: func(name []byte) bool {
			switch string(name) {
			case "BayesInputs":
				d.bayesInputs(b)
			case "BayesOutput":
				p := d.attributes()
				b.HasOutput, b.Output = true, p.required("fieldName")
				d.each(func(name []byte) {
					if string(name) == "TargetValueCounts" {
						b.Counts = d.targetValueCounts()
					}
				})
			default:
				return false
			}
			return true
		},
		finish: func() {
			switch {
			case !b.HasOutput:
				d.fault(m.At, "NaiveBayesModel has no BayesOutput")
			case len(b.Counts) == 0:
				d.fault(m.At, "BayesOutput has no TargetValueCount")
			case len(b.Inputs) == 0:
				d.fault(m.At, "NaiveBayesModel has no BayesInput")
			}
		},
	}
}

// bayesInputs reads the inputs, those inside Extension too: so R's exporter wrote normal distributions before 4.2 had them.
func (d *decoder) bayesInputs(b *NaiveBayes) {
	depth := d.s.Depth()
	for {
		switch d.next() {
		case scan.EOF:
			return
		case scan.End:
			if d.s.Depth() < depth {
				return
			}
		case scan.Start:
			inner := d.s.Depth()
			switch {
			case string(d.s.Name()) == "Extension":
				continue
			case string(d.s.Name()) == "BayesInput":
				b.Inputs = append(b.Inputs, d.bayesInput())
			case d.s.Depth() == depth+1:
				d.fault(d.at(), "%s cannot stand in BayesInputs", clip(d.s.Name()))
			}
			d.leave(inner)
		}
	}
}

func (d *decoder) bayesInput() BayesInput {
	a := d.attributes()
	in := BayesInput{At: a.at, Field: a.required("fieldName")}
	d.each(func(name []byte) {
		switch string(name) {
		case "DerivedField":
			in.Derived = d.derivedField()
		case "PairCounts":
			p := d.attributes()
			pair := PairCounts{At: p.at, Value: p.required("value")}
			d.each(func(name []byte) {
				if string(name) == "TargetValueCounts" {
					pair.Counts = d.targetValueCounts()
				}
			})
			in.Pairs = append(in.Pairs, pair)
		case "TargetValueStats":
			d.only("TargetValueStat", func(a attributes) {
				s := TargetValueStat{At: a.at, Value: a.required("value")}
				d.each(func(name []byte) { s.Distribution = d.distribution(name, s.Distribution) })
				if s.Distribution == nil {
					d.fault(a.at, "TargetValueStat has no distribution")
				}
				in.Stats = append(in.Stats, s)
			})
		default:
			d.fault(d.at(), "%s cannot stand in BayesInput", clip(name))
			d.skip()
		}
	})
	if len(in.Pairs)+len(in.Stats) == 0 {
		d.fault(a.at, "BayesInput has neither PairCounts nor TargetValueStats")
	}
	return in
}

func (d *decoder) targetValueCounts() (counts []TargetValueCount) {
	d.only("TargetValueCount", func(a attributes) {
		counts = append(counts, TargetValueCount{At: a.at, Value: a.required("value"), Count: a.requiredNumber("count")})
	})
	return counts
}

// distribution reads a continuous distribution, of which an element holds but one.
func (d *decoder) distribution(name []byte, before *Distribution) *Distribution {
	a := d.attributes()
	out := &Distribution{At: a.at}
	switch string(name) {
	case "GaussianDistribution", "AnyDistribution":
		out.Kind = string(name[:len(name)-len("Distribution")])
		out.Mean, out.Variance = a.requiredNumber("mean"), a.requiredNumber("variance")
		if !(out.Variance > 0) {
			d.fault(a.at, "variance of %s is not positive", a.element)
		}
	case "PoissonDistribution":
		out.Kind, out.Mean = "Poisson", a.requiredNumber("mean")
		if !(out.Mean > 0) {
			d.fault(a.at, "mean of PoissonDistribution is not positive")
		}
	case "UniformDistribution":
		out.Kind, out.Lower, out.Upper = "Uniform", a.requiredNumber("lower"), a.requiredNumber("upper")
		if !(out.Lower < out.Upper) {
			d.fault(a.at, "lower of UniformDistribution is not below upper")
		}
	default:
		d.fault(a.at, "%s is no continuous distribution", clip(name))
		d.skip()
		return before
	}
	if before != nil {
		d.fault(a.at, "a second distribution, %s", clip(name))
	}
	return out
}
