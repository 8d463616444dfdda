package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"time"

	"github.com/beam-pmml/beam-pmml/runners/flink"
)

// A job is one run of the main program on the cluster.
type job struct {
	name        string // as Flink lists it
	binary      string
	models      string // folder of the documents
	place       place
	join        string
	parallelism int
	checkpoint  time.Duration
	savepoint   string
	flags       []string
}

// The mechanisms by which events meet the table.
const (
	inState   = "state"
	sideInput = "side-input"
	keyed     = "keyed"
)

var mechanisms = []string{inState, sideInput, keyed}

// A session is the program that has submitted a job and follows it.
type session struct {
	job
	stage   *stage
	program *exec.Cmd
	printed tailBuffer
	ended   chan struct{} // closed when exit says how
	exit    error
	flink   *flink.Job
}

// start runs the program and returns once the job is in Flink's list.
func (st *stage) start(ctx context.Context, j job) (*session, error) {
	set := st.stack.Flink.Settings
	s := &session{job: j, stage: st, ended: make(chan struct{})}
	args := append([]string{"run", j.place.outputs()}, j.place.inputs()...)
	args = append(args, "--models="+j.models, "--join="+j.join, "--runner=flink", "--streaming", "--horizon=0", "--quiet",
		"--endpoint="+set.JobServer(), "--flink-rest="+set.REST(), "--job_name="+j.name, "--environment_type=process",
		"--flink-worker-logs="+st.path("workers"), "--parallelism="+strconv.Itoa(j.parallelism), "--flink-checkpoint-interval="+j.checkpoint.String(),
		"--flink-start-timeout=0") // here outcomes show that it works
	if j.savepoint != "" {
		args = append(args, "--flink-savepoint="+j.savepoint)
	}
	s.program = exec.Command(j.binary, append(args, j.flags...)...)
	s.program.Dir = st.dir
	s.program.Stdout, s.program.Stderr = &s.printed, &s.printed
	if err := s.program.Start(); err != nil {
		return nil, err
	}
	go func() {
		s.exit = s.program.Wait()
		close(s.ended)
	}()
	err := s.await(ctx, "the job", func() (bool, error) {
		found, err := flink.Find(ctx, set.REST(), j.name)
		if errors.Is(err, flink.ErrNoJob) {
			return false, nil
		}
		s.flink = found
		return err == nil, err
	})
	if err != nil {
		return nil, errors.Join(err, s.stop(context.WithoutCancel(ctx)))
	}
	return s, nil
}

var errEnded = errors.New("it should follow its place")

// patience bounds each wait of a trial.
const patience = 6 * time.Minute

// await asks until done says yes. It ends with an error when the program does, or after a while, and then tells what the
// job suffers from.
func (s *session) await(ctx context.Context, what string, done func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		switch ready, err := done(); {
		case err != nil:
			return fmt.Errorf("waiting for %s: %w", what, err)
		case ready:
			return nil
		}
		select {
		case <-s.ended:
			return fmt.Errorf("waiting for %s: the program has ended (%w); it printed:\n%s", what, errors.Join(s.exit, errEnded), s.printed.String())
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w\n%s", what, ctx.Err(), s.suffering())
		case <-tick.C:
		}
	}
}

// suffering is the newest failure of the job.
func (s *session) suffering() string {
	if s.flink == nil {
		return "Flink has no such job; the program printed:\n" + s.printed.String()
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	failures, err := s.flink.Exceptions(ctx)
	if err != nil || len(failures) == 0 {
		return fmt.Sprintf("no failure of the job is known (%v); the program printed:\n%s", err, s.printed.String())
	}
	return fmt.Sprintf("%d failures of the job, the newest: %s", len(failures), lastBytes([]byte(failures[0].Text)))
}

// awaitCheckpoints waits until so many more have completed.
func (s *session) awaitCheckpoints(ctx context.Context, more int64) error {
	before, err := s.flink.Checkpoints(ctx)
	if err != nil {
		return err
	}
	return s.await(ctx, "a checkpoint", func() (bool, error) {
		now, err := s.flink.Checkpoints(ctx)
		return err == nil && now.Completed >= before.Completed+more, nil // the JobManager may be busy
	})
}

// stop interrupts the program, which cancels the job, and waits for both.
func (s *session) stop(ctx context.Context) error {
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

// stopWithSavepoint stops the job as an operator would and returns the savepoint.
func (s *session) stopWithSavepoint(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	savepoint, err := s.flink.StopWithSavepoint(ctx, "")
	if err != nil {
		return "", err
	}
	select {
	case <-s.ended:
		return savepoint, nil // the program need not think well of it that the job was stopped
	case <-ctx.Done():
		return "", fmt.Errorf("the program goes on although its job was stopped: %w", ctx.Err())
	}
}

// A tailBuffer keeps the end of what is written to it.
type tailBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *tailBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.text.Len() > 1<<20 {
		kept := bytes.Clone(lastBytes(b.text.Bytes()))
		b.text.Reset()
		b.text.Write(kept)
	}
	return b.text.Write(p)
}

func (b *tailBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return string(lastBytes(b.text.Bytes()))
}
