package flink

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Options say where and how a pipeline runs. Start from DefaultOptions.
type Options struct {
	JobServer string // address of Beam's job service, host:port
	REST      string // base address of Flink's REST interface, http://host:port
	JobName   string // empty: a name with the time in it

	Environment Environment
	Worker      Worker

	Parallelism    int // subtasks of each operator; 0: the cluster's default
	MaxParallelism int // key groups of the state, fixed for its life: the most subtasks it can ever be spread over

	CheckpointInterval time.Duration // 0: no checkpoints, a failure starts the job from nothing
	CheckpointTimeout  time.Duration // a checkpoint that takes longer has failed; 0: Flink's (10 min)
	CheckpointPause    time.Duration // least time from the end of a checkpoint to the next; 0: none
	Unaligned          bool          // checkpoints overtake records that wait between operators
	RetainCheckpoints  bool          // the last checkpoint outlives a cancelled job

	StateBackend     string // hashmap or rocksdb; empty: the cluster's
	StateBackendPath string // where checkpoints lie, an uri; needed with StateBackend

	Savepoint        string // uri of a savepoint or a retained checkpoint to start from
	AllowUnknown     bool   // start although the savepoint has state of operators that the pipeline has not: that state is lost
	BundleSize       int    // most elements of a bundle
	BundleTime       time.Duration
	OperatorChaining bool // see pipelineOptions
	UploadJars       bool // also where the cluster says that it has them (package cluster, no-upload)

	Extra map[string]string // further pipeline options of the Java runner by lower_underscore name, as they are

	sideInputs bool // the cluster's runner can write them to a checkpoint
	hasEnd     bool // of the pipeline: all its collections are bounded
}

// noUploadClass spares the upload of the job server's class path.
const noUploadClass = "io.github.beampmml.flink.NoUpload"

// resourcesClass is the option that names it.
const resourcesClass = "pipeline_resources_detector_factory_class"

// DefaultOptions suit a streaming job on a cluster of package cluster on this machine.
//
// A bundle's outputs leave the worker when the bundle ends, so BundleTime bounds the latency that bundles add; each one
// costs a few milliseconds of CPU, and each operator of the job looks twice in that time whether it is over, which with the
// default is a third of what an idle job costs. The default is for low latency: a longer one saves CPU. The other
// half of it, how long Flink keeps a record back to fill a network buffer, no option of a job can set: it is
// execution.buffer-timeout.interval in the folder that the job server was started with (--flink-conf-dir), 100 ms unless
// it is set, 5 ms in package cluster.
func DefaultOptions() Options {
	return Options{
		JobServer:          "localhost:8099",
		REST:               "http://localhost:8081",
		Environment:        Process,
		MaxParallelism:     128,
		CheckpointInterval: 10 * time.Second,
		CheckpointTimeout:  2 * time.Minute,
		CheckpointPause:    500 * time.Millisecond,
		BundleSize:         1000,
		BundleTime:         10 * time.Millisecond,
	}
}

// maxKeyGroups is Flink's bound of the maximum parallelism.
const maxKeyGroups = 1 << 15

func (o Options) validate() error {
	var errs []error
	bad := func(is bool, format string, args ...any) {
		if is {
			errs = append(errs, fmt.Errorf("flink: "+format, args...))
		}
	}
	bad(o.JobServer == "", "no job server: give its address, host:port (--endpoint)")
	bad(!strings.HasPrefix(o.REST, "http://") && !strings.HasPrefix(o.REST, "https://"), "address of Flink's REST interface %q must start with http:// or https:// (--flink-rest)", o.REST)
	bad(o.Parallelism < 0 || o.Parallelism > maxKeyGroups, "parallelism %d is not in 0..%d", o.Parallelism, maxKeyGroups)
	bad(o.MaxParallelism < 1 || o.MaxParallelism > maxKeyGroups, "greatest parallelism %d is not in 1..%d", o.MaxParallelism, maxKeyGroups)
	bad(o.Parallelism > o.MaxParallelism, "parallelism %d is above the greatest parallelism %d, which is fixed for the life of the state", o.Parallelism, o.MaxParallelism)
	bad(o.CheckpointInterval < 0 || o.CheckpointInterval > 0 && o.CheckpointInterval < 10*time.Millisecond, "checkpoint interval %v is below 10ms", o.CheckpointInterval)
	bad(o.CheckpointTimeout < 0 || o.CheckpointPause < 0, "a negative time for checkpoints")
	bad(o.StateBackend != "" && o.StateBackend != "hashmap" && o.StateBackend != "rocksdb", "state backend %q is neither hashmap nor rocksdb", o.StateBackend)
	bad(o.StateBackend != "" && o.StateBackendPath == "", "state backend %s needs a place for checkpoints (--flink-state-path)", o.StateBackend)
	bad(o.AllowUnknown && o.Savepoint == "", "unknown state can only be allowed with a savepoint")
	bad(o.BundleSize < 1, "bundle size %d is below 1", o.BundleSize)
	bad(o.BundleTime < time.Millisecond, "bundle time %v is below 1ms", o.BundleTime)
	for name := range o.Extra {
		bad(strings.ContainsAny(name, ":-. ") || name == "", "pipeline option %q: names are of the form max_bundle_size", name)
	}
	errs = append(errs, o.Worker.validate(o.Environment))
	return errors.Join(errs...)
}

// pipelineOptions are the runner's own, by their names on the wire.
//
//   - streaming: without it the runner still translates for streaming, but takes the bundle limits of batch (5000, 10 s);
//   - operator_chaining=false: with chaining, the identity of a source's first operator, which Beam leaves to Flink,
//     depends on which operators are chained, hence on the parallelism, and a savepoint fits no other;
//   - shutdown_sources_after_idle_ms: a source that has nothing more stays for ever otherwise, for the sake of checkpoints, and a pipeline with
//     an end would not come to it;
//   - finish_bundle_before_checkpointing: otherwise what a bundle still emits lies in the checkpoint under the number of its
//     output. By the runner's source the numbers follow the order of hash sets of transforms, with their payloads and so the
//     base, and may be others in the next submission. Once a job that began from a savepoint was seen to fail for ever on such
//     elements (ClassCastException below flushBuffer); that was not seen again without the option, in ten restores;
//   - max_parallelism: unset, it becomes the parallelism of the first start, and the job can never be spread wider;
//   - max_bundle_time_mills is spelled so.
func (o Options) pipelineOptions() map[string]any {
	opts := map[string]any{
		"streaming":                          true,
		"operator_chaining":                  o.OperatorChaining,
		"finish_bundle_before_checkpointing": true,
		"max_parallelism":                    strconv.Itoa(o.MaxParallelism),
		"max_bundle_size":                    strconv.Itoa(o.BundleSize),
		"max_bundle_time_mills":              millis(o.BundleTime),
	}
	if o.Parallelism > 0 {
		opts["parallelism"] = strconv.Itoa(o.Parallelism)
	}
	if o.CheckpointInterval > 0 {
		opts["checkpointing_interval"] = millis(o.CheckpointInterval)
		opts["unaligned_checkpoint_enabled"] = o.Unaligned
		opts["externalized_checkpoints_enabled"] = o.RetainCheckpoints
		opts["retain_externalized_checkpoints_on_cancellation"] = o.RetainCheckpoints
		if o.CheckpointTimeout > 0 {
			opts["checkpoint_timeout_millis"] = millis(o.CheckpointTimeout)
		}
		if o.CheckpointPause > 0 {
			opts["min_pause_between_checkpoints"] = millis(o.CheckpointPause)
		}
	}
	if o.StateBackend != "" {
		opts["state_backend"] = o.StateBackend
		opts["state_backend_storage_path"] = o.StateBackendPath
	}
	if o.hasEnd {
		opts["shutdown_sources_after_idle_ms"] = "0"
	}
	if o.Savepoint != "" {
		opts["savepoint_path"] = o.Savepoint
		opts["allow_non_restored_state"] = o.AllowUnknown
	}
	if !o.UploadJars {
		opts[resourcesClass] = noUploadClass
	}
	for name, value := range o.Extra {
		opts[name] = value
	}
	return opts
}

// millis is a duration as the Java runner reads it, never less than one.
func millis(d time.Duration) string {
	return strconv.FormatInt(int64(math.Max(1, float64(d.Milliseconds()))), 10)
}

func (o Options) jobName(now time.Time) string {
	if o.JobName != "" {
		return o.JobName
	}
	program := "pipeline"
	if exe, err := os.Executable(); err == nil {
		program = filepath.Base(exe)
	}
	return program + now.UTC().Format("-20060102-150405.000")
}
