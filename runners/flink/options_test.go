package flink

import (
	"strings"
	"testing"
	"time"
)

func TestDefaultsAreValid(t *testing.T) {
	if err := DefaultOptions().validate(); err != nil {
		t.Fatal(err)
	}
}

func TestOptionsThatCannotWorkAreRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Options)
		says   string
	}{
		{"no job server", func(o *Options) { o.JobServer = "" }, "--endpoint"},
		{"REST without scheme", func(o *Options) { o.REST = "localhost:8081" }, "http://"},
		{"more subtasks than key groups", func(o *Options) { o.Parallelism, o.MaxParallelism = 8, 4 }, "greatest parallelism 4"},
		{"too many key groups", func(o *Options) { o.MaxParallelism = 1<<15 + 1 }, "32768"},
		{"no key group", func(o *Options) { o.MaxParallelism = 0 }, "not in 1.."},
		{"negative interval", func(o *Options) { o.CheckpointInterval = -1 }, "checkpoint interval"},
		{"interval in the wrong unit", func(o *Options) { o.CheckpointInterval = 10 }, "10ns is below"},
		{"unknown backend", func(o *Options) { o.StateBackend, o.StateBackendPath = "disk", "file:///x" }, "neither hashmap nor rocksdb"},
		{"backend without a place", func(o *Options) { o.StateBackend = "rocksdb" }, "--flink-state-path"},
		{"unknown state without savepoint", func(o *Options) { o.AllowUnknown = true }, "savepoint"},
		{"no bundle", func(o *Options) { o.BundleSize = 0 }, "bundle size"},
		{"bundle time in the wrong unit", func(o *Options) { o.BundleTime = 20 }, "bundle time"},
		{"option by its Java name", func(o *Options) { o.Extra = map[string]string{"object-reuse": "true"} }, "object-reuse"},
		{"pool without address", func(o *Options) { o.Environment = External }, "--environment_config"},
		{"relative folder of logs", func(o *Options) { o.Worker.Logs = "logs" }, "absolute"},
		{"unknown environment", func(o *Options) { o.Environment = "docker" }, "process, loopback, external"},
	} {
		o := DefaultOptions()
		c.change(&o)
		if err := o.validate(); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v does not say %q", c.name, err, c.says)
		}
	}
}

// A runner option is read only at the top level and under this name; a typing error would go unnoticed on the cluster.
func TestPipelineOptionsOnTheWire(t *testing.T) {
	o := DefaultOptions()
	o.Parallelism = 4
	o.CheckpointInterval = 1500 * time.Millisecond
	o.StateBackend, o.StateBackendPath = "rocksdb", "file:///checkpoints"
	o.Savepoint = "file:///savepoints/1"
	o.Extra = map[string]string{"object_reuse": "true", "max_bundle_size": "7"}
	options, err := o.wireOptions("a job")
	if err != nil {
		t.Fatal(err)
	}
	wire := options.AsMap()
	for name, want := range map[string]any{
		"job_name":                                  "a job",
		"streaming":                                 true,
		"operator_chaining":                         false,
		"finish_bundle_before_checkpointing":        true,
		"parallelism":                               "4",
		"max_parallelism":                           "128",
		"checkpointing_interval":                    "1500",
		"checkpoint_timeout_millis":                 "120000",
		"min_pause_between_checkpoints":             "500",
		"unaligned_checkpoint_enabled":              false,
		"state_backend":                             "rocksdb",
		"state_backend_storage_path":                "file:///checkpoints",
		"savepoint_path":                            "file:///savepoints/1",
		"allow_non_restored_state":                  false,
		"max_bundle_time_mills":                     "10",
		"max_bundle_size":                           "7",
		"object_reuse":                              "true",
		"pipeline_resources_detector_factory_class": "io.github.beampmml.flink.NoUpload",
	} {
		if got := wire["beam:option:"+name+":v1"]; got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if _, ok := wire["beam:option:go_options:v1"].(map[string]any); !ok {
		t.Error("the program's own options are missing")
	}
}

func TestWithoutCheckpointsNothingAboutThemIsSent(t *testing.T) {
	o := DefaultOptions()
	o.CheckpointInterval = 0
	for name := range o.pipelineOptions() {
		if strings.Contains(name, "checkpoint") && name != "finish_bundle_before_checkpointing" {
			t.Errorf("%s is sent", name)
		}
	}
}

func TestUploadOfJarsCanBeAskedFor(t *testing.T) {
	o := DefaultOptions()
	o.UploadJars = true
	if class, sent := o.pipelineOptions()["pipeline_resources_detector_factory_class"]; sent {
		t.Errorf("%v is sent", class)
	}
}

func TestJobName(t *testing.T) {
	at := time.Date(2026, 11, 22, 1, 2, 3, 4e6, time.UTC)
	if got := (Options{JobName: "fraud"}).jobName(at); got != "fraud" {
		t.Errorf("got %s", got)
	}
	if got := (Options{}).jobName(at); !strings.HasSuffix(got, "-20261122-010203.004") {
		t.Errorf("got %s", got)
	}
}
