package document

// BayesianNetwork is the content of a BayesianNetworkModel.
type BayesianNetwork struct {
	Nodes []NetworkNode
}

// NetworkNode is a DiscreteNode or ContinuousNode.
type NetworkNode struct {
	At         Offset
	Name       string
	Continuous bool
	Derived    []*DerivedField
	Rows       []NetworkRow
}

// NetworkRow is what a node does where its parents have values; a node without parents has one row and no parents.
type NetworkRow struct {
	At      Offset
	Parents []ParentValue
	Values  []ValueProbability
	Density *NetworkDistribution
}

// ParentValue is the value of a parent.
type ParentValue struct {
	At            Offset
	Parent, Value string
}

// ValueProbability is the probability of a value.
type ValueProbability struct {
	At          Offset
	Value       string
	Probability float64
}

// NetworkDistribution is the distribution of a continuous node. Its parameters are expressions over the parents.
type NetworkDistribution struct {
	At                         Offset
	Kind                       string // Normal, Lognormal, Triangular, Uniform
	Mean, Variance, Low, Upper Expression
}

// bayesianNetwork decodes a BayesianNetworkModel.
func (d *decoder) bayesianNetwork(m *Model) body {
	n := &BayesianNetwork{}
	m.Body = n
	return body{
		child: func(name []byte) bool {
			if string(name) != "BayesianNetworkNodes" {
				return false
			}
			d.each(func(name []byte) {
				switch string(name) {
				case "DiscreteNode", "ContinuousNode":
					n.Nodes = append(n.Nodes, d.networkNode())
				default:
					d.fault(d.at(), "%s cannot stand in BayesianNetworkNodes", clip(name))
					d.skip()
				}
			})
			return true
		},
		finish: func() {
			if len(n.Nodes) == 0 {
				d.fault(m.At, "BayesianNetworkModel has no nodes")
			}
		},
	}
}

func (d *decoder) networkNode() NetworkNode {
	a := d.attributes()
	n := NetworkNode{At: a.at, Name: a.required("name"), Continuous: a.element == "ContinuousNode"}
	root := NetworkRow{At: a.at}
	d.each(func(name []byte) {
		switch string(name) {
		case "DerivedField":
			n.Derived = append(n.Derived, d.derivedField())
		case "DiscreteConditionalProbability", "ContinuousConditionalProbability":
			n.Rows = append(n.Rows, d.networkRow())
		case "ValueProbability":
			root.Values = append(root.Values, d.valueProbability())
		case "ContinuousDistribution":
			root.Density = d.networkDistribution(root.Density)
		default:
			d.fault(d.at(), "%s cannot stand in %s", clip(name), a.element)
			d.skip()
		}
	})
	if len(root.Values) > 0 || root.Density != nil {
		n.Rows = append(n.Rows, root)
	}
	if len(n.Rows) == 0 {
		d.fault(a.at, "%s has no probabilities", a.element)
	}
	return n
}

func (d *decoder) valueProbability() ValueProbability {
	a := d.attributes()
	v := ValueProbability{At: a.at, Value: a.required("value"), Probability: a.requiredNumber("probability")}
	if !(v.Probability >= 0 && v.Probability <= 1) {
		d.fault(a.at, "probability is not within 0 and 1")
	}
	return v
}

func (d *decoder) networkRow() NetworkRow {
	a := d.attributes()
	r := NetworkRow{At: a.at}
	d.each(func(name []byte) {
		switch string(name) {
		case "ParentValue":
			p := d.attributes()
			r.Parents = append(r.Parents, ParentValue{At: p.at, Parent: p.required("parent"), Value: p.required("value")})
		case "ValueProbability":
			r.Values = append(r.Values, d.valueProbability())
		case "ContinuousDistribution":
			r.Density = d.networkDistribution(r.Density)
		default:
			d.fault(d.at(), "%s cannot stand in %s", clip(name), a.element)
			d.skip()
		}
	})
	if len(r.Parents) == 0 && a.element == "DiscreteConditionalProbability" {
		d.fault(a.at, "DiscreteConditionalProbability has no ParentValue")
	}
	return r
}

var networkDistributions = map[string]string{
	"NormalDistributionForBN": "Normal", "LognormalDistributionForBN": "Lognormal", "TriangularDistributionForBN": "Triangular", "UniformDistributionForBN": "Uniform",
}

func (d *decoder) networkDistribution(before *NetworkDistribution) *NetworkDistribution {
	if before != nil {
		d.unsupported(d.at(), "a mixture of ContinuousDistributions: the specification gives them no weights")
	}
	out := &NetworkDistribution{At: d.at()}
	d.each(func(name []byte) {
		if out.Kind = networkDistributions[string(name)]; out.Kind == "" {
			d.fault(d.at(), "%s is no distribution of a network", clip(name))
			d.skip()
			return
		}
		element := d.name(name)
		d.each(func(name []byte) {
			into := map[string]*Expression{"Mean": &out.Mean, "Variance": &out.Variance, "Lower": &out.Low, "Upper": &out.Upper}[string(name)]
			if into == nil {
				d.fault(d.at(), "%s cannot stand in %s", clip(name), element)
				d.skip()
				return
			}
			parameter := d.name(name)
			d.each(func(name []byte) { d.onlyExpression(into, parameter, name) })
		})
	})
	if out.Kind == "" {
		d.fault(out.At, "ContinuousDistribution holds no distribution")
	}
	need := map[string][]Expression{"Normal": {out.Mean, out.Variance}, "Lognormal": {out.Mean, out.Variance}, "Triangular": {out.Mean, out.Low, out.Upper}, "Uniform": {out.Low, out.Upper}}
	for _, e := range need[out.Kind] {
		if e == nil {
			d.fault(out.At, "ContinuousDistribution lacks a parameter")
			break
		}
	}
	return out
}
