//go:build linux || darwin

package cluster

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// running returns settings of a folder in which a process named sleeper was started.
func running(t *testing.T) Settings {
	t.Helper()
	s := emptyFolder(t)
	if err := s.folder().start("sleeper", "sleep", "600"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := Down(context.Background(), s); err != nil {
			t.Error(err)
		}
	})
	return s
}

func emptyFolder(t *testing.T) Settings {
	t.Helper()
	s, err := Settings{Dir: t.TempDir(), Cache: t.TempDir()}.complete()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.folder().create(); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDownEndsWhatWasStarted(t *testing.T) {
	s := running(t)
	p, err := s.folder().find("sleeper")
	if err != nil || !p.alive() {
		t.Fatalf("%v, alive %v", err, p.alive())
	}
	if err := s.folder().writeAddresses(Addresses{REST: s.REST()}); err != nil {
		t.Fatal(err)
	}
	if a, err := AddressesOf(s); err != nil || a != (Addresses{REST: "http://localhost:8081"}) {
		t.Errorf("while it runs: %v %+v", err, a)
	}
	if err := Down(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if p.alive() {
		t.Error("it still runs")
	}
	if a, err := AddressesOf(s); err != nil || a != (Addresses{}) {
		t.Errorf("still said to be somewhere: %v %+v", err, a)
	}
	if list, err := Processes(s); err != nil || len(list) != 0 {
		t.Errorf("left: %v %v", list, err)
	}
}

func TestAProcessIsNotStartedTwice(t *testing.T) {
	s := running(t)
	if err := s.folder().start("sleeper", "sleep", "600"); err == nil || !strings.Contains(err.Error(), "already runs") {
		t.Errorf("%v", err)
	}
}

// Pids are given again: a folder of yesterday must not end a process of today.
func TestDownLeavesAProcessAloneThatHasGotThePid(t *testing.T) {
	stranger := exec.Command("sleep", "600")
	if err := stranger.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		stranger.Process.Kill()
		stranger.Wait()
	}()
	s := emptyFolder(t)
	if err := os.WriteFile(s.folder().pidFile("taskmanager1"), fmt.Appendf(nil, "%d another-time\n", stranger.Process.Pid), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Down(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if _, err := birth(stranger.Process.Pid); err != nil {
		t.Errorf("the stranger was ended: %v", err)
	}
}

func TestAnEndedProcessIsNotAlive(t *testing.T) {
	s := emptyFolder(t)
	if err := s.folder().start("short", "sleep", "600"); err != nil {
		t.Fatal(err)
	}
	p, err := s.folder().find("short")
	if err != nil {
		t.Fatal(err)
	}
	ended, err := os.FindProcess(p.pid)
	if err == nil {
		err = ended.Kill()
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := poll(t.Context(), func() bool { return !p.alive() }); err != nil {
		t.Fatal(err)
	}
	if err := s.folder().firstEnded(); err == nil || !strings.Contains(err.Error(), "short has ended") {
		t.Errorf("%v", err)
	}
}

func TestDownOfAFolderThatIsNotThere(t *testing.T) {
	if err := Down(t.Context(), Settings{Dir: t.TempDir() + "/none", Cache: t.TempDir()}); err != nil {
		t.Error(err)
	}
}
