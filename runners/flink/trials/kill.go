package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

const (
	storyModels    = 24
	killParallel   = 2
	killCheckpoint = 2 * time.Second
)

// playKill kills TaskManagers in full flow, and then workers alone, with each mechanism.
func playKill(ctx context.Context, st *stage) error {
	for _, join := range st.mechanisms() {
		place, err := newTopics(ctx, st.broker(), "kill-"+join)
		if err != nil {
			return err
		}
		binary, err := st.build(ctx, "")
		if err != nil {
			return err
		}
		models, err := st.modelsFolder("kill-" + join)
		if err != nil {
			return err
		}
		k := killing{stage: st, job: job{name: "kill-" + join, binary: binary, models: models, place: place, join: join,
			parallelism: killParallel, checkpoint: killCheckpoint, flags: st.extra()}}
		if err := k.play(ctx, st.kills, true); err != nil {
			return fmt.Errorf("%s: %w", join, err)
		}
	}
	return nil
}

// A killing is a job in full flow of which parts are killed.
type killing struct {
	*stage
	job      job
	flow     *flow
	session  *session
	restores []restore
}

// play kills a TaskManager that many times and, if asked to, the workers of one. Before each kill, messages have come that
// the events after it need: they were sent after the launch, so no base has them, and are deleted from their topic, so nobody
// reads them again.
func (k *killing) play(ctx context.Context, kills int, workers bool) (err error) {
	if k.flow, err = beginFlow(ctx, k.job.place, k.job.models, k.rate); err != nil {
		return err
	}
	defer k.flow.stop()
	if k.session, err = k.start(ctx, k.job); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, k.session.stop(context.WithoutCancel(ctx))) }()
	if err := k.flow.settled(ctx, k.session, k.rate); err != nil {
		return err
	}
	k.say("%s: in full flow, %d events a second", k.job.name, k.rate)
	for i := range kills {
		if err := k.once(ctx, fmt.Sprintf("kill %d", i+1), k.killTaskManager); err != nil {
			return err
		}
	}
	if workers {
		if err := k.once(ctx, "worker killed", k.killWorkers); err != nil {
			return err
		}
	}
	return k.end(ctx)
}

// once lets a phase begin, kills, and waits until the job has caught up.
func (k *killing) once(ctx context.Context, what string, kill func(context.Context) error) error {
	p, err := k.flow.announce(ctx)
	if err != nil {
		return err
	}
	from, err := k.flow.enter(ctx, k.session, p)
	if err != nil {
		return err
	}
	if t, ok := k.job.place.(*topics); ok {
		if err := t.forgetControl(ctx); err != nil {
			return err
		}
	}
	if err := k.session.await(ctx, "an outcome of the new phase", func() (bool, error) {
		_, found := k.flow.ledger.firstOf(from, k.flow.fed())
		return found, nil
	}); err != nil {
		return err
	}
	workers := k.flow.news.workers()
	killed, fed := time.Now(), k.flow.fed()
	if err := kill(ctx); err != nil {
		return err
	}
	back, err := k.awaitRestore(ctx, killed)
	if err != nil {
		return err
	}
	if err := k.flow.caughtUp(ctx, k.session); err != nil {
		return err
	}
	caughtUp := time.Since(killed)
	if err := k.flow.settled(ctx, k.session, fed); err != nil {
		return err
	}
	now := k.flow.news.workers()
	maps.DeleteFunc(now, func(worker string, _ int) bool { return workers[worker] > 0 })
	if len(now) == 0 {
		return fmt.Errorf("%s: no new worker has loaded a model", what)
	}
	k.say("%s: %s: restored after %.1f s, caught up after %.1f s; new workers loaded %v models",
		k.job.name, what, back.Sub(killed).Seconds(), caughtUp.Seconds(), slices.Sorted(maps.Values(now)))
	return nil
}

// awaitRestore waits until Flink has restored the job, keeps the restore, and returns when it was.
func (k *killing) awaitRestore(ctx context.Context, killed time.Time) (time.Time, error) {
	var last restore
	err := k.session.await(ctx, "a restore", func() (bool, error) {
		newest, found, err := k.session.restored(ctx)
		if err == nil && found && !newest.restored.Before(killed) {
			last = newest
		}
		return last.restored.After(killed), nil // after an error, too: the JobManager may be busy
	})
	k.restores = append(k.restores, last)
	return last.restored, err
}

// killTaskManager kills one that has workers and starts it again.
func (k *killing) killTaskManager(ctx context.Context) error {
	i, err := k.busy()
	if err != nil {
		return err
	}
	if err := k.stack.Flink.KillTaskManager(ctx, i); err != nil {
		return err
	}
	return k.stack.Flink.StartTaskManager(i)
}

func (k *killing) killWorkers(ctx context.Context) error {
	i, err := k.busy()
	if err != nil {
		return err
	}
	_, err = k.stack.Flink.KillWorkers(ctx, i)
	return err
}

// busy is a TaskManager that has workers: after a kill all subtasks may be on the other one.
func (k *killing) busy() (int, error) {
	for i := 1; i <= taskManagers; i++ {
		workers, err := k.stack.Flink.Workers(i)
		if err != nil {
			return 0, err
		}
		if len(workers) > 0 {
			return i, nil
		}
	}
	return 0, errors.New("no TaskManager has workers")
}

// end stops the feed and judges.
func (k *killing) end(ctx context.Context) error {
	v, err := k.flow.end(ctx, k.session)
	if err != nil {
		return err
	}
	if odd := unexplained(v.repeats, k.restores, eventID); odd.count > 0 {
		return fmt.Errorf("%d repeated attempts are not explained by %v, for example:\n%s", odd.count, k.restores, firstLines(odd.examples, mostExamples))
	}
	if k.flow.news.loaded(idleModel) {
		return errors.New("a model was loaded that no event asked for")
	}
	k.say("%s: each of %d events has the outcome that it must have; %d attempts were repeated, all equal", k.job.name, v.events, len(v.repeats))
	return nil
}
