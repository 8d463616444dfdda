package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// playRescale stops the job with a savepoint and goes on from it, with another parallelism each time.
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
	if len(v.repeats) > 0 {
		return fmt.Errorf("%d attempts were repeated, the first of %s", len(v.repeats), eventID(v.repeats[0].n))
	}
	st.say("%s: each of %d events has one outcome, the one that it must have", name, v.events)
	return nil
}
