package cluster

import (
	"context"
	"errors"
	"fmt"
	"syscall"
)

// Workers returns the pids of the worker processes that TaskManager i has started: one for each job that has its workers in
// processes.
func (c *Cluster) Workers(i int) ([]int, error) {
	p, err := c.taskManager(i)
	if err != nil {
		return nil, err
	}
	workers, err := workersOf(p)
	var pids []int
	for _, w := range workers {
		pids = append(pids, w.pid)
	}
	return pids, err
}

// KillWorkers ends the worker processes of TaskManager i by SIGKILL, returns when they are gone, and how many there were.
// Flink starts others.
func (c *Cluster) KillWorkers(ctx context.Context, i int) (int, error) {
	p, err := c.taskManager(i)
	if err != nil {
		return 0, err
	}
	return killWorkers(ctx, p)
}

func killWorkers(ctx context.Context, taskManager process) (int, error) {
	workers, err := workersOf(taskManager)
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, w := range workers {
		errs = append(errs, w.signal(syscall.SIGKILL))
	}
	for _, w := range workers {
		errs = append(errs, poll(ctx, func() bool { return !w.alive() }))
	}
	return len(workers), errors.Join(errs...)
}

// workersOf are the children of the process. Whoever is its child, by pid and time of birth, is nobody else's.
func workersOf(parent process) ([]process, error) {
	if !parent.alive() {
		return nil, fmt.Errorf("cluster: %s does not run", parent.name)
	}
	pids, err := children(parent.pid)
	if err != nil {
		return nil, fmt.Errorf("cluster: workers of %s: %w", parent.name, err)
	}
	var list []process
	for _, pid := range pids {
		if born, err := birth(pid); err == nil {
			list = append(list, process{name: fmt.Sprintf("worker %d of %s", pid, parent.name), pid: pid, born: born})
		}
	}
	return list, nil
}
