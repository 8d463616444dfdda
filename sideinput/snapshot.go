package sideinput

import "cmp"

// ReadSnapshot is the newest of the snapshots that next yields: that of the
// highest number, of these that of the latest cut, and of these the one with
// the most hints. It is nil when there is none. A table that this process holds
// is not decoded again.
func ReadSnapshot(next func(*[]byte) bool) (*Table, error) {
	newest, front, err := newestOf(next)
	if newest == nil || err != nil {
		return nil, err
	}
	if t := front.held(); t != nil {
		return t, nil
	}
	t, err := DecodeTable(newest)
	if err != nil {
		return nil, err
	}
	return processTables.put(t), nil
}

// SnapshotFront returns the bytes by which a snapshot says which table it is; an error if it is none. There are some dozens,
// however large the table.
func SnapshotFront(snapshot []byte) ([]byte, error) {
	front, err := decodeFront(snapshot)
	if err != nil {
		return nil, err
	}
	return snapshot[:front.size:front.size], nil
}

// ReadFront returns the table of the newest of the fronts that next yields, as ReadSnapshot does of snapshots, if this
// process holds it, and else nil: then the snapshots are to be read.
func ReadFront(next func(*[]byte) bool) (*Table, error) {
	newest, front, err := newestOf(next)
	if newest == nil || err != nil {
		return nil, err
	}
	return front.held(), nil
}

// newestOf returns the newest of snapshots or of fronts; nil if there is none.
func newestOf(next func(*[]byte) bool) (newest []byte, last tableFront, err error) {
	var data []byte
	for next(&data) {
		front, err := decodeFront(data)
		if err != nil {
			return nil, last, err
		}
		if newest == nil || front.compare(last) > 0 {
			newest, last = data, front
		}
	}
	return newest, last, nil
}

// held is the table that a front is of, with its hints, if this process holds it.
func (f tableFront) held() *Table {
	if t := processTables.get(f.revision.id()); t != nil && uint64(t.preloads) >= f.preloads {
		return t
	}
	return nil
}

// compare is above 0 if the table is newer than another.
func (f tableFront) compare(other tableFront) int {
	return cmp.Or(
		cmp.Compare(f.revision.Number, other.revision.Number),
		cmp.Compare(f.revision.Cut, other.revision.Cut),
		cmp.Compare(f.preloads, other.preloads),
	)
}
