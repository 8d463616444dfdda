package document

func (d *decoder) nearestNeighbor(m *Model) body { return d.unknown(m) }
