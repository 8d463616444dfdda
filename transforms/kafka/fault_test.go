package kafka

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// What waiting does not mend fails the call, and with it the bundle.
func TestRefusals(t *testing.T) {
	for name, fault := range map[string]kfake.Fault{
		"no right to read":     {Keys: []kmsg.Key{kmsg.Fetch}, Topic: "ev", Err: kerr.TopicAuthorizationFailed, Count: -1},
		"no right to describe": {Keys: []kmsg.Key{kmsg.Metadata}, Topic: "ev", Err: kerr.TopicAuthorizationFailed, Count: -1},
		"a damaged partition":  {Keys: []kmsg.Key{kmsg.Fetch}, Topic: "ev", Err: kerr.UnknownServerError, Count: -1},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			f.topic("ev", 1)
			f.put("ev", 0, 10, event)
			f.Fault(fault)
			l := newFollowTest(t, Source{Place: f.place("ev"), Wait: true, Hold: 10 * time.Millisecond})
			for end := time.Now().Add(patience); l.err == nil && time.Now().Before(end); {
				if got := l.read(); len(got) > 0 {
					t.Fatalf("got %q", got)
				}
			}
			if !errors.Is(l.err, fault.Err) {
				t.Errorf("error %v, want %v", l.err, fault.Err)
			}
		})
	}
}

// A bounded read asks brokers that have been quiet whether they are there.
func TestBoundedReadOfQuietBrokers(t *testing.T) {
	f := newFake(t)
	f.topic("ev", 1)
	f.put("ev", 0, 10, event)
	source := (Source{Place: f.place("ev")}).withDefaults()
	l := &lane{source: &source, work: lanes(1)[0], positions: begin()}
	if err := l.survey(context.Background()); err != nil || l.done() {
		t.Fatalf("%+v, %v", l.positions, err)
	}
	if err := l.open(); err != nil {
		t.Fatal(err)
	}
	defer l.reader.close()
	if err := l.answers(context.Background()); err != nil {
		t.Errorf("a broker that is only quiet: %v", err)
	}
	if err := f.DeleteTopic("ev"); err != nil {
		t.Fatal(err)
	}
	if err := l.answers(context.Background()); err == nil {
		t.Error("a topic that was deleted meanwhile answers")
	}
}

// A connection that nobody comes for is closed, and one that somebody has taken is not.
func TestReadersAreKept(t *testing.T) {
	f := newFake(t)
	store := &readerStore{kept: map[string]*reader{}}
	open := func() *reader {
		t.Helper()
		source := (Source{Place: f.place("ev")}).withDefaults()
		r, err := openReader(&source, begin())
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	a, b := open(), open()
	store.put("key", a)
	if store.take("other") != nil || store.take("key") != a || store.take("key") != nil {
		t.Error("a reader is not found where it was put, or twice")
	}
	store.put("key", b)
	store.drop("key", a)
	if store.take("key") != b {
		t.Error("another reader was dropped")
	}
	store.put("key", a)
	store.drop("key", a)
	if store.take("key") != nil {
		t.Error("a dropped reader is found")
	}
	b.close()
}

func TestDrain(t *testing.T) {
	fn := &followEventsFn{}
	if p := fn.TruncateRestriction(fn.CreateTracker(begin()), records.Work{}); !p.Ended {
		t.Errorf("%+v goes on", p)
	}
	if tr := newTracker(begin()); tr.IsBounded() {
		t.Error("a lane has an end")
	}
}
