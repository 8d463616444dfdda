package flink

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/metrics"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
)

// RunnerName is the name under which beam.Run finds this runner; its options come from the command line.
const RunnerName = "flink-streaming"

func init() { beam.RegisterRunner(RunnerName, execute) }

// Run submits the pipeline as the command line says (OptionsFromFlags) and follows the job to its end, or returns once it
// runs (--async). The end of ctx, as by SIGINT, does to the job what --flink-on-interrupt says; that it was done is no
// error. Where the job can be watched is told on stderr.
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
	if *jobopts.Async && options.Environment == Loopback {
		return nil, errors.New("flink: --async leaves a job without workers when they are in this program (loopback)")
	}
	job, err := Submit(ctx, p, options)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(os.Stderr, "job %s: %s\n", job.Name, job.URL())
	if *jobopts.Async {
		job.Close()
		return result{job.ID}, nil
	}
	return result{job.ID}, job.Follow(ctx, interrupt)
}

// Interrupt says what the end of the context, as by SIGINT, does to a job that is followed.
type Interrupt string

// What an interrupt can do.
const (
	InterruptCancels Interrupt = "cancel"
	InterruptStops   Interrupt = "savepoint" // stop with a savepoint
	InterruptLeaves  Interrupt = "leave"     // the job goes on
)

// ParseInterrupt reads one of cancel, savepoint, leave.
func ParseInterrupt(name string) (Interrupt, error) {
	switch i := Interrupt(name); i {
	case InterruptCancels, InterruptStops, InterruptLeaves:
		return i, nil
	}
	return "", fmt.Errorf("flink: %q on interrupt is none of cancel, savepoint, leave", name)
}

// Follow waits for the job's end and closes the job. When ctx ends first, it does what interrupt says, within two minutes,
// and returns nil if that went well: the job has ended as it was asked to. Where a savepoint lies is told on stderr.
func (j *Job) Follow(ctx context.Context, interrupt Interrupt) error {
	defer j.Close()
	_, err := j.Wait(ctx)
	if ctx.Err() == nil {
		return err
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), interruptGrace)
	defer cancel()
	switch interrupt {
	case InterruptLeaves:
		fmt.Fprintf(os.Stderr, "job %s goes on: %s\n", j.Name, j.URL())
		return nil
	case InterruptStops:
		savepoint, err := j.StopWithSavepoint(ending, "")
		if err == nil {
			fmt.Fprintf(os.Stderr, "job %s stopped; go on with --flink-savepoint=%s\n", j.Name, savepoint)
		}
		return err
	}
	return j.Cancel(ending)
}

// A result has no metrics: on Flink they do not reach the submitter of an endless job. What can be known about a run is in
// its outputs.
type result struct{ id string }

func (r result) JobID() string            { return r.id }
func (r result) Metrics() metrics.Results { return *metrics.NewResults(nil, nil, nil, nil, nil) }
