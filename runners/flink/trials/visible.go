package main

import (
	"context"
	"errors"
	"sync"
	"time"
)

const updateEvery = time.Second // of the one model that all events ask for

// playVisible measures how long it takes from the sending of a message to the first result of the new version, and to the
// last result of the one before: after that every slot has scored by the new one. The settings are the defaults.
func playVisible(ctx context.Context, st *stage) error {
	for _, join := range st.mechanisms() {
		if err := st.visible(ctx, join); err != nil {
			return err
		}
	}
	return nil
}

func (st *stage) visible(ctx context.Context, join string) (err error) {
	m, err := st.measure(ctx, "visible-"+join, join, 1, st.rate, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.stop(context.WithoutCancel(ctx))) }()
	if err := m.settled(ctx, 10*m.live.rate); err != nil {
		return err
	}
	seen := m.watchVersions()
	tick := time.NewTicker(updateEvery)
	defer tick.Stop()
	for end := time.Now().Add(st.duration); time.Now().Before(end); {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		sent := time.Now()
		if err := m.live.update(ctx, 0, sent); err != nil {
			return err
		}
		seen.sent(sent)
	}
	if err := m.settled(ctx, m.live.size()+m.live.rate); err != nil {
		return err
	}
	first, everywhere, stale := seen.spreads()
	st.say("%s: update to its first result: %v", m.session.name, first)
	st.say("%s: update to the last result of the version before: %v; %d events were scored by it", m.session.name, everywhere, stale)
	return m.fault()
}

// Versions are updates of one model and when they were seen.
type versions struct {
	mu    sync.Mutex
	sents []time.Time // by version; the first, from before, has none
	first []time.Time // result of it or a later one
	last  []time.Time // result of an earlier version, of an event of its time or later
	stale int
}

func (v *versions) sent(at time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.sents = append(v.sents, at)
	v.first, v.last = append(v.first, time.Time{}), append(v.last, time.Time{})
}

// scored takes a result of an event of a time by a version.
func (v *versions) scored(of time.Time, by int, at time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	counted := false
	for i := len(v.sents) - 1; i > 0; i-- {
		switch {
		case by >= i:
			if v.first[i].IsZero() || at.Before(v.first[i]) {
				v.first[i] = at
				continue
			}
			return // those before have been seen, too
		case !of.Before(v.sents[i].Truncate(time.Millisecond)):
			if at.After(v.last[i]) {
				v.last[i] = at
			}
			if !counted {
				v.stale, counted = v.stale+1, true
			}
		}
	}
}

// spreads are the times from sending on. Where no event was scored by an earlier version, the first result is the last moment.
func (v *versions) spreads() (first, everywhere spread, stale int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i := 1; i < len(v.sents); i++ {
		if v.first[i].IsZero() {
			continue // it came too late to be seen
		}
		first = append(first, v.first[i].Sub(v.sents[i]))
		last := v.last[i]
		if last.Before(v.first[i]) {
			last = v.first[i]
		}
		everywhere = append(everywhere, last.Sub(v.sents[i]))
	}
	return first, everywhere, v.stale
}
