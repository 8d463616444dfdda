package kafka

import (
	"context"
	"fmt"
	"time"

	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// readLane reads the partitions of a lane from their start to the end that they have now.
func readLane(ctx context.Context, source *Source, work records.Work, launch map[string][]int64, to handler) error {
	l := &lane{source: source, work: work, launch: launch, to: to, claim: func(claim) bool { return true }, positions: begin()}
	if err := l.survey(ctx); err != nil || len(l.positions.Partitions) == 0 {
		return err
	}
	if err := l.open(); err != nil {
		return err
	}
	defer func() { l.reader.close() }()
	quiet := time.Now()
	for asked := quiet; !l.done() && !isStopping(); {
		n, err := l.read(pollSlice)
		if err != nil {
			return err
		}
		now := time.Now()
		if n > 0 {
			quiet, asked = now, now
		} else if now.Sub(asked) >= lookTime {
			asked = now
			if err := l.answers(ctx); err == nil {
				quiet = now
			} else if isRefused(err) || now.Sub(quiet) >= mostSilence {
				return err
			}
		}
	}
	return nil
}

// mostSilence is how long a bounded read waits for brokers that do not answer.
const mostSilence = time.Minute

// survey finds the lane's partitions, where they start and where they end now.
func (l *lane) survey(ctx context.Context) error {
	return l.source.ask(ctx, func(ctx context.Context, b *broker) error {
		topics, err := b.topics(ctx, l.source.Place)
		if err != nil {
			return err
		}
		for _, name := range l.source.Place.Topics {
			if _, ok := topics[name]; !ok {
				return fmt.Errorf("kafka: there is no topic %s at %s", name, l.source.Place)
			}
		}
		var all []partition
		for _, p := range partitionsOf(topics) {
			if p.isOf(l.work) {
				all = append(all, p)
			}
		}
		starts, err := l.source.starts(ctx, b, all, l.launch)
		if err != nil {
			return err
		}
		if l.ends, err = b.stableEnds(ctx, all); err != nil {
			return err
		}
		for _, p := range all {
			start, ok1 := starts[p]
			end, ok2 := l.ends[p]
			if !ok1 || !ok2 {
				return fmt.Errorf("kafka: partition %d of %s does not say where it starts and ends", p.number, p.topic)
			}
			at := Position{Topic: p.topic, Partition: p.number, Next: start, Latest: records.NoTime}
			l.missed(at)
			if start < end {
				l.positions.set(at)
			}
		}
		return nil
	})
}

// done says whether all was read.
func (l *lane) done() bool {
	for i := range l.positions.Partitions {
		if at := &l.positions.Partitions[i]; at.Next < l.ends[at.partition()] {
			return false
		}
	}
	return true
}

// answers asks the brokers for the partitions that are not read to their ends yet.
func (l *lane) answers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	b := l.reader.broker()
	for i := range l.positions.Partitions {
		p := l.positions.Partitions[i].partition()
		ends, err := b.stableEnds(ctx, []partition{p})
		if err != nil {
			return err
		}
		if _, ok := ends[p]; !ok {
			return fmt.Errorf("kafka: partition %d of %s does not answer", p.number, p.topic)
		}
	}
	return nil
}
