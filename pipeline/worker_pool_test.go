package main

import (
	"net"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	fnpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/fnexecution_v1"
	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// startPool starts a pool and waits until it answers. The first worker that it is asked for speaks to r.
func startPool(t *testing.T, r *runner, address string) (pool string, cmd *exec.Cmd, ended <-chan []byte) {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	pool = free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	cmd, ended = startPipeline(t, "worker-pool", "--listen="+pool)
	conn, err := grpc.NewClient(pool, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	endpoint := &pipepb.ApiServiceDescriptor{Url: address}
	answer, err := fnpb.NewBeamFnExternalWorkerPoolClient(conn).StartWorker(t.Context(),
		&fnpb.StartWorkerRequest{WorkerId: "1-1", ControlEndpoint: endpoint, LoggingEndpoint: endpoint}, grpc.WaitForReady(true))
	if err != nil || answer.GetError() != "" {
		t.Fatalf("%v, %q", err, answer.GetError())
	}
	r.wantWorker(t, "1-1", ended)
	return pool, cmd, ended
}

// A TaskManager asks the pool beside it for a worker; here the embedded runner does, whose own process scores nothing then.
func TestWorkerPoolRunsTheDemo(t *testing.T) {
	expected := readLines[expectedOutcome](t, filepath.Join(demo, "expected.jsonl"))
	r, address := startRunner(t)
	pool, cmd, ended := startPool(t, r, address)
	o, out := demoOptions(t, "events.jsonl", "state", 2), t.TempDir()
	args := []string{"run", "--quiet", "--events=" + o.events, "--control=" + o.control, "--out=" + out, "--join=state", "--parts=2",
		"--environment_type=EXTERNAL", "--environment_config=" + pool}
	if printed, err := exec.CommandContext(t.Context(), "pipeline", args...).CombinedOutput(); err != nil {
		t.Fatalf("%v:\n%s", err, printed)
	}
	got, _ := readOutcomes(t, out)
	compareDemo(t, expected, got, o.events)

	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if printed := <-ended; !cmd.ProcessState.Success() {
		t.Errorf("%v after SIGTERM:\n%s", cmd.ProcessState, printed)
	}
}
