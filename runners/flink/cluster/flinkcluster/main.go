// Command flinkcluster starts and ends a small Flink cluster with Beam's job server on this machine, all on loopback.
// See package cluster.
package main

import (
	"cmp"
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
  tm-kill I    end TaskManager I by SIGKILL
  tm-start I   start TaskManager I
  kafka-up     start a Kafka broker; returns when it answers. Topics and their records stay from one start to the next
  kafka-down   end it
  kafka-kill   end it by SIGKILL
  status       what runs, at which addresses, and the jobs of the cluster with their states

flags:
`

func main() { os.Exit(run(os.Args[1:])) }

// run returns the exit code: 0 done, 1 failed, 2 bad usage.
func run(args []string) int {
	ports := cluster.DefaultPorts()
	s, k := cluster.Settings{}, cluster.KafkaSettings{}
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
	fs.StringVar(&k.Dir, "kafka-dir", "", "folder of the broker (default run/kafka)")
	fs.IntVar(&k.Port, "kafka-port", 9092, "broker, for clients")
	fs.IntVar(&k.ControllerPort, "kafka-controller-port", 9093, "broker, for itself")
	fs.IntVar(&k.Partitions, "kafka-partitions", 4, "of a topic that is made by its first use")
	keep := fs.Bool("keep", false, "up, kafka-up: leave what runs already as it is")
	corrections := fs.String("corrections", strings.Join(cluster.AllCorrections(), ","), "corrections of the runner, or none")
	fs.Usage = func() { fmt.Fprint(fs.Output(), usage); fs.PrintDefaults() }
	switch err := fs.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	s.Ports, k.Cache = ports, s.Cache
	s.Corrections = []string{}
	if *corrections != "none" {
		s.Corrections = strings.Split(*corrections, ",")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := do(ctx, s, k, fs.Args())
	if *keep && errors.Is(err, cluster.ErrRunning) {
		fmt.Println(err)
		return 0
	}
	if err != nil {
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

// takesNumber says of each verb whether it takes a number: 1 it must, 0 it may, -1 it does not.
var takesNumber = map[string]int{"jars": -1, "up": 0, "down": -1, "tm-kill": 1, "tm-start": 1, "kafka-up": -1, "kafka-down": -1, "kafka-kill": -1, "status": -1}

// parse returns the verb and its number, 0 if none was given.
func parse(args []string) (verb string, number int, err error) {
	bad := fmt.Errorf("%w: %q", errUsage, strings.Join(args, " "))
	if len(args) == 0 || len(args) > 2 {
		return "", 0, bad
	}
	takes, known := takesNumber[args[0]]
	if !known || takes > 0 && len(args) == 1 || takes < 0 && len(args) == 2 {
		return "", 0, bad
	}
	if len(args) == 2 {
		if number, err = strconv.Atoi(args[1]); err != nil || number < 1 {
			return "", 0, bad
		}
	}
	return args[0], number, nil
}

func do(ctx context.Context, s cluster.Settings, k cluster.KafkaSettings, args []string) error {
	verb, number, err := parse(args)
	if err != nil {
		return err
	}
	switch verb {
	case "jars":
		return cluster.Jars(ctx, s)
	case "down":
		return cluster.Down(ctx, s)
	case "kafka-down":
		return cluster.KafkaDown(ctx, k)
	case "kafka-up":
		started, err := cluster.StartKafka(ctx, k)
		if err == nil {
			fmt.Printf("broker %s\n", started.Settings.Address())
		}
		return err
	case "kafka-kill":
		opened, err := cluster.OpenKafka(ctx, k)
		if err != nil {
			return err
		}
		return opened.Kill(ctx)
	case "status":
		return status(ctx, os.Stdout, s, k)
	}
	c, err := cluster.Open(ctx, s)
	if err != nil {
		return err
	}
	switch verb {
	case "tm-kill":
		return c.KillTaskManager(ctx, number)
	case "tm-start":
		return c.StartTaskManager(number)
	}
	if err := c.Up(ctx, cmp.Or(number, 2)); err != nil {
		return err
	}
	fmt.Printf("job server %s, Flink's UI %s\n", c.Settings.JobServer(), c.Settings.REST())
	return nil
}
