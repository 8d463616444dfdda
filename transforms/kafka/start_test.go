package kafka

import (
	"context"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
)

func TestWhereToStart(t *testing.T) {
	f := newFake(t)
	f.topic("ev", 2)
	f.put("ev", 0, 10, event)
	f.put("ev", 0, 20, event)
	f.put("ev", 0, 30, event)
	f.put("ev", 1, 10, event)
	offsets := kadm.Offsets{}
	offsets.AddOffset("ev", 0, 2, -1)
	if _, err := kadm.NewClient(f.client).CommitOffsets(context.Background(), "g", offsets); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		start Start
		group string
		want  []string
	}{
		{Earliest, "", []string{"ev-0-0", "ev-0-1", "ev-0-2", "ev-1-0"}},
		{"1970-01-01T00:00:20Z", "", []string{"ev-0-1", "ev-0-2"}},
		{"20001", "", []string{"ev-0-2"}},
		{Committed, "g", []string{"ev-0-2", "ev-1-0"}},
		{Committed, "unknown", []string{"ev-0-0", "ev-0-1", "ev-0-2", "ev-1-0"}},
		{Latest, "", nil},
	} {
		l := newFollowTest(t, Source{Place: f.place("ev"), Start: c.start, Group: c.group})
		l.expect(string(c.start), c.want...)
		l.until("nothing else comes", func() bool { return len(l.positions.Partitions) == 2 })
		if got := f.bounded(Source{Place: f.place("ev"), Start: c.start, Group: c.group}); len(got) != len(c.want) {
			t.Errorf("%s, bounded: %q, want %q", c.start, got, c.want)
		}
	}
}

// What is latest is decided at launch: an attempt that fails before its first checkpoint leaves nothing out.
func TestLatestIsThatOfTheLaunch(t *testing.T) {
	f := newFake(t)
	f.topic("ev", 1)
	f.put("ev", 0, 10, event)
	l := newFollowTest(t, Source{Place: f.place("ev"), Start: Latest})
	f.put("ev", 0, 11, event)
	l.expect("since the launch", "ev-0-1")
	l.positions = begin()
	l.restart()
	l.expect("again, without a checkpoint", "ev-0-1")
}

// A job that is killed, and starts again at committed offsets without its state, repeats events and leaves out none.
func TestCommittedIsAtLeastOnce(t *testing.T) {
	f := newFake(t)
	f.topic("ev", 1)
	f.put("ev", 0, 10, events(5)...)
	source := Source{Place: f.place("ev"), Start: Committed, Group: "g", CommitAfter: time.Hour}
	l := newFollowTest(t, source)
	l.expect("what is there", places("ev-0", 0, 5)...)
	lag := lagOf(laneKey(&l.fn.Source, l.work), time.Hour)
	if due := lag.due(time.Now()); len(due) > 0 {
		t.Fatalf("%v is committed though no checkpoint may have it", due)
	}
	lag.reach(time.Now().Add(time.Hour/samplesKept), l.positions)
	due := lag.due(time.Now().Add(time.Hour + time.Hour/samplesKept))
	if due[partition{"ev", 0}] != 5 {
		t.Fatalf("later than an hour %v is committed, want 5", due)
	}
	ask := source.withDefaults()
	if err := ask.ask(context.Background(), func(ctx context.Context, b *broker) error { return b.commit(ctx, "g", due) }); err != nil {
		t.Fatal(err)
	}
	f.put("ev", 0, 11, events(3)...)
	l.expect("what came since", places("ev-0", 5, 8)...)
	l = newFollowTest(t, source) // killed, and started without its state
	l.restart()
	l.expect("what was committed long ago is not repeated, what was not is", places("ev-0", 5, 8)...)
}

// The scout commits by itself, once an offset is old enough.
func TestOffsetsAreCommitted(t *testing.T) {
	f := newFake(t)
	f.topic("ev", 1)
	f.put("ev", 0, 10, events(5)...)
	l := newFollowTest(t, Source{Place: f.place("ev"), Group: "g", CommitAfter: time.Nanosecond})
	l.expect("what is there", places("ev-0", 0, 5)...)
	scout := newScout(&l.fn.Source, l.work, &broker{kadm.NewClient(f.client)}, lagOf(laneKey(&l.fn.Source, l.work), time.Nanosecond))
	l.until("five are committed", func() bool {
		scout.commit(context.Background(), time.Now()) // again where the broker was slow
		return f.GroupInfo("g").Commits["ev"][0].Offset == 5
	})
	// A restore never reads them.
	l.positions.Partitions[0].Next = 3
	l.restart()
	l.expect("from the checkpoint", places("ev-0", 3, 5)...)
}
