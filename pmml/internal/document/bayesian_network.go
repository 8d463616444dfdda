package document

func (d *decoder) bayesianNetwork(m *Model) body { return d.unknown(m) }
