package sideinput

import (
	"fmt"
	"testing"
)

func preloading(m Message) Message {
	m.Preload = true
	return m
}

func preloads(t *Table, at int64) string {
	text := ""
	for _, c := range t.Preloads(at) {
		text += fmt.Sprintf("%s@%s ", c.Name, c.Version)
	}
	return text
}

func TestPreloads(t *testing.T) {
	table, _ := NewTable().With([]Message{
		preloading(update("fraud", 1, 10)),
		update("fraud", 2, 20),
		preloading(update("fraud", 3, 30)),
		{Op: Del, Model: "fraud", Version: "1", At: 40},
		preloading(Message{Op: Add, Model: "fraud", Version: "3", URI: "f.pmml", At: 35}),     // nothing new
		preloading(Message{Op: Add, Model: "fraud", Version: "3", URI: "other.pmml", At: 36}), // a CONFLICT
		preloading(Message{Op: Add, Model: "churn", Version: "1", URI: "f.pmml", At: 50}),
	}, Bounds{})
	for at, want := range map[int64]string{
		0:  "churn@1 fraud@1 fraud@3 ", // what will be counts
		39: "churn@1 fraud@1 fraud@3 ",
		40: "churn@1 fraud@3 ",
		90: "churn@1 fraud@3 ",
	} {
		if got := preloads(table, at); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
	// Known at the cut but replaced from there on, it serves no event.
	replaced, _ := table.With([]Message{update("churn", 1, hour)}, Bounds{})
	replaced, _ = replaced.CutTo(hour)
	if got, want := preloads(replaced, 0), "fraud@3 "; got != want {
		t.Errorf("replaced at the cut: %s, want %s", got, want)
	}
	table, _ = table.CutTo(hour)
	if got, want := preloads(table, hour), "churn@1 fraud@3 "; got != want {
		t.Errorf("after the cut: %s, want %s", got, want)
	}
	table, _ = table.With([]Message{{Op: Del, Model: "fraud", At: hour}, {Op: Del, Model: "churn", At: hour}}, Bounds{})
	if table, _ = table.CutTo(2 * hour); table.preloads != 0 {
		t.Errorf("%d hints are left of nothing", table.preloads)
	}
}

func TestHintOfARepetitionIsKept(t *testing.T) {
	forgetProcess(t)
	s := &TableState{Shards: 1, SubShards: 1}
	p := newFakeState()
	plain := addAll(t, s, p, update("fraud", 1, 1), update("fraud", 2, 2))
	hinted := addAll(t, s, p, preloading(update("fraud", 1, 1)))
	if preloads(plain, 0) != "" || preloads(hinted, 0) != "fraud@1 " {
		t.Errorf("hints %q, then %q", preloads(plain, 0), preloads(hinted, 0))
	}
	if hinted.Revision() != plain.Revision() {
		t.Error("a hint changes the revision")
	}
	p.changes = 0
	addAll(t, s, p, preloading(update("fraud", 1, 1)), update("fraud", 1, 1))
	if p.changes != 0 {
		t.Errorf("%d changes of state by a hint that was kept before", p.changes)
	}
	forgetProcess(t)
	s.Reset()
	if restored, err := s.Load(p, 3); err != nil || preloads(restored, 0) != "fraud@1 " {
		t.Errorf("after a restart: %q, %v", preloads(restored, 0), err)
	}

	// In one batch, the hint second.
	p = newFakeState()
	s.Reset()
	if _, _, err := s.Add(p, &fakeTimers{}, 3, 0, []Message{update("churn", 1, 1), preloading(update("churn", 1, 1))}); err != nil {
		t.Fatal(err)
	}
	forgetProcess(t)
	s.Reset()
	if restored, err := s.Load(p, 3); err != nil || preloads(restored, 0) != "churn@1 " {
		t.Errorf("after a restart: %q, %v", preloads(restored, 0), err)
	}
}

func TestSnapshotWithMoreHintsIsNewer(t *testing.T) {
	forgetProcess(t)
	plain, _ := NewTable().With([]Message{update("fraud", 1, 1)}, Bounds{})
	hinted, _ := plain.With([]Message{preloading(update("fraud", 1, 1))}, Bounds{})
	read := func(tables ...*Table) *Table {
		t.Helper()
		got, err := ReadSnapshot(func(data *[]byte) bool {
			if len(tables) == 0 {
				return false
			}
			*data, tables = tables[0].AppendBinary(nil), tables[1:]
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := read(plain); preloads(got, 0) != "" {
		t.Fatalf("hints %q of nowhere", preloads(got, 0))
	}
	for _, tables := range [][]*Table{{plain, hinted}, {hinted, plain}, {plain}} {
		if got := read(tables...); preloads(got, 0) != "fraud@1 " { // once known, also where the plain one is read
			t.Errorf("hints %q", preloads(got, 0))
		}
	}
}

func TestPreloadsCostNothingWhereNobodyAsks(t *testing.T) {
	table, _ := NewTable().With([]Message{update("fraud", 1, 1)}, Bounds{})
	if n := testing.AllocsPerRun(100, func() { table.Preloads(0) }); n != 0 || table.preloads != 0 {
		t.Errorf("%v allocations, %d hints", n, table.preloads)
	}
}
