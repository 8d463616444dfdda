package main

import (
	"context"
	"testing"
	"time"
)

// Nowhere takes everything.
type nowhere struct{ place }

func (nowhere) sendControl(context.Context, ...[]byte) error { return nil }

// An event is scored by the version in force at its time; by the one before only while that is not long gone.
func TestLiveKnowsWhatIsRight(t *testing.T) {
	begin := time.Now().Truncate(time.Millisecond)
	l, err := newLive(t.Context(), nowhere{}, t.TempDir(), 1, 10) // an event every 100 ms
	if err != nil {
		t.Fatal(err)
	}
	l.begin = begin
	if err := l.update(t.Context(), 0, begin.Add(10*time.Second)); err != nil {
		t.Fatal(err)
	}
	l.ask(1000)
	for _, c := range []struct {
		n    int
		got  string
		want string
	}{
		{99, "v0", "v0"},
		{99, "v1", "v0"},
		{100, "v1", "v1"}, // at the very moment
		{100, "v0", "v0"}, // the message had not come
		{100 + 10*int(grace.Seconds()) - 1, "v0", "v0"},
		{100 + 10*int(grace.Seconds()), "v0", "v1"}, // it must have come by now
	} {
		n, want, known := l.find(eventID(c.n), outcome{Version: c.got})
		if !known || n != c.n || want.Version != c.want || want.SHA256 == "" {
			t.Errorf("event %d scored by %s: %d, %v, %t", c.n, c.got, n, want, known)
		}
	}
	if _, _, known := l.find(eventID(1000), outcome{}); known {
		t.Error("an event that was not fed is known")
	}
}

func TestVersions(t *testing.T) {
	at := func(ms int) time.Time { return time.UnixMilli(int64(100_000 + ms)) }
	v := &versions{}
	v.sent(time.Time{})
	v.sent(at(0))
	v.sent(at(1000))
	for _, r := range []struct{ of, by, at int }{
		{-50, 0, 30}, // before the first update
		{10, 0, 80},  // met the old table
		{20, 1, 120}, // the first by the new one
		{30, 0, 190}, // and another slot, later
		{1010, 1, 1100}, {1020, 2, 1090}, {1030, 2, 1130},
	} {
		v.scored(at(r.of), r.by, at(r.at))
	}
	first, everywhere, stale := v.spreads()
	if first.at(0.5) != 90*time.Millisecond || first.at(1) != 120*time.Millisecond {
		t.Errorf("first results: %v", first)
	}
	if everywhere.at(0.5) != 100*time.Millisecond || everywhere.at(1) != 190*time.Millisecond {
		t.Errorf("last results of the version before: %v", everywhere)
	}
	if stale != 3 {
		t.Errorf("%d events met an old table, want 3", stale)
	}
}
