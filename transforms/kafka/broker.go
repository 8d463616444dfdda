package kafka

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
)

// partition names a partition of a topic.
type partition struct {
	topic  string
	number int32
}

// topic is what the brokers say about a topic.
type topic struct {
	id         [16]byte // zero: the brokers know no ids
	partitions int
}

// broker asks the brokers of a cluster.
type broker struct{ admin *kadm.Client }

// topics returns what there is of a place.
func (b *broker) topics(ctx context.Context, place Place) (map[string]topic, error) {
	matches, err := place.matcher()
	if err != nil {
		return nil, err
	}
	details, err := b.admin.Metadata(ctx, place.Topics...)
	if err != nil {
		return nil, fmt.Errorf("kafka: %w", err)
	}
	found := map[string]topic{}
	for name, d := range details.Topics {
		switch {
		case matches != nil && (d.IsInternal || !matches.MatchString(name)):
		case errors.Is(d.Err, kerr.UnknownTopicOrPartition):
		case d.Err != nil && kerr.IsRetriable(d.Err):
			return nil, fmt.Errorf("kafka: topic %s: %w", name, d.Err)
		case d.Err != nil:
			return nil, &refusedError{fmt.Errorf("kafka: topic %s: %w", name, d.Err)}
		default:
			found[name] = topic{d.ID, len(d.Partitions)}
		}
	}
	return found, nil
}

// refusedError is an error that waiting does not mend.
type refusedError struct{ err error }

func (e *refusedError) Error() string { return e.err.Error() }
func (e *refusedError) Unwrap() error { return e.err }

// isRefused says whether waiting does not mend an error.
func isRefused(err error) bool {
	var refused *refusedError
	var auth *kadm.AuthError
	if errors.As(err, &refused) || errors.As(err, &auth) {
		return true
	}
	var fromBroker *kerr.Error
	return errors.As(err, &fromBroker) && !fromBroker.Retriable
}

func partitionsOf(topics map[string]topic) (all []partition) {
	for name, t := range topics {
		for i := range t.partitions {
			all = append(all, partition{name, int32(i)})
		}
	}
	return all
}

// ends returns the ends of partitions, the offsets that their next records will have, transactions that are not
// committed yet included. A partition of which the broker does not answer is left out.
func (b *broker) ends(ctx context.Context, all []partition) (map[partition]int64, error) {
	return listed(ctx, all, b.admin.ListEndOffsets)
}

// stableEnds returns the ends of what can be read of partitions now.
func (b *broker) stableEnds(ctx context.Context, all []partition) (map[partition]int64, error) {
	return listed(ctx, all, b.admin.ListCommittedOffsets)
}

// starts returns the first offsets that partitions have.
func (b *broker) starts(ctx context.Context, all []partition) (map[partition]int64, error) {
	return listed(ctx, all, b.admin.ListStartOffsets)
}

// after returns the offsets of the first records from a time on, or the ends.
func (b *broker) after(ctx context.Context, at time.Time, all []partition) (map[partition]int64, error) {
	return listed(ctx, all, func(ctx context.Context, topics ...string) (kadm.ListedOffsets, error) {
		return b.admin.ListOffsetsAfterMilli(ctx, at.UnixMilli(), topics...)
	})
}

func listed(ctx context.Context, all []partition, list func(context.Context, ...string) (kadm.ListedOffsets, error)) (map[partition]int64, error) {
	found := map[partition]int64{}
	if len(all) == 0 {
		return found, nil
	}
	var topics []string
	for seen := map[string]bool{}; len(all) > 0; all = all[1:] {
		if name := all[0].topic; !seen[name] {
			seen[name] = true
			topics = append(topics, name)
		}
		found[all[0]] = -1
	}
	offsets, err := list(ctx, topics...)
	var some *kadm.ShardErrors
	if err != nil && (!errors.As(err, &some) || len(offsets) == 0) {
		return nil, fmt.Errorf("kafka: %w", err)
	}
	for p := range found {
		o, ok := offsets.Lookup(p.topic, p.number)
		if ok && o.Err == nil && o.Offset >= 0 {
			found[p] = o.Offset
		} else {
			delete(found, p)
		}
	}
	return found, nil
}

// committed returns the offsets that a group has.
func (b *broker) committed(ctx context.Context, group string) (map[partition]int64, error) {
	offsets, err := b.admin.FetchOffsets(ctx, group)
	if err != nil {
		if errors.Is(err, kerr.GroupIDNotFound) {
			return nil, nil
		}
		return nil, fmt.Errorf("kafka: group %s: %w", group, err)
	}
	found := map[partition]int64{}
	for _, o := range offsets.Sorted() {
		if o.Err != nil {
			return nil, fmt.Errorf("kafka: group %s: %w", group, o.Err)
		}
		if o.At >= 0 {
			found[partition{o.Topic, o.Partition}] = o.At
		}
	}
	return found, nil
}

// commit sets the offsets of a group.
func (b *broker) commit(ctx context.Context, group string, offsets map[partition]int64) error {
	set := kadm.Offsets{}
	for p, at := range offsets {
		set.AddOffset(p.topic, p.number, at, -1)
	}
	answer, err := b.admin.CommitOffsets(ctx, group, set)
	if err == nil {
		err = answer.Error()
	}
	if err != nil {
		return fmt.Errorf("kafka: group %s: %w", group, err)
	}
	return nil
}
