package document

func (d *decoder) timeSeries(m *Model) body { return d.unknown(m) }
