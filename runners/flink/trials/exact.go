package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// A lateJob is one in which events wait, for messages that come late.
type lateJob struct {
	name, join string
	flags      []string
	messages   func(all [][]byte) [][]byte // those that are told
}

var lateJobs = []lateJob{
	{"exact", inState, exactFlags, everyMessage},
	{"exact-keyed", keyed, slices.Concat(exactFlags, subSharded, []string{"--hold=2s", "--horizon=1h"}), everyMessage}, // timers of all kinds
	{"hold", keyed, slices.Concat(subSharded, []string{"--hold=" + lateWait.String()}), firstAdditions},
}

var (
	exactFlags = []string{"--exact", "--control-lateness=" + lateWait.String()}
	subSharded = []string{"--shards=2", "--sub-shards=2"}
)

func everyMessage(messages [][]byte) [][]byte { return messages }

// playExact tells the demo by the clock: each message comes some seconds after the events that need it, and a TaskManager is
// killed while they wait. Every event must have the outcome that a replay of the same topics has on the embedded runner.
func playExact(ctx context.Context, st *stage) error {
	demo, err := filepath.Abs(st.demo)
	if err != nil {
		return err
	}
	for _, l := range lateJobs {
		if err := st.late(ctx, l, demo); err != nil {
			return fmt.Errorf("%s: %w", l.name, err)
		}
	}
	return nil
}

func (st *stage) late(ctx context.Context, l lateJob, demo string) (err error) {
	control, err := os.ReadFile(filepath.Join(demo, "control.jsonl"))
	if err != nil {
		return err
	}
	events, err := os.ReadFile(filepath.Join(demo, "events.jsonl"))
	if err != nil {
		return err
	}
	binary, err := st.build(ctx, "")
	if err != nil {
		return err
	}
	place, err := newTopics(ctx, st.broker(), "late-"+l.name)
	if err != nil {
		return err
	}
	defer place.close()
	told := &collection{}
	follow, end := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- place.follow(follow, told.take) }()
	defer func() { end(); err = errors.Join(err, <-ended) }()
	j := job{name: "late-" + l.name, binary: binary, models: demo, place: place, join: l.join, parallelism: 2, checkpoint: time.Second,
		flags: append([]string{"--load-wait=2s"}, l.flags...)}
	s, err := st.start(ctx, j)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop(context.WithoutCancel(ctx))) }()
	t := telling{session: s, story: &lateStory{l.messages(splitLines(control)), splitLines(events)}, told: told}
	if err := t.play(ctx); err != nil {
		return err
	}
	want, err := st.onPrism(ctx, j)
	if err != nil {
		return err
	}
	book := &ledger{book: want}
	attempts := told.all()
	for _, a := range attempts {
		book.take(a, time.Now())
	}
	v := book.verdict()
	if v.events != t.fed {
		return fmt.Errorf("on the embedded runner %d events have outcomes, of %d", v.events, t.fed)
	}
	if err := v.fault(); err != nil {
		return err
	}
	st.say("%s: %d events have the outcomes of a replay, %d attempts were repeated", j.name, v.events, len(v.repeats))
	return nil
}

// A collection keeps all attempts.
type collection struct {
	mu       sync.Mutex
	attempts []attempt
	sources  map[string]bool
}

func (c *collection) take(o output, line []byte, _ time.Time) {
	if o == statuses {
		return
	}
	a, err := parseAttempt(line)
	if err != nil {
		a = attempt{ID: string(line)}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sources == nil {
		c.sources = map[string]bool{}
	}
	c.attempts, c.sources[a.Source] = append(c.attempts, a), true
}

// events is how many have an outcome.
func (c *collection) events() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.sources)
}

func (c *collection) all() []attempt {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.attempts)
}

// A telling is a late story on its way to a job.
type telling struct {
	session *session
	story   *lateStory
	told    *collection
	fed     int
}

// play tells the story by the clock, with a kill while events wait.
func (t *telling) play(ctx context.Context) error {
	if err := t.feed(ctx, marker("begin", time.Now())); err != nil {
		return err
	}
	if err := t.awaitFed(ctx); err != nil { // the job runs
		return err
	}
	before, err := t.session.flink.Checkpoints(ctx)
	if err != nil {
		return err
	}
	begin := time.Now().Add(time.Second).Truncate(time.Millisecond)
	lines, err := t.story.tell(begin)
	if err != nil {
		return err
	}
	cut := 0
	for cut < len(lines) && lines[cut].after < lateKill {
		cut++
	}
	if err := t.write(ctx, begin, lines[:cut]); err != nil {
		return err
	}
	if err := t.kill(ctx, before.Completed); err != nil {
		return err
	}
	if err := t.write(ctx, begin, lines[cut:]); err != nil {
		return err
	}
	// Without an event after them the last ones would wait for ever.
	if err := t.feed(ctx, marker("end", begin.Add(lateSpan+lateWait+2*time.Second))); err != nil {
		return err
	}
	return t.awaitFed(ctx)
}

// write writes each line when it is due.
func (t *telling) write(ctx context.Context, begin time.Time, lines []lateLine) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for len(lines) > 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		var events, messages [][]byte
		for now := time.Since(begin); len(lines) > 0 && lines[0].after <= now; lines = lines[1:] {
			if lines[0].message {
				messages = append(messages, lines[0].line)
			} else {
				events = append(events, lines[0].line)
			}
		}
		if err := errors.Join(t.session.place.sendControl(ctx, messages...), t.feed(ctx, events...)); err != nil {
			return err
		}
	}
	return nil
}

// kill kills and starts a TaskManager, when events that wait are in a checkpoint. In the seconds before there were some.
func (t *telling) kill(ctx context.Context, before int64) error {
	now, err := t.session.flink.Checkpoints(ctx)
	if err != nil {
		return err
	}
	done := t.told.events()
	if now.Completed < before+2 || t.fed-done < lateWaiting {
		return fmt.Errorf("too little waits in a checkpoint: %d of %d events have outcomes, %d checkpoints", done, t.fed, now.Completed-before)
	}
	t.session.stage.say("%s: %d events, of which %d wait, %d checkpoints; kill -9", t.session.name, t.fed, t.fed-done, now.Completed-before)
	flink := t.session.stage.stack.Flink
	return errors.Join(flink.KillTaskManager(ctx, 1), flink.StartTaskManager(1))
}

func (t *telling) feed(ctx context.Context, lines ...[]byte) error {
	t.fed += len(lines)
	return errors.Join(t.session.place.sendEvents(ctx, lines...), t.session.place.flush(ctx))
}

func (t *telling) awaitFed(ctx context.Context) error {
	return t.session.await(ctx, "outcomes", func() (bool, error) { return t.told.events() >= t.fed, nil })
}
