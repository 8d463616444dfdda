package cluster

import (
	"bytes"
	"errors"
	"fmt"
	"os"
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
