package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/beam-pmml/beam-pmml/runners/flink"
)

// peerAtMost bounds how long the peer scores: it need not reach the end.
const peerAtMost = time.Minute

// playPeer lets the peer's job and ours score the same events with the same parallelism on the same cluster, one after the
// other, and compares what they made of each, how fast, and what it cost.
func playPeer(ctx context.Context, st *stage) error {
	parallel, err := numbers(st.parallelisms)
	if err != nil {
		return err
	}
	jar, err := st.buildPeer(ctx)
	if err != nil {
		return err
	}
	b, err := st.fillBench(ctx, "peer")
	if err != nil {
		return err
	}
	defer b.place.close()
	st.say("%d events are there", b.events)
	id, err := st.uploadJar(ctx, jar)
	if err != nil {
		return err
	}
	for _, p := range parallel {
		if err := st.besidePeer(ctx, b, id, p); err != nil {
			return fmt.Errorf("parallelism %d: %w", p, err)
		}
	}
	return nil
}

// besidePeer lets ours run before and after the peer. The first time the JVMs compile Beam's code meanwhile, after it they
// have; the peer's code comes anew with its job, and is compiled in the first part of its minute.
func (st *stage) besidePeer(ctx context.Context, b *bench, jar string, parallelism int) error {
	sets := st.flagSets()
	_, values, err := st.runOurs(ctx, b, parallelism, "before", sets[0])
	if err != nil {
		return err
	}
	theirs, theirValues, err := st.runPeer(ctx, b, jar, parallelism)
	if err != nil {
		return err
	}
	st.say("parallelism %d, the peer: %v", parallelism, theirs)
	both := 0
	for _, v := range theirValues {
		if !math.IsNaN(v) {
			both++
		}
	}
	i, apart := farthest(values, theirValues)
	switch {
	case both == 0:
		return errors.New("the peer has scored nothing")
	case apart > tolerance:
		return fmt.Errorf("%s: %v, by the peer %v", benchID(i), values[i], theirValues[i])
	}
	st.say("%d events were scored by both, at most %.2g apart", both, apart)
	for i, flags := range sets {
		ours, _, err := st.runOurs(ctx, b, parallelism, fmt.Sprintf("after-%d", i), flags)
		if err != nil {
			return err
		}
		st.say("parallelism %d, flags %q: once warm, %.1f times as fast as the peer, for 1/%.1f of its CPU an event", parallelism, flags,
			ours.warm.rate()/theirs.warm.rate(), theirs.warm.each(theirs.warm.spent.job())/ours.warm.each(ours.warm.spent.job()))
	}
	return nil
}

func (st *stage) runOurs(ctx context.Context, b *bench, parallelism int, when, flags string) (paces, []float64, error) {
	r, values, err := st.runBench(ctx, b, fmt.Sprintf("peer-ours-%s-p%d", when, parallelism), parallelism, strings.Fields(flags)...)
	if err == nil {
		err = b.check(values)
	}
	if err == nil {
		st.say("parallelism %d, ours %s, flags %q: %v", parallelism, when, flags, r)
	}
	return r, values, err
}

// runPeer lets the peer's job score the events, or as many as it gets to, and reads what it made of each.
func (st *stage) runPeer(ctx context.Context, b *bench, jar string, parallelism int) (r paces, values []float64, err error) {
	place, err := b.forJob(ctx, fmt.Sprintf("peer-theirs-p%d", parallelism))
	if err != nil {
		return r, nil, err
	}
	id, err := st.runJar(ctx, jar, parallelism, st.broker(), place.events(), place.control(), place.output(results), b.models,
		fmt.Sprint(benchCheckpoint.Milliseconds()))
	if err != nil {
		return r, nil, err
	}
	j := flink.Attach(st.stack.Flink.Settings.REST(), id)
	defer func() { err = errors.Join(err, j.Cancel(context.WithoutCancel(ctx))) }()
	if r, err = st.watchRun(ctx, j, place, b.events, peerAtMost); err != nil {
		return r, nil, err
	}
	if err := j.Cancel(ctx); err != nil {
		return r, nil, err
	}
	if _, err := j.Wait(ctx); err != nil {
		return r, nil, err
	}
	values, err = b.values(ctx, place)
	return r, values, err
}
