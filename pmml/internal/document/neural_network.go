package document

func (d *decoder) neuralNetwork(m *Model) body { return d.unknown(m) }
