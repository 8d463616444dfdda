// Command flinkcluster starts and ends a small Flink cluster with Beam's job server on this machine, all on loopback.
// See package cluster.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"github.com/beam-pmml/beam-pmml/runners/flink/cluster"
)

const usage = `usage: flinkcluster [flags] VERB

  jars         fetch jars and write the corrected classes (once; the other verbs do it when needed)
  up [N]       start a JobManager, N TaskManagers (2) and the job server; returns when a job can be submitted
  down         end all of them
  status       what runs
  tm-kill I    end TaskManager I by SIGKILL
  tm-start I   start TaskManager I

flags:
`

func main() { os.Exit(run(os.Args[1:])) }

// run returns the exit code: 0 done, 1 failed, 2 bad usage.
func run(args []string) int {
	ports := cluster.DefaultPorts()
	s := cluster.Settings{}
	fs := flag.NewFlagSet("flinkcluster", flag.ContinueOnError)
	fs.StringVar(&s.Dir, "dir", "", "folder of the running cluster (default run/flink)")
	fs.StringVar(&s.Cache, "cache", "", "folder of jars (default beam-pmml/flink in the user's cache folder)")
	fs.IntVar(&s.Slots, "slots", 4, "slots of a TaskManager")
	fs.IntVar(&s.TaskManagerHeapMB, "tm-heap", 640, "heap of a TaskManager, MB")
	fs.DurationVar(&s.BufferTimeout, "buffer-timeout", 0, "Flink's buffer timeout (default 5ms)")
	fs.IntVar(&ports.REST, "rest-port", ports.REST, "Flink's REST and UI")
	fs.IntVar(&ports.RPC, "rpc-port", ports.RPC, "JobManager")
	fs.IntVar(&ports.Job, "job-port", ports.Job, "job service")
	fs.IntVar(&ports.Artifact, "artifact-port", ports.Artifact, "artifact service")
	fs.IntVar(&ports.Expansion, "expansion-port", ports.Expansion, "expansion service")
	corrections := fs.String("corrections", strings.Join(cluster.AllCorrections(), ","), "corrections of the runner, or none")
	fs.Usage = func() { fmt.Fprint(fs.Output(), usage); fs.PrintDefaults() }
	switch err := fs.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	s.Ports = ports
	s.Corrections = []string{}
	if *corrections != "none" {
		s.Corrections = strings.Split(*corrections, ",")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := do(ctx, s, fs.Args()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		if errors.Is(err, errUsage) {
			fs.Usage()
			return 2
		}
		return 1
	}
	return 0
}

var errUsage = errors.New("flinkcluster: a verb is missing or unknown")

func do(ctx context.Context, s cluster.Settings, args []string) error {
	if len(args) == 0 {
		return errUsage
	}
	verb, number := args[0], 0
	if len(args) > 1 {
		var err error
		if number, err = strconv.Atoi(args[1]); err != nil || number < 1 || len(args) > 2 {
			return fmt.Errorf("%w: %s", errUsage, strings.Join(args, " "))
		}
	}
	switch verb {
	case "jars":
		return cluster.Jars(ctx, s)
	case "down":
		return cluster.Down(ctx, s)
	case "status":
		return status(s)
	}
	c, err := cluster.Open(ctx, s)
	if err != nil {
		return err
	}
	switch {
	case verb == "up":
		if number == 0 {
			number = 2
		}
		if err := c.Up(ctx, number); err != nil {
			return err
		}
		fmt.Printf("job server %s, Flink's UI %s\n", c.Settings.JobServer(), c.Settings.REST())
		return nil
	case verb == "tm-kill" && number > 0:
		return c.KillTaskManager(ctx, number)
	case verb == "tm-start" && number > 0:
		return c.StartTaskManager(number)
	}
	return fmt.Errorf("%w: %s", errUsage, strings.Join(args, " "))
}

func status(s cluster.Settings) error {
	list, err := cluster.Processes(s)
	for _, p := range list {
		state := "runs"
		if !p.Alive {
			state = "has ended"
		}
		fmt.Printf("%-14s pid %-8d %s, log %s\n", p.Name, p.PID, state, p.Log)
	}
	if len(list) == 0 {
		fmt.Println("nothing runs")
	}
	return err
}
