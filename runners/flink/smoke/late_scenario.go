package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// playLate tells the story by the clock, with a kill while events wait, and then replays what it has written.
func (s *scenario) playLate(ctx context.Context, r *report) error {
	if err := s.feed([][]byte{marker("begin", time.Now())}); err != nil {
		return err
	}
	if err := s.awaitFed(ctx); err != nil { // the job runs
		return err
	}
	before, err := s.flink.Checkpoints(ctx)
	if err != nil {
		return err
	}
	begin := time.Now().Add(time.Second).Truncate(time.Millisecond)
	story, err := s.late.tell(begin)
	if err != nil {
		return err
	}
	cut := 0
	for cut < len(story) && story[cut].after < lateKill {
		cut++
	}
	if err := s.write(ctx, begin, story[:cut]); err != nil {
		return err
	}
	if err := s.killLate(ctx, before.Completed); err != nil {
		return err
	}
	if err := s.write(ctx, begin, story[cut:]); err != nil {
		return err
	}
	s.say("all is written: %d events", len(s.fed))
	// Without an event after them the last ones would wait for ever.
	if err := s.feed([][]byte{marker("end", begin.Add(lateSpan+lateWait+2*time.Second))}); err != nil {
		return err
	}
	if err := s.awaitFed(ctx); err != nil {
		return err
	}
	if r.checkpoint, err = s.flink.Checkpoints(ctx); err != nil {
		return err
	}
	j := s.job
	j.out += "-prism"
	s.want, err = replay(ctx, j, len(s.fed))
	return err
}

// write writes each line of a story when it is due.
func (s *scenario) write(ctx context.Context, begin time.Time, story []telling) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for len(story) > 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		var events, messages [][]byte
		for now := time.Since(begin); len(story) > 0 && story[0].after <= now; story = story[1:] {
			if story[0].message {
				messages = append(messages, story[0].line)
			} else {
				events = append(events, story[0].line)
			}
		}
		_, err := s.control.add(messages...)
		if err = errors.Join(err, s.feed(events)); err != nil {
			return err
		}
	}
	return nil
}

// killLate kills and starts a TaskManager, when events that wait are in a checkpoint. In the seconds before there were some.
func (s *scenario) killLate(ctx context.Context, before int64) error {
	attempts, err := readAttempts(s.job.outputs())
	if err != nil {
		return err
	}
	now, err := s.flink.Checkpoints(ctx)
	if err != nil {
		return err
	}
	outcomes, _ := settle(attempts)
	s.say("%d events written, %d of them have outcomes, %d checkpoints; kill -9", len(s.fed), len(outcomes), now.Completed-before)
	if now.Completed < before+2 || len(s.fed)-len(outcomes) < lateWaiting {
		return fmt.Errorf("too little waits in a checkpoint: %d of %d events have outcomes, %d checkpoints", len(outcomes), len(s.fed), now.Completed-before)
	}
	return errors.Join(s.cluster.KillTaskManager(ctx, 1), s.cluster.StartTaskManager(1))
}
