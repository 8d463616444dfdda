package compile

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// clustering compiles a ClusteringModel (specification, ClusteringModel).
func (c *compiler) clustering(m *model) program.Scorer {
	d := m.doc.Body.(*document.Clustering)
	if m.doc.Function != "clustering" {
		c.fault(m.doc.At, "functionName of ClusteringModel is %q", m.doc.Function)
	}
	p := &program.Clustering{Comparison: c.comparison(d.Comparison)}
	var types []value.Type
	for _, f := range c.clusteringFields(d, m) {
		before := len(p.Comparison.Fields)
		c.comparedField(&p.Comparison, m, d.Comparison, &f)
		if len(p.Comparison.Fields) > before {
			types = append(types, m.scope.find(f.Field).typ)
		}
	}
	if n := len(p.Comparison.Fields); n == 0 {
		c.fault(m.doc.At, "ClusteringModel has no ClusteringField")
		return p
	}
	c.missingWeights(d, &p.Comparison)
	m.displays = map[string]string{}
	for i := range d.Clusters {
		c.cluster(p, m, d, &d.Clusters[i], i, types)
	}
	plain(&p.Comparison)
	if m.classes != nil { // votes are counted by cluster
		for _, id := range p.IDs {
			m.classes.place(id)
		}
	}
	return p
}

// clusteringFields are those that centres have coordinates for. Until 3.1 they are derived fields inside CenterFields.
func (c *compiler) clusteringFields(d *document.Clustering, m *model) (fields []document.ClusteringField) {
	if d.Centers == nil {
		for _, f := range d.Fields {
			if !f.Beside {
				fields = append(fields, f)
			}
		}
		return fields
	}
	for i, center := range d.Centers {
		name := center.Name
		f := document.ClusteringField{At: center.At, Weight: 1, Scale: document.Absent}
		if name != "" {
			for _, other := range d.Fields {
				if other.Field == name {
					f = other
				}
			}
		}
		if i < len(d.Fields) && f.Field == "" { // in the order of the fields that they normalize
			f = d.Fields[i]
		}
		own := *center
		own.Name = "center:" + name
		if m.scope.names[own.Name] != nil || name == "" {
			own.Name += string(rune('0' + i%10))
		}
		c.declare(m.scope, m.scope, &own)
		f.Field = own.Name
		fields = append(fields, f)
	}
	return fields
}

// missingWeights says what each field counts for when values are missing.
func (c *compiler) missingWeights(d *document.Clustering, to *program.Comparison) {
	if d.Weights == nil {
		return
	}
	if len(d.Weights) != len(to.Fields) {
		c.fault(d.WeightsAt, "MissingValueWeights holds %d numbers for %d fields", len(d.Weights), len(to.Fields))
		return
	}
	for i, w := range d.Weights {
		to.Fields[i].Missing = w
	}
}

func (c *compiler) cluster(p *program.Clustering, m *model, d *document.Clustering, cluster *document.Cluster, at int, types []value.Type) {
	id := value.OfInt(int64(at) + 1).String()
	if cluster.ID != nil {
		id = *cluster.ID
	}
	v := c.prog.Texts.Of(id)
	p.IDs = append(p.IDs, v)
	if cluster.Name != "" {
		m.displays[id] = cluster.Name
	}
	n := len(p.Comparison.Fields)
	if !cluster.HasCenter || max(len(cluster.Center), len(cluster.Numbers)) != n {
		c.fault(cluster.At, "Cluster has %d coordinates for %d fields", max(len(cluster.Center), len(cluster.Numbers)), n)
		p.Centers = append(p.Centers, make([]float64, n)...)
		return
	}
	p.Centers = append(p.Centers, cluster.Numbers...)
	for i, text := range cluster.Center {
		p.Centers = append(p.Centers, c.coordinate(&p.Comparison.Fields[i], types[i], text, cluster.At))
	}
	if d.Distributions {
		c.distribution(p, cluster, n)
	}
}

// distribution inverts a cluster's covariances, for the density of the normal distribution that it stands for.
func (c *compiler) distribution(p *program.Clustering, cluster *document.Cluster, n int) {
	cov := cluster.Covariances
	if cov == nil || cov.Rows != n || cov.Cols != n {
		c.fault(cluster.At, "a Cluster of a distribution-based model needs Covariances of %d × %d", n, n)
		return
	}
	var cholesky mat.Cholesky
	var inverse mat.SymDense
	if !cholesky.Factorize(mat.NewSymDense(n, cov.Cells)) || cholesky.InverseTo(&inverse) != nil {
		c.fault(cluster.At, "the Covariances of a Cluster are not positive definite")
		return
	}
	precision := make([]float64, 0, n*n)
	for i := range n {
		for j := range n {
			precision = append(precision, inverse.At(i, j))
		}
	}
	p.Precisions = append(p.Precisions, precision)
	det := cholesky.LogDet()
	if math.IsNaN(det) {
		c.fault(cluster.At, "the Covariances of a Cluster have no determinant")
	}
	p.LogDets = append(p.LogDets, det)
}
