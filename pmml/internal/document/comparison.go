package document

// Comparison is a ComparisonMeasure: how a row is compared with a cluster's centre or a neighbour.
type Comparison struct {
	At         Offset
	Similarity bool
	Function   string // compareFunction
	Metric     string // euclidean, …, binarySimilarity; "" after a fault
	P          float64
	Binary     [8]float64 // c00 c01 c10 c11 d00 d01 d10 d11
}

var compareFunctions = []string{"absDiff", "gaussSim", "delta", "equal", "table"}

// comparison reads a ComparisonMeasure.
func (d *decoder) comparison() *Comparison {
	a := d.attributes()
	c := &Comparison{At: a.at, Function: a.choice("compareFunction", compareFunctions...)}
	if a.required("kind") != "" {
		c.Similarity = a.choice("kind", "distance", "similarity") == "similarity"
	}
	d.each(func(name []byte) {
		p := d.attributes()
		if c.Metric != "" {
			d.fault(p.at, "ComparisonMeasure has a second measure, %s", clip(name))
			return
		}
		switch metric := string(name); metric {
		case "euclidean", "squaredEuclidean", "chebychev", "cityBlock", "simpleMatching", "jaccard", "tanimoto":
			c.Metric = metric
		case "minkowski":
			c.Metric, c.P = metric, p.requiredNumber("p-parameter")
			if !(c.P > 0) {
				d.fault(p.at, "p-parameter of minkowski is not positive")
			}
		case "binarySimilarity":
			c.Metric = metric
			for i, of := range []string{"c00", "c01", "c10", "c11", "d00", "d01", "d10", "d11"} {
				c.Binary[i] = p.requiredNumber(of + "-parameter")
			}
		default:
			d.fault(p.at, "%s cannot stand in ComparisonMeasure", clip(name))
			d.skip()
		}
	})
	if c.Metric == "" {
		d.fault(a.at, "ComparisonMeasure has no measure")
	}
	return c
}
