package document

func (d *decoder) generalRegression(m *Model) body { return d.unknown(m) }
