package document

func (d *decoder) supportVectorMachine(m *Model) body { return d.unknown(m) }
