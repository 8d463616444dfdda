package program

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Clustering is a ClusteringModel (specification, ClusteringModel).
type Clustering struct {
	Comparison Comparison
	IDs        []value.Value
	Centers    []float64   // row by row
	Precisions [][]float64 // distribution-based: the inverse of each cluster's covariances, row by row; nil: centre-based
	LogDets    []float64   // logarithms of the determinants of the covariances
}

// clusteringBuffer holds a row's affinity to each cluster.
type clusteringBuffer struct {
	model      *Clustering
	x          []float64
	affinities []float64
}

// Score finds the cluster with the best affinity, the first of equals.
func (c *Clustering) Score(f *Frame, p *Prediction) {
	n := len(c.Comparison.Fields)
	b := Buffer(f, c, func() *clusteringBuffer {
		return &clusteringBuffer{model: c, x: make([]float64, n), affinities: make([]float64, len(c.IDs))}
	})
	adjust, ok := c.Comparison.Gather(f, b.x)
	if !ok || c.Precisions != nil && adjust != 1 {
		return
	}
	best := -1
	for i := range b.affinities {
		z := c.Centers[i*n : i*n+n]
		if c.Precisions != nil {
			b.affinities[i] = c.density(i, b.x, z)
		} else {
			b.affinities[i] = c.Comparison.Measure(b.x, adjust, z)
		}
		if a := b.affinities[i]; a == a && (best < 0 || c.better(a, b.affinities[best])) {
			best = i
		}
	}
	if best < 0 {
		return
	}
	p.Value, p.Entity, p.Entities, p.Class = c.IDs[best], c.IDs[best], b, int32(best)
}

func (c *Clustering) better(a, b float64) bool {
	if c.Precisions != nil {
		return a > b
	}
	return c.Comparison.Better(a, b)
}

// density is the logarithm of the normal density of a row in a cluster.
func (c *Clustering) density(cluster int, x, mean []float64) float64 {
	n, q := len(x), 0.0
	for i := range x {
		for j := range x {
			q += (x[i] - mean[i]) * c.Precisions[cluster][i*n+j] * (x[j] - mean[j])
		}
	}
	return -0.5 * (float64(n)*math.Log(2*math.Pi) + c.LogDets[cluster] + q)
}

// Ranked finds the cluster of a rank; of equals the first in the document has the better one.
func (b *clusteringBuffer) Ranked(rank int) (id value.Value, affinity float64, ok bool) {
	if rank < 1 || rank > len(b.affinities) {
		return value.Missing(), 0, false
	}
	for i, a := range b.affinities {
		before := 0
		for j, other := range b.affinities {
			if b.model.better(other, a) || other == a && j < i {
				before++
			}
		}
		if before == rank-1 && a == a {
			return b.model.IDs[i], a, true
		}
	}
	return value.Missing(), 0, false
}

// Affinity returns that of the cluster with an id.
func (b *clusteringBuffer) Affinity(id string) (float64, bool) {
	for i := range b.model.IDs {
		if b.model.IDs[i].String() == id {
			return b.affinities[i], true
		}
	}
	return 0, false
}

// Bytes is the memory of the clusters.
func (c *Clustering) Bytes() int64 {
	n := c.Comparison.bytes() + bytesOf(c.IDs) + bytesOf(c.Centers) + bytesOf(c.LogDets)
	for _, m := range c.Precisions {
		n += bytesOf(m)
	}
	return n
}
