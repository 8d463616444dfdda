package kafka

import (
	"maps"
	"testing"
	"time"
)

// An offset is committed once it was reached so long ago, and none that is newer.
func TestLag(t *testing.T) {
	start := time.Unix(1000, 0)
	at := func(second int) time.Time { return start.Add(time.Duration(second) * time.Second) }
	p := partition{"t", 0}
	reach := func(l *lag, second int, next int64) {
		l.reach(at(second), Positions{Partitions: []Position{{Topic: "t", Next: next}}})
	}
	l := newLag(64 * time.Second)
	for s := range 60 {
		reach(l, s, int64(10*s))
	}
	for second, want := range map[int]map[partition]int64{63: {}, 64: {p: 0}, 74: {p: 100}, 120: {p: 560}} {
		fresh := newLag(64 * time.Second)
		for s := range 60 {
			reach(fresh, s, int64(10*s))
		}
		if got := fresh.due(at(second)); !maps.Equal(got, want) {
			t.Errorf("after %d s: %v, want %v", second, got, want)
		}
	}
	l.committed(l.due(at(100)))
	if got := l.due(at(100)); len(got) > 0 {
		t.Errorf("%v is committed again", got)
	}
	// Reading goes back to 400, as after a restore: what was reached beyond is not committed, however old it is.
	reach(l, 110, 400)
	if got, want := l.due(at(173)), (map[partition]int64{p: 400}); !maps.Equal(got, want) {
		t.Errorf("after a restore: %v, want %v", got, want)
	}
	// The samples of a partition are few, however often a lane is called.
	for i := range 100_000 {
		l.reach(at(200).Add(time.Duration(i)*time.Millisecond), Positions{Partitions: []Position{{Topic: "t", Next: int64(1000 + i)}}})
		l.due(at(200).Add(time.Duration(i) * time.Millisecond))
	}
	if n := len(l.partitions[p].samples); n > samplesKept+2 {
		t.Errorf("%d samples", n)
	}
}
