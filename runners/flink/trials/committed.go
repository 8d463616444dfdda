package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
)

const (
	committedGroup   = "monitor"
	committedTimeout = 2 * time.Second // of a checkpoint
	committedAge     = 2 * (killCheckpoint + committedTimeout)
)

// playCommitted ends a job that commits offsets, without a savepoint, and starts another one at these offsets: no event may be
// lost, since what was committed was worked through. While the first one runs, no offset may be newer than it says.
func playCommitted(ctx context.Context, st *stage) (err error) {
	f, j, err := st.openFlow(ctx, "committed", st.mechanisms()[0])
	if err != nil {
		return err
	}
	defer f.stop()
	j.name, j.flags = "committed-1", []string{"--kafka-group=" + committedGroup, "--flink-checkpoint-timeout=" + committedTimeout.String()}
	first, err := st.start(ctx, j)
	if err != nil {
		return err
	}
	watched := j.place.(*topics).watchCommitted(ctx, first)
	settled := f.settled(ctx, first, f.fed())
	if err := errors.Join(watched, settled, first.stop(context.WithoutCancel(ctx))); err != nil {
		return err
	}
	ended := f.fed()
	j.name, j.flags = "committed-2", append(j.flags, "--kafka-start=committed")
	second, err := st.start(ctx, j)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, second.stop(context.WithoutCancel(ctx))) }()
	if err := f.settled(ctx, second, ended+st.rate); err != nil {
		return err
	}
	v, err := f.end(ctx, second)
	if err != nil {
		return err
	}
	if len(v.repeats) == 0 {
		return errors.New("no attempt was repeated: the second job did not start at offsets of before")
	}
	st.say("committed: each of %d events has the outcome that it must have, none was lost; %d attempts were repeated, all equal", v.events, len(v.repeats))
	return nil
}

// watchCommitted looks until each partition has an offset, and then as long again as an offset must be old: none may be past the
// end that its partition had then.
func (t *topics) watchCommitted(ctx context.Context, s *session) error {
	var history []endsAt
	var all time.Time // since when each partition has an offset
	err := s.await(ctx, "offsets of each partition", func() (bool, error) {
		asked := time.Now() // an offset that is there later may be newer
		committed, err := t.admin.FetchOffsets(ctx, committedGroup)
		if err != nil && !errors.Is(err, kerr.GroupIDNotFound) && !kerr.IsRetriable(err) { // the group is made with its first offset
			return false, err
		}
		now := time.Now()
		ends, err := t.admin.ListEndOffsets(ctx, t.events())
		if err != nil {
			return false, err
		}
		history = append(history, endsAt{time.Now(), ends})
		n := 0
		for _, o := range committed.Sorted() {
			if o.Topic != t.events() || o.At < 0 {
				continue
			}
			n++
			if end, known := endAfter(history, now.Add(-committedAge), o.Partition); known && o.At > end {
				return false, fmt.Errorf("partition %d: the offset %d is committed; %v before, the partition ended at %d", o.Partition, o.At, committedAge, end)
			}
		}
		if n == eventPartitions && all.IsZero() {
			all = asked
		}
		return !all.IsZero() && asked.Sub(all) > committedAge, nil
	})
	if err == nil && history[len(history)-1].at.Sub(history[0].at) <= committedAge {
		err = errors.New("it was not looked long enough for an offset to be too new")
	}
	return err
}

// endsAt are the ends of partitions at a time, or somewhat before.
type endsAt struct {
	at   time.Time
	ends kadm.ListedOffsets
}

// endAfter is the end of a partition in the first look after a time; not known without a look before it.
func endAfter(history []endsAt, when time.Time, partition int32) (end int64, known bool) {
	if len(history) == 0 || history[0].at.After(when) {
		return 0, false
	}
	for _, h := range history {
		if h.at.After(when) {
			for _, o := range h.ends {
				return o[partition].Offset, true
			}
		}
	}
	return 0, false
}
