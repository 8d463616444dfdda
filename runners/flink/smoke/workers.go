package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// endWorkers waits for the end of every worker process that has a log in the folder, which should come with the end of the
// job, and ends those that stay. A process is one of ours only if it runs our executable. Where the system does not tell
// what a process runs (no /proc), nothing is looked for.
func endWorkers(logs, binary string) error {
	files, err := filepath.Glob(filepath.Join(logs, "worker-*.log"))
	if err != nil {
		return err
	}
	deadline := time.Now().Add(15 * time.Second)
	var errs []error
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "worker-"), ".log")
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		for runs(pid, binary) && time.Now().Before(deadline) {
			time.Sleep(100 * time.Millisecond)
		}
		if runs(pid, binary) {
			errs = append(errs, fmt.Errorf("worker %d has outlived its job; it was ended", pid))
			if p, err := os.FindProcess(pid); err == nil {
				errs = append(errs, p.Kill())
			}
		}
	}
	return errors.Join(errs...)
}

func runs(pid int, binary string) bool {
	exe, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	return err == nil && exe == binary
}
