package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
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

// A folder holds what runs together: logs/ and pids/ of its processes, and their files.
type folder string

func (f folder) path(elem ...string) string {
	return filepath.Join(append([]string{string(f)}, elem...)...)
}

// create makes the folder with these folders in it, and those of its processes.
func (f folder) create(sub ...string) error {
	for _, d := range append([]string{"logs", "pids"}, sub...) {
		if err := os.MkdirAll(f.path(d), 0o755); err != nil {
			return err
		}
	}
	return nil
}

// start runs a program in a session of its own, so that it outlives this one, with its output in a log file.
func (f folder) start(name string, program string, args ...string) error {
	if p, err := f.find(name); err == nil && p.alive() {
		return fmt.Errorf("cluster: %s already runs, pid %d", name, p.pid)
	}
	log, err := os.OpenFile(f.logFile(name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(program, args...)
	cmd.Dir = string(f)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = ownSession()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("cluster: start %s: %w", name, err)
	}
	// Reaped here if it ends before us, otherwise by the system. How it ended is in its log.
	go func() { _ = cmd.Wait() }()
	born, err := birth(cmd.Process.Pid)
	if err != nil {
		return fmt.Errorf("cluster: %s ended at once, see %s", name, f.logFile(name))
	}
	return os.WriteFile(f.pidFile(name), fmt.Appendf(nil, "%d %s\n", cmd.Process.Pid, born), 0o644)
}

func (f folder) pidFile(name string) string { return f.path("pids", name) }
func (f folder) logFile(name string) string { return f.path("logs", name+".log") }

// find reads what start wrote. The process may have ended since.
func (f folder) find(name string) (process, error) {
	data, err := os.ReadFile(f.pidFile(name))
	if err != nil {
		return process{}, err
	}
	pid, born, _ := strings.Cut(strings.TrimSpace(string(data)), " ")
	p := process{name: name, born: born}
	p.pid, err = strconv.Atoi(pid)
	if err != nil {
		return process{}, fmt.Errorf("cluster: %s is damaged: %w", f.pidFile(name), err)
	}
	return p, nil
}

// processes lists those that start has recorded and that were not ended by us, by name.
func (f folder) processes() ([]process, error) {
	entries, err := os.ReadDir(f.path("pids"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var all []process
	for _, e := range entries {
		if p, err := f.find(e.Name()); err == nil {
			all = append(all, p)
		}
	}
	return all, err
}

func (p process) alive() bool {
	born, err := birth(p.pid)
	return err == nil && born == p.born
}

// signal does nothing to a process that has ended.
func (p process) signal(s syscall.Signal) error {
	if !p.alive() {
		return nil
	}
	found, err := os.FindProcess(p.pid)
	if err == nil {
		err = found.Signal(s)
	}
	if err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("cluster: end %s, pid %d: %w", p.name, p.pid, err)
	}
	return nil
}

// end asks the process to end and, after a while, insists; or kills it at once.
func (f folder) end(ctx context.Context, p process, atOnce bool) error {
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
		if err := p.signal(attempt.signal); err != nil {
			return err
		}
		waitCtx, cancel := context.WithTimeout(ctx, attempt.wait)
		_ = poll(waitCtx, func() bool { return !p.alive() }) // whether it ended is asked below
		cancel()
	}
	if p.alive() {
		return fmt.Errorf("cluster: %s, pid %d, does not end", p.name, p.pid)
	}
	return os.Remove(f.pidFile(p.name))
}

// endAll ends every process of the folder, those of least rank first.
func (f folder) endAll(ctx context.Context, rank func(name string) int) error {
	all, err := f.processes()
	if err != nil {
		return err
	}
	sort.SliceStable(all, func(i, j int) bool { return rank(all[i].name) < rank(all[j].name) })
	errs := []error{f.removeAddresses()}
	for _, p := range all {
		errs = append(errs, f.end(ctx, p, false))
	}
	return errors.Join(errs...)
}

// ErrRunning says that there is a cluster or a broker in the folder already.
var ErrRunning = errors.New("cluster: already runs")

// refuseRunning returns ErrRunning if a process of the folder runs.
func (f folder) refuseRunning() error {
	running, err := f.processes()
	if err != nil {
		return err
	}
	for _, p := range running {
		if p.alive() {
			return fmt.Errorf("%w: %s in %s, pid %d; end it first (down)", ErrRunning, p.name, f, p.pid)
		}
	}
	return nil
}

// firstEnded returns an error for a process that we started, did not end, and that is gone.
func (f folder) firstEnded() error {
	all, err := f.processes()
	if err != nil {
		return err
	}
	for _, p := range all {
		if !p.alive() {
			log, _ := os.ReadFile(f.logFile(p.name))
			return fmt.Errorf("%s has ended:\n%s", p.name, tail(log, 2000))
		}
	}
	return nil
}

// await waits until ready says yes, at most two minutes; a process of the folder that ends before that ends the wait.
func (f folder) await(ctx context.Context, what string, ready func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	var ended error
	err := poll(ctx, func() bool {
		if ended = f.firstEnded(); ended != nil {
			return true
		}
		return ready()
	})
	if err = errors.Join(err, ended); err != nil {
		return fmt.Errorf("cluster: waiting for %s: %w (logs in %s)", what, err, f.path("logs"))
	}
	return nil
}

// A Status is one process that was started in the folder and has not been ended by us.
type Status struct {
	Name  string
	PID   int
	Alive bool
	Log   string
}

func (f folder) status() ([]Status, error) {
	all, err := f.processes()
	var list []Status
	for _, p := range all {
		list = append(list, Status{Name: p.name, PID: p.pid, Alive: p.alive(), Log: f.logFile(p.name)})
	}
	return list, err
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
