//go:build linux || darwin

package cluster

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestWorkersAreTheChildrenOfATaskManager(t *testing.T) {
	f := emptyFolder(t).folder()
	// The shell stands for a TaskManager that has started a worker and waits for it.
	if err := f.start("taskmanager1", "sh", "-c", "sleep 600 & wait; sleep 600"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p, err := f.find("taskmanager1")
		if err == nil {
			_, err = killWorkers(context.Background(), p) // what the shell waits for now
		}
		if err = errors.Join(err, Down(context.Background(), Settings{Dir: string(f), Cache: string(f)})); err != nil {
			t.Error(err)
		}
	})
	c := &Cluster{Settings: Settings{Dir: string(f)}}
	var workers []int
	if err := poll(t.Context(), func() bool {
		workers, _ = c.Workers(1)
		return len(workers) > 0
	}); err != nil {
		t.Fatal(err)
	}
	if n, err := c.KillWorkers(t.Context(), 1); n != 1 || err != nil {
		t.Errorf("killed %d, %v", n, err)
	}
	if _, err := birth(workers[0]); err == nil {
		t.Errorf("%d still runs", workers[0])
	}
	if p, err := f.find("taskmanager1"); err != nil || !p.alive() {
		t.Errorf("the TaskManager was ended, too: %v", err)
	}
}

func TestWorkersOfATaskManagerThatDoesNotRun(t *testing.T) {
	c := &Cluster{Settings: Settings{Dir: string(emptyFolder(t).folder())}}
	if _, err := c.Workers(3); err == nil || !strings.Contains(err.Error(), "TaskManager 3 was not started") {
		t.Errorf("%v", err)
	}
}
