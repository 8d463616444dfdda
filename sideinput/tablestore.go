package sideinput

import (
	"container/list"
	"sync"
)

// An ID names a table: tables of equal IDs give equal answers, and differ in no
// more than hints.
type ID struct {
	Digest [16]byte
	Cut    int64 // milliseconds since 1970 UTC, or NoCut
}

// ID names the table.
func (t *Table) ID() ID { return t.revision.id() }

func (r Revision) id() ID { return ID{Digest: r.Digest, Cut: r.Cut} }

// Put keeps a table where every bundle of this process finds it. The store is
// bounded; the least recently used tables go first, but never the last few.
// It is safe for any number of goroutines.
func Put(t *Table) ID {
	processTables.put(t)
	return t.ID()
}

// Get finds a table of this process.
func Get(id ID) (*Table, bool) {
	t := processTables.get(id)
	return t, t != nil
}

var processTables = newTableStore(64, 4, 500_000)

// A tableStore keeps the tables that were used last.
type tableStore struct {
	most   int // tables
	always int // tables that stay whatever they weigh
	weight int // names, in all tables

	mu    sync.Mutex
	order *list.List // of *Table; the most recently used first
	byID  map[ID]*list.Element
	names int // in all tables kept
}

func newTableStore(most, always, weight int) *tableStore {
	return &tableStore{most: most, always: always, weight: weight, order: list.New(), byID: make(map[ID]*list.Element)}
}

// room lets the store keep the tables of so many shards, of each a few that it
// had, and those used last whatever they weigh.
func (s *tableStore) room(shards int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.most, s.always = max(s.most, 4*shards), max(s.always, shards)
}

// put keeps a table and returns the one that is kept: that of an earlier put
// if they are equal and it has as many hints, so that shards with one table
// share one.
func (s *tableStore) put(t *Table) *Table {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.byID[t.ID()]; e != nil {
		s.order.MoveToFront(e)
		if held := e.Value.(*Table); held.preloads >= t.preloads {
			return held
		}
		e.Value = t
		return t
	}
	s.byID[t.ID()] = s.order.PushFront(t)
	s.names += t.names.size
	for s.order.Len() > s.most || s.names > s.weight && s.order.Len() > s.always {
		oldest := s.order.Remove(s.order.Back()).(*Table)
		delete(s.byID, oldest.ID())
		s.names -= oldest.names.size
	}
	return t
}

func (s *tableStore) get(id ID) *Table {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.byID[id]
	if e == nil {
		return nil
	}
	s.order.MoveToFront(e)
	return e.Value.(*Table)
}
