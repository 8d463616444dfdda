package sideinput

// ReadSnapshot is the newest of the snapshots that next yields: that of the
// highest number, and of these that of the latest cut. It is nil when there is
// none. A table that this process holds is not decoded again.
func ReadSnapshot(next func(*[]byte) bool) (*Table, error) {
	var newest []byte
	var revision Revision
	var data []byte
	for next(&data) {
		r, err := decodeRevision(data)
		if err != nil {
			return nil, err
		}
		if newest == nil || r.Number > revision.Number || r.Number == revision.Number && r.Cut > revision.Cut {
			newest, revision = data, r
		}
	}
	if newest == nil {
		return nil, nil
	}
	if t := processTables.get(revision.id()); t != nil {
		return t, nil
	}
	t, err := DecodeTable(newest)
	if err != nil {
		return nil, err
	}
	return processTables.put(t), nil
}
