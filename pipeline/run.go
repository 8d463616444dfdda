package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/beam-pmml/beam-pmml/runners/dataflow"
	"github.com/beam-pmml/beam-pmml/runners/flink"
	"github.com/beam-pmml/beam-pmml/runners/prism"
	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms"
	"github.com/beam-pmml/beam-pmml/transforms/kafka"
	"github.com/beam-pmml/beam-pmml/transforms/records"
	"github.com/spf13/cobra"
)

func newRunCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "run",
		Short:   "Score events with the models that a control stream names",
		Example: runExample,
		// cobra would set the flags' values but leave flag.Visit empty, by which Beam finds the options that it ships.
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := parseRunFlags(args); err != nil {
				return err
			}
			if dataflow.IsWorker() {
				beam.Init() // serves the job and ends the process
			}
			runFlags.adoptTemplate()
			return runPipeline(cmd.Context(), &runFlags)
		},
	}
}

// parseRunFlags reads the flags of run, Beam's among them, in the standard flag package.
func parseRunFlags(args []string) error {
	f := flag.CommandLine
	f.Init("run", flag.ContinueOnError)
	f.Usage = func() {}
	f.SetOutput(io.Discard) // a wrong flag is one line, not the list of all
	err := f.Parse(args)
	f.SetOutput(os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		printRunHelp(os.Stdout)
		return err
	}
	if err != nil {
		return usage(fmt.Errorf("%w; run --help lists the flags", err))
	}
	if f.NArg() > 0 {
		return usage(fmt.Errorf("run takes no argument %q", f.Arg(0)))
	}
	return nil
}

// runPipeline builds the pipeline, runs it to its end, and prints what it did.
func runPipeline(ctx context.Context, o *runOptions) error {
	if err := o.check(); err != nil {
		return usage(err)
	}
	base, err := o.readBase(ctx)
	if err != nil {
		return failed(err)
	}
	if err := o.checkTopics(ctx); err != nil {
		return failed(err)
	}
	if o.local() {
		prism.SetLogLevel("warn")
	}
	beam.Init()
	p, s := beam.NewPipelineWithRoot()
	if err := buildRun(s, o, base); err != nil {
		return usage(err)
	}
	if err := o.prepareOut(); err != nil {
		return failed(err)
	}
	transforms.ResetProcessStats()
	ctx, stop := o.interruptible(ctx)
	defer stop()
	progress := startProgress(o)
	started := time.Now()
	err = o.execute(ctx, p)
	progress.stop()
	if err != nil {
		if errors.Is(context.Cause(ctx), errInterrupted) {
			return &exitError{exitInterrupted, errInterrupted}
		}
		return failed(err)
	}
	if !o.quiet && o.local() {
		printSummary(os.Stdout, o, o.messages(base), transforms.ProcessStats(), time.Since(started))
	}
	if o.stopped.Load() && !o.streaming {
		return &exitError{exitInterrupted, errors.New("interrupted: not all events were read")}
	}
	return nil
}

// buildRun puts the main job together: sources, Score, sinks.
func buildRun(s beam.Scope, o *runOptions, base []sideinput.Message) error {
	if o.dataflow() {
		return buildPubSub(s, o, base)
	}
	var news []beam.PCollection
	control, err := o.readControl(s.Scope("control"), records.WithStatus(&news))
	if err != nil {
		return err
	}
	var events error
	source := func(s beam.Scope, opts ...records.Option) []beam.PCollection {
		var blocks []beam.PCollection
		blocks, events = o.readEvents(s.Scope("events"), append(opts, records.WithStatus(&news))...)
		return blocks
	}
	outcomes, err := transforms.ScoreFrom(s, source, control, o.scoreOptions(base)...)
	if events != nil {
		return events // says more than what Score makes of a source without events
	}
	if err != nil {
		return err
	}
	for i, out := range outcomes {
		s := s.Scope(fmt.Sprintf("write%d", i))
		if i == 0 && len(news) > 0 {
			out.Status = beam.Flatten(s, append(news, out.Status)...)
		}
		outputs := []output{{resultsFile, out.Results}, {deadLettersFile, out.DeadLetters}, {statusFile, out.Status}}
		if o.shadow != "" {
			outputs = append(outputs, output{shadowsFile, out.Shadows})
		}
		for _, w := range outputs {
			if err := o.write(s.Scope(w.name), w.name, w.lines); err != nil {
				return err
			}
		}
	}
	return nil
}

// output is what one file of the output folder takes, or its topic.
type output struct {
	name  string
	lines beam.PCollection
}

// The files of the output folder; on a cluster the names have the process in them. Topics are named after them.
const (
	resultsFile     = "results.jsonl"
	deadLettersFile = "dead-letters.jsonl"
	statusFile      = "status.jsonl"
	shadowsFile     = "shadows.jsonl" // with --shadow
)

// readBase reads the control stream up to its present end, so that the table is there before the first event. A line
// that cannot be used is left to the stream, which says so in a status.
func (o *runOptions) readBase(ctx context.Context) ([]sideinput.Message, error) {
	raws, err := o.presentControl(ctx)
	if err != nil {
		return nil, fmt.Errorf("control: %w", err)
	}
	base := make([]sideinput.Message, 0, len(raws))
	for _, r := range raws {
		if m, err := r.Message(); err == nil {
			base = append(base, m)
		}
	}
	return base, nil
}

// messages are those of the control file as it is now: a followed one may have got more since launch.
func (o *runOptions) messages(base []sideinput.Message) []sideinput.Message {
	if now, err := o.readBase(context.Background()); err == nil {
		return now
	}
	return base
}

var errInterrupted = errors.New("interrupted")

// interruptible stops the sources at the first SIGINT, so that the pipeline runs dry, and cancels at the second.
func (o *runOptions) interruptible(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt)
	go func() {
		for n := 0; ; n++ {
			select {
			case <-ctx.Done():
				return
			case <-signals:
			}
			if n > 0 || !o.local() {
				slog.SetDefault(slog.New(slog.DiscardHandler)) // the runner has much to say about a cancel
				cancel(errInterrupted)
				return
			}
			fmt.Fprintln(os.Stderr, "stopping: what was read is scored; interrupt again to give up at once")
			o.stopped.Store(true)
			records.Stop()
		}
	}()
	return ctx, func() { signal.Stop(signals); cancel(nil) }
}

// prepareOut makes the folder for the outputs; a run on this machine begins with empty files.
func (o *runOptions) prepareOut() error {
	if o.dataflow() || kafka.IsPlace(o.out) {
		return nil // topics are there already, or made by the brokers
	}
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	if !o.local() {
		return nil
	}
	for _, name := range o.outputs() {
		if err := os.WriteFile(filepath.Join(o.out, name), nil, 0o644); err != nil {
			return fmt.Errorf("--out: %w", err)
		}
	}
	return nil
}

// outputs are the files that a run writes.
func (o *runOptions) outputs() []string {
	files := []string{resultsFile, deadLettersFile, statusFile}
	if o.shadow != "" {
		files = append(files, shadowsFile)
	}
	return files
}

// execute runs the pipeline on the chosen runner.
func (o *runOptions) execute(ctx context.Context, p *beam.Pipeline) error {
	switch runner := o.runner; {
	case o.local():
		return prism.Run(ctx, p)
	case runner == "flink":
		return flink.Run(ctx, p)
	case o.dataflow():
		return dataflow.Run(ctx, p, o.streaming)
	default:
		return fmt.Errorf("runner %q is none of prism, flink, dataflow", runner)
	}
}
