package flink

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	fnpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/fnexecution_v1"
	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"
)

// TestMain lets this test program be a worker, as a program of a user's.
func TestMain(m *testing.M) {
	if IsWorker(os.Args[1:]) {
		os.Exit(WorkerMain(os.Args[1:]))
	}
	beam.Init()
	os.Exit(m.Run())
}

func TestProcessEnvironmentStartsThisExecutableAsAWorker(t *testing.T) {
	o := DefaultOptions()
	o.Worker.Logs = "/var/log/workers"
	o.Worker.Env = map[string]string{"HOME": "/home/flink"}
	env, err := o.environment(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var process pipepb.ProcessPayload
	if err := proto.Unmarshal(env.GetPayload(), &process); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if env.GetUrn() != "beam:env:process:v1" || process.GetCommand() != self {
		t.Errorf("%s starts %s", env.GetUrn(), process.GetCommand())
	}
	want := map[string]string{"HOME": "/home/flink", envWorker: "1", envLogs: "/var/log/workers"}
	if got, _ := json.Marshal(process.GetEnv()); string(got) != mustJSON(t, want) {
		t.Errorf("environment is %s", got)
	}
	if len(env.GetDependencies()) != 0 {
		t.Errorf("%d files would be staged", len(env.GetDependencies()))
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestEnvironmentOfWorkersIsNotShared(t *testing.T) {
	o := DefaultOptions()
	o.Worker.Env = map[string]string{}
	if _, err := o.environment(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(o.Worker.Env) != 0 {
		t.Errorf("the caller's map was changed: %v", o.Worker.Env)
	}
}

func TestAProcessIsAWorkerByItsEnvironmentAlone(t *testing.T) {
	args := []string{"--id=1-1", "--provision_endpoint=localhost:1"}
	if IsWorker(args) {
		t.Error("a worker without the mark of the submitter")
	}
	t.Setenv(envWorker, "1")
	if !IsWorker(args) {
		t.Error("no worker with it")
	}
}

// What a worker prints before it serves, or instead, must not be lost: Flink throws it away.
func TestAWorkerThatCannotServeLeavesAReason(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	logs := filepath.Join(t.TempDir(), "job")
	cmd := exec.Command(self, "--id=1-1", "--provision_endpoint=")
	cmd.Env = []string{envWorker + "=1", envLogs + "=" + logs}
	if out, err := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != 1 || len(out) > 0 {
		t.Errorf("exit %d, %v, printed %s", cmd.ProcessState.ExitCode(), err, out)
	}
	if got := printed(logs, time.Time{}); !strings.Contains(got, "started without --id or --provision_endpoint") {
		t.Errorf("the log has %q", got)
	}
}

func TestWorkerTellsWhatIsMissing(t *testing.T) {
	if err := serveAsProcess(t.Context(), []string{"--id=1-1"}); err == nil {
		t.Error("a worker without an address to ask")
	}
}

// Two TaskManagers ask one pool for workers of the same id; the SDK's own pool refuses the second.
func TestPoolStartsWorkersOfOneIDTwice(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	address, err := startPool(ctx, "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	pool := fnpb.NewBeamFnExternalWorkerPoolClient(conn)
	nobody := deadEndpoint(t)
	for i := range 2 {
		resp, err := pool.StartWorker(ctx, &fnpb.StartWorkerRequest{WorkerId: "1-1", ControlEndpoint: nobody, LoggingEndpoint: nobody})
		if err != nil || resp.GetError() != "" {
			t.Errorf("worker %d: %v %s", i, err, resp.GetError())
		}
	}
}

// deadEndpoint is an address that refuses connections.
func deadEndpoint(t *testing.T) *pipepb.ApiServiceDescriptor {
	t.Helper()
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return &pipepb.ApiServiceDescriptor{Url: l.Addr().String()}
}
