package sideinput

import "cmp"

// ReadSnapshot is the newest of the snapshots that next yields: that of the
// highest number, of these that of the latest cut, and of these the one with
// the most hints. It is nil when there is none. A table that this process holds
// is not decoded again.
func ReadSnapshot(next func(*[]byte) bool) (*Table, error) {
	var newest []byte
	var last tableFront
	var data []byte
	for next(&data) {
		front, err := decodeFront(data)
		if err != nil {
			return nil, err
		}
		if newest == nil || front.compare(last) > 0 {
			newest, last = data, front
		}
	}
	if newest == nil {
		return nil, nil
	}
	if t := processTables.get(last.revision.id()); t != nil && uint64(t.preloads) >= last.preloads {
		return t, nil
	}
	t, err := DecodeTable(newest)
	if err != nil {
		return nil, err
	}
	return processTables.put(t), nil
}

// compare is above 0 if the table is newer than another.
func (f tableFront) compare(other tableFront) int {
	return cmp.Or(
		cmp.Compare(f.revision.Number, other.revision.Number),
		cmp.Compare(f.revision.Cut, other.revision.Cut),
		cmp.Compare(f.preloads, other.preloads),
	)
}
