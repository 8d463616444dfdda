package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// An aim is what latency should be at a rate.
type aim struct {
	rate     int
	p50, p99 time.Duration
}

var aims = []aim{{1000, 40 * time.Millisecond, 250 * time.Millisecond}, {10_000, 60 * time.Millisecond, 400 * time.Millisecond}}

const warmUp = 30 * time.Second

// playLatency measures the time from an event's due time to its result in Kafka, by the broker's clock.
func playLatency(ctx context.Context, st *stage) error {
	for _, a := range aims {
		if err := st.latency(ctx, a); err != nil {
			return fmt.Errorf("%d events a second: %w", a.rate, err)
		}
	}
	return nil
}

func (st *stage) latency(ctx context.Context, a aim) (err error) {
	m, err := st.measure(ctx, fmt.Sprintf("latency-%d", a.rate), st.mechanisms()[0], 8, a.rate, st.extra())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.stop(context.WithoutCancel(ctx))) }()
	if err := m.settled(ctx, int(warmUp.Seconds())*a.rate); err != nil {
		return err
	}
	from := m.live.size()
	seconds := newSeconds(m.live, from, from+int(st.duration.Seconds())*a.rate)
	m.mu.Lock()
	m.arrived = seconds.add
	m.mu.Unlock()
	before, err := st.cpu()
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(st.duration):
	}
	spent, err := st.cpu()
	if err != nil {
		return err
	}
	if err := m.settled(ctx, seconds.before); err != nil {
		return err
	}
	checkpoints, err := m.session.flink.Checkpoints(ctx)
	if err != nil {
		return err
	}
	all, above := seconds.judge(a)
	cores := func(d time.Duration) float64 { return d.Seconds() / st.duration.Seconds() }
	spent = spent.since(before)
	st.say("%s: due time to result in Kafka: %v", m.session.name, all)
	st.say("%s: %.1f %% of seconds have a p50 above %v or a p99 above %v", m.session.name, 100*above, a.p50, a.p99)
	st.say("%s: cores busy: the job %.2f (TaskManagers %.2f, Go workers %.2f), broker %.2f, the whole machine %.2f; %d checkpoints, the last of %d bytes in %v",
		m.session.name, cores(spent.job()), cores(spent.jvm), cores(spent.golang), cores(spent.broker), cores(spent.all), checkpoints.Completed, checkpoints.LatestBytes, checkpoints.LatestDuration)
	return m.fault()
}

// seconds are the latencies of events with some numbers, by the second in which they were due.
type seconds struct {
	live         *live
	from, before int

	mu  sync.Mutex
	all []spread
}

func newSeconds(l *live, from, before int) *seconds {
	return &seconds{live: l, from: from, before: before, all: make([]spread, (before-from+l.rate-1)/l.rate)}
}

func (s *seconds) add(n int, at time.Time) {
	if n < s.from || n >= s.before {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	i := (n - s.from) / s.live.rate
	s.all[i] = append(s.all[i], at.Sub(s.live.due(n)))
}

// judge returns all of it, and the share of seconds that missed the aim.
func (s *seconds) judge(a aim) (all spread, above float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, second := range s.all {
		if second.at(0.5) > a.p50 || second.at(0.99) > a.p99 {
			above++
		}
		all = append(all, second...)
	}
	return all, above / float64(len(s.all))
}
