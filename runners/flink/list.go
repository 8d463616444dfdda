package flink

import (
	"context"
	"fmt"
	"time"
)

// A JobStatus is one job as the cluster lists it.
type JobStatus struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	State   State     `json:"state"`
	Started time.Time `json:"started"`
}

// Jobs lists the jobs of the cluster whose REST interface is at this address, ended ones as long as it remembers them.
func Jobs(ctx context.Context, rest string) ([]JobStatus, error) {
	jobs, err := newRESTClient(rest).jobs(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w at %s: %w", ErrREST, rest, err)
	}
	var list []JobStatus
	for _, o := range jobs {
		list = append(list, JobStatus{ID: o.ID, Name: o.Name, State: o.State, Started: time.UnixMilli(o.Start).UTC()})
	}
	return list, nil
}

// Resolve returns the running job of this id or, if there is none, of this name; ErrNoJob if there is no such job or if several
// have the name.
func Resolve(ctx context.Context, rest, idOrName string) (*Job, error) {
	jobs, err := Jobs(ctx, rest)
	if err != nil {
		return nil, err
	}
	var named []JobStatus
	for _, o := range jobs {
		switch {
		case o.State.Terminal():
		case o.ID == idOrName:
			named = []JobStatus{o}
			return attach(rest, named[0]), nil
		case o.Name == idOrName:
			named = append(named, o)
		}
	}
	switch len(named) {
	case 0:
		return nil, fmt.Errorf("%w with the id or name %s at %s", ErrNoJob, idOrName, rest)
	case 1:
		return attach(rest, named[0]), nil
	}
	return nil, fmt.Errorf("%w: %d jobs have the name %s; give an id", ErrNoJob, len(named), idOrName)
}

func attach(rest string, o JobStatus) *Job {
	j := Attach(rest, o.ID)
	j.Name = o.Name
	return j
}
