package flink

import (
	"errors"
	"flag"
	"fmt"
	"strings"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
)

// Flags of Beam that mean the same here: --endpoint (job server), --job_name, --parallelism, --environment_type,
// --environment_config (external: host:port of the pool; process: path of the executable). --async is --detach. The others
// have names of their own.
var flags = struct {
	options   Options
	extra     pairs
	workerEnv pairs
	interrupt string
	detach    bool

	startTimeout time.Duration
}{options: DefaultOptions()}

func init() { registerFlags(flag.CommandLine) }

func registerFlags(fs *flag.FlagSet) {
	o := &flags.options
	fs.StringVar(&o.REST, "flink-rest", o.REST, "address of Flink's REST interface")
	fs.IntVar(&o.MaxParallelism, "flink-max-parallelism", o.MaxParallelism, "most subtasks that the state can ever be spread over; fixed for its life")
	fs.DurationVar(&o.CheckpointInterval, "flink-checkpoint-interval", o.CheckpointInterval, "time between checkpoints; 0: none")
	fs.DurationVar(&o.CheckpointTimeout, "flink-checkpoint-timeout", o.CheckpointTimeout, "a checkpoint that takes longer has failed; 0: Flink's default")
	fs.DurationVar(&o.CheckpointPause, "flink-checkpoint-pause", o.CheckpointPause, "least time between the end of a checkpoint and the next")
	fs.BoolVar(&o.Unaligned, "flink-unaligned-checkpoints", o.Unaligned, "checkpoints overtake waiting records")
	fs.BoolVar(&o.RetainCheckpoints, "flink-retain-checkpoints", o.RetainCheckpoints, "keep the last checkpoint of a cancelled job")
	fs.StringVar(&o.StateBackend, "flink-state-backend", o.StateBackend, "hashmap or rocksdb; default: the cluster's")
	fs.StringVar(&o.StateBackendPath, "flink-state-path", o.StateBackendPath, "uri of the folder of checkpoints, with a state backend")
	fs.StringVar(&o.Savepoint, "flink-savepoint", o.Savepoint, "uri of the savepoint or retained checkpoint to start from")
	fs.BoolVar(&o.AllowUnknown, "flink-allow-unknown-state", o.AllowUnknown, "start although some state of the savepoint has no place in the pipeline; it is lost")
	fs.IntVar(&o.BundleSize, "flink-bundle-size", o.BundleSize, "most elements of a bundle")
	fs.DurationVar(&o.BundleTime, "flink-bundle-time", o.BundleTime, "longest time of a bundle")
	fs.BoolVar(&o.OperatorChaining, "flink-operator-chaining", o.OperatorChaining, "chain operators; savepoints then fit one parallelism only")
	fs.BoolVar(&o.UploadJars, "flink-upload-jars", o.UploadJars, "upload the job server's class path with the job even if the cluster says that it has it")
	fs.StringVar(&o.Worker.Logs, "flink-worker-logs", o.Worker.Logs, "absolute folder for what worker processes print; default: one of the job's own where the cluster says")
	fs.Var(&flags.workerEnv, "flink-worker-env", "NAME=VALUE in the environment of worker processes; may be repeated")
	fs.Var(&flags.extra, "flink-option", "name=value, a further pipeline option of the runner, such as object_reuse=true; may be repeated")
	fs.StringVar(&flags.interrupt, "flink-on-interrupt", string(InterruptAsks), "what an interrupt does to the job: ask (on a terminal; elsewhere cancel), cancel, savepoint (stop with one) or leave")
	fs.BoolVar(&flags.detach, "detach", false, "return once the job works; it goes on by itself")
	fs.DurationVar(&flags.startTimeout, "flink-start-timeout", 2*time.Minute, "until a job whose tasks do not all run, or whose sources read nothing, is told of")
}

// MaxParallelism is what --flink-max-parallelism says; its default before flags are parsed.
func MaxParallelism() int { return flags.options.MaxParallelism }

// OptionsFromFlags returns what the command line asks for; flag.Parse must have been called.
func OptionsFromFlags() (Options, error) {
	o := flags.options
	if *jobopts.Endpoint != "" {
		o.JobServer = *jobopts.Endpoint
	}
	if *jobopts.JobName != "" {
		o.JobName = *jobopts.JobName
	}
	if *jobopts.Parallelism > 0 {
		o.Parallelism = *jobopts.Parallelism
	}
	if *jobopts.EnvironmentType != "" {
		var err error
		if o.Environment, err = ParseEnvironment(*jobopts.EnvironmentType); err != nil {
			return o, err
		}
	}
	switch o.Environment {
	case External:
		o.Worker.Pool = *jobopts.EnvironmentConfig
	case Process:
		o.Worker.Executable = *jobopts.EnvironmentConfig
		if strings.HasPrefix(o.Worker.Executable, "{") {
			return o, errors.New("flink: --environment_config is the path of the executable; its environment is --flink-worker-env=NAME=VALUE")
		}
	}
	o.Worker.Env, o.Extra = flags.workerEnv, flags.extra
	return o, o.validate()
}

// pairs is a flag of the form name=value that may be repeated.
type pairs map[string]string

func (p *pairs) String() string { return "" }

func (p *pairs) Set(s string) error {
	name, value, ok := strings.Cut(s, "=")
	if !ok || name == "" {
		return fmt.Errorf("%q is not of the form name=value", s)
	}
	if *p == nil {
		*p = pairs{}
	}
	(*p)[name] = value
	return nil
}
