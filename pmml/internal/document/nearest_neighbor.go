package document

// NearestNeighbor is the content of a NearestNeighborModel.
type NearestNeighbor struct {
	Neighbors   int
	Continuous  string // continuousScoringMethod
	Categorical string // categoricalScoringMethod
	InstanceID  string // instanceIdVariable
	Threshold   float64
	Comparison  *Comparison
	Training    *TrainingInstances
	Inputs      []ClusteringField // KNNInputs
}

// TrainingInstances are rows to learn from, of a NearestNeighborModel or GaussianProcessModel.
type TrainingInstances struct {
	At          Offset
	Transformed bool
	Fields      []InstanceField
	Rows        []Row
}

// InstanceField says which column holds a field.
type InstanceField struct {
	At            Offset
	Field, Column string
}

// nearestNeighbor decodes a NearestNeighborModel.
func (d *decoder) nearestNeighbor(m *Model) body {
	a := d.attributes()
	n := &NearestNeighbor{Neighbors: int(a.requiredNumber("numberOfNeighbors")), InstanceID: a.optional("instanceIdVariable"), Threshold: a.number("threshold", 0.001)}
	n.Continuous = a.choice("continuousScoringMethod", "average", "median", "weightedAverage")
	n.Categorical = a.choice("categoricalScoringMethod", "majorityVote", "weightedMajorityVote")
	m.Body = n
	return body{
		child: func(name []byte) bool {
			switch string(name) {
			case "TrainingInstances":
				n.Training = d.trainingInstances()
			case "ComparisonMeasure":
				n.Comparison = d.comparison()
			case "KNNInputs":
				d.only("KNNInput", func(a attributes) {
					f := ClusteringField{At: a.at, Field: a.required("field"), Weight: a.number("fieldWeight", 1), Scale: Absent}
					f.Function = a.choice("compareFunction", append([]string{""}, compareFunctions...)...)
					n.Inputs = append(n.Inputs, f)
				})
			default:
				return false
			}
			return true
		},
		finish: func() {
			switch {
			case n.Training == nil:
				d.fault(m.At, "NearestNeighborModel has no TrainingInstances")
			case n.Comparison == nil:
				d.fault(m.At, "NearestNeighborModel has no ComparisonMeasure")
			case len(n.Inputs) == 0:
				d.fault(m.At, "NearestNeighborModel has no KNNInput")
			case n.Neighbors < 1:
				d.fault(m.At, "numberOfNeighbors is less than 1")
			}
		},
	}
}

func (d *decoder) trainingInstances() *TrainingInstances {
	a := d.attributes()
	t := &TrainingInstances{At: a.at, Transformed: a.boolean("isTransformed", false)}
	has := false
	d.each(func(name []byte) {
		switch string(name) {
		case "InstanceFields":
			d.only("InstanceField", func(a attributes) {
				f := InstanceField{At: a.at, Field: a.required("field")}
				f.Column = localName(a.or("column", f.Field))
				t.Fields = append(t.Fields, f)
			})
		case "InlineTable":
			has = true
			t.Rows = d.inlineTable()
		case "TableLocator":
			has = true
			d.unsupported(d.at(), "TableLocator: a document's tables must be inside it")
		default:
			d.fault(d.at(), "%s cannot stand in TrainingInstances", clip(name))
			d.skip()
		}
	})
	switch {
	case !has:
		d.fault(a.at, "TrainingInstances has no InlineTable")
	case len(t.Fields) == 0:
		d.fault(a.at, "TrainingInstances has no InstanceField")
	}
	return t
}
