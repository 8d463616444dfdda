package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// demoBroker is the broker of a demo through Kafka, with topics that are new each time.
type demoBroker struct {
	address, topic string // the front of all topics' names
	client         *kgo.Client
	admin          *kadm.Client
}

// runKafkaDemo writes the demo's files to topics, lets the pipeline score from there on the runner that args choose, and
// tells what its output topics hold.
func runKafkaDemo(ctx context.Context, folder, broker string, args []string) error {
	b, err := fillDemo(ctx, folder, broker)
	if err != nil {
		return failed(err)
	}
	defer b.client.Close()
	models, err := filepath.Abs(folder)
	if err != nil {
		return failed(err)
	}
	front := "kafka://" + b.address + "/" + b.topic
	if err := parseRunFlags(append([]string{"--events=" + front + ".events", "--control=" + front + ".control",
		"--models=" + models, "--out=" + front, "--horizon=0", "--quiet"}, args...)); err != nil {
		return err
	}
	o := &runFlags
	fmt.Printf("Events of %s, with the models that %s names.\n\n", o.events, o.control)
	began := time.Now()
	if err := runPipeline(ctx, o); err != nil {
		return err
	}
	took := time.Since(began)
	base, err := o.readBase(ctx)
	if err != nil {
		return failed(err)
	}
	stats, err := b.outcomes(ctx)
	if err != nil {
		return failed(err)
	}
	printServed(os.Stdout, base, stats.Scored)
	printDeadLetters(os.Stdout, stats.DeadLetters)
	printRate(os.Stdout, stats, took)
	printOutputs(os.Stdout, o)
	if f := flag.Lookup("flink-rest"); f != nil && !o.local() {
		fmt.Printf("%-14s %s\n", "Flink's UI", f.Value)
	}
	return nil
}

// fillDemo makes topics and writes the lines of the demo's files to them.
func fillDemo(ctx context.Context, folder, broker string) (*demoBroker, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.RecordPartitioner(kgo.RoundRobinPartitioner()), kgo.RecordDeliveryTimeout(time.Minute))
	if err != nil {
		return nil, err
	}
	b := &demoBroker{broker, "demo-" + time.Now().UTC().Format("20060102-150405.000"), client, kadm.NewClient(client)}
	made, err := b.admin.CreateTopics(ctx, 4, 1, nil, b.topic+".events", b.topic+".control", b.topic+".results", b.topic+".dead-letters", b.topic+".status")
	if err == nil {
		err = made.Error()
	}
	for _, name := range []string{"control", "events"} {
		if err == nil {
			err = b.write(ctx, filepath.Join(folder, name+".jsonl"), b.topic+"."+name)
		}
	}
	if err != nil {
		client.Close()
		return nil, fmt.Errorf("the broker at %s: %w", broker, err)
	}
	return b, nil
}

// write writes the lines of a file to a topic.
func (b *demoBroker) write(ctx context.Context, file, topic string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var lines []*kgo.Record
	for line := range bytes.Lines(text) {
		lines = append(lines, &kgo.Record{Topic: topic, Value: bytes.TrimRight(line, "\r\n")})
	}
	return b.client.ProduceSync(ctx, lines...).FirstErr()
}

// outcomes counts what the output topics hold, each event once: a failure repeats lines.
func (b *demoBroker) outcomes(ctx context.Context) (transforms.Stats, error) {
	stats := transforms.Stats{Scored: map[transforms.ModelVersion]int64{}, DeadLetters: map[sideinput.Reason]int64{}}
	ends, err := b.admin.ListEndOffsets(ctx, b.topic+".results", b.topic+".dead-letters")
	if err != nil {
		return stats, err
	}
	var left int64
	start := map[string]map[int32]kgo.Offset{}
	ends.Each(func(o kadm.ListedOffset) {
		left += o.Offset
		if start[o.Topic] == nil {
			start[o.Topic] = map[int32]kgo.Offset{}
		}
		start[o.Topic][o.Partition] = kgo.NewOffset().AtStart()
	})
	b.client.AddConsumePartitions(start)
	seen := map[string]bool{}
	for left > 0 && err == nil {
		fetches := b.client.PollFetches(ctx)
		err = fetches.Err()
		fetches.EachRecord(func(r *kgo.Record) {
			left--
			var line struct {
				ID, Model, Version string
				Reason             sideinput.Reason
			}
			if json.Unmarshal(r.Value, &line) != nil || seen[line.ID] {
				return
			}
			seen[line.ID] = true
			if line.Reason != "" {
				stats.DeadLetters[line.Reason]++
			} else {
				stats.Scored[transforms.ModelVersion{Model: line.Model, Version: line.Version}]++
			}
		})
	}
	return stats, err
}
