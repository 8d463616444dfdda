package main

import (
	"context"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
)

// The command lines of the program under test, all in this file.

// A job is one run of the main program. Its paths are relative, so that a run shows that they mean the same to workers,
// which start elsewhere, and stand in the ids of records as they were given.
type job struct {
	binary string
	folder string // in which the program starts: absolute, holds input and out
	models string // folder of the documents
	mechanism
	waits []string // flags that let events wait
	out   string   // below folder
}

// A mechanism is how the events of a job meet the table.
type mechanism struct {
	join              string
	shards, subShards int // few, so that each is soon seen to hold the newest table
}

func (m mechanism) flags() []string {
	return []string{"--join=" + m.join, "--shards=" + strconv.Itoa(m.shards), "--sub-shards=" + strconv.Itoa(max(m.subShards, 1))}
}

const (
	eventsFile  = "input/events.jsonl"
	controlFile = "input/control.jsonl"
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

// onPrism is a run that tells what is right: everything there from the start, in one process.
func (j job) onPrism(ctx context.Context, flags ...string) *exec.Cmd {
	return j.in(exec.CommandContext(ctx, j.binary, slices.Concat(j.common(), []string{"--runner=prism"}, flags)...))
}

// onFlink follows the files; its workers are processes that Flink starts.
func (j job) onFlink(jobServer, rest, name, workerLogs string) *exec.Cmd {
	return j.in(exec.Command(j.binary, slices.Concat(j.common(), j.flags(), j.waits, []string{"--runner=flink", "--streaming",
		"--endpoint=" + jobServer, "--flink-rest=" + rest, "--job_name=" + name, "--environment_type=process", "--flink-worker-logs=" + workerLogs,
		"--parallelism=" + strconv.Itoa(parallelism), "--flink-checkpoint-interval=1s"})...))
}

func (j job) in(cmd *exec.Cmd) *exec.Cmd {
	cmd.Dir = j.folder
	return cmd
}
