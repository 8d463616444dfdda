package document

func (d *decoder) gaussianProcess(m *Model) body { return d.unknown(m) }
