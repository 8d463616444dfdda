package sideinput

import (
	"fmt"
	"testing"
)

func tableOf(names ...string) *Table {
	var msgs []Message
	for _, name := range names {
		msgs = append(msgs, Message{Op: Add, Model: name, Version: "1", URI: "f.pmml"})
	}
	t, _ := NewTable().With(msgs, Bounds{})
	return t
}

func TestTableStoreForgetsTheLeastRecentlyUsed(t *testing.T) {
	s := newTableStore(3, 2, 100)
	a, b, c, d := tableOf("a"), tableOf("b"), tableOf("c"), tableOf("d")
	s.put(a)
	s.put(b)
	s.put(c)
	s.get(a.ID())
	s.put(d)
	for _, x := range []struct {
		table *Table
		kept  bool
	}{{a, true}, {b, false}, {c, true}, {d, true}} {
		if got := s.get(x.table.ID()); (got != nil) != x.kept {
			t.Errorf("table %v: kept %v, want %v", x.table.names.all()[0].name, got != nil, x.kept)
		}
	}
}

func TestTableStoreIsBoundedInNames(t *testing.T) {
	s := newTableStore(100, 2, 10)
	var last *Table
	for i := range 5 {
		last = tableOf(fmt.Sprint("a", i), "b", "c", "d", "e", "f", "g")
		s.put(last)
	}
	if s.order.Len() != 2 || s.names != 14 || s.get(last.ID()) != last {
		t.Errorf("%d tables with %d names, want the last 2 with 14", s.order.Len(), s.names)
	}
}

func TestEqualTablesAreKeptOnce(t *testing.T) {
	s := newTableStore(3, 1, 100)
	first, second := tableOf("a"), tableOf("a")
	s.put(first)
	if got := s.put(second); got != first {
		t.Error("an equal table took the place of the first")
	}
	cut, _ := first.CutTo(hour)
	if s.get(cut.ID()) != nil {
		t.Error("a table with another cut counts as equal")
	}
}
