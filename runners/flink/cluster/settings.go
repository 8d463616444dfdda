package cluster

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Ports are those that others connect to; all are bound to loopback.
type Ports struct {
	REST      int // Flink's REST and UI
	RPC       int // JobManager, for TaskManagers
	Job       int // Beam's job service, for submitters
	Artifact  int // Beam's artifact service
	Expansion int // Beam's expansion service
}

// DefaultPorts are the usual ports of Flink and Beam.
func DefaultPorts() Ports {
	return Ports{REST: 8081, RPC: 6123, Job: 8099, Artifact: 8098, Expansion: 8097}
}

// FreePorts asks the system for ports that nobody uses now. Between this and the start of the cluster somebody may take
// one; the start then fails and says so.
func FreePorts() (Ports, error) {
	var p Ports
	err := findFree(&p.REST, &p.RPC, &p.Job, &p.Artifact, &p.Expansion)
	return p, err
}

func findFree(ports ...*int) error {
	for _, port := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return fmt.Errorf("cluster: no free port: %w", err)
		}
		defer l.Close()
		*port = l.Addr().(*net.TCPAddr).Port
	}
	return nil
}

// Settings say what a cluster is. The zero value of a field that has a default means the default.
type Settings struct {
	Dir   string // all files of the running cluster; default run/flink
	Cache string // jars, shared by all clusters; default beam-pmml/flink in the user's cache folder

	Ports         Ports
	Slots         int           // of one TaskManager; default 4
	BufferTimeout time.Duration // how long Flink keeps a record back to fill a network buffer; default 5 ms
	Corrections   []string      // nil: AllCorrections; empty: none
	Conf          []string      // further lines of Flink's config.yaml, "key: value"

	JobManagerHeapMB  int // default 512
	TaskManagerHeapMB int // default 640
	JobServerHeapMB   int // default 512
}

// AllCorrections names every correction of the runner, see the package comment.
func AllCorrections() []string {
	return []string{"side-input-state", "residuals", "loopback", "no-upload"}
}

// complete fills in defaults and makes folders absolute.
func (s Settings) complete() (Settings, error) {
	if s.Dir == "" {
		s.Dir = filepath.Join("run", "flink")
	}
	var err error
	if s.Dir, err = filepath.Abs(s.Dir); err != nil {
		return s, err
	}
	if s.Cache, err = cacheFolder(s.Cache); err != nil {
		return s, err
	}
	if s.Ports == (Ports{}) {
		s.Ports = DefaultPorts()
	}
	for value, byDefault := range map[*int]int{&s.Slots: 4, &s.JobManagerHeapMB: 512, &s.TaskManagerHeapMB: 640, &s.JobServerHeapMB: 512} {
		if *value == 0 {
			*value = byDefault
		}
	}
	if s.BufferTimeout == 0 {
		s.BufferTimeout = 5 * time.Millisecond
	}
	if s.Corrections == nil {
		s.Corrections = AllCorrections()
	}
	return s, nil
}

// cacheFolder is where jars are kept, absolute.
func cacheFolder(given string) (string, error) {
	if given == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			user = "run"
		}
		given = filepath.Join(user, "beam-pmml", "flink")
	}
	return filepath.Abs(given)
}

func (s Settings) folder() folder { return folder(s.Dir) }

func (s Settings) path(elem ...string) string { return s.folder().path(elem...) }

// JobServer is the address that submitters connect to.
func (s Settings) JobServer() string { return fmt.Sprintf("localhost:%d", s.Ports.Job) }

// REST is the base address of Flink's REST interface and of its UI.
func (s Settings) REST() string { return fmt.Sprintf("http://localhost:%d", s.Ports.REST) }
