package kafka

import (
	"slices"
	"testing"
	"time"

	"github.com/beam-pmml/beam-pmml/transforms/records"
)

func TestFollowPartitionsSideBySide(t *testing.T) {
	f := newFake(t)
	f.topic("ev", 2)
	f.put("ev", 0, 10, events(250)...)
	f.put("ev", 1, 20, events(3)...)
	l := newFollowTest(t, Source{Place: f.place("ev")})
	l.expect("what is there", slices.Concat(places("ev-0", 0, 250), places("ev-1", 0, 3))...)

	l.restart()
	f.put("ev", 1, 21, event)
	l.expect("after a restart", "ev-1-3")
	f.put("ev", 0, 30, event)
	l.expect("by the same connection", "ev-0-250")

	t.Cleanup(stop())
	if got := l.read(); len(got) > 0 || !l.ended || l.err != nil {
		t.Errorf("after Stop: got %q, ended %v, %v", got, l.ended, l.err)
	}
}

// stop makes sources end, until the function that it returns is called.
func stop() func() {
	done := make(chan struct{})
	close(done)
	stopping = func() <-chan struct{} { return done }
	return func() { stopping = records.Stopping }
}

// A runner that cuts short pauses has the call wait, and Hold bounds it.
func TestWaitWithinACall(t *testing.T) {
	f := newFake(t)
	f.topic("ev", 1)
	f.put("ev", 0, 10, event)
	l := newFollowTest(t, Source{Place: f.place("ev"), Wait: true, Hold: time.Hour})
	l.expect("what is there, though the hold goes on", "ev-0-0")
	time.AfterFunc(10*time.Millisecond, func() { f.put("ev", 0, 11, event) })
	if got := l.read(); !slices.Equal(got, []string{"ev-0-1"}) {
		t.Errorf("one call: got %q, %v", got, l.err)
	}
	l = newFollowTest(t, Source{Place: f.place("ev"), Wait: true, Hold: time.Millisecond, Start: Latest})
	l.until("nothing comes", func() bool { return len(l.positions.Partitions) == 1 })
}
