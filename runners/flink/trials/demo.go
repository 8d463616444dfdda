package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// playDemo runs the demo by every mechanism.
func playDemo(ctx context.Context, st *stage) error {
	for _, join := range st.mechanisms() {
		if err := st.demonstrate(ctx, join); err != nil {
			return fmt.Errorf("%s: %w", join, err)
		}
	}
	return nil
}

func (st *stage) demonstrate(ctx context.Context, join string) (err error) {
	name := "demo-" + join
	place, err := newTopics(ctx, st.broker(), name)
	if err != nil {
		return err
	}
	defer place.close()
	demo, err := filepath.Abs(st.demo)
	if err != nil {
		return err
	}
	binary, err := st.build(ctx, "")
	if err != nil {
		return err
	}
	events, err := st.sendDemo(ctx, place, demo)
	if err != nil {
		return err
	}
	j := job{name: name, binary: binary, models: demo, place: place, join: join, parallelism: 2, checkpoint: killCheckpoint,
		flags: []string{"--load-wait=2s"}}
	want, err := st.onPrism(ctx, j)
	if err != nil {
		return err
	}
	if want.size() != events {
		return fmt.Errorf("on the embedded runner %d events have outcomes, of %d", want.size(), events)
	}
	l := &ledger{book: want}
	follow, end := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() {
		ended <- place.follow(follow, func(o output, line []byte, at time.Time) {
			if a, err := parseAttempt(line); o != statuses {
				if err != nil {
					a = attempt{ID: string(line)}
				}
				l.take(a, at)
			}
		})
	}()
	defer func() { end(); err = errors.Join(err, <-ended) }()
	s, err := st.start(ctx, j)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop(context.WithoutCancel(ctx))) }()
	if err := s.await(ctx, "all outcomes", func() (bool, error) {
		missing, _ := l.missing(events)
		return missing == 0, l.wrongSoFar()
	}); err != nil {
		return err
	}
	if err := s.awaitCheckpoints(ctx, 2); err != nil { // what comes besides would be there by now
		return err
	}
	v := l.verdict()
	if err := v.fault(); err != nil {
		return err
	}
	if len(v.repeats) > 0 {
		return fmt.Errorf("%d outcomes came twice, though nothing failed, for example of %s", len(v.repeats), want.name(v.repeats[0].n))
	}
	st.say("%s: %d events have the embedded runner's outcomes, record by record", name, v.events)
	return nil
}

// sendDemo sends the demo's messages and then its events, and counts these. All have one record timestamp, past the demo's
// week: it is the time of those that have none.
func (st *stage) sendDemo(ctx context.Context, place *topics, demo string) (int, error) {
	control, err := os.ReadFile(filepath.Join(demo, "control.jsonl"))
	if err != nil {
		return 0, err
	}
	events, err := os.ReadFile(filepath.Join(demo, "events.jsonl"))
	if err != nil {
		return 0, err
	}
	place.stamp = time.Date(2026, 11, 9, 0, 0, 0, 0, time.UTC)
	if err := place.sendControl(ctx, splitLines(control)...); err != nil {
		return 0, err
	}
	lines := splitLines(events)
	if err := place.sendEvents(ctx, lines...); err != nil {
		return 0, err
	}
	return len(lines), place.flush(ctx)
}

// A reference is a book: what the embedded runner makes of what is in a place.
type reference struct {
	numbers  map[string]int // by record id
	attempts []attempt
}

func (r reference) size() int         { return len(r.attempts) }
func (r reference) name(n int) string { return r.attempts[n].ID }

func (r reference) find(id string, _ outcome) (int, outcome, bool) {
	n, known := r.numbers[id]
	if !known {
		return 0, outcome{}, false
	}
	return n, r.attempts[n].outcome, true
}

// onPrism runs the program once over the demo's inputs as they are. A document that cannot be had is given up soon: it is one
// of the demo's stories.
func (st *stage) onPrism(ctx context.Context, j job) (reference, error) {
	out := st.path("prism-" + j.name)
	args := append([]string{"run", "--out=" + out, "--models=" + j.models, "--runner=prism", "--horizon=0", "--load-wait=2s", "--quiet"}, j.place.inputs()...)
	cmd := exec.CommandContext(ctx, j.binary, args...)
	cmd.Dir = st.dir
	if text, err := cmd.CombinedOutput(); err != nil {
		return reference{}, fmt.Errorf("on the embedded runner: %w\n%s", err, lastBytes(text))
	}
	r := reference{numbers: map[string]int{}}
	for _, o := range []output{results, deadLetters} {
		lines, err := newLines(filepath.Join(out, outputNames[o]+".jsonl"), 0)
		if err != nil {
			return r, err
		}
		for _, line := range lines {
			a, err := parseAttempt(line)
			if err != nil {
				return r, fmt.Errorf("on the embedded runner: %w: %s", err, line)
			}
			if _, twice := r.numbers[a.ID]; twice {
				return r, fmt.Errorf("on the embedded runner: %s has two outcomes", a.ID)
			}
			r.numbers[a.ID] = len(r.attempts)
			r.attempts = append(r.attempts, a)
		}
	}
	return r, nil
}
