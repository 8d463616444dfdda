package main

import (
	"context"
	"os/exec"
	"path/filepath"
	"strconv"
)

// The command lines of the program under test, all in this file.

// A job is one run of the main program. Its paths are relative, so that a run shows that they mean the same to workers,
// which start elsewhere, and stand in the ids of records as they were given.
type job struct {
	binary string
	folder string // in which the program starts: absolute, holds input and out
	models string // folder of the documents
	join   string // mechanism of the join
	out    string // below folder
}

const (
	eventsFile  = "input/events.jsonl"
	controlFile = "input/control.jsonl"
	shards      = 4 // few, so that each is soon seen to hold the newest table
	parallelism = 2
)

func (j job) events() string  { return filepath.Join(j.folder, eventsFile) }
func (j job) control() string { return filepath.Join(j.folder, controlFile) }
func (j job) outputs() string { return filepath.Join(j.folder, j.out) }

// common asks for the demo's settings. A document that cannot be had is given up soon: it is one of the demo's stories.
func (j job) common() []string {
	return []string{"run", "--events=" + eventsFile, "--control=" + controlFile, "--models=" + j.models, "--out=" + j.out,
		"--horizon=0", "--load-wait=2s", "--quiet"}
}

// onPrism is the run that tells what is right: everything there from the start, in one process.
func (j job) onPrism(ctx context.Context) *exec.Cmd {
	return j.in(exec.CommandContext(ctx, j.binary, append(j.common(), "--runner=prism")...))
}

// onFlink follows the files; its workers are processes that Flink starts.
func (j job) onFlink(jobServer, rest, name, workerLogs string) *exec.Cmd {
	return j.in(exec.Command(j.binary, append(j.common(), "--runner=flink", "--streaming", "--join="+j.join, "--shards="+strconv.Itoa(shards),
		"--endpoint="+jobServer, "--flink-rest="+rest, "--job_name="+name, "--environment_type=process", "--flink-worker-logs="+workerLogs,
		"--parallelism="+strconv.Itoa(parallelism), "--flink-checkpoint-interval=1s")...))
}

func (j job) in(cmd *exec.Cmd) *exec.Cmd {
	cmd.Dir = j.folder
	return cmd
}
