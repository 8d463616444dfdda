package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
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
	jars     jarHome
}

// Open returns the cluster of these settings, which may run or not. It fetches jars if they are not there yet.
func Open(ctx context.Context, s Settings) (*Cluster, error) {
	s, err := s.complete()
	if err != nil {
		return nil, err
	}
	jars, err := flinkJars(s.Corrections).ensure(ctx, s.Cache)
	if err != nil {
		return nil, err
	}
	if err := s.folder().create("conf", "checkpoints", "savepoints", "tmp", filepath.Join("logs", "workers")); err != nil {
		return nil, err
	}
	return &Cluster{Settings: s, jars: jars}, nil
}

// Up starts everything and returns when a job can be submitted. On an error, what was started is ended again.
func (c *Cluster) Up(ctx context.Context, taskManagers int) (err error) {
	if err := c.Settings.folder().refuseRunning(); err != nil {
		return err
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
	if err := c.awaitReady(ctx, taskManagers); err != nil {
		return err
	}
	return c.Settings.folder().writeAddresses(Addresses{REST: c.Settings.REST(), JobServer: c.Settings.JobServer()})
}

// StartTaskManager starts TaskManager i, from 1. It registers by itself; AwaitTaskManagers waits for it.
func (c *Cluster) StartTaskManager(i int) error {
	args := append([]string{"-c", c.Settings.path("conf"), "-D", "taskmanager.resource-id=" + taskManager(i)},
		taskManagerMemory(c.Settings.TaskManagerHeapMB)...)
	return c.java(taskManager(i), c.Settings.TaskManagerHeapMB, "org.apache.flink.runtime.taskexecutor.TaskManagerRunner", args...)
}

// KillTaskManager ends TaskManager i by SIGKILL and returns when it is gone.
func (c *Cluster) KillTaskManager(ctx context.Context, i int) error {
	p, err := c.taskManager(i)
	if err != nil {
		return err
	}
	return c.Settings.folder().end(ctx, p, true)
}

func (c *Cluster) taskManager(i int) (process, error) {
	p, err := c.Settings.folder().find(taskManager(i))
	if err != nil {
		return p, fmt.Errorf("cluster: TaskManager %d was not started: %w", i, err)
	}
	return p, nil
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
	jvm := append(c.Settings.jvmOptions(), "-Xmx"+strconv.Itoa(heapMB)+"m", "-XX:MaxDirectMemorySize=512m", "-cp", c.jars.classPath(), main)
	return c.Settings.folder().start(name, "java", append(jvm, args...)...)
}

// awaitReady waits at most two minutes; a process that ends before that ends the wait.
func (c *Cluster) awaitReady(ctx context.Context, taskManagers int) error {
	if err := c.AwaitTaskManagers(ctx, taskManagers); err != nil {
		return err
	}
	return c.Settings.folder().await(ctx, "the job server", func() bool {
		conn, err := net.DialTimeout("tcp", c.Settings.JobServer(), time.Second)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
}

// AwaitTaskManagers waits until that many TaskManagers are registered, at most two minutes.
func (c *Cluster) AwaitTaskManagers(ctx context.Context, n int) error {
	return c.Settings.folder().await(ctx, "TaskManagers", func() bool {
		o, err := c.Overview(ctx)
		return err == nil && o.TaskManagers >= n
	})
}

// An Overview is what Flink says about itself.
type Overview struct {
	TaskManagers int    `json:"taskmanagers"`
	Slots        int    `json:"slots-total"`
	FreeSlots    int    `json:"slots-available"`
	RunningJobs  int    `json:"jobs-running"`
	Version      string `json:"flink-version"`
}

// Overview asks the JobManager.
func (c *Cluster) Overview(ctx context.Context) (Overview, error) {
	return overview(ctx, c.Settings)
}

func overview(ctx context.Context, s Settings) (Overview, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var o Overview
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
	return s.folder().endAll(ctx, func(name string) int {
		switch name {
		case jobServer:
			return 0
		case jobManager:
			return 2
		}
		return 1
	})
}

// Processes lists what was started in the folder of s.
func Processes(s Settings) ([]Status, error) {
	s, err := s.complete()
	if err != nil {
		return nil, err
	}
	return s.folder().status()
}
