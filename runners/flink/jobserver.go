package flink

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	jobpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/jobmanagement_v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// checkJobServer asks the server which options it knows. One of another runner does not know Flink's; one of another
// version would ignore those that it does not know, a savepoint among them, without a word. Left out are the class for
// resources, which servers read and do not list, and what the caller adds to our options on their own account.
func (o Options) checkJobServer(ctx context.Context, server jobpb.JobServiceClient) error {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	answer, err := server.DescribePipelineOptions(ctx, &jobpb.DescribePipelineOptionsRequest{})
	if err != nil {
		if code := status.Code(err); code == codes.Unimplemented || code == codes.Unknown {
			return fmt.Errorf("%w: what listens there is not Beam's job server for Flink: %w", ErrVersion, err)
		}
		return err
	}
	known := map[string]bool{}
	for _, o := range answer.GetOptions() {
		known[plainName(o.GetName())] = true
	}
	if !known[plainName("flink_master")] {
		return fmt.Errorf("%w: it is a job server of another runner than Flink's", ErrVersion)
	}
	unknown := slices.DeleteFunc(slices.Sorted(maps.Keys(o.pipelineOptions())), func(name string) bool {
		_, extra := o.Extra[name]
		return known[plainName(name)] || extra || name == resourcesClass
	})
	if len(unknown) > 0 {
		return fmt.Errorf("%w: it does not know the options %s", ErrVersion, strings.Join(unknown, ", "))
	}
	return nil
}

// plainName makes the ways in which runners spell an option equal: max_parallelism, maxParallelism.
func plainName(name string) string {
	return strings.ToLower(strings.ReplaceAll(name, "_", ""))
}

// ErrVersion is returned when the job server is not one that this submitter can talk to.
var ErrVersion = errors.New("flink: the job server is of another kind or version")
