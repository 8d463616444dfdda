package transforms

import (
	"maps"
	"sync"
	"time"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

// ModelVersion names what scored an event.
type ModelVersion struct{ Model, Version string }

// Stats counts what Score did in this process since its start. Where the runner repeats an attempt at an event, each
// attempt counts; on the embedded runner there are none.
type Stats struct {
	Scored      map[ModelVersion]int64
	DeadLetters map[sideinput.Reason]int64
	First, Last time.Time // when the first and the last block was scored, by the clock
}

var stats = struct {
	sync.Mutex
	Stats
}{Stats: Stats{Scored: map[ModelVersion]int64{}, DeadLetters: map[sideinput.Reason]int64{}}}

// ProcessStats returns a copy of the counts.
func ProcessStats() Stats {
	stats.Lock()
	defer stats.Unlock()
	s := stats.Stats
	s.Scored, s.DeadLetters = maps.Clone(s.Scored), maps.Clone(s.DeadLetters)
	return s
}

// ResetProcessStats sets all counts to zero.
func ResetProcessStats() {
	stats.Lock()
	defer stats.Unlock()
	stats.Stats = Stats{Scored: map[ModelVersion]int64{}, DeadLetters: map[sideinput.Reason]int64{}}
}

// count adds one block's counts, so that the lock is taken once a block.
func count(scored map[ModelVersion]int64, dead map[sideinput.Reason]int64) {
	now := time.Now()
	stats.Lock()
	defer stats.Unlock()
	if stats.First.IsZero() {
		stats.First = now
	}
	stats.Last = now
	for k, n := range scored {
		stats.Scored[k] += n
	}
	for k, n := range dead {
		stats.DeadLetters[k] += n
	}
}
