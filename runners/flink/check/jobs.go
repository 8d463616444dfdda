package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/beam-pmml/beam-pmml/runners/flink"
)

// processes counts through kills of a worker and of a TaskManager, and from savepoint to savepoint with 2, 4 and 1 subtasks; from
// the second start on with one step more.
func (c *check) processes(ctx context.Context) error {
	dir, err := c.folder("processes")
	if err != nil {
		return err
	}
	savepoint := ""
	for _, parallelism := range []int{2, 4, 1} {
		o := c.options(fmt.Sprintf("processes-%d", parallelism), parallelism)
		o.Savepoint = savepoint
		job, err := c.submit(ctx, counting(version{dir: dir, more: savepoint != ""}), o)
		if err != nil {
			return err
		}
		defer job.Close()
		if err := awaitMore(ctx, dir, 50); err != nil {
			return err
		}
		if savepoint == "" {
			if err := c.kills(ctx, job, dir); err != nil {
				return err
			}
		}
		before, err := readKept(dir)
		if err != nil {
			return err
		}
		if savepoint, err = job.StopWithSavepoint(ctx, ""); err != nil {
			return err
		}
		c.say("%s: at %d, %d numbers repeated so far, stopped into %s", job.Name, least(before), repeated(before), savepoint)
	}
	return c.savepoints(ctx, savepoint)
}

// kills kills a worker, then a TaskManager, and looks at the ports before.
func (c *check) kills(ctx context.Context, job *flink.Job, dir string) error {
	pids, err := c.pids()
	if err != nil {
		return err
	}
	if open, err := openToOthers(pids); err != nil || len(open) > 0 {
		return errors.Join(err, fmt.Errorf("open to other machines: %s", strings.Join(open, ", ")))
	}
	c.say("%d processes, and none listens for another machine", len(pids))
	if err := c.awaitCheckpoints(ctx, job, 2); err != nil {
		return err
	}
	for name, kill := range map[string]func() error{
		"worker": func() error {
			n, err := c.stack.Flink.KillWorkers(ctx, 1)
			if err == nil && n == 0 {
				return errors.New("TaskManager 1 has no worker")
			}
			return err
		},
		"TaskManager": func() error {
			return errors.Join(c.stack.Flink.KillTaskManager(ctx, 2), c.stack.Flink.StartTaskManager(2))
		},
	} {
		killed := time.Now()
		if err := kill(); err != nil {
			return err
		}
		if err := awaitMore(ctx, dir, 100); err != nil {
			return err
		}
		c.say("kill -9 of a %s: 100 numbers more of each lane after %.1f s", name, time.Since(killed).Seconds())
	}
	failures, err := job.Exceptions(ctx)
	if err == nil && len(failures) == 0 {
		return errors.New("no failure of the job is known")
	}
	return err
}

func (c *check) awaitCheckpoints(ctx context.Context, job *flink.Job, n int64) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		done, err := job.Checkpoints(ctx)
		if err != nil || done.Completed >= n {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// savepoints wants to know what is said of those that do not fit.
func (c *check) savepoints(ctx context.Context, fits string) error {
	none := c.options("no-savepoint", 1)
	none.Savepoint = fits + "-none"
	other := c.options("other-savepoint", 1)
	other.Savepoint = fits
	keys := c.options("other-max-parallelism", 1)
	keys.Savepoint, keys.MaxParallelism = fits, 64
	elsewhere := c.options("other-environment", 1)
	elsewhere.Savepoint, elsewhere.Environment = fits, flink.Loopback
	_, errElsewhere := c.submit(ctx, counting(version{dir: c.dir}), elsewhere)
	_, errNone := c.submit(ctx, counting(version{dir: c.dir}), none)
	_, errOther := c.submit(ctx, another(), other)
	_, errKeys := c.submit(ctx, counting(version{dir: c.dir}), keys)
	return errors.Join(
		c.wants(errNone, flink.ErrSavepoint, "there is none"),
		c.wants(errOther, flink.ErrSavepoint, "--flink-allow-unknown-state"),
		c.wants(errElsewhere, flink.ErrSavepoint, "--environment_type"),
		c.wants(errKeys, flink.ErrSavepoint, "--flink-max-parallelism"))
}

// wants says what was told, and wants it to be this error, with this in its text.
func (c *check) wants(err, is error, text string) error {
	if !errors.Is(err, is) || !strings.Contains(err.Error(), text) {
		return fmt.Errorf("wanted %q, %q; got: %w", is.Error(), text, err)
	}
	c.say("told: %s", strings.ReplaceAll(err.Error(), "\n", "\n          "))
	return nil
}

// pool runs a job whose workers are in one pool for both TaskManagers.
func (c *check) pool(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		return err
	}
	o := c.options("pool", 2)
	o.Environment, o.Worker.Pool = flink.External, l.Addr().String()
	if err := l.Close(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- flink.ServePool(ctx, o.Worker.Pool) }()
	if err := c.brief(ctx, o); err != nil {
		return err
	}
	cancel()
	return <-ended
}

func (c *check) loopback(ctx context.Context) error {
	o := c.options("loopback", 2)
	o.Environment = flink.Loopback
	return c.brief(ctx, o)
}

// brief counts for a while and cancels the job.
func (c *check) brief(ctx context.Context, o flink.Options) error {
	dir, err := c.folder(o.JobName)
	if err != nil {
		return err
	}
	job, err := c.submit(ctx, counting(version{dir: dir}), o)
	if err != nil {
		return err
	}
	defer job.Close()
	return errors.Join(awaitMore(ctx, dir, 50), job.Cancel(ctx))
}

// failures wants to know what is said of jobs whose workers cannot be started, or that have no place.
func (c *check) failures(ctx context.Context) error {
	missing := c.options("missing", 1)
	missing.Worker.Executable = "/nonexistent/worker"
	_, errMissing := c.submit(ctx, counting(version{dir: c.dir}), missing)
	crashes := c.options("crashes", 1)
	crashes.Worker.Env = map[string]string{crash: "1"}
	_, errCrashes := c.submit(ctx, counting(version{dir: c.dir}), crashes)
	nobody := c.options("nobody", 1)
	nobody.Environment, nobody.Worker.Pool = flink.External, "localhost:1"
	_, errNobody := c.submit(ctx, counting(version{dir: c.dir}), nobody)
	wide, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	_, errWide := c.submit(wide, counting(version{dir: c.dir}), c.options("wide", 9))
	down := c.options("down", 1)
	down.JobServer = "localhost:1"
	_, errDown := c.submit(ctx, counting(version{dir: c.dir}), down)
	return errors.Join(
		c.wants(errMissing, flink.ErrEnvironment, "Cannot run program"),
		c.wants(errCrashes, flink.ErrEnvironment, "this worker was told to crash"),
		c.wants(errNobody, flink.ErrEnvironment, "no worker pool"),
		c.wants(errWide, flink.ErrNotStarted, "slots"),
		c.wants(errDown, flink.ErrJobServer, "localhost:1"))
}
