package flink

import (
	"context"
	"fmt"
	"net"
	"os"

	"github.com/apache/beam/sdks/v2/go/container/tools"
	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/runtime/harness"
	fnpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/fnexecution_v1"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/util/grpcx"
	"google.golang.org/grpc"
)

// ServePool serves workers, as goroutines of this process, to every TaskManager that asks at address (host:port), until
// ctx ends. It has no authentication: bind it to loopback or to a network of the cluster's own.
func ServePool(ctx context.Context, address string) error {
	if _, err := startPool(ctx, address); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// A workerPool answers requests to start a worker. Unlike the SDK's it does not insist that ids differ: each TaskManager
// counts its workers from one, so two of them ask for the same id.
type workerPool struct {
	fnpb.UnimplementedBeamFnExternalWorkerPoolServer
	ctx context.Context // of the pool; a request's own ends with its answer
}

// startPool returns the address at which the pool listens until ctx ends.
func startPool(ctx context.Context, address string) (string, error) {
	if !beam.Initialized() {
		return "", fmt.Errorf("flink: call beam.Init before workers are served")
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return "", fmt.Errorf("flink: worker pool: %w", err)
	}
	server := grpc.NewServer()
	fnpb.RegisterBeamFnExternalWorkerPoolServer(server, &workerPool{ctx: ctx})
	go func() {
		if err := server.Serve(listener); err != nil && ctx.Err() == nil {
			fmt.Fprintf(os.Stderr, "flink: the worker pool at %s has ended: %v\n", listener.Addr(), err)
		}
	}()
	context.AfterFunc(ctx, server.Stop)
	return listener.Addr().String(), nil
}

// StartWorker starts a worker that lives until its TaskManager closes the connection.
func (p *workerPool) StartWorker(_ context.Context, req *fnpb.StartWorkerRequest) (*fnpb.StartWorkerResponse, error) {
	id, control := req.GetWorkerId(), req.GetControlEndpoint().GetUrl()
	ctx := grpcx.WriteWorkerID(p.ctx, id)
	var options harness.Options
	if provision := req.GetProvisionEndpoint().GetUrl(); provision != "" {
		info, err := tools.ProvisionInfo(ctx, provision)
		if err != nil {
			return &fnpb.StartWorkerResponse{Error: fmt.Sprintf("ask %s what to do: %v", provision, err)}, nil
		}
		options = harnessOptions(info)
	}
	go func() {
		if err := harness.MainWithOptions(ctx, req.GetLoggingEndpoint().GetUrl(), control, options); err != nil && p.ctx.Err() == nil {
			fmt.Fprintf(os.Stderr, "flink worker %s of %s: ended: %v\n", id, control, err)
		}
	}()
	return &fnpb.StartWorkerResponse{}, nil
}

// StopWorker has nothing to do, see StartWorker.
func (p *workerPool) StopWorker(context.Context, *fnpb.StopWorkerRequest) (*fnpb.StopWorkerResponse, error) {
	return &fnpb.StopWorkerResponse{}, nil
}
