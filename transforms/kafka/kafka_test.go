package kafka

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/sdf"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/ptest"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/beam-pmml/beam-pmml/transforms/records"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	ptest.MainWithDefault(m, "prism")
}

// fake is a cluster of Kafka within the test.
type fake struct {
	*kfake.Cluster
	t      *testing.T
	client *kgo.Client
}

func newFake(t *testing.T, opts ...kfake.Opt) *fake {
	t.Helper()
	cluster, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(1)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	client, err := kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return &fake{cluster, t, client}
}

func (f *fake) topic(name string, partitions int32) {
	f.t.Helper()
	if err := f.CreateTopic(name, partitions, nil); err != nil {
		f.t.Fatal(err)
	}
}

// put writes records to a partition, each with a timestamp of so many seconds.
func (f *fake) put(topic string, partition int32, second int, values ...string) {
	f.t.Helper()
	var rs []*kgo.Record
	for _, v := range values {
		rs = append(rs, &kgo.Record{Topic: topic, Partition: partition, Value: []byte(v), Timestamp: time.Unix(int64(second), 0)})
	}
	f.produce(rs...)
}

func (f *fake) produce(rs ...*kgo.Record) {
	f.t.Helper()
	if err := f.client.ProduceSync(context.Background(), rs...).FirstErr(); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fake) place(topics string) Place {
	f.t.Helper()
	p, err := ParsePlace(scheme + strings.Join(f.ListenAddrs(), ",") + "/" + topics)
	if err != nil {
		f.t.Fatal(err)
	}
	return p
}

// patience bounds what a test waits for.
const patience = 20 * time.Second

// followTest reads a lane, one call after another, each with the restriction that the last has left.
type followTest struct {
	t         *testing.T
	fn        *followEventsFn
	work      records.Work
	positions Positions
	watermark *records.Watermark
	ended     bool
	err       error
}

func newFollowTest(t *testing.T, source Source) *followTest {
	t.Helper()
	source.Follow = true
	source = source.withDefaults()
	if err := source.check(); err != nil {
		t.Fatal(err)
	}
	launch, err := source.launch(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	f := &followTest{t: t, fn: &followEventsFn{Source: source, Launch: launch}, work: lanes(source.Parts)[0]}
	f.positions = f.fn.CreateInitialRestriction(f.work)
	if err := f.fn.Setup(); err != nil {
		t.Fatal(err)
	}
	return f
}

// restart makes another process of it: positions go through their byte form, connections are lost.
func (f *followTest) restart() {
	f.t.Helper()
	p, err := decodePositions(encodePositions(f.positions))
	if err != nil {
		f.t.Fatal(err)
	}
	f.positions = p
	dropReaders()
	if err := f.fn.Setup(); err != nil {
		f.t.Fatal(err)
	}
}

func dropReaders() {
	readers.Lock()
	defer readers.Unlock()
	for key, r := range readers.kept {
		r.unused.Stop()
		r.close()
		delete(readers.kept, key)
	}
}

// read makes one call and returns the ids of the records and the kinds of the news.
func (f *followTest) read() (got []string) {
	f.t.Helper()
	rt := f.fn.CreateTracker(f.positions)
	f.watermark = f.fn.CreateWatermarkEstimator()
	continuation, err := f.fn.ProcessElement(f.watermark, rt, f.work,
		func(_ beam.EventTime, b records.Block) { got = append(got, ids(b)...) },
		func(_ beam.EventTime, l records.Lines) { got = append(got, kindOf(f.t, l)) })
	if f.err = err; err != nil {
		return got
	}
	if f.ended = !continuation.ShouldResume(); f.ended {
		return got
	}
	f.positions = residual(f.t, rt)
	return got
}

func ids(b records.Block) (got []string) {
	for i := range b.Records {
		got = append(got, string(b.AppendID(nil, i)))
	}
	return got
}

func kindOf(t *testing.T, l records.Lines) string {
	t.Helper()
	var status struct{ Kind string }
	if err := json.Unmarshal(l.Line(0), &status); err != nil {
		t.Error(err)
	}
	return status.Kind
}

func residual(t *testing.T, rt *sdf.LockRTracker) Positions {
	t.Helper()
	_, rest, err := rt.TrySplit(0)
	if err != nil || rest == nil {
		t.Fatalf("no residual: %v", err)
	}
	if !rt.IsDone() {
		t.Fatal("the primary is not done")
	}
	return rest.(Positions)
}

// expect reads until all that is wanted has come, in any order, and nothing else.
func (f *followTest) expect(what string, want ...string) {
	f.t.Helper()
	slices.Sort(want)
	var got []string
	for end := time.Now().Add(patience); len(got) < len(want) && time.Now().Before(end); {
		if got = append(got, f.read()...); f.err != nil {
			f.t.Fatalf("%s: %v", what, f.err)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		f.t.Fatalf("%s: got %q, want %q", what, got, want)
	}
}

// until reads until a condition holds; nothing is to come meanwhile.
func (f *followTest) until(what string, holds func() bool) {
	f.t.Helper()
	for end := time.Now().Add(patience); ; {
		if got := f.read(); f.err != nil || len(got) > 0 {
			f.t.Fatalf("%s: got %q, %v", what, got, f.err)
		}
		if holds() {
			return
		}
		if !time.Now().Before(end) {
			f.t.Fatalf("%s: not so in %v", what, patience)
		}
	}
}

// start is any time.
var start = time.Unix(1000, 0)

// event is an event without id, so that its place is its id.
const event = `{"model":"m"}`

func events(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = event
	}
	return all
}

func places(source string, from, to int) (all []string) {
	for i := from; i < to; i++ {
		all = append(all, fmt.Sprintf("%s-%d", source, i))
	}
	return all
}
