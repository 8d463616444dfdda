package main

import (
	"context"
	"errors"
	"time"
)

const outage = time.Minute

// playOutage kills the broker in full flow, starts it again after a minute without one, and adds a partition of events.
func playOutage(ctx context.Context, st *stage) (err error) {
	place, err := newTopics(ctx, st.broker(), "broker")
	if err != nil {
		return err
	}
	binary, err := st.build(ctx, "")
	if err != nil {
		return err
	}
	models, err := st.modelsFolder("broker")
	if err != nil {
		return err
	}
	f, err := beginFlow(ctx, place, models, st.rate)
	if err != nil {
		return err
	}
	defer f.stop()
	s, err := st.start(ctx, job{name: "broker", binary: binary, models: models, place: place, join: st.mechanisms()[0],
		parallelism: killParallel, checkpoint: killCheckpoint})
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
	if err := f.stopFeed(ctx); err != nil {
		return err
	}
	if err := f.settled(ctx, s, f.fed()); err != nil {
		return err
	}
	held, err := place.held(ctx, eventPartitions)
	if err != nil {
		return err
	}
	v := f.ledger.verdict()
	if err := v.fault(); err != nil {
		return err
	}
	if held == 0 {
		return errors.New("no event came to the partition that was added")
	}
	st.say("each of %d events has the outcome that it must have, %d of them in the partition that was added; %d attempts were repeated, all equal",
		v.events, held, len(v.repeats))
	return nil
}
