package document

func (d *decoder) textModel(m *Model) body { return d.unknown(m) }
