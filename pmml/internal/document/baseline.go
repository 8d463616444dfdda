package document

func (d *decoder) baseline(m *Model) body { return d.unknown(m) }
