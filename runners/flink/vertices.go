package flink

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// A Vertex is one step of a job as Flink runs it: a stage of the pipeline, in as many tasks as its parallelism.
type Vertex struct {
	ID, Name    string
	Parallelism int
	Tasks       map[string]int // by Flink's state of a task: RUNNING, SCHEDULED, FINISHED …
	Read, Wrote int64          // records, since the last start; some seconds old
	Inputs      []string       // ids of the vertices that it reads from
}

// Vertices asks Flink.
func (j *Job) Vertices(ctx context.Context) ([]Vertex, error) {
	var answer struct {
		Vertices []struct {
			ID, Name    string
			Parallelism int
			Tasks       map[string]int
			Metrics     struct {
				Read  int64 `json:"read-records"`
				Wrote int64 `json:"write-records"`
			}
		}
		Plan struct {
			Nodes []struct {
				ID     string
				Inputs []struct{ ID string }
			}
		}
	}
	if err := j.rest.call(ctx, http.MethodGet, j.path(""), nil, &answer); err != nil {
		return nil, err
	}
	inputs := map[string][]string{}
	for _, n := range answer.Plan.Nodes {
		for _, in := range n.Inputs {
			inputs[n.ID] = append(inputs[n.ID], in.ID)
		}
	}
	var all []Vertex
	for _, v := range answer.Vertices {
		all = append(all, Vertex{ID: v.ID, Name: v.Name, Parallelism: v.Parallelism, Tasks: v.Tasks, Read: v.Metrics.Read, Wrote: v.Metrics.Wrote, Inputs: inputs[v.ID]})
	}
	return all, nil
}

// A Metric is one metric of a vertex, over its tasks.
type Metric struct {
	ID                 string
	Min, Max, Avg, Sum float64
}

// Metrics returns the metrics of a vertex whose ids end in one of these suffixes, as numRecordsOut or currentOutputWatermark. One
// that is not there yet is left out.
func (j *Job) Metrics(ctx context.Context, vertex string, suffixes ...string) ([]Metric, error) {
	path := j.path("/vertices/" + vertex + "/subtasks/metrics")
	var there []struct{ ID string }
	if err := j.rest.call(ctx, http.MethodGet, path, nil, &there); err != nil {
		return nil, err
	}
	var wanted []string
	for _, m := range there {
		for _, s := range suffixes {
			if m.ID == s || strings.HasSuffix(m.ID, "."+s) {
				wanted = append(wanted, m.ID)
			}
		}
	}
	if len(wanted) == 0 {
		return nil, nil
	}
	var metrics []Metric
	err := j.rest.call(ctx, http.MethodGet, path+"?get="+url.QueryEscape(strings.Join(wanted, ",")), nil, &metrics)
	return metrics, err
}
