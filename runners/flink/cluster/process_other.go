//go:build unix && !linux

package cluster

import (
	"errors"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// birth returns when a process started, as ps prints it.
func birth(pid int) (string, error) {
	out, err := exec.Command("ps", "-o", "stat=,lstart=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return "", err
	}
	state, started, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	if strings.HasPrefix(state, "Z") {
		return "", errors.New("has ended")
	}
	return strings.Join(strings.Fields(started), " "), nil
}
