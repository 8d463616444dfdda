package cluster

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"syscall"
)

func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// birth returns when a process started, in the kernel's own unit. A process that has ended and only waits to be reaped
// is an error, like one that is not there.
func birth(pid int) (string, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", err
	}
	// The second field is a name in parentheses that may hold anything; state is the third field, start time the 22nd.
	end := bytes.LastIndexByte(stat, ')')
	fields := bytes.Fields(stat[end+1:])
	if end < 0 || len(fields) < 20 {
		return "", errors.New("unknown form of /proc/PID/stat")
	}
	if state := fields[0][0]; state == 'Z' || state == 'X' {
		return "", errors.New("has ended")
	}
	return string(fields[19]), nil
}

// children returns the pids of the processes that this one has started and that have not ended.
func children(parent int) ([]int, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	var pids []int
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue // it has ended meanwhile
		}
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		if len(fields) > 1 && string(fields[1]) == strconv.Itoa(parent) && fields[0][0] != 'Z' {
			pids = append(pids, pid)
		}
	}
	return pids, nil
}
