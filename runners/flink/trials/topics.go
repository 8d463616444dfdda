package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// topics is a place in Kafka. It speaks to the broker by clients of its own, not by the code under test.
type topics struct {
	broker, name string
	client       *kgo.Client
	admin        *kadm.Client

	mu     sync.Mutex
	failed error // the first event that could not be sent
	stamp  time.Time
}

const (
	eventPartitions   = 4
	controlPartitions = 2
	outputPartitions  = 2
)

func (t *topics) events() string  { return t.name + ".events" }
func (t *topics) control() string { return t.name + ".control" }

func (t *topics) output(o output) string { return t.name + "." + outputNames[o] }

// newTopics makes the topics. Those of the outputs have the broker's clock in them: when a line was in its place.
func newTopics(ctx context.Context, broker, name string) (*topics, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.RecordPartitioner(kgo.RoundRobinPartitioner()),
		kgo.MaxBufferedRecords(10_000_000), kgo.ProducerLinger(2*time.Millisecond), kgo.MetadataMaxAge(2*time.Second), kgo.MetadataMinAge(500*time.Millisecond),
		kgo.ProducerBatchCompression(kgo.NoCompression()))
	if err != nil {
		return nil, err
	}
	t := &topics{broker: broker, name: name, client: client, admin: kadm.NewClient(client)}
	appendTime := "LogAppendTime"
	if err := t.create(ctx, eventPartitions, nil, t.events()); err != nil {
		return nil, err
	}
	if err := t.create(ctx, controlPartitions, nil, t.control()); err != nil {
		return nil, err
	}
	if err := t.create(ctx, outputPartitions, map[string]*string{"message.timestamp.type": &appendTime},
		t.output(results), t.output(deadLetters), t.output(statuses)); err != nil {
		return nil, err
	}
	return t, t.awaitTopics(ctx)
}

// awaitTopics waits until the broker tells everybody of the topics that it has made.
func (t *topics) awaitTopics(ctx context.Context) error {
	for {
		known, err := t.admin.ListEndOffsets(ctx, t.events(), t.control(), t.output(results), t.output(deadLetters), t.output(statuses))
		if err == nil && known.Error() == nil && len(known) == 5 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for the topics of %s: %w", t.name, ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (t *topics) create(ctx context.Context, partitions int32, configs map[string]*string, names ...string) error {
	made, err := t.admin.CreateTopics(ctx, partitions, 1, configs, names...)
	if err == nil {
		err = made.Error()
	}
	if err != nil {
		t.close()
		return fmt.Errorf("create %s: %w", strings.Join(names, ", "), err)
	}
	return nil
}

func (t *topics) at(topic string) string { return "kafka://" + t.broker + "/" + topic }

func (t *topics) inputs() []string {
	return []string{"--events=" + t.at(t.events()), "--control=" + t.at(t.control())}
}

func (t *topics) outputs() string { return "--out=" + t.at(t.name) }

func (t *topics) sendControl(ctx context.Context, messages ...[]byte) error {
	records := make([]*kgo.Record, len(messages))
	for i, m := range messages {
		records[i] = &kgo.Record{Topic: t.control(), Value: m, Timestamp: t.stamp}
	}
	return t.client.ProduceSync(ctx, records...).FirstErr()
}

func (t *topics) sendEvents(ctx context.Context, events ...[]byte) error {
	for _, e := range events {
		t.client.Produce(ctx, &kgo.Record{Topic: t.events(), Value: e, Timestamp: t.stamp}, t.sent)
	}
	return t.failure()
}

func (t *topics) sent(_ *kgo.Record, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failed == nil && err != nil {
		t.failed = fmt.Errorf("send an event: %w", err)
	}
}

func (t *topics) failure() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.failed
}

func (t *topics) flush(ctx context.Context) error {
	if err := t.client.Flush(ctx); err != nil {
		return err
	}
	return t.failure()
}

func (t *topics) follow(ctx context.Context, take func(output, []byte, time.Time)) error {
	of := map[string]output{}
	for o := range outputNames {
		of[t.output(output(o))] = output(o)
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(t.broker), kgo.ConsumeTopics(t.output(results), t.output(deadLetters), t.output(statuses)),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchMaxWait(200*time.Millisecond), kgo.MetadataMinAge(500*time.Millisecond))
	if err != nil {
		return err
	}
	defer client.Close()
	for {
		fetches := client.PollFetches(ctx)
		if ctx.Err() != nil {
			return nil
		}
		// Whatever the broker suffers from, the client tries again; an outcome that never comes is found by its absence.
		fetches.EachRecord(func(r *kgo.Record) { take(of[r.Topic], r.Value, r.Timestamp) })
	}
}

func (t *topics) close() { t.client.Close() }

// addPartition makes one more partition of the events, to which the feed takes its turn as soon as it knows of it.
func (t *topics) addPartition(ctx context.Context) error {
	made, err := t.admin.CreatePartitions(ctx, 1, t.events())
	if err != nil {
		return err
	}
	return made.Error()
}

// forgetControl deletes all messages that the topic has, so that nobody can read them again.
func (t *topics) forgetControl(ctx context.Context) error {
	ends, err := t.admin.ListEndOffsets(ctx, t.control())
	if err != nil {
		return err
	}
	deleted, err := t.admin.DeleteRecords(ctx, ends.Offsets())
	if err != nil {
		return err
	}
	return deleted.Error()
}

// held is how many events a partition has.
func (t *topics) held(ctx context.Context, partition int32) (int64, error) {
	ends, err := t.admin.ListEndOffsets(ctx, t.events())
	if err != nil {
		return 0, err
	}
	end, _ := ends.Lookup(t.events(), partition)
	return end.Offset, end.Err
}
