package document

func (d *decoder) ruleSet(m *Model) body { return d.unknown(m) }
