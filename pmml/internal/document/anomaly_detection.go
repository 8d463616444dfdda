package document

// AnomalyDetection is the content of an AnomalyDetectionModel.
type AnomalyDetection struct {
	Algorithm  string  // iforest, ocsvm, clusterMeanDist, other
	SampleSize float64 // sampleDataSize, NaN: not given
	Model      *Model
	Distances  []float64 // MeanClusterDistances
}

// anomalyDetection decodes an AnomalyDetectionModel.
func (d *decoder) anomalyDetection(m *Model) body {
	a := d.attributes()
	x := &AnomalyDetection{SampleSize: a.number("sampleDataSize", Absent)}
	if a.required("algorithmType") != "" {
		x.Algorithm = a.choice("algorithmType", "iforest", "ocsvm", "clusterMeanDist", "other")
	}
	m.Body = x
	return body{
		child: func(name []byte) bool {
			if string(name) == "MeanClusterDistances" {
				x.Distances = d.oneArray()
				return true
			}
			if !modelElements[string(name)] {
				return false
			}
			if x.Model != nil {
				d.fault(d.at(), "AnomalyDetectionModel has a second model, %s", clip(name))
			}
			x.Model = d.model()
			return true
		},
		finish: func() {
			if x.Model == nil {
				d.fault(m.At, "AnomalyDetectionModel has no model")
			}
		},
	}
}
