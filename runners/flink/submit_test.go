package flink

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	jobpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/jobmanagement_v1"
	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
	"google.golang.org/grpc"
)

// fakeJobServer takes any job whose options it knows, and says of it what it is told to.
type fakeJobServer struct {
	jobpb.UnimplementedJobServiceServer
	jobpb.UnimplementedArtifactStagingServiceServer
	address  string
	options  []string // that it knows
	prepared *jobpb.PrepareJobRequest
	fails    string // with this text, once it runs
	ran      bool
}

func newFakeJobServer(t *testing.T) *fakeJobServer {
	t.Helper()
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &fakeJobServer{address: l.Addr().String(), options: []string{"flinkMaster"}}
	o := DefaultOptions()
	o.Parallelism, o.Savepoint, o.StateBackend = 1, "file:/s", "hashmap"
	for name := range o.pipelineOptions() {
		if name != resourcesClass { // as the real one
			f.options = append(f.options, name)
		}
	}
	server := grpc.NewServer()
	jobpb.RegisterJobServiceServer(server, f)
	jobpb.RegisterArtifactStagingServiceServer(server, f)
	go server.Serve(l)
	t.Cleanup(server.Stop)
	return f
}

func (f *fakeJobServer) DescribePipelineOptions(context.Context, *jobpb.DescribePipelineOptionsRequest) (*jobpb.DescribePipelineOptionsResponse, error) {
	answer := &jobpb.DescribePipelineOptionsResponse{}
	for _, name := range f.options {
		answer.Options = append(answer.Options, &jobpb.PipelineOptionDescriptor{Name: name})
	}
	return answer, nil
}

func (f *fakeJobServer) Prepare(_ context.Context, req *jobpb.PrepareJobRequest) (*jobpb.PrepareJobResponse, error) {
	f.prepared = req
	return &jobpb.PrepareJobResponse{PreparationId: "p", StagingSessionToken: "t", ArtifactStagingEndpoint: &pipepb.ApiServiceDescriptor{Url: f.address}}, nil
}

func (f *fakeJobServer) ReverseArtifactRetrievalService(stream jobpb.ArtifactStagingService_ReverseArtifactRetrievalServiceServer) error {
	_, err := stream.Recv()
	return err
}

func (f *fakeJobServer) Run(context.Context, *jobpb.RunJobRequest) (*jobpb.RunJobResponse, error) {
	f.ran = true
	return &jobpb.RunJobResponse{JobId: "beam-1"}, nil
}

func (f *fakeJobServer) GetMessageStream(_ *jobpb.JobMessagesRequest, stream jobpb.JobService_GetMessageStreamServer) error {
	if f.fails == "" {
		<-stream.Context().Done()
		return stream.Context().Err()
	}
	return stream.Send(&jobpb.JobMessagesResponse{Response: &jobpb.JobMessagesResponse_MessageResponse{MessageResponse: &jobpb.JobMessage{
		MessageText: f.fails, Importance: jobpb.JobMessage_JOB_MESSAGE_ERROR}}})
}

// onACluster are options for the fake job server and a Flink that has these lines of config.yaml and lists these jobs, one answer after
// another.
func (f *fakeJobServer) onACluster(t *testing.T, lines string, jobs ...string) Options {
	t.Helper()
	o := DefaultOptions()
	o.JobServer, o.JobName = f.address, "fraud"
	o.REST = newFakeREST(t, map[string][]string{
		"GET /config": {config}, "GET /jobmanager/config": {lines}, "GET /jobs/overview": jobs,
		"GET /jobs/7/exceptions": {failures},
	}).URL
	return o
}

const (
	corrected = `[{"key":"beam-pmml.corrections","value":"side-input-state,no-upload"},{"key":"beam-pmml.worker-logs","value":"/logs"}]`
	noJobs    = `{"jobs":[]}`
	oneJob    = `{"jobs":[{"jid":"7","name":"fraud","state":"RUNNING"}]}`
)

func plainPipeline() *beam.Pipeline {
	p, s := beam.NewPipelineWithRoot()
	beam.ParDo0(s, ignore, beam.Impulse(s))
	return p
}

func sideInputPipeline() *beam.Pipeline {
	p, s := beam.NewPipelineWithRoot()
	beam.ParDo0(s, ignoreWith, beam.Impulse(s), beam.SideInput{Input: beam.Impulse(s)})
	return p
}

func ignore([]byte)             {}
func ignoreWith([]byte, []byte) {}

func init() {
	beam.RegisterFunction(ignore)
	beam.RegisterFunction(ignoreWith)
}

func TestSubmitReturnsTheJobThatFlinkLists(t *testing.T) {
	f := newFakeJobServer(t)
	o := f.onACluster(t, corrected, noJobs, noJobs, oneJob)
	job, err := Submit(t.Context(), plainPipeline(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer job.Close()
	if job.ID != "7" || job.Name != "fraud" || job.URL() != o.REST+"/#/job/running/7" {
		t.Errorf("%+v at %s", job, job.URL())
	}
	wire := f.prepared.GetPipelineOptions().AsMap()
	if got := wire["beam:option:pipeline_resources_detector_factory_class:v1"]; got != noUploadClass {
		t.Errorf("a cluster that has the jars gets the class %v", got)
	}
	if job.workerLogs != "/logs/job-fraud" {
		t.Errorf("workers print into %q", job.workerLogs)
	}
}

func TestJarsAreUploadedToAClusterThatDoesNotSayThatItHasThem(t *testing.T) {
	f := newFakeJobServer(t)
	job, err := Submit(t.Context(), plainPipeline(), f.onACluster(t, `[]`, noJobs, oneJob))
	if err != nil {
		t.Fatal(err)
	}
	defer job.Close()
	if class, sent := f.prepared.GetPipelineOptions().AsMap()["beam:option:pipeline_resources_detector_factory_class:v1"]; sent {
		t.Errorf("the class %v is asked for", class)
	}
}

// A source without more to read stays for ever unless it is told to end, for the sake of checkpoints.
func TestAPipelineWithAnEndComesToIt(t *testing.T) {
	f := newFakeJobServer(t)
	job, err := Submit(t.Context(), plainPipeline(), f.onACluster(t, corrected, noJobs, oneJob))
	if err != nil {
		t.Fatal(err)
	}
	defer job.Close()
	const option = "beam:option:shutdown_sources_after_idle_ms:v1"
	if got := f.prepared.GetPipelineOptions().AsMap()[option]; got != "0" {
		t.Errorf("%s is %v, want 0", option, got)
	}
	collection := func(b pipepb.IsBounded_Enum) *pipepb.PCollection { return &pipepb.PCollection{IsBounded: b} }
	mixed := &pipepb.Pipeline{Components: &pipepb.Components{Pcollections: map[string]*pipepb.PCollection{
		"n1": collection(pipepb.IsBounded_BOUNDED), "n2": collection(pipepb.IsBounded_UNBOUNDED)}}}
	if hasEnd(mixed) {
		t.Error("a pipeline with an unbounded collection has an end")
	}
}

func TestSideInputsAreRefusedWhereNoCheckpointCanHoldThem(t *testing.T) {
	f := newFakeJobServer(t)
	_, err := Submit(t.Context(), sideInputPipeline(), f.onACluster(t, `[]`, noJobs, oneJob))
	if !errors.Is(err, ErrSideInputs) || f.prepared != nil {
		t.Errorf("%v, prepared %v", err, f.prepared != nil)
	}
	withoutCheckpoints := f.onACluster(t, `[]`, noJobs, oneJob)
	withoutCheckpoints.CheckpointInterval = 0
	for name, o := range map[string]Options{"corrected": f.onACluster(t, corrected, noJobs, oneJob), "without checkpoints": withoutCheckpoints} {
		job, err := Submit(t.Context(), sideInputPipeline(), o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		job.Close()
	}
}

func TestAJobServerThatIsNotFlinks(t *testing.T) {
	f := newFakeJobServer(t)
	o := f.onACluster(t, corrected, noJobs)
	f.options = []string{"sparkMaster", "streaming"}
	if _, err := Submit(t.Context(), plainPipeline(), o); !errors.Is(err, ErrVersion) || !strings.Contains(err.Error(), "another runner") {
		t.Errorf("%v", err)
	}
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	silent := grpc.NewServer() // speaks gRPC, and knows no job service
	go silent.Serve(l)
	defer silent.Stop()
	o.JobServer = l.Addr().String()
	if _, err := Submit(t.Context(), plainPipeline(), o); !errors.Is(err, ErrVersion) || !strings.Contains(err.Error(), "not Beam's job server") {
		t.Errorf("%v", err)
	}
}

// A job server ignores what it does not know; a savepoint must not be ignored.
func TestAnOptionThatTheJobServerDoesNotKnow(t *testing.T) {
	f := newFakeJobServer(t)
	f.options = slices.DeleteFunc(f.options, func(name string) bool { return name == "savepoint_path" })
	o := f.onACluster(t, corrected, noJobs)
	o.Savepoint, o.Extra = "file:/s", map[string]string{"object_reuse": "true"}
	if _, err := Submit(t.Context(), plainPipeline(), o); !errors.Is(err, ErrVersion) || !strings.Contains(err.Error(), "does not know the options savepoint_path (Flink 1.19.3") {
		t.Errorf("%v", err)
	}
}

func TestAJobThatTheJobServerGivesUp(t *testing.T) {
	f := newFakeJobServer(t)
	f.fails = "java.lang.RuntimeException: Unable to find factory method io.github.beampmml.flink.NoUpload#create()"
	_, err := Submit(t.Context(), plainPipeline(), f.onACluster(t, corrected, noJobs))
	if !errors.Is(err, ErrRefused) || !errors.Is(err, ErrVersion) || !strings.Contains(err.Error(), "--flink-upload-jars") {
		t.Errorf("%v", err)
	}
}

func TestAJobThatFailsAtOnce(t *testing.T) {
	f := newFakeJobServer(t)
	_, err := Submit(t.Context(), plainPipeline(), f.onACluster(t, corrected, noJobs, `{"jobs":[{"jid":"7","name":"fraud","state":"FAILED"}]}`))
	if !errors.Is(err, ErrFailed) || !errors.Is(err, ErrEnvironment) {
		t.Errorf("%v", err)
	}
}

func TestWhatListensAtTheAddressOfFlinkIsNotFlink(t *testing.T) {
	o := DefaultOptions()
	o.REST = newFakeREST(t, map[string][]string{"GET /config": {`{}`}}).URL
	if _, err := Submit(t.Context(), plainPipeline(), o); !errors.Is(err, ErrREST) || !strings.Contains(err.Error(), "no Flink there") {
		t.Errorf("%v", err)
	}
}

func TestTheWorkerThatPrintedLastIsShown(t *testing.T) {
	dir, began := t.TempDir(), time.Now()
	write := func(name, text string, at time.Time) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	write("worker-1.log", "of yesterday", began.Add(-24*time.Hour))
	if got := printed(dir, began); got != "" {
		t.Errorf("shown: %s", got)
	}
	write("worker-2.log", strings.Repeat("x", 3*logTail)+"\npanic: no such table\n", began.Add(2*time.Second))
	write("worker-3.log", "serves", began.Add(time.Second))
	got := printed(dir, began)
	if !strings.Contains(got, "panic: no such table") || !strings.Contains(got, "worker-2.log") || len(got) > logTail+300 {
		t.Errorf("shown: %s", got)
	}
}

func TestALogFolderStaysBelowThatOfTheCluster(t *testing.T) {
	o := DefaultOptions()
	for name, want := range map[string]string{"fraud": "/logs/job-fraud", "../../etc": "/logs/job-.._.._etc", "a/b": "/logs/job-a_b"} {
		if got := o.workerLogs(about{workerLogs: "/logs"}, name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	o.Worker.Logs = "/mine"
	if got := o.workerLogs(about{workerLogs: "/logs"}, "fraud"); got != "/mine" {
		t.Errorf("what was asked for is %s", got)
	}
}
