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
	Age         Spread    // of what served, one for each block and version: time of its last event less at of the deciding message
	Visible     Spread    // from the fold of a message in this process, or its at if that is later, to the first block scored with it
}

// Spread sums up times.
type Spread struct {
	Count         int64
	Sum, Min, Max time.Duration
}

// Add adds one time.
func (s *Spread) Add(d time.Duration) { s.merge(Spread{1, d, d, d}) }

// Mean is 0 where there is no time.
func (s Spread) Mean() time.Duration { return s.Sum / time.Duration(max(s.Count, 1)) }

func (s *Spread) merge(t Spread) {
	switch {
	case t.Count == 0:
	case s.Count == 0:
		*s = t
	default:
		*s = Spread{s.Count + t.Count, s.Sum + t.Sum, min(s.Min, t.Min), max(s.Max, t.Max)}
	}
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

// countFacts adds what one block says of the facts that scored it.
func countFacts(age, visible Spread) {
	stats.Lock()
	defer stats.Unlock()
	stats.Age.merge(age)
	stats.Visible.merge(visible)
}
