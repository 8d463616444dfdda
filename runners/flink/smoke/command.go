package main

import (
	"path/filepath"
	"strconv"
)

// The command lines of the program under test, all in this file.

// A job is one run of the main program.
type job struct {
	binary string
	dir    string // holds events.jsonl and control.jsonl
	models string // folder of the documents
	out    string
}

const (
	shards      = 4 // few, so that each is soon seen to hold the newest table
	parallelism = 2
)

func (j job) events() string  { return filepath.Join(j.dir, "events.jsonl") }
func (j job) control() string { return filepath.Join(j.dir, "control.jsonl") }

// common asks for the demo's settings. A document that cannot be had is given up soon: it is one of the demo's stories.
func (j job) common() []string {
	return []string{"run", "--events=" + j.events(), "--control=" + j.control(), "--models=" + j.models, "--out=" + j.out,
		"--horizon=0", "--load-wait=2s", "--quiet"}
}

// onPrism is the run that tells what is right: everything there from the start, in one process.
func (j job) onPrism() []string { return append(j.common(), "--runner=prism") }

// onFlink follows the files; its workers are processes that Flink starts.
func (j job) onFlink(jobServer, rest, name, workerLogs string) []string {
	return append(j.common(), "--runner=flink", "--streaming", "--join=state", "--shards="+strconv.Itoa(shards),
		"--endpoint="+jobServer, "--flink-rest="+rest, "--job_name="+name, "--environment_type=process", "--flink-worker-logs="+workerLogs,
		"--parallelism="+strconv.Itoa(parallelism), "--flink-checkpoint-interval=1s")
}
