package kafka

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/beam-pmml/beam-pmml/transforms/records"
)

func lines(texts ...string) (l records.Lines) {
	for _, text := range texts {
		l.Buf = append(l.Buf, text...)
		l.End()
	}
	return l
}

func (f *fake) writer(sink Sink) *writeFn {
	f.t.Helper()
	sink.Brokers = f.ListenAddrs()
	w := &writeFn{Sink: sink.withDefaults()}
	if err := w.Sink.check(); err != nil {
		f.t.Fatal(err)
	}
	if err := w.Setup(); err != nil {
		f.t.Fatal(err)
	}
	return w
}

// bundle writes lines as one bundle.
func bundle(w *writeFn, ls ...records.Lines) error {
	w.StartBundle(nil)
	for _, l := range ls {
		if err := w.ProcessElement(l, nil); err != nil {
			return err
		}
	}
	return w.FinishBundle(context.Background(), nil)
}

// all reads a topic of one partition.
func (f *fake) all(topic string, n int) (got []*kgo.Record) {
	f.t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(f.ListenAddrs()...), kgo.ConsumeTopics(topic))
	if err != nil {
		f.t.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for len(got) < n {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			f.t.Fatalf("%d of %d records: %v", len(got), n, err)
		}
		got = append(got, fetches.Records()...)
	}
	return got
}

// written is a record as a test compares it.
func written(r *kgo.Record) string {
	text := fmt.Sprintf("%s: %s", r.Key, r.Value)
	for _, h := range r.Headers {
		text += fmt.Sprintf(" %s=%s", h.Key, h.Value)
	}
	return text
}

func TestWrite(t *testing.T) {
	f := newFake(t)
	f.topic("out", 1)
	result := `{"v":1,"id":"e\"1","source":"ev-0-7","model":"m","version":"3","sha256":"9f","outputs":{"model":"x"},"n":5}`
	dead := `{"v":1,"id":"","reason":"no_reference","original":"{}"}`
	if err := bundle(f.writer(Sink{Topic: "out"}), lines(result, dead), lines("no object")); err != nil {
		t.Fatal(err)
	}
	if err := bundle(f.writer(Sink{Topic: "out", KeyField: "n"}), lines(result, dead)); err != nil {
		t.Fatal(err)
	}
	headers := ` id=e"1 source=ev-0-7 model=m version=3 sha256=9f`
	want := []string{`e"1: ` + result + headers, ": " + dead + " id=", ": no object", "5: " + result + headers, ": " + dead + " id="}
	var got []string
	for _, r := range f.all("out", len(want)) {
		got = append(got, written(r))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A line that no broker takes goes without what makes it long, and is still one line.
func TestLongLines(t *testing.T) {
	f := newFake(t)
	f.topic("out", 1)
	long := strings.Repeat("ü", 600_000)
	line := `{"v":1,"id":"e1","reason":"undecodable","detail":"d","list":[` + strings.Repeat("1,", 20_000) + `1],"retriable":false,"original":"` + long + `"}`
	whole := `{"v":1,"id":"e2","original":"` + strings.Repeat("x", 800_000) + `"}`
	longID := `{"id":"` + long + `","source":"ev-0-1"}`
	if err := bundle(f.writer(Sink{Topic: "out"}), lines(line, whole, longID)); err != nil {
		t.Fatal(err)
	}
	got := f.all("out", 3)
	var short struct {
		ID, Reason, Detail, Original string
		List                         []int
		Retriable                    bool
		Shortened                    []string
	}
	if err := json.Unmarshal(got[0].Value, &short); err != nil {
		t.Fatal(err)
	}
	if short.ID != "e1" || short.Reason != "undecodable" || short.Detail != "d" || short.List != nil || short.Original != long[:16<<10]+"…" {
		t.Errorf("shortened to %+v", short)
	}
	if diff := cmp.Diff([]string{"list", "original"}, short.Shortened); diff != "" {
		t.Error(diff)
	}
	if string(got[1].Value) != whole {
		t.Error("a line that fits was changed")
	}
	if !json.Valid(got[2].Value) || len(got[2].Value) > 100_000 || len(got[2].Key) > mostText {
		t.Errorf("a long id: %d bytes of value, %d of key", len(got[2].Value), len(got[2].Key))
	}
}

func TestBundlesFailWithTheirRecords(t *testing.T) {
	f := newFake(t)
	f.topic("out", 1)
	w := f.writer(Sink{Topic: "out"})
	f.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: "out", Err: kerr.NotLeaderForPartition})
	if err := bundle(w, lines(`{"id":"1"}`)); err != nil {
		t.Errorf("an error that passes: %v", err)
	}
	f.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: "out", Err: kerr.TopicAuthorizationFailed})
	if err := bundle(w, lines(`{"id":"2"}`)); !errors.Is(err, kerr.TopicAuthorizationFailed) || !strings.Contains(err.Error(), "topic out") {
		t.Errorf("a record that is refused: %v", err)
	}
	if err := bundle(w, lines(`{"id":"3"}`)); err != nil {
		t.Errorf("the next bundle: %v", err)
	}
	if err := bundle(f.writer(Sink{Topic: "nowhere"}), lines(`{"id":"4"}`)); !errors.Is(err, kerr.UnknownTopicOrPartition) {
		t.Errorf("a topic that is not there: %v", err)
	}
	got := ""
	for _, r := range f.all("out", 2) {
		got += string(r.Value)
	}
	if got != `{"id":"1"}{"id":"3"}` {
		t.Errorf("written: %s", got)
	}
}

// While the brokers are away a bundle waits; when they are back, its records are written once.
func TestWriteToBrokersThatAreAway(t *testing.T) {
	f := newFake(t)
	f.topic("out", 1)
	w := f.writer(Sink{Topic: "out"})
	if err := bundle(w, lines(`{"id":"1"}`)); err != nil {
		t.Fatal(err)
	}
	back := f.away()
	done := make(chan error)
	go func() { done <- bundle(w, lines(`{"id":"2"}`, `{"id":"3"}`)) }()
	short := f.writer(Sink{Topic: "out", Timeout: time.Millisecond})
	if err := bundle(short, lines(`{"id":"4"}`)); err == nil {
		t.Error("a bundle ends before the brokers have its records")
	}
	back()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, r := range f.all("out", 4) {
		counts[string(r.Key)]++
	}
	for _, id := range []string{"1", "2", "3"} {
		if counts[id] != 1 {
			t.Errorf("%s was written %d times", id, counts[id])
		}
	}
}

func TestWrongSinks(t *testing.T) {
	for name, s := range map[string]Sink{
		"no topic":             {Brokers: []string{"b"}},
		"no brokers":           {Topic: "t"},
		"no topic's name":      {Brokers: []string{"b"}, Topic: "a/b"},
		"too little room":      {Brokers: []string{"b"}, Topic: "t", LineBytes: 1000},
		"a secret for all":     {Brokers: []string{"b"}, Topic: "t", Security: Security{SASL: &SASL{Mechanism: Plain, UserFile: "u", PasswordFile: "p"}}},
		"half a certificate":   {Brokers: []string{"b"}, Topic: "t", Security: Security{TLS: &TLS{Cert: "c"}}},
		"an unknown mechanism": {Brokers: []string{"b"}, Topic: "t", Security: Security{SASL: &SASL{Mechanism: "GSSAPI"}}},
	} {
		if err := s.withDefaults().check(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
