package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A process is one that this package started, maybe in another run of the program. It is known by its pid together with
// the time at which the system says it started: a pid alone may have been given to somebody else since.
type process struct {
	name string
	pid  int
	born string
}

// start runs a program in a session of its own, so that it outlives this one, with its output in a log file.
func (s Settings) start(name string, program string, args ...string) error {
	if p, err := s.find(name); err == nil && p.alive() {
		return fmt.Errorf("cluster: %s already runs, pid %d", name, p.pid)
	}
	log, err := os.OpenFile(s.logFile(name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(program, args...)
	cmd.Dir = s.Dir
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = ownSession()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("cluster: start %s: %w", name, err)
	}
	// Reaped here if it ends before us, otherwise by the system. How it ended is in its log.
	go func() { _ = cmd.Wait() }()
	born, err := birth(cmd.Process.Pid)
	if err != nil {
		return fmt.Errorf("cluster: %s ended at once, see %s", name, s.logFile(name))
	}
	return os.WriteFile(s.pidFile(name), fmt.Appendf(nil, "%d %s\n", cmd.Process.Pid, born), 0o644)
}

func (s Settings) pidFile(name string) string { return s.path("pids", name) }
func (s Settings) logFile(name string) string { return s.path("logs", name+".log") }

// find reads what start wrote. The process may have ended since.
func (s Settings) find(name string) (process, error) {
	data, err := os.ReadFile(s.pidFile(name))
	if err != nil {
		return process{}, err
	}
	pid, born, _ := strings.Cut(strings.TrimSpace(string(data)), " ")
	p := process{name: name, born: born}
	p.pid, err = strconv.Atoi(pid)
	if err != nil {
		return process{}, fmt.Errorf("cluster: %s is damaged: %w", s.pidFile(name), err)
	}
	return p, nil
}

// processes lists those that start has recorded and that were not ended by us, by name.
func (s Settings) processes() ([]process, error) {
	entries, err := os.ReadDir(s.path("pids"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var all []process
	for _, e := range entries {
		if p, err := s.find(e.Name()); err == nil {
			all = append(all, p)
		}
	}
	return all, err
}

func (p process) alive() bool {
	born, err := birth(p.pid)
	return err == nil && born == p.born
}

// end asks the process to end and, after a while, insists; or kills it at once.
func (s Settings) end(ctx context.Context, p process, atOnce bool) error {
	first := syscall.SIGTERM
	if atOnce {
		first = syscall.SIGKILL
	}
	for _, attempt := range []struct {
		signal syscall.Signal
		wait   time.Duration
	}{{first, 10 * time.Second}, {syscall.SIGKILL, 10 * time.Second}} {
		if !p.alive() {
			break
		}
		found, err := os.FindProcess(p.pid)
		if err == nil {
			err = found.Signal(attempt.signal)
		}
		if err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("cluster: end %s, pid %d: %w", p.name, p.pid, err)
		}
		waitCtx, cancel := context.WithTimeout(ctx, attempt.wait)
		_ = poll(waitCtx, func() bool { return !p.alive() }) // whether it ended is asked below
		cancel()
	}
	if p.alive() {
		return fmt.Errorf("cluster: %s, pid %d, does not end", p.name, p.pid)
	}
	return os.Remove(s.pidFile(p.name))
}

// poll asks until the answer is yes or ctx ends.
func poll(ctx context.Context, done func() bool) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	return nil
}
