package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sort"
	"strconv"
	"time"
)

const (
	jobManager = "jobmanager"
	jobServer  = "jobserver"
)

func taskManager(i int) string { return "taskmanager" + strconv.Itoa(i) }

// A Cluster is a JobManager, TaskManagers numbered from 1, and Beam's job server. Its methods are for one goroutine.
type Cluster struct {
	Settings Settings
	cp       classPath
}

// Open returns the cluster of these settings, which may run or not. It fetches jars if they are not there yet.
func Open(ctx context.Context, s Settings) (*Cluster, error) {
	s, err := s.complete()
	if err != nil {
		return nil, err
	}
	cp, err := ensureJars(ctx, s)
	if err != nil {
		return nil, err
	}
	for _, d := range []string{"logs", "pids", "conf", "checkpoints", "savepoints", "tmp"} {
		if err := os.MkdirAll(s.path(d), 0o755); err != nil {
			return nil, err
		}
	}
	return &Cluster{Settings: s, cp: cp}, nil
}

// Up starts everything and returns when a job can be submitted. On an error, what was started is ended again.
func (c *Cluster) Up(ctx context.Context, taskManagers int) (err error) {
	running, err := c.Settings.processes()
	if err != nil {
		return err
	}
	for _, p := range running {
		if p.alive() {
			return fmt.Errorf("cluster: %s already runs in %s, pid %d; end it first (down)", p.name, c.Settings.Dir, p.pid)
		}
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, Down(context.WithoutCancel(ctx), c.Settings))
		}
	}()
	if err := c.Settings.writeConf(); err != nil {
		return err
	}
	if err := c.java(jobManager, c.Settings.JobManagerHeapMB, "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
		"-c", c.Settings.path("conf")); err != nil {
		return err
	}
	for i := range taskManagers {
		if err := c.StartTaskManager(i + 1); err != nil {
			return err
		}
	}
	if err := c.startJobServer(); err != nil {
		return err
	}
	return c.awaitReady(ctx, taskManagers)
}

// StartTaskManager starts TaskManager i, from 1. It registers by itself; AwaitTaskManagers waits for it.
func (c *Cluster) StartTaskManager(i int) error {
	args := append([]string{"-c", c.Settings.path("conf"), "-D", "taskmanager.resource-id=" + taskManager(i)},
		taskManagerMemory(c.Settings.TaskManagerHeapMB)...)
	return c.java(taskManager(i), c.Settings.TaskManagerHeapMB, "org.apache.flink.runtime.taskexecutor.TaskManagerRunner", args...)
}

// KillTaskManager ends TaskManager i by SIGKILL and returns when it is gone.
func (c *Cluster) KillTaskManager(ctx context.Context, i int) error {
	p, err := c.Settings.find(taskManager(i))
	if err != nil {
		return fmt.Errorf("cluster: TaskManager %d was not started: %w", i, err)
	}
	return c.Settings.end(ctx, p, true)
}

func (c *Cluster) startJobServer() error {
	s := c.Settings
	port := strconv.Itoa
	return c.java(jobServer, s.JobServerHeapMB, "org.apache.beam.runners.flink.FlinkJobServerDriver",
		"--flink-master", "localhost:"+port(s.Ports.REST), "--flink-conf-dir", s.path("conf"),
		"--job-host", "localhost", "--job-port", port(s.Ports.Job), "--artifact-port", port(s.Ports.Artifact),
		"--expansion-port", port(s.Ports.Expansion), "--artifacts-dir", s.path("tmp", "artifacts"))
}

func (c *Cluster) java(name string, heapMB int, main string, args ...string) error {
	jvm := append(jvmOptions(), "-Xmx"+strconv.Itoa(heapMB)+"m", "-XX:MaxDirectMemorySize=512m", "-cp", c.cp.String(), main)
	return c.Settings.start(name, "java", append(jvm, args...)...)
}

// awaitReady waits at most two minutes; a process that ends before that ends the wait.
func (c *Cluster) awaitReady(ctx context.Context, taskManagers int) error {
	if err := c.AwaitTaskManagers(ctx, taskManagers); err != nil {
		return err
	}
	return c.await(ctx, "the job server", func() bool {
		conn, err := net.DialTimeout("tcp", c.Settings.JobServer(), time.Second)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
}

// AwaitTaskManagers waits until that many TaskManagers are registered, at most two minutes.
func (c *Cluster) AwaitTaskManagers(ctx context.Context, n int) error {
	return c.await(ctx, "TaskManagers", func() bool {
		o, err := c.Overview(ctx)
		return err == nil && o.TaskManagers >= n
	})
}

func (c *Cluster) await(ctx context.Context, what string, ready func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	var ended error
	err := poll(ctx, func() bool {
		if ended = c.firstEnded(); ended != nil {
			return true
		}
		return ready()
	})
	if err = errors.Join(err, ended); err != nil {
		return fmt.Errorf("cluster: waiting for %s: %w (logs in %s)", what, err, c.Settings.path("logs"))
	}
	return nil
}

// firstEnded returns an error for a process that we started, did not end, and that is gone.
func (c *Cluster) firstEnded() error {
	all, err := c.Settings.processes()
	if err != nil {
		return err
	}
	for _, p := range all {
		if !p.alive() {
			log, _ := os.ReadFile(c.Settings.logFile(p.name))
			return fmt.Errorf("%s has ended:\n%s", p.name, tail(log, 2000))
		}
	}
	return nil
}

// An Overview is what Flink says about itself.
type Overview struct {
	TaskManagers   int    `json:"taskmanagers"`
	Slots          int    `json:"slots-total"`
	FreeSlots      int    `json:"slots-available"`
	RunningJobs    int    `json:"jobs-running"`
	Version        string `json:"flink-version"`
	FinishedJobs   int    `json:"jobs-finished"`
	CancelledJobs  int    `json:"jobs-cancelled"`
	FailedJobs     int    `json:"jobs-failed"`
	FlinkRevision  string `json:"flink-commit"`
	ClusterAddress string `json:"-"`
}

// Overview asks the JobManager.
func (c *Cluster) Overview(ctx context.Context) (Overview, error) {
	return overview(ctx, c.Settings)
}

func overview(ctx context.Context, s Settings) (Overview, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	o := Overview{ClusterAddress: s.REST()}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.REST()+"/overview", nil)
	if err != nil {
		return o, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return o, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return o, fmt.Errorf("cluster: %s answers %s", req.URL, resp.Status)
	}
	return o, json.NewDecoder(resp.Body).Decode(&o)
}

// Down ends every process of the folder: submitting side first, so that nobody sees the others fail.
func Down(ctx context.Context, s Settings) error {
	s, err := s.complete()
	if err != nil {
		return err
	}
	all, err := s.processes()
	if err != nil {
		return err
	}
	rank := func(p process) int {
		switch p.name {
		case jobServer:
			return 0
		case jobManager:
			return 2
		}
		return 1
	}
	sort.SliceStable(all, func(i, j int) bool { return rank(all[i]) < rank(all[j]) })
	var errs []error
	for _, p := range all {
		errs = append(errs, s.end(ctx, p, false))
	}
	return errors.Join(errs...)
}

// A Status is one process that was started in the folder and has not been ended by us.
type Status struct {
	Name  string
	PID   int
	Alive bool
	Log   string
}

// Processes lists what was started in the folder of s.
func Processes(s Settings) ([]Status, error) {
	s, err := s.complete()
	if err != nil {
		return nil, err
	}
	all, err := s.processes()
	var list []Status
	for _, p := range all {
		list = append(list, Status{Name: p.name, PID: p.pid, Alive: p.alive(), Log: s.logFile(p.name)})
	}
	return list, err
}
