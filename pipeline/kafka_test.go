package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/beam-pmml/beam-pmml/transforms"
)

// kafkaDemo is the demo in Kafka: its events in a topic of three partitions, and its messages in one of one.
type kafkaDemo struct {
	t       *testing.T
	address string
	client  *kgo.Client
	offsets map[string]int64 // of each event in the demo's file, by its place in Kafka
}

func newKafkaDemo(t *testing.T) *kafkaDemo {
	t.Helper()
	d := &kafkaDemo{t: t, offsets: map[string]int64{}}
	d.open()
	d.put("events", filepath.Join(demo, "events.jsonl"))
	d.put("control", filepath.Join(demo, "control.jsonl"))
	return d
}

// open starts a cluster with the topics.
func (d *kafkaDemo) open() {
	d.t.Helper()
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(3, "events"), kfake.SeedTopics(1, "control"),
		kfake.AllowAutoTopicCreation(), kfake.DefaultNumPartitions(2))
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(cluster.Close)
	d.address = strings.Join(cluster.ListenAddrs(), ",")
	if d.client, err = kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...)); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(d.client.Close)
}

func (d *kafkaDemo) putRecord(topic, value string, at time.Time) {
	d.t.Helper()
	r := &kgo.Record{Topic: topic, Value: []byte(value), Timestamp: at}
	if err := d.client.ProduceSync(context.Background(), r).FirstErr(); err != nil {
		d.t.Fatal(err)
	}
}

// put writes the lines of a file to a topic. As lines of a file they have no time of their own: it would count for events
// without one.
func (d *kafkaDemo) put(topic, path string) {
	d.t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		d.t.Fatal(err)
	}
	offset := int64(0)
	for line := range strings.Lines(string(text)) {
		at := offset
		r := &kgo.Record{Topic: topic, Key: []byte(line), Value: []byte(strings.TrimSuffix(line, "\n")), Timestamp: time.UnixMilli(-1)}
		d.client.Produce(context.Background(), r, func(r *kgo.Record, err error) {
			if err != nil {
				d.t.Error(err)
			}
			if topic == "events" { // promises are kept one after the other
				d.offsets[fmt.Sprintf("%s-%d-%d", topic, r.Partition, r.Offset)] = at
			}
		})
		offset += int64(len(line))
	}
	if err := d.client.Flush(context.Background()); err != nil {
		d.t.Fatal(err)
	}
}

func (d *kafkaDemo) place(topic string) string { return "kafka://" + d.address + "/" + topic }

func (d *kafkaDemo) flags() []string {
	return []string{"run", "--quiet", "--events=" + d.place("events"), "--control=" + d.place("control"), "--models=" + demo, "--out=" + d.place("out")}
}

// outcomes reads results and dead letters until there are so many, by the events' offsets in the demo's file.
func (d *kafkaDemo) outcomes(n int) map[int64]outcome {
	d.t.Helper()
	got := map[int64]outcome{}
	d.read(func() bool { return len(got) < n }, func(r *kgo.Record) { d.outcome(r, got) })
	return got
}

// read reads results and dead letters from their front.
func (d *kafkaDemo) read(more func() bool, take func(*kgo.Record)) {
	d.t.Helper()
	reader, err := kgo.NewClient(kgo.SeedBrokers(d.address), kgo.ConsumeTopics("out.results", "out.dead-letters"),
		kgo.MetadataMinAge(50*time.Millisecond), kgo.MetadataMaxAge(100*time.Millisecond), kgo.FetchMaxWait(100*time.Millisecond))
	if err != nil {
		d.t.Fatal(err)
	}
	defer reader.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	for more() {
		fetches := reader.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			d.t.Fatal(err)
		}
		fetches.EachRecord(take)
	}
}

// outcome adds what one record says, as if the event had been a line of the demo's file.
func (d *kafkaDemo) outcome(r *kgo.Record, to map[int64]outcome) {
	d.t.Helper()
	var o outcome
	if err := json.Unmarshal(r.Value, &o); err != nil {
		d.t.Fatalf("%s: %v", r.Value, err)
	}
	at, ok := d.offsets[o.Source]
	if !ok {
		d.t.Fatalf("no event has the place %q", o.Source)
	}
	if _, twice := to[at]; twice {
		d.t.Errorf("the event at %s ended twice", o.Source)
	}
	want := map[string]string{"id": o.ID, "source": o.Source, "model": o.Model, "version": o.Version, "sha256": o.SHA256}
	for name, value := range want {
		if value == "" {
			delete(want, name)
		}
	}
	headers := map[string]string{}
	for _, h := range r.Headers {
		headers[h.Key] = string(h.Value)
	}
	if !maps.Equal(headers, want) || string(r.Key) != o.ID {
		d.t.Errorf("key %q and headers %v of %s", r.Key, headers, r.Value)
	}
	if o.ID == o.Source {
		o.ID = fmt.Sprintf("%s@%d", filepath.Join(demo, "events.jsonl"), at)
	}
	to[at] = o
}

// TestDemoInKafka reads the demo from Kafka and writes it there: each event ends as in the independent computation.
func TestDemoInKafka(t *testing.T) {
	expected := readLines[expectedOutcome](t, filepath.Join(demo, "expected.jsonl"))
	for _, run := range []struct {
		join  transforms.Join
		parts int
	}{{transforms.JoinAuto, 2}, {transforms.JoinState, 5}, {transforms.JoinKeyed, 1}} {
		t.Run(fmt.Sprintf("%s, %d parts", run.join, run.parts), func(t *testing.T) {
			d := newKafkaDemo(t)
			program := exec.Command("pipeline", append(d.flags(), "--join="+string(run.join), fmt.Sprint("--parts=", run.parts))...)
			if printed, err := program.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, printed)
			}
			compareDemo(t, expected, d.outcomes(len(expected)), filepath.Join(demo, "events.jsonl"))
		})
	}
}

// TestStreamedDemoInKafka follows the topics until all events have ended, and is then interrupted.
func TestStreamedDemoInKafka(t *testing.T) {
	expected := readLines[expectedOutcome](t, filepath.Join(demo, "expected.jsonl"))
	d := newKafkaDemo(t)
	end := d.start("--streaming")
	compareDemo(t, expected, d.outcomes(len(expected)), filepath.Join(demo, "events.jsonl"))
	end()
}

// start runs the program, which the function that it returns ends as its user would.
func (d *kafkaDemo) start(flags ...string) (end func()) {
	d.t.Helper()
	program := exec.Command("pipeline", append(d.flags(), flags...)...)
	var printed bytes.Buffer
	program.Stdout, program.Stderr = &printed, &printed
	if err := program.Start(); err != nil {
		d.t.Fatal(err)
	}
	return func() {
		if err := program.Process.Signal(os.Interrupt); err != nil {
			d.t.Error(err)
		}
		if err := program.Wait(); err != nil {
			d.t.Errorf("the program ended with %v:\n%s", err, &printed)
		}
	}
}

// With --exact an event waits for a message that holds at its time and is written after it: the watermarks of both
// topics go by the records' timestamps, and by the clock where there are none.
func TestExactInKafka(t *testing.T) {
	d := &kafkaDemo{t: t, offsets: map[string]int64{}}
	d.open()
	now := time.Now().UTC().Truncate(time.Millisecond)
	message := func(version, document string, at time.Time) {
		d.putRecord("control", fmt.Sprintf(`{"op":"UPDATE","model":"m","version":%q,"uri":%q,"at":%q}`, version, document, at.Format(time.RFC3339Nano)), time.Now())
	}
	event := func(id string, at time.Time) {
		d.putRecord("events", fmt.Sprintf(`{"id":%q,"model":"m","time":%d}`, id, at.UnixMilli()), at)
	}
	message("1", "models/progression-a.pmml", now.Add(-time.Hour))
	end := d.start("--streaming", "--exact", "--control-lateness=1s")
	event("e1", now)
	if first := d.versions(1); first["e1"] != "1" {
		t.Errorf("before the message: %v", first)
	}
	now = time.Now().UTC().Truncate(time.Millisecond)
	event("e2", now)
	message("2", "models/progression-a.pmml", now)
	if both := d.versions(2); both["e1"] != "1" || both["e2"] != "2" {
		t.Errorf("versions %v", both)
	}
	end()
}

// versions reads outcomes until there are so many: the version by the event's id.
func (d *kafkaDemo) versions(n int) map[string]string {
	d.t.Helper()
	got := map[string]string{}
	d.read(func() bool { return len(got) < n }, func(r *kgo.Record) {
		var o outcome
		if err := json.Unmarshal(r.Value, &o); err != nil {
			d.t.Fatal(err)
		}
		got[o.ID] = o.Version
	})
	return got
}

// docs/kafka.md has a row for each flag about Kafka.
func TestKafkaPageListsFlags(t *testing.T) {
	page, err := os.ReadFile("../docs/kafka.md")
	if err != nil {
		t.Fatal(err)
	}
	ownFlags.VisitAll(func(f *flag.Flag) {
		if !strings.HasPrefix(f.Name, "kafka-") && !strings.HasSuffix(f.Name, "-topic") {
			return
		}
		for line := range strings.Lines(string(page)) {
			if cells := strings.Split(line, "|"); len(cells) > 3 && strings.Contains(cells[1], "`--"+f.Name+"`") {
				return
			}
		}
		t.Errorf("the page has no row for --%s", f.Name)
	})
}
