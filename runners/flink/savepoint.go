package flink

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// StopWithSavepoint takes a savepoint, into directory (an uri; empty: the cluster's own), ends the job and returns the
// savepoint's uri. Nothing is lost or repeated when another job starts from it (Options.Savepoint).
func (j *Job) StopWithSavepoint(ctx context.Context, directory string) (string, error) {
	request := map[string]any{"drain": false}
	if directory != "" {
		request["targetDirectory"] = directory
	}
	uri, err := j.savepoint(ctx, "/stop", request)
	if err != nil {
		return "", err
	}
	_, err = j.Wait(ctx)
	return uri, err
}

// TakeSavepoint takes a savepoint, into directory (an uri; empty: the cluster's own), of the job, which goes on, and returns its
// uri. A job that starts from it repeats what this one does after it.
func (j *Job) TakeSavepoint(ctx context.Context, directory string) (string, error) {
	request := map[string]any{"cancel-job": false}
	if directory != "" {
		request["target-directory"] = directory
	}
	return j.savepoint(ctx, "/savepoints", request)
}

// savepoint asks for one and waits until it is made.
func (j *Job) savepoint(ctx context.Context, path string, request map[string]any) (string, error) {
	var trigger struct {
		ID string `json:"request-id"`
	}
	if err := j.rest.call(ctx, http.MethodPost, j.path(path), request, &trigger); err != nil {
		return "", err
	}
	tick := time.NewTicker(300 * time.Millisecond)
	defer tick.Stop()
	for {
		var answer struct {
			Status    struct{ ID string }
			Operation struct {
				Location     string
				FailureCause struct {
					StackTrace string `json:"stack-trace"`
				} `json:"failure-cause"`
			}
		}
		if err := j.rest.call(ctx, http.MethodGet, j.path("/savepoints/"+trigger.ID), nil, &answer); err != nil {
			return "", err
		}
		if answer.Status.ID == "COMPLETED" {
			if answer.Operation.Location == "" {
				return "", fmt.Errorf("flink: savepoint failed, the job goes on: %s", firstLines(answer.Operation.FailureCause.StackTrace, 5))
			}
			return answer.Operation.Location, nil
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-tick.C:
		}
	}
}
