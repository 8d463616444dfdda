package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/beam-pmml/beam-pmml/runners/flink"
	"github.com/beam-pmml/beam-pmml/runners/flink/cluster"
)

// patience bounds each wait.
const patience = 90 * time.Second

// A check holds what all steps share.
type check struct {
	dir   string
	began time.Time
	stack *cluster.Stack
}

func (c *check) say(format string, args ...any) {
	fmt.Printf("%6.1f s  %s\n", time.Since(c.began).Seconds(), fmt.Sprintf(format, args...))
}

// end ends all and looks for what is left.
func (c *check) end(ctx context.Context) error {
	pids, err := c.pids()
	err = errors.Join(err, c.stack.Stop(ctx))
	for _, pid := range pids {
		if _, left := os.Stat(fmt.Sprintf("/proc/%d/exe", pid)); left == nil {
			err = errors.Join(err, fmt.Errorf("process %d is left", pid))
		}
	}
	return err
}

// pids are those of all that the check has started.
func (c *check) pids() ([]int, error) {
	ofFlink, err := cluster.Processes(c.stack.Flink.Settings)
	ofKafka, kafkaErr := cluster.KafkaProcesses(c.stack.Kafka.Settings)
	var pids []int
	for _, p := range append(ofFlink, ofKafka...) {
		pids = append(pids, p.PID)
	}
	for i := 1; i <= 2; i++ {
		workers, workersErr := c.stack.Flink.Workers(i)
		pids, err = append(pids, workers...), errors.Join(err, workersErr)
	}
	return pids, errors.Join(err, kafkaErr)
}

// options are for a job of this name on the cluster.
func (c *check) options(name string, parallelism int) flink.Options {
	o := flink.DefaultOptions()
	o.JobServer, o.REST = c.stack.Flink.Settings.JobServer(), c.stack.Flink.Settings.REST()
	o.JobName, o.Parallelism = name, parallelism
	o.CheckpointInterval = time.Second
	return o
}

// submit submits the job and waits until it works.
func (c *check) submit(ctx context.Context, p *beam.Pipeline, o flink.Options) (*flink.Job, error) {
	job, err := flink.Submit(ctx, p, o)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := job.AwaitStarted(ctx); err != nil {
		return nil, errors.Join(err, job.Cancel(context.WithoutCancel(ctx)))
	}
	c.say("%s: works %.1f s after Flink has taken it", o.JobName, time.Since(began).Seconds())
	return job, nil
}

// folder makes one for the numbers of a job.
func (c *check) folder(name string) (string, error) {
	dir := filepath.Join(c.dir, name)
	return dir, os.Mkdir(dir, 0o755)
}

// awaitMore waits until each lane has counted so many numbers more.
func awaitMore(ctx context.Context, dir string, more int64) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	all, err := readKept(dir)
	if err != nil {
		return err
	}
	from := least(all)
	for least(all) < from+more {
		select {
		case <-ctx.Done():
			return fmt.Errorf("the lanes stand at %d, %d more are wanted: %w", least(all), more, ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
		if all, err = readKept(dir); err != nil {
			return err
		}
	}
	return nil
}

func (c *check) broker(ctx context.Context) error {
	k := c.stack.Kafka
	if err := errors.Join(k.Kill(ctx), k.Restart(ctx)); err != nil {
		return err
	}
	return errors.Join(k.Stop(ctx), k.Restart(ctx))
}
