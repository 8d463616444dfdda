package kafka

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// Start says where partitions begin to be read that were not read before: Earliest, Latest, Committed, or a time, as
// RFC 3339 or whole milliseconds of the epoch: with the first record that has this timestamp or a later one.
//
// A job that goes on from a checkpoint or savepoint goes on where that was; Start then counts for partitions that were
// added since.
type Start string

// Where to start.
const (
	Earliest  Start = "earliest"  // the first record that the broker has
	Latest    Start = "latest"    // what comes after the launch; partitions that are added later from their front
	Committed Start = "committed" // the offsets of Group; partitions without one from their front
)

// time is the time that a start means; zero where it means none.
func (s Start) time() (time.Time, error) {
	switch s {
	case Earliest, Latest, Committed:
		return time.Time{}, nil
	}
	if ms, err := strconv.ParseInt(string(s), 10, 64); err == nil && ms > 0 {
		return time.UnixMilli(ms), nil
	}
	t, err := time.Parse(time.RFC3339, string(s))
	if err != nil || t.UnixMilli() <= 0 {
		return time.Time{}, fmt.Errorf("kafka: start: %q is none of %s, %s, %s, a time in RFC 3339, milliseconds since 1970", s, Earliest, Latest, Committed)
	}
	return t, nil
}

// launch returns the ends of the partitions that are there when a pipeline is launched, by topic and partition, where the
// start is the latest. They travel with the pipeline: so an attempt that fails before the first checkpoint is repeated from
// where it began.
func (s *Source) launch(ctx context.Context) (map[string][]int64, error) {
	if s.Start != Latest {
		return nil, nil
	}
	launch := map[string][]int64{}
	err := s.ask(ctx, func(ctx context.Context, b *broker) error {
		topics, err := b.topics(ctx, s.Place)
		if err != nil {
			return err
		}
		all := partitionsOf(topics)
		ends, err := b.ends(ctx, all)
		if err != nil {
			return err
		}
		for name, t := range topics {
			offsets := make([]int64, t.partitions)
			for i := range offsets {
				end, ok := ends[partition{name, int32(i)}]
				if !ok {
					return fmt.Errorf("kafka: the end of partition %d of %s is not known now", i, name)
				}
				offsets[i] = end
			}
			launch[name] = offsets
		}
		return nil
	})
	return launch, err
}

// starts returns where the given partitions begin to be read. What the broker does not say now is left out.
func (s *Source) starts(ctx context.Context, b *broker, all []partition, launch map[string][]int64) (map[partition]int64, error) {
	earliest, err := b.starts(ctx, all)
	if err != nil {
		return nil, err
	}
	var later map[partition]int64
	switch at, err := s.Start.time(); {
	case err != nil:
		return nil, err
	case !at.IsZero():
		if later, err = b.after(ctx, at, all); err != nil {
			return nil, err
		}
	case s.Start == Committed:
		if later, err = b.committed(ctx, s.Group); err != nil {
			return nil, err
		}
	}
	for p := range earliest {
		if at, ok := later[p]; ok {
			earliest[p] = at
		}
		if ends := launch[p.topic]; int(p.number) < len(ends) {
			earliest[p] = ends[p.number]
		}
	}
	return earliest, nil
}
