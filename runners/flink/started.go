package flink

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ErrNotStarted is returned for a job that Flink has accepted and that does not do its work.
var ErrNotStarted = errors.New("flink: the job has not started to work")

// hopeless is how many failures before the first sign of work are enough: Flink itself would start the job for ever.
const hopeless = 3

// AwaitStarted returns when every task of the job runs and every source has been given something to read. A job that runs
// for Flink may have no slot, no worker, or a source that waits for nothing; ErrNotStarted then says which, when ctx ends,
// or as soon as the job has failed three times or ended.
//
// A job that starts from a savepoint goes on with what its sources had left, and nobody gives them anything. There a source
// counts as started when it has written a record or moved its watermark.
func (j *Job) AwaitStarted(ctx context.Context) error {
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	missing := []string{"Flink tells nothing about it"}
	for {
		state, failures, err := j.lately(ctx)
		switch {
		case err == nil && (state == Finished || state == Cancelled):
			return nil // a bounded job may be done by now
		case err == nil && (state == Failed || len(failures) >= hopeless):
			return fmt.Errorf("%w: %w", ErrNotStarted, j.explain(failures))
		case err == nil && state == Running:
			if now, err := j.unstarted(ctx); err == nil {
				missing = now
			}
			if len(missing) == 0 {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %s", ErrNotStarted, strings.Join(missing, "; "))
		case <-tick.C:
		}
	}
}

// lately is the job's state and what it has suffered since it was submitted.
func (j *Job) lately(ctx context.Context) (State, []Failure, error) {
	state, err := j.State(ctx)
	if err != nil {
		return "", nil, err
	}
	failures, err := j.Exceptions(ctx)
	return state, failures, err
}

// explain tells the newest failure, and what a worker has printed if it has to do with workers.
func (j *Job) explain(failures []Failure) error {
	if len(failures) == 0 {
		return errors.New("no cause is kept; see the JobManager's log")
	}
	err := explain(failures[0].Text)
	if text := printed(j.workerLogs, j.submitted); text != "" {
		return fmt.Errorf("%w\n%s", err, text)
	}
	return err
}

// unstarted names what does not work yet.
func (j *Job) unstarted(ctx context.Context) ([]string, error) {
	vertices, err := j.Vertices(ctx)
	if err != nil {
		return nil, err
	}
	if len(vertices) == 0 {
		return []string{"it has no steps yet"}, nil
	}
	if idle := idleTasks(vertices); idle != "" {
		return []string{idle + j.slots(ctx, vertices)}, nil
	}
	resumed := j.resumed
	if c, err := j.Checkpoints(ctx); err == nil && c.Restored > 0 {
		resumed = true // it failed after its first checkpoint, and its tasks count from their last start
	}
	var missing []string
	for _, s := range sources(vertices) {
		works := s.reader.Read > 0 || s.reader.Wrote > 0
		if !works && resumed {
			works = j.moves(ctx, s.reader)
		}
		if !works {
			missing = append(missing, "the source "+s.name+" reads nothing")
		}
	}
	return missing, nil
}

// idleTasks says how many tasks do not run, and in which states they are.
func idleTasks(vertices []Vertex) string {
	all, idle := 0, map[string]int{}
	for _, v := range vertices {
		for state, n := range v.Tasks {
			all += n
			if n > 0 && state != "RUNNING" && state != "FINISHED" {
				idle[strings.ToLower(state)] += n
			}
		}
	}
	if len(idle) == 0 {
		return ""
	}
	var states []string
	for state, n := range idle {
		states = append(states, fmt.Sprintf("%d are %s", n, state))
	}
	slices.Sort(states)
	return fmt.Sprintf("of its %d tasks %s", all, strings.Join(states, ", "))
}

// slots tells of the cluster's slots if none is free: then tasks wait for one.
func (j *Job) slots(ctx context.Context, vertices []Vertex) string {
	var o struct {
		Total int `json:"slots-total"`
		Free  int `json:"slots-available"`
	}
	if err := j.rest.call(ctx, "GET", "/overview", nil, &o); err != nil || o.Free > 0 {
		return ""
	}
	needed := 0
	for _, v := range vertices {
		needed = max(needed, v.Parallelism)
	}
	return fmt.Sprintf(" (the job needs %d slots; the cluster has %d, none free)", needed, o.Total)
}

// A source is a splittable DoFn, which Beam runs in two steps: one makes the pieces of work, one reads them.
type source struct {
	name   string
	reader Vertex
}

// makesPieces is in the name of the first step.
const makesPieces = "SplitAndSize"

func sources(vertices []Vertex) []source {
	var list []source
	for _, first := range vertices {
		if !strings.Contains(first.Name, makesPieces) {
			continue
		}
		for _, v := range vertices {
			if slices.Contains(v.Inputs, first.ID) {
				list = append(list, source{sourceName(first.Name), v})
			}
		}
	}
	return list
}

// sourceName takes the transform's name out of the vertex's, such as [2]read/records.followFn/{PairWithRestriction0, SplitAndSize0}.
func sourceName(vertex string) string {
	name, _, _ := strings.Cut(vertex, "/{")
	if _, after, found := strings.Cut(name, "]"); found && strings.HasPrefix(name, "[") {
		name = after
	}
	return name
}

// moves says whether the reader has sent on a watermark. Before the first one it is the least number that there is.
func (j *Job) moves(ctx context.Context, reader Vertex) bool {
	metrics, err := j.Metrics(ctx, reader.ID, "currentOutputWatermark")
	return err == nil && slices.ContainsFunc(metrics, func(m Metric) bool { return m.Max > -9.2e18 })
}
