package main

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A list is a book of a few events.
type list []attempt

func (b list) size() int         { return len(b) }
func (b list) name(n int) string { return b[n].ID }
func (b list) find(id string, _ outcome) (int, outcome, bool) {
	for n, a := range b {
		if a.ID == id {
			return n, a.outcome, true
		}
	}
	return 0, outcome{}, false
}

const (
	want1 = `{"id":"e-1","source":"t-0-5","model":"m","version":"2","sha256":"ab","outputs":{"y":1.5}}`
	want2 = `{"id":"e-2","source":"t-1-9","model":"m","version":"2","sha256":"ab","outputs":{"y":2}}`
	want3 = `{"id":"e-3","source":"t-1-10","reason":"deleted"}`
)

// The judge notices a lost event, a wrong version, and a duplicate that differs; and what is right passes.
func TestLedger(t *testing.T) {
	change := strings.NewReplacer
	for _, c := range []struct {
		name  string
		lines []string
		fault string // what it says; empty: nothing is wrong
	}{
		{"each once", []string{want1, want2, want3}, ""},
		{"in another order, and equal again", []string{want3, want1, want2, want1, want3}, ""},
		{"one lost", []string{want1, want3}, "1 of 3 events are lost, for example e-2"},
		{"nothing at all", nil, "3 of 3 events are lost"},
		{"a wrong version", []string{change(`"version":"2"`, `"version":"1"`).Replace(want1), want2, want3}, "e-1: m@1"},
		{"the right version, another document", []string{change(`"ab"`, `"cd"`).Replace(want1), want2, want3}, "1 attempts are wrong"},
		{"other outputs", []string{want1, change(`{"y":2}`, `{"y":3}`).Replace(want2), want3}, `e-2: m@2 {"y":3}`},
		{"a duplicate that differs", []string{want1, want2, want3, change(`1.5`, `1.6`).Replace(want1)}, `e-1: m@2 {"y":1.6}`},
		{"a duplicate of another place", []string{want1, want2, want3, change(`t-1-9`, `t-1-8`).Replace(want2)}, "e-2: a repeated attempt"},
		{"a result where a dead letter must be", []string{want1, want2, change(`"reason":"deleted"`, `"model":"m","version":"1","outputs":{}`).Replace(want3)}, "expected deleted"},
		{"a dead letter where a result must be", []string{change(`e-3`, `e-1`, `t-1-10`, `t-0-5`).Replace(want3), want2, want3}, "e-1: deleted"},
		{"an event that was never fed", []string{want1, want2, want3, change(`e-1`, `e-4`).Replace(want1)}, "there is no such event"},
		{"no more than a reason of the moment", []string{want1, `{"id":"e-2","source":"t-1-9","model":"m","version":"2","reason":"load_failed"}`, want3}, "1 of 3 events are lost"},
		{"a reason of the moment, superseded", []string{want1, `{"id":"e-2","source":"t-1-9","model":"m","version":"2","reason":"load_failed"}`, want3, want2}, ""},
		{"a reason of the moment, about another version", []string{want1, `{"id":"e-2","source":"t-1-9","model":"m","version":"3","reason":"load_failed"}`, want3, want2}, "load_failed m@3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			book := list(attempts(t, want1, want2, want3))
			for i := range book {
				book[i].Source = "" // as where it is not known before
			}
			l := ledger{book: book}
			for i, a := range attempts(t, c.lines...) {
				l.take(a, time.UnixMilli(int64(1000+i)))
			}
			err := l.verdict().fault()
			if c.fault == "" && err != nil || c.fault != "" && !strings.Contains(fmt.Sprint(err), c.fault) {
				t.Errorf("it says: %v", err)
			}
		})
	}
}

// Where the place is known before, another one is wrong, too.
func TestLedgerKnowsPlaces(t *testing.T) {
	l := ledger{book: list(attempts(t, want1))}
	l.take(attempts(t, strings.Replace(want1, "t-0-5", "t-0-6", 1))[0], time.UnixMilli(1))
	if l.verdict().fault() == nil {
		t.Error("nothing is wrong")
	}
}
