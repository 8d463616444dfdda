package kafka

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
)

// soon is how often tests look for new partitions.
const soon = time.Millisecond

func TestNewPartitionsAndTopics(t *testing.T) {
	f := newFake(t)
	f.topic("ev.a", 1)
	f.put("ev.a", 0, 10, event)
	l := newFollowTest(t, Source{Place: f.place("~ev[.].*"), Start: Latest, Discover: soon})
	l.until("the topic is found", func() bool { return len(l.positions.Partitions) == 1 })
	if _, err := kadm.NewClient(f.client).CreatePartitions(context.Background(), 1, "ev.a"); err != nil {
		t.Fatal(err)
	}
	f.topic("ev.b", 1)
	f.topic("other", 1)
	for _, topic := range []string{"ev.a", "ev.b", "other"} {
		f.put(topic, 0, 20, event)
	}
	f.client.ForceMetadataRefresh()
	f.put("ev.a", 1, 20, event)
	l.expect("new ones are read from their front, the old one from where it was", "ev.a-0-1", "ev.a-1-0", "ev.b-0-0")
}

func TestTopicsThatGo(t *testing.T) {
	f := newFake(t)
	f.topic("ev", 1)
	f.topic("rest", 1)
	f.put("ev", 0, 10, event, event)
	l := newFollowTest(t, Source{Place: f.place("ev,rest"), Discover: soon})
	l.expect("what is there", "ev-0-0", "ev-0-1")
	if err := f.DeleteTopic("ev"); err != nil {
		t.Fatal(err)
	}
	l.expect("status tells", StatusGone)
	f.put("rest", 0, 11, event)
	l.expect("other topics are read, and the lost one does not hold time up", "rest-0-0")
	l.restart()

	f.client.PurgeTopicsFromClient("ev")
	f.topic("ev", 1)
	f.put("ev", 0, 12, event)
	l.expect("another topic of the name is read from its front", StatusRecreated, "ev~1-0-0")
	f.put("ev", 0, 13, event)
	l.expect("and on", "ev~1-0-1")
}

// While nobody read, another topic took the name, in which the old offset is one of many.
func TestTopicThatWasReplacedMeanwhile(t *testing.T) {
	f := newFake(t)
	f.topic("ev", 1)
	f.put("ev", 0, 10, event, event)
	l := newFollowTest(t, Source{Place: f.place("ev")})
	l.expect("what is there", "ev-0-0", "ev-0-1")
	if err := f.DeleteTopic("ev"); err != nil {
		t.Fatal(err)
	}
	f.client.PurgeTopicsFromClient("ev")
	f.topic("ev", 1)
	f.put("ev", 0, 12, events(5)...)
	l.restart()
	l.expect("it is read from its front", append(places("ev~1-0", 0, 5), StatusRecreated)...)
}

func TestTopicThatComes(t *testing.T) {
	f := newFake(t)
	f.topic("there", 1)
	l := newFollowTest(t, Source{Place: f.place("there,later"), Discover: soon})
	l.expect("status tells", StatusGone)
	f.topic("later", 1)
	f.put("later", 0, 10, event)
	l.expect("it is read when it comes", "later-0-0")
	if err := CheckTopics(context.Background(), Source{Place: f.place("there,nowhere")}); err == nil {
		t.Error("a topic that is not there is not noticed at launch")
	}
	if err := CheckTopics(context.Background(), Source{Place: f.place("there")}); err != nil {
		t.Error(err)
	}
}

// A deleted topic that is back as it was goes on where it was; brokers that have just started may have missed it.
func TestTopicThatIsBack(t *testing.T) {
	id := [16]byte{1}
	l := &lane{positions: Positions{Partitions: []Position{{Topic: "ev", ID: id, Next: 7, Gone: true}, {Topic: "ev", Partition: 1, ID: id, Next: 8, Gone: true}}}}
	back, replaced := l.present("ev", topic{id: id, partitions: 1})
	if len(back) != 1 || back[0].Next != 7 || back[0].Gone || len(replaced) > 0 {
		t.Errorf("back %+v, replaced %+v", back, replaced)
	}
	back, replaced = l.present("ev", topic{id: [16]byte{2}, partitions: 1})
	if len(back) > 0 || len(replaced) != 2 || replaced[0].Next != 0 || replaced[0].Gone || !replaced[1].Gone || replaced[0].source() != "ev~1-0" {
		t.Errorf("back %+v, replaced %+v", back, replaced)
	}
}

func TestAbsentTopicsAreCounted(t *testing.T) {
	v := &view{topics: map[string]topic{"a": {}, "b": {}}}
	for look, want := range []int{1, 2, 3} {
		v.absent = absent(v, []string{"a", "named"}, map[string]topic{"b": {}})
		v.topics = map[string]topic{"b": {}}
		if v.absent["a"] != want || v.absent["named"] != want || slices.Contains([]int{v.absent["b"]}, 1) {
			t.Errorf("look %d: %v", look, v.absent)
		}
	}
	if v.absent = absent(v, []string{"a"}, map[string]topic{"a": {}, "b": {}}); v.absent["a"] != 0 {
		t.Errorf("a topic that is there is absent: %v", v.absent)
	}
}
