package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"time"

	"github.com/beam-pmml/beam-pmml/runners/flink"
	"github.com/beam-pmml/beam-pmml/runners/flink/cluster"
)

// patience bounds each wait of a scenario.
const patience = 90 * time.Second

// A scenario is one run of the job on the cluster, with a TaskManager killed in the middle.
type scenario struct {
	name    string
	job     job
	plan    plan
	late    *lateStory // told instead of the plan, if there is one
	want    reference
	cluster *cluster.Cluster
	say     func(format string, args ...any)

	events, control *feed
	fed             []string // places of the events fed so far
	program         *exec.Cmd
	printed         bytes.Buffer
	ended           chan struct{} // of the program: closed when exit says how
	exit            error
	flink           *flink.Job
}

// A report is what a scenario found.
type report struct {
	wrong      []string // outcomes that are not prism's, and events with two
	attempts   int
	events     int
	recovered  time.Duration // from the kill to the first outcome of an event fed after it
	checkpoint flink.Checkpoints
}

// run plays the scenario and ends all that it started, but for the cluster.
func (s *scenario) run(ctx context.Context) (r report, err error) {
	workerLogs := s.job.outputs() + "-workers"
	for _, dir := range []string{s.job.outputs(), workerLogs} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return r, err
		}
	}
	if s.control, err = newFeed(s.job.control()); err != nil {
		return r, err
	}
	if s.events, err = newFeed(s.job.events()); err != nil {
		return r, err
	}
	if _, err := s.control.add(s.plan.base...); err != nil {
		return r, err
	}
	if err := s.start(workerLogs); err != nil {
		return r, err
	}
	defer func() {
		err = errors.Join(err, s.stop(context.WithoutCancel(ctx)), endWorkers(workerLogs, s.job.binary))
		if err != nil {
			err = fmt.Errorf("%w\nthe program printed:\n%s", err, lastBytes(s.printed.Bytes()))
		}
	}()
	if s.late != nil {
		err = s.playLate(ctx, &r)
	} else {
		err = s.play(ctx, &r)
	}
	if err != nil {
		return r, err
	}
	return r, s.judge(&r)
}

func (s *scenario) play(ctx context.Context, r *report) error {
	if err := s.feed(s.plan.early); err != nil {
		return err
	}
	if err := s.awaitFed(ctx); err != nil {
		return err
	}
	s.say("%d events scored; %d control lines more", len(s.fed), len(s.plan.later))
	if _, err := s.control.add(s.plan.later...); err != nil {
		return err
	}
	if err := s.awaitTable(ctx); err != nil {
		return err
	}
	s.say("the job holds them everywhere; events that need them")
	if err := s.feed(s.plan.beforeKill); err != nil {
		return err
	}
	if err := s.awaitFed(ctx); err != nil {
		return err
	}
	if err := s.awaitCheckpoint(ctx); err != nil {
		return err
	}
	before := len(s.fed)
	if err := s.feed(s.plan.duringKill); err != nil {
		return err
	}
	if err := s.awaitAny(ctx, s.fed[before:]); err != nil {
		return err
	}
	s.say("%d events scored and in a checkpoint, more under way; kill -9", before)
	killed := time.Now()
	if err := s.cluster.KillTaskManager(ctx, 1); err != nil {
		return err
	}
	before = len(s.fed)
	if err := s.feed(s.plan.afterKill); err != nil {
		return err
	}
	if err := s.cluster.StartTaskManager(1); err != nil {
		return err
	}
	if err := s.awaitAny(ctx, s.fed[before:]); err != nil {
		return err
	}
	r.recovered = time.Since(killed)
	if err := s.awaitFed(ctx); err != nil {
		return err
	}
	s.say("all %d events have outcomes; the first after the kill came %.1f s after it", len(s.fed), r.recovered.Seconds())
	var err error
	r.checkpoint, err = s.flink.Checkpoints(ctx)
	return err
}

// start runs the program, which submits the job and follows it.
func (s *scenario) start(workerLogs string) error {
	set := s.cluster.Settings
	name := "smoke-" + s.name
	s.program = s.job.onFlink(set.JobServer(), set.REST(), name, workerLogs)
	s.program.Stdout, s.program.Stderr = &s.printed, &s.printed
	if err := s.program.Start(); err != nil {
		return err
	}
	s.ended = make(chan struct{})
	go func() {
		s.exit = s.program.Wait()
		close(s.ended)
	}()
	return nil
}

// stop interrupts the program, which cancels the job, and waits for both.
func (s *scenario) stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := s.program.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-s.ended:
	case <-ctx.Done():
		if err := s.program.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return err
		}
		<-s.ended
	}
	if s.flink == nil {
		return nil
	}
	state, err := s.flink.State(ctx)
	if err == nil && !state.Terminal() {
		err = errors.Join(fmt.Errorf("the job goes on (%s) after the program was interrupted", state), s.flink.Cancel(ctx))
	}
	return err
}

func (s *scenario) feed(lines [][]byte) error {
	offsets, err := s.events.add(lines...)
	for _, at := range offsets {
		s.fed = append(s.fed, eventsFile+"@"+strconv.FormatInt(at, 10))
	}
	return err
}

// await polls the outputs until done says yes; seen are the places of the events that have outcomes. It ends with an error
// when the program does, or after a while, and then tells what the job suffers from.
func (s *scenario) await(ctx context.Context, what string, done func(seen map[string]bool, attempts []attempt) bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		attempts, err := readAttempts(s.job.outputs())
		if err != nil {
			return err
		}
		seen := map[string]bool{}
		for _, a := range attempts {
			seen[a.Source] = true
		}
		if done(seen, attempts) {
			return nil
		}
		if s.flink == nil {
			set := s.cluster.Settings
			if found, err := flink.Find(ctx, set.REST(), "smoke-"+s.name); err == nil {
				s.flink = found
			}
		}
		select {
		case <-s.ended:
			return fmt.Errorf("waiting for %s: the program has ended: %w", what, errors.Join(s.exit, errors.New("it should follow its files")))
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w; %d of %d events have outcomes\n%s", what, ctx.Err(), len(seen), len(s.fed), s.suffering())
		case <-tick.C:
		}
	}
}

// suffering is the newest failure of the job.
func (s *scenario) suffering() string {
	if s.flink == nil {
		return "Flink has no such job"
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	failures, err := s.flink.Exceptions(ctx)
	if err != nil || len(failures) == 0 {
		return fmt.Sprintf("no failure of the job is known (%v)", err)
	}
	return fmt.Sprintf("%d failures of the job, the newest: %s", len(failures), lastBytes([]byte(failures[0].Text)))
}

// awaitFed waits until every event fed so far has an outcome.
func (s *scenario) awaitFed(ctx context.Context) error {
	return s.await(ctx, "outcomes", func(seen map[string]bool, _ []attempt) bool {
		for _, place := range s.fed {
			if !seen[place] {
				return false
			}
		}
		return true
	})
}

// awaitAny waits until one of these events has an outcome.
func (s *scenario) awaitAny(ctx context.Context, places []string) error {
	return s.await(ctx, "an outcome", func(seen map[string]bool, _ []attempt) bool {
		return slices.ContainsFunc(places, func(p string) bool { return seen[p] })
	})
}

// awaitTable feeds the pilots one by one until the job is seen to hold the complete table everywhere, then the rest. An
// event that is scored before its table is complete would be scored by what the table said then, rightly.
func (s *scenario) awaitTable(ctx context.Context) error {
	seen := sightings{of: s.job.mechanism}
	for i, pilot := range s.plan.pilots {
		if seen.enough() {
			if err := s.feed(s.plan.pilots[i:]); err != nil {
				return err
			}
			return s.awaitFed(ctx)
		}
		if err := s.feed([][]byte{pilot}); err != nil {
			return err
		}
		place := s.fed[len(s.fed)-1]
		if err := s.await(ctx, "a pilot", func(_ map[string]bool, attempts []attempt) bool {
			i := slices.IndexFunc(attempts, func(a attempt) bool { return a.Source == place })
			if i >= 0 {
				seen.add(attempts[i], s.want.complete[place])
			}
			return i >= 0
		}); err != nil {
			return err
		}
	}
	return fmt.Errorf("after %d events only %d of %d keys hold the complete table, and the last %d events met it",
		len(s.plan.pilots), len(seen.seen), s.job.keys(), seen.inRow)
}

// awaitCheckpoint waits for two checkpoints more: the first may have begun before.
func (s *scenario) awaitCheckpoint(ctx context.Context) error {
	before, err := s.flink.Checkpoints(ctx)
	if err != nil {
		return err
	}
	return s.await(ctx, "a checkpoint", func(map[string]bool, []attempt) bool {
		now, err := s.flink.Checkpoints(ctx)
		return err == nil && now.Completed >= before.Completed+2
	})
}

// judge compares the outcomes with the reference.
func (s *scenario) judge(r *report) error {
	attempts, err := readAttempts(s.job.outputs())
	if err != nil {
		return err
	}
	outcomes, disagreements := settle(attempts)
	r.wrong = slices.Concat(disagreements, differences(s.want.outcomes, outcomes))
	r.attempts, r.events = len(attempts), len(outcomes)
	return nil
}
