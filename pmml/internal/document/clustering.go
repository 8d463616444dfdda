package document

// Clustering is the content of a ClusteringModel.
type Clustering struct {
	Distributions bool // modelClass="distributionBased"
	Comparison    *Comparison
	Fields        []ClusteringField
	Centers       []*DerivedField // CenterFields of 3.0 and 3.1: what the coordinates of centres mean
	Weights       []float64       // MissingValueWeights, nil: not given
	WeightsAt     Offset
	Clusters      []Cluster
}

// ClusteringField of a ClusteringModel.
type ClusteringField struct {
	At          Offset
	Field       string
	Beside      bool // isCenterField="false"
	Weight      float64
	Scale       float64 // similarityScale, NaN: not given
	Function    string  // "": that of the ComparisonMeasure
	Comparisons *Matrix
}

// Cluster of a ClusteringModel.
type Cluster struct {
	At          Offset
	ID          *string
	Name        string
	HasCenter   bool
	Center      []string // coordinates, as they are written
	Numbers     []float64
	Covariances *Matrix
}

// clustering decodes a ClusteringModel.
func (d *decoder) clustering(m *Model) body {
	a := d.attributes()
	c := &Clustering{}
	if a.required("modelClass") != "" {
		c.Distributions = a.choice("modelClass", "centerBased", "distributionBased") == "distributionBased"
	}
	a.tally("numberOfClusters")
	m.Body = c
	return body{
		child: func(name []byte) bool { return d.clusteringPart(c, name) },
		finish: func() {
			if c.Comparison == nil {
				d.fault(m.At, "ClusteringModel has no ComparisonMeasure")
			}
			if len(c.Clusters) == 0 {
				d.fault(m.At, "ClusteringModel has no Cluster")
			}
		},
	}
}

func (d *decoder) clusteringPart(c *Clustering, name []byte) bool {
	switch string(name) {
	case "ComparisonMeasure":
		c.Comparison = d.comparison()
	case "ClusteringField":
		c.Fields = append(c.Fields, d.clusteringField())
	case "CenterFields":
		d.only("DerivedField", func(attributes) { c.Centers = append(c.Centers, d.derivedField()) })
	case "MissingValueWeights":
		c.WeightsAt = d.at()
		c.Weights = d.oneArray()
	case "Cluster":
		c.Clusters = append(c.Clusters, d.cluster())
	default:
		return false
	}
	return true
}

// oneArray reads the array of numbers that an element holds.
func (d *decoder) oneArray() []float64 {
	at, out := d.at(), []float64(nil)
	parent := d.name(d.s.Name())
	d.each(func(name []byte) {
		if !isNumberArray(name) {
			d.fault(d.at(), "%s cannot stand in %s", clip(name), parent)
			d.skip()
			return
		}
		out = d.numbers()
	})
	if out == nil {
		d.fault(at, "%s has no Array", parent)
	}
	return out
}

func (d *decoder) clusteringField() ClusteringField {
	a := d.attributes()
	f := ClusteringField{At: a.at, Field: a.required("field"), Beside: !a.boolean("isCenterField", true), Weight: a.number("fieldWeight", 1), Scale: a.number("similarityScale", Absent)}
	f.Function = a.choice("compareFunction", append([]string{""}, compareFunctions...)...)
	d.each(func(name []byte) {
		if string(name) == "Comparisons" {
			d.each(func(name []byte) {
				if string(name) == "Matrix" {
					f.Comparisons = d.matrix()
				}
			})
		}
	})
	return f
}

func (d *decoder) cluster() Cluster {
	a := d.attributes()
	c := Cluster{At: a.at, ID: a.maybe("id"), Name: a.optional("name")}
	d.each(func(name []byte) {
		switch {
		case string(name) == "Array":
			c.HasCenter, c.Center = true, d.array()
		case isNumberArray(name):
			c.HasCenter, c.Numbers = true, d.numbers()
		case string(name) == "Covariances":
			d.each(func(name []byte) {
				if string(name) == "Matrix" {
					c.Covariances = d.matrix()
				}
			})
		case string(name) == "KohonenMap", string(name) == "Partition": // for people
			d.skip()
		default:
			d.fault(d.at(), "%s cannot stand in Cluster", clip(name))
			d.skip()
		}
	})
	return c
}
