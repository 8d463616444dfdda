package document

func (d *decoder) naiveBayes(m *Model) body { return d.unknown(m) }
