package document

func (d *decoder) sequence(m *Model) body { return d.unknown(m) }
