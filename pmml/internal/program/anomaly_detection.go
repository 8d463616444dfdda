package program

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// AnomalyDetection is an AnomalyDetectionModel: what it makes of the result of the model inside (specification, AnomalyDetection).
type AnomalyDetection struct {
	Model     *Instance
	PathLen   float64            // iforest: the mean length of a path in a tree of that many rows, c(n); NaN: another algorithm
	Distances map[string]float64 // clusterMeanDist: the mean distance to its centre in each cluster, by id; nil: another algorithm
}

// Score runs the model inside.
func (a *AnomalyDetection) Score(f *Frame, p *Prediction) {
	inner := a.Model.Run(f)
	if f.failed || inner.Value.IsMissing() {
		return
	}
	p.Entity, p.Entities, p.Spread = inner.Entity, inner.Entities, inner.Spread
	if a.Distances != nil {
		_, distance, ok := inner.Entities.Ranked(1)
		if mean := a.Distances[inner.Entity.String()]; ok && mean != 0 {
			p.Value = value.OfFloat(distance / mean)
		}
		return
	}
	if a.PathLen != a.PathLen {
		p.Value = inner.Value
		return
	}
	length, ok := inner.Value.Float64()
	switch {
	case !ok:
	case a.PathLen == 0: // too few rows to split
		p.Value = value.OfFloat(0)
	default:
		p.Value = value.OfFloat(math.Exp2(-length / a.PathLen))
	}
}

// Explain explains the model inside.
func (a *AnomalyDetection) Explain(f *Frame, _ *Prediction, e *Explanation) {
	e.Segments = append(e.Segments, a.Model.Explain(f, ""))
}

// Bytes is the memory of the model inside.
func (a *AnomalyDetection) Bytes() int64 { return a.Model.Bytes() + int64(len(a.Distances))*32 }
