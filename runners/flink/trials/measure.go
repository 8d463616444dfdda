package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A measurement is a job that is fed live events.
type measurement struct {
	live    *live
	ledger  *ledger
	news    *newspaper
	session *session

	mu       sync.Mutex
	versions *versions
	arrived  func(n int, at time.Time)
}

const measureParallel = 2 // as many as the machine has cores

// measure starts a job with the defaults of the program but for the flags, and feeds it.
func (st *stage) measure(ctx context.Context, name, join string, names, rate int, flags []string) (*measurement, error) {
	place, err := newTopics(ctx, st.broker(), name)
	if err != nil {
		return nil, err
	}
	binary, err := st.build(ctx, "")
	if err != nil {
		return nil, err
	}
	models, err := st.modelsFolder(name)
	if err != nil {
		return nil, err
	}
	l, err := newLive(ctx, place, models, names, rate)
	if err != nil {
		return nil, err
	}
	m := &measurement{live: l, ledger: &ledger{book: l}, news: newNewspaper()}
	if m.session, err = st.start(ctx, job{name: name, binary: binary, models: models, place: place, join: join, parallelism: measureParallel,
		checkpoint: 10 * time.Second, flags: flags}); err != nil {
		return nil, err
	}
	l.start(ctx, m.take)
	return m, nil
}

func (m *measurement) stop(ctx context.Context) error {
	err := errors.Join(m.live.stop(), m.session.stop(ctx))
	m.live.place.close()
	return err
}

func (m *measurement) take(o output, line []byte, at time.Time) {
	if o == statuses {
		m.news.take(line)
		return
	}
	a, err := parseAttempt(line)
	if err != nil {
		a = attempt{ID: string(line)}
	}
	m.ledger.take(a, at)
	m.mu.Lock()
	defer m.mu.Unlock()
	n := eventNumber(a.ID)
	if n < 0 || o != results {
		return
	}
	if m.arrived != nil {
		m.arrived(n, at)
	}
	if m.versions != nil {
		if by, err := strconv.Atoi(strings.TrimPrefix(a.Version, "v")); err == nil {
			m.versions.scored(m.live.due(n).Truncate(time.Millisecond), by, at)
		}
	}
}

// watchVersions begins to note which version scores.
func (m *measurement) watchVersions() *versions {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.versions = &versions{}
	m.versions.sent(time.Time{})
	return m.versions
}

// settled waits until that many events have their outcome.
func (m *measurement) settled(ctx context.Context, before int) error {
	return m.session.await(ctx, "outcomes", func() (bool, error) {
		if m.live.size() < before {
			return false, nil
		}
		count, _ := m.ledger.missing(before)
		return count == 0, m.ledger.wrongSoFar()
	})
}

// fault says whether an attempt was wrong or came again although nothing failed.
func (m *measurement) fault() error {
	v := m.ledger.verdict()
	if err := v.wrong.fault(); err != nil {
		return err
	}
	if len(v.repeats) > 0 {
		return fmt.Errorf("%d attempts were repeated although nothing was to fail: %s", len(v.repeats), m.session.suffering())
	}
	return nil
}
