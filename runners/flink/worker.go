package flink

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime/debug"

	"github.com/apache/beam/sdks/v2/go/container/tools"
	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/runtime"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/runtime/harness"
	fnpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/fnexecution_v1"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/util/grpcx"
)

// The submitter marks the processes that Flink starts for it by their environment, so that a worker is known before any
// flag is parsed, whatever flags the program has.
const (
	envWorker = "BEAM_PMML_FLINK_WORKER"
	envLogs   = "BEAM_PMML_FLINK_WORKER_LOGS"
)

// IsWorker says whether Flink has started this process as a worker, which a program asks before anything else: a worker
// has flags of its own.
func IsWorker(args []string) bool { return os.Getenv(envWorker) != "" && len(args) > 0 }

// printing says how it went to send what this process prints elsewhere. A worker does so before the program's own packages
// are initialised, since whatever goes wrong there would be lost.
var printing error

func init() {
	if IsWorker(os.Args[1:]) {
		printing = printTo(os.Getenv(envLogs))
	}
}

// WorkerMain serves the job until the TaskManager closes the connection, and returns the exit code of the process. The
// arguments are those of the program without its name. It takes the place of the SDK's boot program: the runner gives a
// process no more than an id and an address at which to ask for the rest.
func WorkerMain(args []string) int {
	err := printing
	if err == nil {
		err = serveAsProcess(context.Background(), args)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "flink worker:", err)
		return 1
	}
	return 0
}

func serveAsProcess(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("worker", flag.ContinueOnError)
	id := flags.String("id", "", "of this worker")
	provision := flags.String("provision_endpoint", "", "where to ask for the rest")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *id == "" || *provision == "" {
		return fmt.Errorf("started without --id or --provision_endpoint: %q; the variable %s is for processes that Flink starts", args, envWorker)
	}
	ctx = grpcx.WriteWorkerID(ctx, *id)
	info, err := tools.ProvisionInfo(ctx, *provision)
	if err != nil {
		return fmt.Errorf("ask %s what to do: %w", *provision, err)
	}
	// Only the program's own part: the runner's have types of their own.
	var options struct {
		Go runtime.RawOptions `json:"beam:option:go_options:v1"`
	}
	if err := tools.ProtoToOptions(info.GetPipelineOptions(), &options); err != nil {
		return fmt.Errorf("pipeline options: %w", err)
	}
	runtime.GlobalOptions.Import(options.Go)
	// Ends the registration of types and functions, as in every program that runs a pipeline.
	beam.Init()
	fmt.Fprintf(os.Stderr, "flink worker %s: serves %s\n", *id, info.GetControlEndpoint().GetUrl())
	return harness.MainWithOptions(ctx, info.GetLoggingEndpoint().GetUrl(), info.GetControlEndpoint().GetUrl(), harnessOptions(info))
}

func harnessOptions(info *fnpb.ProvisionInfo) harness.Options {
	return harness.Options{
		RunnerCapabilities: info.GetRunnerCapabilities(),
		StatusEndpoint:     info.GetStatusEndpoint().GetUrl(),
	}
}

// printTo sends what this process prints to a file in dir, a crash's traces too. An empty dir leaves all as it is.
func printTo(dir string) error {
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(dir, fmt.Sprintf("worker-%d.log", os.Getpid())), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	os.Stdout, os.Stderr = f, f
	log.SetOutput(f)
	return debug.SetCrashOutput(f, debug.CrashOptions{})
}
