package modelcache

import "container/heap"

// recency orders entries by when they were last pinned. Pins do not touch it, so that they need no lock: an entry's key is
// brought up to date when it comes to the top. Since true times only grow, an entry on top whose key is true is the oldest.
type recency []*Entry

func (r recency) Len() int           { return len(r) }
func (r recency) Less(i, j int) bool { return r[i].rank < r[j].rank }
func (r recency) Swap(i, j int)      { r[i], r[j] = r[j], r[i] }
func (r *recency) Push(x any)        { *r = append(*r, x.(*Entry)) }
func (r *recency) Pop() any {
	last := len(*r) - 1
	e := (*r)[last]
	(*r)[last] = nil
	*r = (*r)[:last]
	return e
}

func (r *recency) add(e *Entry) {
	e.rank = e.used.Load()
	heap.Push(r, e)
}

// oldest returns the least recently pinned entry without taking it out, nil if there is none.
func (r *recency) oldest() *Entry {
	for len(*r) > 0 {
		e := (*r)[0]
		used := e.used.Load()
		if used == e.rank {
			return e
		}
		e.rank = used
		heap.Fix(r, 0)
	}
	return nil
}

// evict takes out and marks the least recently pinned entry that is not pinned now, of those last pinned at the time or before;
// nil if there is none.
func (r *recency) evict(before int64) *Entry {
	var pinned []*Entry
	defer func() {
		for _, e := range pinned {
			heap.Push(r, e)
		}
	}()
	for {
		e := r.oldest()
		if e == nil || e.rank > before {
			return nil
		}
		heap.Pop(r)
		if e.tryEvict() {
			return e
		}
		pinned = append(pinned, e)
	}
}
