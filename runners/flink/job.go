package flink

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// State is a job's state in Flink's own words.
type State string

// States after which nothing more happens, and the usual one before. There are others, which come and go.
const (
	Running   State = "RUNNING"
	Finished  State = "FINISHED"
	Cancelled State = "CANCELED"
	Failed    State = "FAILED"
	Suspended State = "SUSPENDED"
)

// Terminal says that the job has ended.
func (s State) Terminal() bool {
	return s == Finished || s == Cancelled || s == Failed || s == Suspended
}

// A Job is a job on a Flink cluster. Its methods may be used by many goroutines at once.
type Job struct {
	Name string // as Flink lists it
	ID   string // Flink's id, 32 hex digits

	beamID     string
	submitted  time.Time
	resumed    bool   // from a savepoint
	workerLogs string // folder, empty if unknown
	rest       *restClient
	close      func()
}

// Attach returns the job of this id on the cluster, which another program may have submitted.
func Attach(rest, id string) *Job {
	return &Job{ID: id, rest: newRESTClient(rest), close: func() {}}
}

// Find returns the job of this name on the cluster that has not ended; ErrNoJob if there is none.
func Find(ctx context.Context, rest, name string) (*Job, error) {
	client := newRESTClient(rest)
	jobs, err := client.jobs(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w at %s: %w", ErrREST, rest, err)
	}
	for _, o := range jobs {
		if o.Name == name && !o.State.Terminal() {
			return &Job{Name: name, ID: o.ID, rest: client, close: func() {}}, nil
		}
	}
	return nil, fmt.Errorf("%w named %s", ErrNoJob, name)
}

// Close lets go of the job, which goes on, unless its workers are in this program (Loopback): they end.
func (j *Job) Close() { j.close() }

// URL is the job's page in Flink's UI.
func (j *Job) URL() string { return j.rest.base + "/#/job/running/" + j.ID }

func (j *Job) path(suffix string) string { return "/jobs/" + j.ID + suffix }

// State asks Flink for the state.
func (j *Job) State(ctx context.Context) (State, error) {
	var answer struct{ State State }
	err := j.rest.call(ctx, http.MethodGet, j.path(""), nil, &answer)
	return answer.State, err
}

// restPatience is how long Flink may be silent before Wait gives up: a JobManager that restarts takes some seconds.
const restPatience = time.Minute

// Wait returns the terminal state of the job, or an error when ctx ends or Flink has been silent for a minute. A failed job
// is ErrFailed with its cause.
func (j *Job) Wait(ctx context.Context) (State, error) {
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	answered := time.Now()
	for {
		state, err := j.State(ctx)
		switch {
		case err == nil && state == Failed:
			return state, fmt.Errorf("%w: %w", ErrFailed, j.cause(ctx))
		case err == nil && state.Terminal():
			return state, nil
		case err == nil:
			answered = time.Now()
		case time.Since(answered) > restPatience:
			return "", fmt.Errorf("%w at %s: %w", ErrREST, j.rest.base, err)
		}
		select {
		case <-ctx.Done():
			return state, ctx.Err()
		case <-tick.C:
		}
	}
}

func (j *Job) cause(ctx context.Context) error {
	failures, err := j.Exceptions(ctx)
	if err != nil {
		return err
	}
	return j.explain(failures)
}

// Cancel ends the job without a savepoint and returns when it has ended.
func (j *Job) Cancel(ctx context.Context) error {
	if err := j.rest.call(ctx, http.MethodPatch, j.path("?mode=cancel"), nil, nil); err != nil {
		// A job that has ended by itself is what was wanted.
		if state, stateErr := j.State(ctx); stateErr != nil || !state.Terminal() {
			return err
		}
		return nil
	}
	_, err := j.Wait(ctx)
	if errors.Is(err, ErrFailed) {
		return nil
	}
	return err
}

// A Failure is one failure of a running job, after which Flink restarted it or gave up.
type Failure struct {
	Time        time.Time
	Name        string // class of the exception
	Text        string // with stack trace
	Task        string
	TaskManager string
}

// Exceptions returns the newest failures first, as many as Flink keeps (16 by default). A job that fails again and again is
// Running most of the time: this is where to see it.
func (j *Job) Exceptions(ctx context.Context) ([]Failure, error) {
	var answer struct {
		History struct {
			Entries []struct {
				Name          string `json:"exceptionName"`
				Text          string `json:"stacktrace"`
				Timestamp     int64
				TaskName      string
				TaskManagerID string `json:"taskManagerId"`
			}
		} `json:"exceptionHistory"`
	}
	if err := j.rest.call(ctx, http.MethodGet, j.path("/exceptions"), nil, &answer); err != nil {
		return nil, err
	}
	var failures []Failure
	for _, e := range answer.History.Entries {
		failures = append(failures, Failure{Time: time.UnixMilli(e.Timestamp), Name: e.Name, Text: e.Text, Task: e.TaskName, TaskManager: e.TaskManagerID})
	}
	return failures, nil
}

// Checkpoints counts a job's checkpoints since its submission, restarts included.
type Checkpoints struct {
	Completed, Failed, InProgress, Restored int64
	LatestBytes                             int64         // size of the newest completed one
	LatestDuration                          time.Duration // from trigger to completion
}

// Checkpoints asks Flink.
func (j *Job) Checkpoints(ctx context.Context) (Checkpoints, error) {
	var answer struct {
		Counts struct {
			Completed  int64 `json:"completed"`
			Failed     int64 `json:"failed"`
			InProgress int64 `json:"in_progress"`
			Restored   int64 `json:"restored"`
		} `json:"counts"`
		Latest struct {
			Completed struct {
				StateSize int64 `json:"state_size"`
				Duration  int64 `json:"end_to_end_duration"`
			} `json:"completed"`
		} `json:"latest"`
	}
	err := j.rest.call(ctx, http.MethodGet, j.path("/checkpoints"), nil, &answer)
	return Checkpoints{
		Completed: answer.Counts.Completed, Failed: answer.Counts.Failed, InProgress: answer.Counts.InProgress, Restored: answer.Counts.Restored,
		LatestBytes: answer.Latest.Completed.StateSize, LatestDuration: time.Duration(answer.Latest.Completed.Duration) * time.Millisecond,
	}, err
}
