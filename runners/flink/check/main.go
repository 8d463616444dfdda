// Command check shows what the submitter and the cluster of this project promise, on a cluster and a broker that it starts:
// workers as processes, in a pool and in this program; a job that is killed, stopped, and started again from its savepoint
// with more and with fewer subtasks; what is said of jobs that cannot start; and that all of it listens on loopback alone
// and is gone in the end.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/beam-pmml/beam-pmml/runners/flink"
	"github.com/beam-pmml/beam-pmml/runners/flink/cluster"
)

// crash in the environment makes a worker end before it serves.
const crash = "BEAM_PMML_CHECK_CRASH"

func main() {
	if flink.IsWorker(os.Args[1:]) {
		if os.Getenv(crash) != "" {
			fmt.Fprintln(os.Stderr, "this worker was told to crash")
			os.Exit(3)
		}
		os.Exit(flink.WorkerMain(os.Args[1:]))
	}
	os.Exit(exitCode())
}

func exitCode() int {
	dir := flag.String("dir", filepath.Join("run", "flink-check"), "folder for everything that is written; a new one is made below it")
	flag.Parse()
	beam.Init()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *dir); err != nil {
		fmt.Fprintln(os.Stderr, "flink-check failed:", err)
		return 1
	}
	fmt.Println("flink-check passed")
	return 0
}

func run(ctx context.Context, below string) (err error) {
	if err := os.MkdirAll(below, 0o755); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(below, time.Now().UTC().Format("20060102-150405-"))
	if err != nil {
		return err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	c := &check{dir: dir, began: time.Now()}
	if c.stack, err = cluster.StartStack(ctx, dir, 2, nil); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.end(context.WithoutCancel(ctx))) }()
	c.say("cluster and broker are up: %s, %s", c.stack.Flink.Settings.REST(), c.stack.Kafka.Settings.Address())
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"broker", c.broker},
		{"processes, killed and restored", c.processes},
		{"a pool", c.pool},
		{"this program's workers", c.loopback},
		{"jobs that cannot start", c.failures},
	} {
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		c.say("%s: as it must be", step.name)
	}
	return nil
}
