package main

import (
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
			return nil
		}
	}
}

// The boot program of Beam's image starts the staged executable with these flags alone, none of them ours.
func TestWorkerThatBeamsBootProgramStarts(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &runner{workers: make(chan string, 1)}
	server := grpc.NewServer()
	fnpb.RegisterBeamFnControlServer(server, r)
	fnpb.RegisterBeamFnLoggingServer(server, r)
	go func() { _ = server.Serve(listener) }()
	defer server.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	address := listener.Addr().String()
	cmd := exec.CommandContext(ctx, "pipeline", "--worker=true", "--id=sdk-0-0", "--logging_endpoint="+address, "--control_endpoint="+address, "--semi_persist_dir="+t.TempDir())
	output := make(chan []byte, 1)
	go func() {
		out, _ := cmd.CombinedOutput() // ends with an error, as the connection does
		output <- out
	}()
	select {
	case id := <-r.workers:
		if id != "sdk-0-0" {
			t.Errorf("the worker says that it is %q", id)
		}
	case out := <-output:
		t.Fatalf("the worker has ended without a word to the runner:\n%s", out)
	}
	cancel()
}
