package cluster

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFreePortsDiffer(t *testing.T) {
	p, err := FreePorts()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int]bool{0: true}
	for _, port := range []int{p.REST, p.RPC, p.Job, p.Artifact, p.Expansion} {
		if seen[port] {
			t.Errorf("port %d comes twice, or is none", port)
		}
		seen[port] = true
	}
}

func TestEverythingListensOnLoopback(t *testing.T) {
	s, err := Settings{Dir: t.TempDir(), Cache: t.TempDir(), Conf: []string{"state.backend.type: rocksdb"}}.complete()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(s.path("conf"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := s.writeConf(); err != nil {
		t.Fatal(err)
	}
	conf, err := os.ReadFile(s.path("conf", "config.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"jobmanager.bind-host: localhost", "taskmanager.bind-host: localhost", "taskmanager.host: localhost", "rest.bind-address: localhost",
		"rest.port: 8081", "state.checkpoints.dir: file://" + s.path("checkpoints"), "state.backend.type: rocksdb",
	} {
		if !strings.Contains("\n"+string(conf), "\n"+line+"\n") {
			t.Errorf("no line %q", line)
		}
	}
	if strings.Contains(string(conf), "0.0.0.0") {
		t.Error("an address of all interfaces")
	}
}

// Flink refuses a TaskManager if one of these is missing and only some are given.
func TestEveryPartOfATaskManagersMemoryIsGiven(t *testing.T) {
	args := strings.Join(taskManagerMemory(640), " ")
	for _, part := range []string{
		"framework.heap.size=128mb", "task.heap.size=512mb", "framework.off-heap.size=", "task.off-heap.size=", "managed.size=",
		"network.min=", "network.max=", "jvm-metaspace.size=", "jvm-overhead.min=", "jvm-overhead.max=",
	} {
		if !strings.Contains(args, "-D taskmanager.memory."+part) {
			t.Errorf("no taskmanager.memory.%s", part)
		}
	}
}

func TestClassPathIsNamedAfterAllThatItDependsOn(t *testing.T) {
	digest := func(j jarSet) string {
		d, err := j.digest()
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	seen := map[string]string{}
	for name, set := range map[string]jarSet{"all": flinkJars(AllCorrections()), "one": flinkJars([]string{"residuals"}), "none": flinkJars(nil), "kafka": kafkaJars()} {
		d := digest(set)
		if d != digest(set) || seen[d] != "" {
			t.Errorf("%s has the digest %s, as %q", name, d, seen[d])
		}
		seen[d] = name
	}
}

// Corrected classes must hide the runner's own, which are in the jars.
func TestCorrectedClassesComeFirst(t *testing.T) {
	got := jarHome("home").classPath()
	want := filepath.Join("home", "corrected") + string(os.PathListSeparator) + filepath.Join("home", "lib", "*")
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestWithoutMavenTheErrorSaysWhatToInstall(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	err := Jars(t.Context(), Settings{Dir: t.TempDir(), Cache: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "JDK (17) and Maven") {
		t.Errorf("%v", err)
	}
}

func TestAwaitEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := folder(t.TempDir()).await(ctx, "nothing", func() bool { return false }); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "nothing") {
		t.Errorf("%v", err)
	}
}
