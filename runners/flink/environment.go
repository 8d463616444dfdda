package flink

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/runtime/graphx"
	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
)

// Environment says where the workers of a job run.
type Environment string

// The environments, see the package comment.
const (
	Process  Environment = "process"
	Loopback Environment = "loopback"
	External Environment = "external"
)

// ParseEnvironment reads the name of an environment in either case. Docker is not among them: images of this project's
// workers serve a pool.
func ParseEnvironment(name string) (Environment, error) {
	switch e := Environment(strings.ToLower(name)); e {
	case Process, Loopback, External:
		return e, nil
	}
	return "", fmt.Errorf("flink: environment %q is none of process, loopback, external", name)
}

// Worker says what a worker is, for the environment that needs it.
type Worker struct {
	// Executable is what Flink starts in Process: a path on every TaskManager's machine. Empty: this executable. Its main
	// must call WorkerMain.
	Executable string
	// Env is the whole environment of that process but for what this package adds; nothing is inherited.
	Env map[string]string
	// Logs is a folder, absolute, into which each process writes what it prints, panics too. Empty: it is lost, for Flink
	// throws it away. What goes through Beam's log is in the TaskManager's log in any case.
	Logs string
	// Pool is the address, host:port, of the pool in External.
	Pool string
}

func (w Worker) validate(e Environment) error {
	switch e {
	case Process:
		if w.Logs != "" && !filepath.IsAbs(w.Logs) {
			return fmt.Errorf("flink: folder of the workers' logs %q must be absolute: workers start in another folder", w.Logs)
		}
		return nil
	case External:
		if w.Pool == "" {
			return errors.New("flink: environment external needs the address of a worker pool, host:port (--environment_config)")
		}
		return nil
	case Loopback:
		return nil
	}
	_, err := ParseEnvironment(string(e))
	return err
}

// environment builds what the pipeline tells the runner about its workers. In Loopback it starts the pool, which lives as
// long as ctx. There is nothing to stage: the worker's executable is there already.
func (o Options) environment(ctx context.Context) (*pipepb.Environment, error) {
	urn, config := graphx.URNEnvExternal, o.Worker.Pool
	switch o.Environment {
	case Loopback:
		address, err := startPool(ctx, "localhost:0")
		if err != nil {
			return nil, err
		}
		config = address
	case Process:
		var err error
		urn = graphx.URNEnvProcess
		if config, err = o.Worker.process(); err != nil {
			return nil, err
		}
	}
	env, err := graphx.CreateEnvironment(ctx, urn, func(context.Context) string { return config })
	if err != nil {
		return nil, fmt.Errorf("flink: environment: %w", err)
	}
	env.Dependencies = nil
	return env, nil
}

// process is the configuration of a process environment.
func (w Worker) process() (string, error) {
	executable := w.Executable
	if executable == "" {
		var err error
		if executable, err = os.Executable(); err != nil {
			return "", fmt.Errorf("flink: path of this executable: %w", err)
		}
	}
	executable, err := filepath.Abs(executable)
	if err != nil {
		return "", err
	}
	env := map[string]string{}
	maps.Copy(env, w.Env)
	env[envWorker] = "1"
	if w.Logs != "" {
		env[envLogs] = w.Logs
	}
	config, err := json.Marshal(map[string]any{"command": executable, "env": env})
	return string(config), err
}
