package kafka

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// bounded reads all lanes to their ends, and returns the ids.
func (f *fake) bounded(source Source) (got []string) {
	f.t.Helper()
	for _, b := range f.blocks(source) {
		got = append(got, ids(b)...)
	}
	return got
}

func (f *fake) blocks(source Source) (got []records.Block) {
	f.t.Helper()
	source = source.withDefaults()
	launch, err := source.launch(context.Background())
	if err != nil {
		f.t.Fatal(err)
	}
	fn := &readEventsFn{Source: source, Launch: launch}
	if err := fn.Setup(); err != nil {
		f.t.Fatal(err)
	}
	for _, w := range lanes(source.Parts) {
		err := fn.ProcessElement(context.Background(), w, func(at beam.EventTime, b records.Block) {
			if int64(at) != b.Time() {
				f.t.Errorf("a block of %s has the timestamp %d, its least event time is %d", b.Source, at, b.Time())
			}
			got = append(got, b)
		}, func(beam.EventTime, records.Lines) {})
		if err != nil {
			f.t.Fatal(err)
		}
	}
	return got
}

func TestReadToTheEnd(t *testing.T) {
	f := newFake(t)
	f.topic("ev", 3)
	f.topic("more", 1)
	f.put("ev", 0, 10, events(150)...)
	f.put("ev", 2, 10, events(2)...)
	f.put("more", 0, 10, event)
	want := map[string]bool{}
	for _, id := range append(append(places("ev-0", 0, 150), places("ev-2", 0, 2)...), "more-0-0") {
		want[id] = true
	}
	for _, parts := range []int{1, 2, 5} {
		got := map[string]bool{}
		for _, id := range f.bounded(Source{Place: f.place("ev,more"), Parts: parts}) {
			if got[id] {
				t.Errorf("%d parts: %s twice", parts, id)
			}
			got[id] = true
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d parts (-want +got)\n%s", parts, diff)
		}
	}
	for _, b := range f.blocks(Source{Place: f.place("ev"), BlockRecords: 7}) {
		if len(b.Records) > 7 {
			t.Errorf("a block of %d records", len(b.Records))
		}
	}
	if n := len(f.blocks(Source{Place: f.place("more,ev"), BlockBytes: 1})); n != 153 {
		t.Errorf("%d blocks of a record, want 153", n)
	}
	fn := &readEventsFn{Source: Source{Place: f.place("nowhere")}.withDefaults()}
	if err := fn.ProcessElement(context.Background(), lanes(1)[0], nil, nil); err == nil || !strings.Contains(err.Error(), "no topic nowhere") {
		t.Errorf("a topic that is not there: %v", err)
	}
}

// What an event is, besides its own bytes, is said by its record.
func TestWhatRecordsSay(t *testing.T) {
	f := newFake(t)
	f.topic("ev", 1)
	head := []kgo.RecordHeader{{Key: "m", Value: []byte("first")}, {Key: "m", Value: []byte("fraud")}, {Key: "i", Value: []byte("e1")}, {Key: "x", Value: []byte("y")}}
	at := time.UnixMilli(5000)
	f.produce(
		&kgo.Record{Topic: "ev", Value: []byte(`{}`), Timestamp: at, Headers: head, Key: []byte("k")},
		&kgo.Record{Topic: "ev", Value: []byte(`{"model":"own","id":"mine","time":7}`), Timestamp: at, Headers: head},
		&kgo.Record{Topic: "ev", Value: nil, Timestamp: at},
		&kgo.Record{Topic: "ev", Value: []byte(`{"long":"` + strings.Repeat("x", 100) + `"}`), Timestamp: at},
		&kgo.Record{Topic: "ev", Value: []byte(`{"model":"m"}`), Timestamp: time.UnixMilli(-1)},
		&kgo.Record{Topic: "ev", Value: []byte(`nonsense`), Timestamp: at},
	)
	type event struct {
		Ref, ID, Split, Line, Detail string
		Time                         int64
	}
	var got []event
	for _, b := range f.blocks(Source{Place: f.place("ev"), RecordBytes: 50, ModelHeader: "m", IDHeader: "i", SplitByKey: true}) {
		for i := range b.Records {
			r := &b.Records[i]
			detail, _, _ := strings.Cut(r.Detail, ":")
			got = append(got, event{string(b.Reference(i)), string(b.AppendID(nil, i)), string(b.AppendSplitKey(nil, i)), string(b.Line(i)), detail, r.Time})
		}
	}
	want := []event{
		{"fraud", "e1", "k", "{}", "", 5000},
		{"own", "mine", "mine", `{"model":"own","id":"mine","time":7}`, "", 7},
		{"", "ev-0-2", "ev-0-2", "", "the record has no value", 5000},
		{"", "ev-0-3", "ev-0-3", (`{"long":"` + strings.Repeat("x", 100))[:50], "the record is longer than 50 bytes", 5000},
		{"m", "ev-0-4", "ev-0-4", `{"model":"m"}`, "the record has no time", records.NoTime},
		{"", "ev-0-5", "ev-0-5", "nonsense", "byte 1", 5000},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestCSVRecords(t *testing.T) {
	f := newFake(t)
	f.topic("ev", 1)
	f.put("ev", 0, 10, "e1,m", "e2,n")
	source := Source{Place: f.place("ev"), Columns: "id,model", Conversion: records.Conversion{Kind: records.CSV}}
	if diff := cmp.Diff([]string{"e1", "e2"}, f.bounded(source)); diff != "" {
		t.Error(diff)
	}
}

// Only records of committed transactions are read, and the marks of transactions are no records.
func TestTransactions(t *testing.T) {
	f := newFake(t)
	f.topic("ev", 1)
	client, err := kgo.NewClient(kgo.SeedBrokers(f.ListenAddrs()...), kgo.TransactionalID("t"), kgo.DefaultProduceTopic("ev"))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	transact := func(end kgo.TransactionEndTry, value string) {
		t.Helper()
		if err := client.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		if err := client.ProduceSync(context.Background(), kgo.StringRecord(value)).FirstErr(); err != nil {
			t.Fatal(err)
		}
		if err := client.EndTransaction(context.Background(), end); err != nil {
			t.Fatal(err)
		}
	}
	transact(kgo.TryCommit, event) // 0, its mark 1
	transact(kgo.TryAbort, event)  // 2, its mark 3
	f.put("ev", 0, 10, event)      // 4
	transact(kgo.TryAbort, event)  // 5, its mark 6
	if got := f.bounded(Source{Place: f.place("ev")}); len(got) != 2 || got[0] != "ev-0-0" || got[1] != "ev-0-4" {
		t.Errorf("read %q", got)
	}
	l := newFollowTest(t, Source{Place: f.place("ev")})
	l.expect("following", "ev-0-0", "ev-0-4")
	before := time.Now()
	l.until("the last mark is read, so the partition is idle", func() bool {
		return l.watermark.CurrentWatermark().After(before.Add(-time.Second))
	})
	if next := l.positions.Partitions[0].Next; next != 7 {
		t.Errorf("next is %d, want 7", next)
	}
}

// Brokers that drop all connections for a time: nothing is lost, status tells, and time stands still.
func TestBrokersThatAreAway(t *testing.T) {
	f := newFake(t)
	f.topic("ev", 1)
	f.put("ev", 0, 10, event)
	l := newFollowTest(t, Source{Place: f.place("ev"), Wait: true, Hold: 10 * time.Millisecond})
	l.expect("what is there", "ev-0-0")
	for _, leader := range []*kerr.Error{kerr.NotLeaderForPartition, kerr.UnknownTopicOrPartition, kerr.KafkaStorageError} {
		f.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Fetch}, Topic: "ev", Err: leader})
	}
	f.put("ev", 0, 11, event)
	l.expect("errors that pass", "ev-0-1")

	back := f.away()
	scout := readers.kept[laneKey(&l.fn.Source, l.work)+l.positions.next()].scout
	l.until("nobody answers", func() bool { since, _ := scout.silence(); return !since.IsZero() })
	scout.mu.Lock()
	scout.silent = scout.silent.Add(-stalledAfter) // so long ago
	scout.mu.Unlock()
	l.expect("status tells", StatusStalled)
	mark := l.watermark.CurrentWatermark()
	for range 3 {
		if got := l.read(); len(got) > 0 || l.err != nil || !l.watermark.CurrentWatermark().Equal(mark) {
			t.Fatalf("meanwhile: got %q, %v, the watermark moved from %v to %v", got, l.err, mark, l.watermark.CurrentWatermark())
		}
	}
	back()
	l.expect("they are back", StatusResumed)
	f.put("ev", 0, 12, event)
	l.expect("and read", "ev-0-2")
}

// away makes the cluster close every connection that asks for anything, until the function that it returns is called.
func (f *fake) away() (back func()) {
	var away atomic.Bool
	away.Store(true)
	f.Control(func(kmsg.Request) (kmsg.Response, error, bool) {
		f.KeepControl()
		return nil, kerr.NetworkException, away.Load()
	})
	return func() { away.Store(false) }
}

func TestControl(t *testing.T) {
	f := newFake(t)
	f.topic("c", 1)
	f.put("c", 0, 10, `{"a":1}`, strings.Repeat("x", controlRecordBytes+5))
	f.produce(&kgo.Record{Topic: "c", Timestamp: time.Unix(12, 0)})
	raws, err := PresentControl(context.Background(), Source{Place: f.place("c")})
	if err != nil {
		t.Fatal(err)
	}
	want := []sideinput.Raw{
		{Data: []byte(`{"a":1}`), Source: "c-0-0", Time: 10_000, HasTime: true},
		{Data: []byte(strings.Repeat("x", controlRecordBytes)), Source: "c-0-1", Time: 10_000, HasTime: true},
		{Source: "c-0-2", Time: 12_000, HasTime: true},
	}
	if diff := cmp.Diff(want, raws); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if _, err := raws[2].Message(); err == nil {
		t.Error("a tombstone is a message")
	}
	if _, err := PresentControl(context.Background(), Source{Place: f.place("nowhere")}); err == nil {
		t.Error("a topic that is not there is read")
	}

	fn := &followControlFn{Source: Source{Place: f.place("c"), Follow: true, Lateness: 3 * time.Second}.control()}
	positions, mark := begin(), records.NewWatermark()
	var got []sideinput.Raw
	for end := time.Now().Add(patience); len(got) < 3 && time.Now().Before(end); {
		rt := fn.CreateTracker(positions)
		_, err := fn.ProcessElement(mark, rt, lanes(1)[0], func(at beam.EventTime, r sideinput.Raw) {
			if int64(at) != r.Time {
				t.Errorf("%s has the timestamp %d", r.Source, at)
			}
			got = append(got, r)
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		positions = residual(t, rt)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("following (-want +got)\n%s", diff)
	}
	before := time.Now()
	for end := before.Add(patience); !mark.CurrentWatermark().After(before.Add(-4 * time.Second)); {
		rt := fn.CreateTracker(positions)
		if _, err := fn.ProcessElement(mark, rt, lanes(1)[0], nil, nil); err != nil || time.Now().After(end) {
			t.Fatalf("the watermark of an idle control stream stands at %v: %v", mark.CurrentWatermark(), err)
		}
		positions = residual(t, rt)
	}
	if ahead := mark.CurrentWatermark().Sub(time.Now().Add(-4 * time.Second)); ahead > 0 {
		t.Errorf("the watermark is %v ahead of the clock less a second less the lateness", ahead)
	}
}
