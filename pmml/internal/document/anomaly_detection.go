package document

func (d *decoder) anomalyDetection(m *Model) body { return d.unknown(m) }
