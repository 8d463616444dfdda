package document

func (d *decoder) association(m *Model) body { return d.unknown(m) }
