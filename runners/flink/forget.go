//go:build forgetstate

package flink

import (
	"context"
	"math"
	"strings"
	"sync"
	"time"

	fnpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/fnexecution_v1"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/util/grpcx"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// A test build (-tags forgetstate) in which restored state is never read back: the first thing that a worker process does
// with a cell of keyed state is to clear it. Until the first failure that changes nothing, since new state is empty. After
// it everything else is restored, where sources stand above all, so what the state held is gone for good. A test that kills
// a worker must fail with this build; otherwise it does not test that state is restored.

func init() {
	grpcx.Dial = func(ctx context.Context, endpoint string, timeout time.Duration) (*grpc.ClientConn, error) {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		return grpc.DialContext(ctx, endpoint, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithBlock(),
			grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(math.MaxInt32)), grpc.WithStreamInterceptor(forgetful))
	}
}

func forgetful(ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn, method string, open grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	stream, err := open(ctx, desc, conn, method, opts...)
	if err != nil || !strings.HasSuffix(method, "BeamFnState/State") {
		return stream, err
	}
	return &forgetfulStream{ClientStream: stream}, nil
}

// touched holds the cells that this process has cleared.
var touched sync.Map

// ofClearing marks the ids of requests that are not the harness's.
const ofClearing = "forget-"

type forgetfulStream struct{ grpc.ClientStream }

func (s *forgetfulStream) SendMsg(m any) error {
	req, ok := m.(*fnpb.StateRequest)
	cell := req.GetStateKey().GetBagUserState()
	if ok && cell != nil {
		if _, known := touched.LoadOrStore(cell.String(), true); !known {
			clearing := &fnpb.StateRequest{Id: ofClearing + req.GetId(), InstructionId: req.GetInstructionId(), StateKey: req.GetStateKey(),
				Request: &fnpb.StateRequest_Clear{Clear: &fnpb.StateClearRequest{}}}
			if err := s.ClientStream.SendMsg(clearing); err != nil {
				return err
			}
		}
	}
	return s.ClientStream.SendMsg(m)
}

func (s *forgetfulStream) RecvMsg(m any) error {
	for {
		if err := s.ClientStream.RecvMsg(m); err != nil {
			return err
		}
		if resp, ok := m.(*fnpb.StateResponse); !ok || !strings.HasPrefix(resp.GetId(), ofClearing) {
			return nil
		}
	}
}
