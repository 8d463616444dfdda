package flink

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/apache/beam/sdks/v2/go/container/tools"
	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/runtime/graphx"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/util/hooks"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/log"
	jobpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/jobmanagement_v1"
	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/universal/runnerlib"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/util/grpcx"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/structpb"
)

// Sentinels of Submit and of a Job's methods; each comes with the address and the next step in its text.
var (
	ErrJobServer = errors.New("flink: the job server does not answer")
	ErrREST      = errors.New("flink: Flink's REST interface does not answer")
	ErrRefused   = errors.New("flink: the job server refused the job")
	ErrFailed    = errors.New("flink: the job failed")
	ErrNoJob     = errors.New("flink: no running job")
)

// connectTimeout bounds the wait for a server that should be there.
const connectTimeout = 15 * time.Second

// Submit sends the pipeline to the job server and returns when Flink has accepted the job. If ctx ends before that, a job
// that Flink accepts all the same is cancelled.
//
// In Loopback, the workers live until the Job is closed.
func Submit(ctx context.Context, p *beam.Pipeline, o Options) (*Job, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	if !beam.Initialized() {
		return nil, errors.New("flink: call beam.Init before Submit")
	}
	rest := newRESTClient(o.REST)
	about, err := rest.about(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w at %s (is the cluster up? --flink-rest): %w", ErrREST, o.REST, err)
	}
	known, err := rest.jobs(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w at %s: %w", ErrREST, o.REST, err)
	}
	conn, err := grpcx.Dial(ctx, o.JobServer, connectTimeout)
	if err != nil {
		return nil, fmt.Errorf("%w at %s (is it up? --endpoint): %w", ErrJobServer, o.JobServer, err)
	}
	workers, stopWorkers := context.WithCancel(context.WithoutCancel(ctx))
	job := &Job{Name: o.jobName(time.Now()), submitted: time.Now(), resumed: o.Savepoint != "", rest: rest,
		close: sync.OnceFunc(func() { stopWorkers(); conn.Close() })}
	o = o.suited(about, job.Name)
	job.workerLogs = o.Worker.Logs
	if err := submit(ctx, workers, conn, p, o, job, known); err != nil {
		job.Close()
		return nil, fmt.Errorf("%w (Flink %s at %s, job server %s)", err, about.version, o.REST, o.JobServer)
	}
	return job, nil
}

// suited fits the options to what the cluster says about itself.
func (o Options) suited(a about, jobName string) Options {
	o.Worker.Logs = o.workerLogs(a, jobName)
	o.UploadJars = o.UploadJars || !a.has(noUpload)
	o.sideInputs = a.has(sideInputState)
	return o
}

func submit(ctx, workers context.Context, conn *grpc.ClientConn, p *beam.Pipeline, o Options, job *Job, known []jobOverview) error {
	server := jobpb.NewJobServiceClient(conn)
	if err := o.checkJobServer(ctx, server); err != nil {
		return err
	}
	pipeline, err := o.marshal(workers, p)
	if err != nil {
		return err
	}
	if err := o.checkSideInputs(pipeline); err != nil {
		return err
	}
	o.hasEnd = hasEnd(pipeline)
	options, err := o.wireOptions(job.Name)
	if err != nil {
		return err
	}
	prepared, err := server.Prepare(ctx, &jobpb.PrepareJobRequest{Pipeline: pipeline, PipelineOptions: options, JobName: job.Name})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	// Nothing is staged, but the server waits for the end of staging.
	token, err := runnerlib.Stage(ctx, prepared.GetPreparationId(), prepared.GetArtifactStagingEndpoint().GetUrl(), "", prepared.GetStagingSessionToken())
	if err != nil {
		return fmt.Errorf("%w while artifacts were staged: %w", ErrRefused, err)
	}
	started, err := server.Run(ctx, &jobpb.RunJobRequest{PreparationId: prepared.GetPreparationId(), RetrievalToken: token})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	job.beamID = started.GetJobId()
	return job.awaitAccepted(ctx, server, known)
}

// hasEnd says whether all that the pipeline has is bounded.
func hasEnd(p *pipepb.Pipeline) bool {
	for _, c := range p.GetComponents().GetPcollections() {
		if c.GetIsBounded() != pipepb.IsBounded_BOUNDED {
			return false
		}
	}
	return true
}

// marshal turns the pipeline into its form on the wire.
func (o Options) marshal(workers context.Context, p *beam.Pipeline) (*pipepb.Pipeline, error) {
	edges, _, err := p.Build()
	if err != nil {
		return nil, fmt.Errorf("flink: build the pipeline: %w", err)
	}
	env, err := o.environment(workers)
	if err != nil {
		return nil, err
	}
	pipeline, err := graphx.Marshal(edges, &graphx.Options{Environment: env, PipelineResourceHints: jobopts.GetPipelineResourceHints()})
	if err != nil {
		return nil, fmt.Errorf("flink: marshal the pipeline: %w", err)
	}
	return pipeline, nameCollections(pipeline)
}

// wireOptions are the pipeline options as the job server reads them: the runner's at the top level, the flags of the
// program inside go_options, where workers find them (beam.PipelineOptions).
func (o Options) wireOptions(jobName string) (*structpb.Struct, error) {
	hooks.SerializeHooksToOptions()
	beam.PipelineOptions.LoadOptionsFromFlags(nil)
	wire := map[string]any{
		"beam:option:go_options:v1":  beam.PipelineOptions.Export(),
		"beam:option:app_name:v1":    jobName,
		"beam:option:job_name:v1":    jobName,
		"beam:option:experiments:v1": append([]string{"beam_fn_api"}, jobopts.GetExperiments()...),
	}
	for name, value := range o.pipelineOptions() {
		wire["beam:option:"+name+":v1"] = value
	}
	options, err := tools.OptionsToProto(wire)
	if err != nil {
		return nil, fmt.Errorf("flink: pipeline options: %w", err)
	}
	return options, nil
}

// acceptTimeout bounds the job server's translation and the upload of jars, if there is one.
const acceptTimeout = 5 * time.Minute

// awaitAccepted waits until Flink lists a job of this name that was not there before, or the job server gives up.
func (j *Job) awaitAccepted(ctx context.Context, server jobpb.JobServiceClient, known []jobOverview) error {
	refused := make(chan error, 1)
	messages, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	go func() { refused <- followMessages(messages, server, j.beamID) }()

	waiting, cancel := context.WithTimeout(context.WithoutCancel(ctx), acceptTimeout)
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-refused:
			return fmt.Errorf("%w: %w", ErrRefused, explain(err.Error()))
		case <-waiting.Done():
			return fmt.Errorf("flink: the job server took job %s but Flink has not started it after %v", j.beamID, acceptTimeout)
		case <-tick.C:
		}
		jobs, err := j.rest.jobs(waiting)
		if err != nil {
			continue // asked again until waiting ends
		}
		at := slices.IndexFunc(jobs, func(o jobOverview) bool {
			return o.Name == j.Name && !slices.ContainsFunc(known, func(k jobOverview) bool { return k.ID == o.ID })
		})
		if at < 0 {
			continue
		}
		j.ID = jobs[at].ID
		if jobs[at].State == Failed {
			return fmt.Errorf("%w: %w", ErrFailed, j.cause(waiting))
		}
		if ctx.Err() != nil {
			return errors.Join(ctx.Err(), j.Cancel(waiting))
		}
		return nil
	}
}

// followMessages logs what the job server says and returns an error when the job has failed there; nil is never returned.
func followMessages(ctx context.Context, server jobpb.JobServiceClient, id string) error {
	stream, err := server.GetMessageStream(ctx, &jobpb.JobMessagesRequest{JobId: id})
	if err != nil {
		return err
	}
	last := "the job server gives no reason; see its log"
	for {
		m, err := stream.Recv()
		switch {
		case errors.Is(err, io.EOF):
			return errors.New(last)
		case err != nil:
			return err
		}
		if text := m.GetMessageResponse().GetMessageText(); text != "" {
			log.Debugf(ctx, "job server: %s", text)
			if m.GetMessageResponse().GetImportance() >= jobpb.JobMessage_JOB_MESSAGE_ERROR {
				last = text
			}
		}
		if m.GetStateResponse().GetState() == jobpb.JobState_FAILED && last != "" {
			// The reason comes after the state.
			if m, err := stream.Recv(); err == nil && m.GetMessageResponse().GetMessageText() != "" {
				last = m.GetMessageResponse().GetMessageText()
			}
			return errors.New(last)
		}
	}
}
