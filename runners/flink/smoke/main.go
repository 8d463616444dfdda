// Command smoke shows that a job on Flink survives the death of a TaskManager, with the table that it serves by.
//
// It starts a cluster (package cluster), runs the demo on it, with half of the control lines appended once the job runs, so
// that they are in no base, kills a TaskManager when they are in a checkpoint and events that need them have been scored,
// and feeds more such events. In the end every event must have the outcome, by its record id, that the embedded runner
// gives. So with the table in keyed state, as a side input, and spread over keys by names. Then again with a test build (-tags
// forgetstate) in which restored state is never read back: there some outcome must be another, or the test would show
// nothing.
//
// Runs in which events wait (-only exact,exact-keyed,hold) tell the demo by the clock: each message comes some seconds after
// the events that need it, and the TaskManager is killed while they wait. Every event must have the outcome that a replay of
// the same files has on the embedded runner.
//
// All that it starts it ends. Its files stay, in -dir.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/beam-pmml/beam-pmml/runners/flink/cluster"
)

func main() { os.Exit(exitCode()) }

func exitCode() int {
	var o options
	flag.StringVar(&o.dir, "dir", filepath.Join("run", "flink-smoke"), "folder for everything that is written; emptied first")
	flag.StringVar(&o.demo, "demo", filepath.Join("testdata", "demo"), "folder with control.jsonl, events.jsonl and the documents")
	flag.StringVar(&o.only, "only", "", "only these `runs`, separated by commas: state, side-input, keyed, forgetful (the test build that must fail); exact, exact-keyed, hold")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := smoke(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "flink-smoke failed:", err)
		return 1
	}
	fmt.Println("flink-smoke passed")
	return 0
}

type options struct{ dir, demo, only string }

func smoke(ctx context.Context, o options) (err error) {
	began := time.Now()
	say := func(format string, args ...any) {
		fmt.Printf("%6.1f s  %s\n", time.Since(began).Seconds(), fmt.Sprintf(format, args...))
	}
	chosen, err := o.runs()
	if err != nil {
		return err
	}
	dir, err := emptyDir(o.dir)
	if err != nil {
		return err
	}
	demo, err := filepath.Abs(o.demo)
	if err != nil {
		return err
	}
	p, err := readPlan(demo)
	if err != nil {
		return err
	}
	c, err := startCluster(ctx, filepath.Join(dir, "cluster"), say)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cluster.Down(context.WithoutCancel(ctx), c.Settings)) }()

	// All runs read the same two paths, since the id of an event that has none is its place.
	j := job{folder: dir, models: demo, out: "out-prism"}
	if err := os.Mkdir(filepath.Dir(j.events()), 0o755); err != nil {
		return err
	}
	if j.binary, err = build(ctx, dir, ""); err != nil {
		return err
	}
	say("built")
	want, err := makeReference(ctx, j, p)
	if err != nil {
		return err
	}
	say("on prism: %d outcomes", len(want.outcomes))
	for _, r := range chosen {
		j.mechanism, j.waits, j.out = r.mechanism, r.waits, "out-"+r.name
		want := want
		if r.join == keyed && !r.late() {
			if want, err = want.inParts(ctx, j, p); err != nil {
				return fmt.Errorf("%s: %w", r.name, err)
			}
		}
		if j.binary, err = build(ctx, dir, r.tags); err != nil {
			return err
		}
		s := scenario{name: r.name, job: j, plan: p, want: want, cluster: c, say: say}
		if r.late() {
			s.plan, s.late = plan{}, &lateStory{r.messages(p.control()), p.events()}
		}
		found, err := s.run(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
		if err := r.judge(found, say); err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
	}
	return nil
}

func readPlan(demo string) (plan, error) {
	control, err := os.ReadFile(filepath.Join(demo, "control.jsonl"))
	if err != nil {
		return plan{}, err
	}
	events, err := os.ReadFile(filepath.Join(demo, "events.jsonl"))
	if err != nil {
		return plan{}, err
	}
	p, err := makePlan(control, events)
	if err != nil {
		return p, fmt.Errorf("%s: %w", demo, err)
	}
	return p, nil
}

func startCluster(ctx context.Context, dir string, say func(string, ...any)) (*cluster.Cluster, error) {
	ports, err := cluster.FreePorts()
	if err != nil {
		return nil, err
	}
	c, err := cluster.Open(ctx, cluster.Settings{Dir: dir, Ports: ports})
	if err != nil {
		return nil, err
	}
	say("jars are there")
	if err := c.Up(ctx, 2); err != nil {
		return nil, err
	}
	say("cluster is up: %s", c.Settings.REST())
	return c, nil
}

// build makes the program, once for each set of tags.
func build(ctx context.Context, dir, tags string) (string, error) {
	binary := filepath.Join(dir, "pipeline"+tags)
	if _, err := os.Stat(binary); err == nil {
		return filepath.EvalSymlinks(binary)
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-tags="+tags, "-o", binary, "./pipeline")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, lastBytes(out))
	}
	return filepath.EvalSymlinks(binary)
}

// emptyDir makes the folder anew; one that a cluster still uses is refused, and so is one that is not a smoke's.
func emptyDir(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	left, err := cluster.Processes(cluster.Settings{Dir: filepath.Join(dir, "cluster")})
	if err != nil {
		return "", err
	}
	for _, p := range left {
		if p.Alive {
			return "", fmt.Errorf("%s of an earlier run still runs, pid %d: end it by flinkcluster -dir %s down", p.Name, p.PID, filepath.Join(dir, "cluster"))
		}
	}
	entries, err := os.ReadDir(dir)
	if err == nil && len(entries) > 0 {
		if _, err := os.Stat(filepath.Join(dir, "input")); err != nil {
			if _, err := os.Stat(filepath.Join(dir, "cluster")); err != nil {
				return "", fmt.Errorf("%s is not empty and not of an earlier run", dir)
			}
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		return "", err
	}
	return dir, os.MkdirAll(dir, 0o755)
}
