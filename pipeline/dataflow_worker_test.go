package main

import (
	"bytes"
	"context"
	"net"
	"os/exec"
	"testing"
	"time"

	fnpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/fnexecution_v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

// runner stands in for what a worker is to connect to.
type runner struct {
	fnpb.UnimplementedBeamFnControlServer
	fnpb.UnimplementedBeamFnLoggingServer
	workers chan string
}

// Control takes the worker's id and ends the connection, by which a runner ends a worker.
func (r *runner) Control(s fnpb.BeamFnControl_ControlServer) error {
	md, _ := metadata.FromIncomingContext(s.Context())
	for _, id := range md.Get("worker_id") {
		r.workers <- id
	}
	return nil
}

// Logging takes what the worker logs.
func (r *runner) Logging(s fnpb.BeamFnLogging_LoggingServer) error {
	for {
		if _, err := s.Recv(); err != nil {
			return err
		}
	}
}

// startRunner returns the stand-in and its address.
func startRunner(t *testing.T) (r *runner, address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r = &runner{workers: make(chan string, 1)}
	server := grpc.NewServer()
	fnpb.RegisterBeamFnControlServer(server, r)
	fnpb.RegisterBeamFnLoggingServer(server, r)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return r, listener.Addr().String()
}

// wantWorker waits for the worker of that id, or for the end of the program that should have become it.
func (r *runner) wantWorker(t *testing.T, id string, ended <-chan []byte) {
	t.Helper()
	select {
	case got := <-r.workers:
		if got != id {
			t.Errorf("the worker says that it is %q, want %q", got, id)
		}
	case out := <-ended:
		t.Fatalf("the program has ended without a word to the runner:\n%s", out)
	}
}

// startPipeline starts the program. What it has printed comes once it has ended, at the latest after a minute.
func startPipeline(t *testing.T, args ...string) (*exec.Cmd, <-chan []byte) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	cmd := exec.CommandContext(ctx, "pipeline", args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan []byte, 1)
	done := make(chan struct{})
	go func() {
		_ = cmd.Wait() // how it has ended is in cmd.ProcessState
		ended <- out.Bytes()
		close(done)
	}()
	t.Cleanup(func() { cancel(); <-done })
	return cmd, ended
}

// The boot program of Beam's image starts the staged executable with these flags alone, none of them ours.
func TestWorkerThatBeamsBootProgramStarts(t *testing.T) {
	r, address := startRunner(t)
	_, ended := startPipeline(t, "--worker=true", "--id=sdk-0-0", "--logging_endpoint="+address, "--control_endpoint="+address, "--semi_persist_dir="+t.TempDir())
	r.wantWorker(t, "sdk-0-0", ended)
}
