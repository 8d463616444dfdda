package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// endWorkers waits for the end of every worker process that has a log in the folder, which should come with the end of the
// job, and ends those that stay. A process is one of ours only if it runs one of our executables. Where the system does not
// tell what a process runs (no /proc), nothing is looked for.
func endWorkers(logs string, binaries ...string) error {
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
		for runs(pid, binaries) && time.Now().Before(deadline) {
			time.Sleep(100 * time.Millisecond)
		}
		if runs(pid, binaries) {
			errs = append(errs, fmt.Errorf("worker %d has outlived its job; it was ended", pid))
			if p, err := os.FindProcess(pid); err == nil {
				errs = append(errs, p.Kill())
			}
		}
	}
	return errors.Join(errs...)
}

func runs(pid int, binaries []string) bool {
	exe, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	return err == nil && slices.Contains(binaries, exe)
}
