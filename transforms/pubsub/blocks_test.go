package pubsub

import (
	"fmt"
	"strings"
	"testing"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/mtime"
	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/records"
	"github.com/google/go-cmp/cmp"
)

var events = Resource{Subscription, "my-project", "events"}

// bundle gives messages to a blocksFn as one bundle, all of them published at the same time.
func bundle(t *testing.T, cfg Source, messages ...*pubsubpb.PubsubMessage) (blocks []records.Block, times []beam.EventTime) {
	t.Helper()
	cfg.Subscription = events
	f := &blocksFn{Source: cfg.withDefaults()}
	if err := f.Setup(); err != nil {
		t.Fatal(err)
	}
	emit := func(at beam.EventTime, b records.Block) { blocks, times = append(blocks, b), append(times, at) }
	f.StartBundle(emit)
	for _, m := range messages {
		f.ProcessElement(published, m, emit)
	}
	f.FinishBundle(emit)
	return blocks, times
}

var published = mtime.FromMilliseconds(1_000_000)

func event(id, data string, attributes ...string) *pubsubpb.PubsubMessage {
	m := &pubsubpb.PubsubMessage{MessageId: id, Data: []byte(data), Attributes: map[string]string{}}
	for i := 0; i < len(attributes); i += 2 {
		m.Attributes[attributes[i]] = attributes[i+1]
	}
	return m
}

func TestWhatTheEnvelopeDoesNotSayTheMessageDoes(t *testing.T) {
	blocks, times := bundle(t, Source{IDAttribute: "key"},
		event("17", `{"model":"m","id":"own","time":5}`, "key", "attribute"),
		event("18", `{"model":"m"}`, "key", "attribute"),
		event("19", `{"model":"m"}`, "other", "x"),
	)
	if len(blocks) != 1 || len(blocks[0].Records) != 3 {
		t.Fatalf("%d blocks: %v", len(blocks), blocks)
	}
	b := &blocks[0]
	var got []string
	for i := range b.Records {
		got = append(got, fmt.Sprintf("%s at %s time %d %s", b.AppendID(nil, i), b.AppendPlace(nil, i), b.Records[i].Time, b.Line(i)))
	}
	in := "projects/my-project/subscriptions/events"
	want := []string{
		"own at " + in + `@17 time 5 {"model":"m","id":"own","time":5}`,
		"attribute at " + in + `@18 time 1000000 {"model":"m"}`,
		in + "@19 at " + in + `@19 time 1000000 {"model":"m"}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if times[0].Milliseconds() != 5 {
		t.Errorf("the block has the time %v, not the least of its events", times[0])
	}
}

func TestNoMessageIsLeftOrReadTwice(t *testing.T) {
	var messages []*pubsubpb.PubsubMessage
	for i := range 7 {
		messages = append(messages, event(fmt.Sprint(i), `{"model":"m"}`))
	}
	blocks, _ := bundle(t, Source{BlockRecords: 3}, messages...)
	var sizes []int
	next := int64(0)
	for _, b := range blocks {
		sizes = append(sizes, len(b.Records))
		for _, r := range b.Records {
			if r.Offset != next {
				t.Errorf("message %d, want %d", r.Offset, next)
			}
			next++
		}
	}
	if diff := cmp.Diff([]int{3, 3, 1}, sizes); diff != "" {
		t.Error(diff)
	}
	if blocks, _ := bundle(t, Source{}); len(blocks) != 0 {
		t.Errorf("a bundle without messages has %d blocks", len(blocks))
	}
}

// A bundle that failed leaves its instance to nobody, but a new bundle must not depend on that.
func TestBundleBeginsWithNothing(t *testing.T) {
	f := &blocksFn{Source: Source{Subscription: events, IDAttribute: "key", RecordBytes: 20}.withDefaults()}
	if err := f.Setup(); err != nil {
		t.Fatal(err)
	}
	var got []records.Block
	emit := func(_ beam.EventTime, b records.Block) { got = append(got, b) }
	f.StartBundle(emit)
	f.ProcessElement(published, event("1", strings.Repeat("x", 30), "key", "lost"), emit)
	f.StartBundle(emit)
	f.ProcessElement(published, event("2", `{"model":"m"}`), emit)
	f.FinishBundle(emit)
	if len(got) != 1 || len(got[0].Records) != 1 || got[0].Records[0].Reason != "" || !got[0].Records[0].ID.Empty() {
		t.Errorf("%+v", got)
	}
}

func TestUnreadableMessagesTravelWithTheirReason(t *testing.T) {
	long := `{"model":"m","id":"long","x":"` + strings.Repeat("y", 100) + `"}`
	blocks, _ := bundle(t, Source{RecordBytes: 40, IDAttribute: "key"},
		event("1", `no json`), event("2", long, "key", "k2"), event("3", ``), event("4", `{"id":"e4"}`))
	b := &blocks[0]
	for i, want := range []sideinput.Reason{sideinput.Undecodable, sideinput.Undecodable, sideinput.Undecodable, sideinput.NoReference} {
		if got := b.Records[i]; got.Reason != want || got.Time != 1_000_000 {
			t.Errorf("message %d: reason %q time %d, want %q", i+1, got.Reason, got.Time, want)
		}
	}
	if got := string(b.Line(1)); got != long[:40] {
		t.Errorf("%q is kept of the long one", got)
	}
	if got := string(b.AppendID(nil, 1)); got != "k2" {
		t.Errorf("the long one has the id %q", got)
	}
	if got := b.Records[1].Detail; got != "the record is longer than 40 bytes" {
		t.Error(got)
	}
}

func TestPlaceIsTheSameForEachDelivery(t *testing.T) {
	for _, id := range []string{"0", "12345678901234567890123", "-5", "+5", "uuid-1", ""} {
		a, b := place(event(id, "data", "attempt", "1")), place(event(id, "data", "attempt", "2"))
		if a != b || a < 0 {
			t.Errorf("%q: %d and %d", id, a, b)
		}
	}
	if place(event("", "one")) == place(event("", "two")) || place(event("a", "")) == place(event("b", "")) {
		t.Error("two messages have one place")
	}
	if got := place(event("9223372036854775807", "")); got != 9223372036854775807 {
		t.Errorf("%d", got)
	}
}

func TestControlRecords(t *testing.T) {
	f := &rawsFn{Subscription: events.String()}
	var got []sideinput.Raw
	emit := func(r sideinput.Raw) { got = append(got, r) }
	f.ProcessElement(published, event("8", `{"op":"DEL","model":"m"}`), emit)
	f.ProcessElement(published, event("9", strings.Repeat(" ", 1<<20)), emit)
	m, err := got[0].Message()
	if err != nil || m.At != 1_000_000 {
		t.Errorf("%+v, %v: a message without at holds from its publish time", m, err)
	}
	if got[0].Source != "projects/my-project/subscriptions/events@8" {
		t.Error(got[0].Source)
	}
	if _, err := got[1].Message(); err == nil || !strings.Contains(err.Error(), "8192") {
		t.Errorf("a message of 1 MiB: %v", err)
	}
}
