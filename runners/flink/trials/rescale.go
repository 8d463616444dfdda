package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// playRescale stops the job with a savepoint and goes on from it, with another parallelism each time. No attempt may be repeated;
// but with a side input, where reading and writing are one step, of events that are read after the savepoint, until the job has
// ended.
func playRescale(ctx context.Context, st *stage) error {
	for _, join := range st.mechanisms() {
		if err := st.rescale(ctx, join); err != nil {
			return fmt.Errorf("%s: %w", join, err)
		}
	}
	return nil
}

func (st *stage) rescale(ctx context.Context, join string) (err error) {
	name := "rescale-" + join
	f, j, err := st.openFlow(ctx, name, join)
	if err != nil {
		return err
	}
	defer f.stop()
	j.flags = st.extra()
	var stops []restore
	var s *session
	defer func() {
		if s != nil {
			err = errors.Join(err, s.stop(context.WithoutCancel(ctx)))
		}
	}()
	for _, parallelism := range []int{2, 4, 1} {
		stopped := time.Now()
		if s != nil {
			if j.savepoint, err = s.stopWithSavepoint(ctx); err != nil {
				return err
			}
			stops = append(stops, restore{checkpoint: int64(len(stops) + 1), triggered: stopped, restored: time.Now()})
		}
		fed := f.fed()
		j.name, j.parallelism = fmt.Sprintf("%s-%d", name, parallelism), parallelism
		if s, err = st.start(ctx, j); err != nil {
			return err
		}
		if err := f.settled(ctx, s, fed+st.rate); err != nil {
			return err
		}
		first, _ := f.ledger.firstOf(fed, f.fed())
		st.say("%s: parallelism %d: the first outcome came %.1f s after the stop", name, parallelism, first.Sub(stopped).Seconds())
		p, err := f.announce(ctx)
		if err != nil {
			return err
		}
		from, err := f.enter(ctx, s, p)
		if err != nil {
			return err
		}
		if err := f.settled(ctx, s, from+st.rate); err != nil {
			return err
		}
	}
	v, err := f.end(ctx, s)
	if err != nil {
		return err
	}
	if join != sideInput {
		stops = nil // nothing explains a repeat
	}
	if odd := unexplained(v.repeats, stops, eventID); odd.count > 0 {
		return fmt.Errorf("%d attempts were repeated that must not be, for example:\n%s", odd.count, firstLines(odd.examples, mostExamples))
	}
	st.say("%s: each of %d events has the outcome that it must have; %d attempts were repeated, by what was read between a savepoint and the end of its job",
		name, v.events, len(v.repeats))
	return nil
}
