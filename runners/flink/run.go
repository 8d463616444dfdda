package flink

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/metrics"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
)

// RunnerName is the name under which beam.Run finds this runner; its options come from the command line.
const RunnerName = "flink-streaming"

func init() { beam.RegisterRunner(RunnerName, execute) }

// Run submits the pipeline as the command line says (OptionsFromFlags), waits until it works (Job.AwaitStarted), and follows the
// job to its end, or returns (--detach). What befalls the job is told on stderr, and where it can be watched. The end of ctx,
// as by SIGINT, does to the job what --flink-on-interrupt says; that it was done is no error.
//
// A job that fails again and again before it has done anything is cancelled; one that has not begun to work after
// --flink-start-timeout goes on: that is said on stderr, and with --detach it is ErrNotStarted.
func Run(ctx context.Context, p *beam.Pipeline) error {
	_, err := execute(ctx, p)
	return err
}

func execute(ctx context.Context, p *beam.Pipeline) (beam.PipelineResult, error) {
	options, err := OptionsFromFlags()
	if err != nil {
		return nil, err
	}
	interrupt, err := ParseInterrupt(flags.interrupt)
	if err != nil {
		return nil, err
	}
	detach := flags.detach || *jobopts.Async
	if detach && options.Environment == Loopback {
		return nil, errors.New("flink: --detach leaves a job without workers when they are in this program (loopback)")
	}
	job, err := Submit(ctx, p, options)
	if err != nil {
		return nil, err
	}
	defer job.Close()
	fmt.Fprintf(os.Stderr, "job %s: %s\n", job.Name, job.URL())
	if detach {
		return result{job.ID}, job.begin(ctx, flags.startTimeout, tell)
	}
	return result{job.ID}, job.Follow(ctx, FollowOptions{OnInterrupt: interrupt, StartTimeout: flags.startTimeout, Report: tell})
}

func tell(text string) { fmt.Fprintln(os.Stderr, text) }

// begin waits until the job works. One that fails again and again is cancelled: Flink would start it for ever.
func (j *Job) begin(ctx context.Context, timeout time.Duration, report func(string)) error {
	waiting, stop := context.WithTimeout(ctx, timeout)
	defer stop()
	err := j.AwaitStarted(waiting)
	switch {
	case err == nil:
		report(fmt.Sprintf("job %s works: every task runs, every source reads", j.Name))
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case waiting.Err() != nil:
		return fmt.Errorf("%w, after %v; the job goes on: %s", err, timeout, j.URL())
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), interruptGrace)
	defer cancel()
	return errors.Join(err, j.Cancel(ending))
}

// FollowOptions say how a job is followed.
type FollowOptions struct {
	OnInterrupt  Interrupt         // what the end of the context does to the job
	StartTimeout time.Duration     // until a report that it does not work; 0: never looked at
	Report       func(text string) // of what befalls the job; nil: nobody is told
}

// Follow waits for the job's end. When ctx ends first, it does what o says, within two minutes, and returns nil if that went
// well: the job has ended as it was asked to. Where a savepoint lies is told on stderr.
func (j *Job) Follow(ctx context.Context, o FollowOptions) error {
	if o.Report == nil {
		o.Report = func(string) {}
	}
	watching, stop := context.WithCancel(ctx)
	var watcher sync.WaitGroup
	watcher.Go(func() { j.watch(watching, o.Report) })
	defer func() { stop(); watcher.Wait() }()
	if o.StartTimeout > 0 {
		if err := j.begin(ctx, o.StartTimeout, o.Report); err != nil && ctx.Err() == nil {
			if state, stateErr := j.State(ctx); stateErr != nil || state.Terminal() {
				return err
			}
			o.Report(err.Error())
		}
	}
	_, err := j.Wait(ctx)
	if ctx.Err() == nil {
		return err
	}
	return j.interrupted(ctx, o.OnInterrupt)
}

// A result has no metrics: on Flink they do not reach the submitter of an endless job. What can be known about a run is in
// its outputs.
type result struct{ id string }

func (r result) JobID() string            { return r.id }
func (r result) Metrics() metrics.Results { return *metrics.NewResults(nil, nil, nil, nil, nil) }
