package document

func (d *decoder) clustering(m *Model) body { return d.unknown(m) }
