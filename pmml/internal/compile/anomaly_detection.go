package compile

import (
	"math"
	"strconv"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
)

// anomalyDetection compiles an AnomalyDetectionModel (specification, AnomalyDetection).
func (c *compiler) anomalyDetection(m *model) program.Scorer {
	d := m.doc.Body.(*document.AnomalyDetection)
	if m.doc.Function != "anomalyDetection" && m.doc.Function != "regression" {
		c.fault(m.doc.At, "functionName of AnomalyDetectionModel is %q", m.doc.Function)
	}
	a := &program.AnomalyDetection{PathLen: math.NaN()}
	if d.Model == nil {
		return a
	}
	inner := c.model(d.Model, m)
	if inner == nil {
		return a
	}
	c.publish(m, &segment{model: inner})
	a.Model = inner.instance
	switch d.Algorithm {
	case "iforest":
		if math.IsNaN(d.SampleSize) {
			c.fault(m.doc.At, "algorithmType iforest needs a sampleDataSize")
		}
		a.PathLen = meanPathLength(d.SampleSize)
	case "clusterMeanDist":
		c.meanDistances(a, d, m)
	}
	return a
}

// meanPathLength is c(n), the mean path length of a search that fails in a binary tree of n rows (Liu, Ting and Zhou 2008, with the
// constant as the specification writes it).
func meanPathLength(n float64) float64 {
	switch {
	case n < 2:
		return 0
	case n == 2:
		return 1
	}
	return 2*(math.Log(n-1)+0.5772156649) - 2*(n-1)/n
}

func (c *compiler) meanDistances(a *program.AnomalyDetection, d *document.AnomalyDetection, m *model) {
	clusters, ok := d.Model.Body.(*document.Clustering)
	if !ok {
		c.fault(m.doc.At, "algorithmType clusterMeanDist needs a ClusteringModel")
		return
	}
	if len(d.Distances) != len(clusters.Clusters) {
		c.fault(m.doc.At, "MeanClusterDistances holds %d numbers for %d clusters", len(d.Distances), len(clusters.Clusters))
		return
	}
	a.Distances = map[string]float64{}
	for i, x := range d.Distances {
		id := strconv.Itoa(i + 1)
		if own := clusters.Clusters[i].ID; own != nil {
			id = *own
		}
		a.Distances[id] = x
	}
}
