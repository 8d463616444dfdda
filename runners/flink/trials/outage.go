package main

import (
	"context"
	"errors"
	"time"
)

const outage = time.Minute

// playOutage kills the broker in full flow, starts it again after a minute without one, and adds a partition of events.
func playOutage(ctx context.Context, st *stage) (err error) {
	f, j, err := st.openFlow(ctx, "broker", st.mechanisms()[0])
	if err != nil {
		return err
	}
	defer f.stop()
	place := j.place.(*topics)
	s, err := st.start(ctx, j)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop(context.WithoutCancel(ctx))) }()
	if err := f.settled(ctx, s, st.rate); err != nil {
		return err
	}
	kafka := st.stack.Kafka
	if err := kafka.Kill(ctx); err != nil {
		return err
	}
	st.say("the broker is killed")
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(outage):
	}
	if err := kafka.Restart(ctx); err != nil {
		return err
	}
	back := time.Now()
	if err := f.caughtUp(ctx, s); err != nil {
		return err
	}
	st.say("the broker was away for %v; outcomes had caught up %.1f s after it was back", outage, time.Since(back).Seconds())
	if err := place.addPartition(ctx); err != nil {
		return err
	}
	p, err := f.announce(ctx)
	if err != nil {
		return err
	}
	from, err := f.enter(ctx, s, p)
	if err != nil {
		return err
	}
	if err := f.settled(ctx, s, from+10*st.rate); err != nil {
		return err
	}
	v, err := f.end(ctx, s)
	if err != nil {
		return err
	}
	held, err := place.held(ctx, eventPartitions)
	if err != nil {
		return err
	}
	if held == 0 {
		return errors.New("no event came to the partition that was added")
	}
	st.say("each of %d events has the outcome that it must have, %d of them in the partition that was added; %d attempts were repeated, all equal",
		v.events, held, len(v.repeats))
	return nil
}
