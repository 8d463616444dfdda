package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/beam-pmml/beam-pmml/runners/flink/cluster"
)

// A stage is what trials play on: a cluster with two TaskManagers, a broker, and the program. Trials leave it as they found it.
type stage struct {
	settings
	dir   string
	stack *cluster.Stack
	say   func(format string, args ...any)
}

const taskManagers = 2

// openStage empties the folder and starts all of it. Its files stay when it is closed.
func openStage(ctx context.Context, set settings) (*stage, error) {
	began := time.Now()
	st := &stage{settings: set, say: func(format string, args ...any) {
		fmt.Printf("%6.1f s  %s\n", time.Since(began).Seconds(), fmt.Sprintf(format, args...))
	}}
	var err error
	if st.dir, err = emptyDir(set.dir); err != nil {
		return nil, err
	}
	if _, err := st.build(ctx, ""); err != nil {
		return nil, err
	}
	st.say("built")
	if st.stack, err = cluster.StartStack(ctx, st.path("cluster"), taskManagers, nil); err != nil {
		return nil, err
	}
	st.say("cluster is up: %s, broker %s", st.stack.Flink.Settings.REST(), st.broker())
	return st, nil
}

// close ends all that runs, and worker processes that have outlived their job.
func (st *stage) close(ctx context.Context) error {
	return errors.Join(st.stack.Stop(ctx), endWorkers(st.path("workers"), st.path("pipeline"), st.path("pipelineforgetstate")))
}

func (st *stage) path(elem ...string) string {
	return filepath.Join(append([]string{st.dir}, elem...)...)
}

func (st *stage) broker() string { return st.stack.Kafka.Settings.Address() }

// modelsFolder makes an empty folder for documents.
func (st *stage) modelsFolder(name string) (string, error) {
	dir := st.path("models-" + name)
	return dir, os.MkdirAll(dir, 0o755)
}

// build makes the program, once for each set of tags.
func (st *stage) build(ctx context.Context, tags string) (string, error) {
	binary := st.path("pipeline" + tags)
	if _, err := os.Stat(binary); err == nil {
		return binary, nil
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-tags="+tags, "-o", binary, "./pipeline")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, lastBytes(out))
	}
	return binary, nil
}

// mark is a file by which a folder is known to be of trials.
const mark = ".flink-trials"

// emptyDir makes the folder anew; one that a cluster still uses is refused, and so is one that is not of trials.
func emptyDir(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if err := refuseRunning(dir); err != nil {
		return "", err
	}
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		if _, err := os.Stat(filepath.Join(dir, mark)); err != nil {
			return "", fmt.Errorf("%s is not empty and not of earlier trials", dir)
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return "", err
	}
	return dir, os.WriteFile(filepath.Join(dir, mark), nil, 0o644)
}

func refuseRunning(dir string) error {
	flinks, err := cluster.Processes(cluster.Settings{Dir: filepath.Join(dir, "cluster", "flink")})
	brokers, kafkaErr := cluster.KafkaProcesses(cluster.KafkaSettings{Dir: filepath.Join(dir, "cluster", "kafka")})
	if err := errors.Join(err, kafkaErr); err != nil {
		return err
	}
	for _, p := range append(flinks, brokers...) {
		if p.Alive {
			return fmt.Errorf("%s of an earlier run still runs, pid %d", p.Name, p.PID)
		}
	}
	return nil
}
