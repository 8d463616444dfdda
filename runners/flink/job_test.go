package flink

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
)

// fakeREST answers as Flink does; each answer of a path is given once, the last one for ever.
type fakeREST struct {
	*httptest.Server
	mu      sync.Mutex
	answers map[string][]string
	calls   []string
}

func newFakeREST(t *testing.T, answers map[string][]string) *fakeREST {
	t.Helper()
	f := &fakeREST{answers: answers}
	f.Server = httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(f.Close)
	return f
}

func (f *fakeREST) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	call := r.Method + " " + r.URL.RequestURI()
	f.calls = append(f.calls, call)
	list := f.answers[call]
	if len(list) == 0 {
		w.WriteHeader(http.StatusNotFound)
		w.Write([]byte(`{"errors":["Job 0 not found","long trace"]}`))
		return
	}
	if len(list) > 1 {
		f.answers[call] = list[1:]
	}
	w.Write([]byte(list[0]))
}

func (f *fakeREST) called(call string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.calls {
		if c == call {
			return true
		}
	}
	return false
}

const (
	stateOfJob = "GET /jobs/7"
	running    = `{"jid":"7","state":"RUNNING"}`
	cancelled  = `{"jid":"7","state":"CANCELED"}`
	finished   = `{"jid":"7","state":"FINISHED"}`
	hasFailed  = `{"jid":"7","state":"FAILED"}`
	config     = `{"flink-version":"1.19.3"}`
	failures   = `{"exceptionHistory":{"entries":[{"exceptionName":"java.io.IOException","stacktrace":"java.io.IOException: Cannot run program","timestamp":1795388229000,"taskName":"score (1/2)","taskManagerId":"taskmanager1"}]}}`
)

func TestWaitReturnsTheEnd(t *testing.T) {
	f := newFakeREST(t, map[string][]string{stateOfJob: {running, finished}})
	if state, err := Attach(f.URL, "7").Wait(t.Context()); err != nil || state != Finished {
		t.Errorf("%s %v", state, err)
	}
}

func TestWaitTellsWhyAJobFailed(t *testing.T) {
	f := newFakeREST(t, map[string][]string{stateOfJob: {hasFailed}, "GET /jobs/7/exceptions": {failures}})
	_, err := Attach(f.URL, "7").Wait(t.Context())
	if !errors.Is(err, ErrFailed) || !strings.Contains(err.Error(), "Cannot run program") {
		t.Errorf("%v", err)
	}
}

func TestCancelGoesThroughFlinkAndWaits(t *testing.T) {
	f := newFakeREST(t, map[string][]string{stateOfJob: {running, cancelled}, "PATCH /jobs/7?mode=cancel": {"{}"}})
	if err := Attach(f.URL, "7").Cancel(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !f.called("PATCH /jobs/7?mode=cancel") {
		t.Error("the job was not cancelled")
	}
}

func TestCancelOfAJobThatHasEnded(t *testing.T) {
	f := newFakeREST(t, map[string][]string{stateOfJob: {finished}}) // the PATCH is refused
	if err := Attach(f.URL, "7").Cancel(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestCancelOfAJobThatIsNotThere(t *testing.T) {
	f := newFakeREST(t, nil)
	if err := Attach(f.URL, "7").Cancel(t.Context()); err == nil || !strings.Contains(err.Error(), "Job 0 not found") || strings.Contains(err.Error(), "trace") {
		t.Errorf("%v", err)
	}
}

func TestStopWithSavepoint(t *testing.T) {
	f := newFakeREST(t, map[string][]string{
		"POST /jobs/7/stop":         {`{"request-id":"r1"}`},
		"GET /jobs/7/savepoints/r1": {`{"status":{"id":"IN_PROGRESS"}}`, `{"status":{"id":"COMPLETED"},"operation":{"location":"file:/savepoints/1"}}`},
		stateOfJob:                  {finished},
	})
	if at, err := Attach(f.URL, "7").StopWithSavepoint(t.Context(), ""); err != nil || at != "file:/savepoints/1" {
		t.Errorf("%s %v", at, err)
	}
}

func TestASavepointThatFailed(t *testing.T) {
	f := newFakeREST(t, map[string][]string{
		"POST /jobs/7/stop":         {`{"request-id":"r1"}`},
		"GET /jobs/7/savepoints/r1": {`{"status":{"id":"COMPLETED"},"operation":{"failure-cause":{"class":"x","stack-trace":"no space left"}}}`},
	})
	if _, err := Attach(f.URL, "7").StopWithSavepoint(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("%v", err)
	}
}

func TestExceptions(t *testing.T) {
	f := newFakeREST(t, map[string][]string{"GET /jobs/7/exceptions": {failures}})
	list, err := Attach(f.URL, "7").Exceptions(t.Context())
	want := Failure{Time: time.UnixMilli(1795388229000), Name: "java.io.IOException", Text: "java.io.IOException: Cannot run program", Task: "score (1/2)", TaskManager: "taskmanager1"}
	if err != nil || len(list) != 1 || list[0] != want {
		t.Errorf("%v %+v", err, list)
	}
}

func TestCheckpoints(t *testing.T) {
	f := newFakeREST(t, map[string][]string{"GET /jobs/7/checkpoints": {
		`{"counts":{"completed":5,"failed":1,"in_progress":1,"restored":2},"latest":{"completed":{"state_size":2048,"end_to_end_duration":120}}}`,
		`{"counts":{"completed":0},"latest":{"completed":null}}`}})
	job := Attach(f.URL, "7")
	c, err := job.Checkpoints(t.Context())
	if want := (Checkpoints{Completed: 5, Failed: 1, InProgress: 1, Restored: 2, LatestBytes: 2048, LatestDuration: 120 * time.Millisecond}); err != nil || c != want {
		t.Errorf("%v %+v", err, c)
	}
	if c, err := job.Checkpoints(t.Context()); err != nil || c != (Checkpoints{}) {
		t.Errorf("before the first: %v %+v", err, c)
	}
}

func TestFindLeavesOutJobsThatHaveEnded(t *testing.T) {
	f := newFakeREST(t, map[string][]string{"GET /jobs/overview": {
		`{"jobs":[{"jid":"1","name":"a","state":"CANCELED"},{"jid":"2","name":"b","state":"RUNNING"},{"jid":"3","name":"a","state":"RESTARTING"}]}`}})
	if job, err := Find(t.Context(), f.URL, "a"); err != nil || job.ID != "3" {
		t.Errorf("%v %v", job, err)
	}
	if _, err := Find(t.Context(), f.URL, "c"); !errors.Is(err, ErrNoJob) {
		t.Errorf("%v", err)
	}
}

func TestFollowDoesWhatAnInterruptAsksFor(t *testing.T) {
	for _, c := range []struct {
		interrupt Interrupt
		call      string
	}{
		{InterruptCancels, "PATCH /jobs/7?mode=cancel"},
		{InterruptStops, "POST /jobs/7/stop"},
		{InterruptLeaves, ""},
	} {
		f := newFakeREST(t, map[string][]string{
			stateOfJob:                  {running, cancelled},
			"PATCH /jobs/7?mode=cancel": {"{}"},
			"POST /jobs/7/stop":         {`{"request-id":"r1"}`},
			"GET /jobs/7/savepoints/r1": {`{"status":{"id":"COMPLETED"},"operation":{"location":"file:/savepoints/1"}}`},
		})
		ctx, interrupt := context.WithCancel(t.Context())
		interrupt()
		if err := Attach(f.URL, "7").Follow(ctx, FollowOptions{OnInterrupt: c.interrupt}); err != nil {
			t.Errorf("%s: %v", c.interrupt, err)
		}
		for _, call := range []string{"PATCH /jobs/7?mode=cancel", "POST /jobs/7/stop"} {
			if f.called(call) != (call == c.call) {
				t.Errorf("%s: %s was called: %v", c.interrupt, call, f.called(call))
			}
		}
	}
}

func TestSubmitTellsWhichServerIsDown(t *testing.T) {
	p, s := beam.NewPipelineWithRoot()
	beam.Impulse(s)
	o := DefaultOptions()
	o.REST = "http://" + deadEndpoint(t).GetUrl()
	if _, err := Submit(t.Context(), p, o); !errors.Is(err, ErrREST) || !strings.Contains(err.Error(), o.REST) {
		t.Errorf("%v", err)
	}
	o.REST = newFakeREST(t, map[string][]string{"GET /jobs/overview": {`{"jobs":[]}`}, "GET /config": {config}, "GET /jobmanager/config": {`[]`}}).URL
	o.JobServer = deadEndpoint(t).GetUrl()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := Submit(ctx, p, o); !errors.Is(err, ErrJobServer) || !strings.Contains(err.Error(), o.JobServer) {
		t.Errorf("%v", err)
	}
}
