package flink

import (
	"context"
	"fmt"
	"time"
)

// watchInterval is how often Flink is asked what has befallen a job.
const watchInterval = 2 * time.Second

// watch reports changes of the job's state and its failures until ctx ends. A job that fails and starts again is back within
// seconds, so its failures are what shows it.
func (j *Job) watch(ctx context.Context, report func(text string)) {
	tick := time.NewTicker(watchInterval)
	defer tick.Stop()
	seen, last := Running, j.submitted
	for {
		state, failures, err := j.lately(ctx)
		if err == nil {
			if n := countAfter(failures, last); n > 0 {
				last = failures[0].Time
				report(fmt.Sprintf("job %s has failed and starts again: %v", j.Name, explain(failures[0].Text)))
			}
			if state != seen && !state.Terminal() {
				report(fmt.Sprintf("job %s: %s", j.Name, state))
			}
			seen = state
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// countAfter counts the failures later than t; the newest come first.
func countAfter(failures []Failure, t time.Time) int {
	n := 0
	for n < len(failures) && failures[n].Time.After(t) {
		n++
	}
	return n
}
