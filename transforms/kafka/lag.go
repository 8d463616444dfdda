package kafka

import (
	"sync"
	"time"
)

// lag remembers how far a lane had come when, so that offsets are committed once they are old: CommitAfter after they
// were reached, when a checkpoint has them for certain. So a job that starts at committed offsets, without its state,
// repeats and leaves out nothing.
//
// It belongs to a process, not to a call. Where reading goes back, after a restore, what was reached beyond is forgotten.
type lag struct {
	after time.Duration

	mu         sync.Mutex
	partitions map[partition]*reached
}

// reached are offsets of one partition, by time.
type reached struct {
	samples   []sample
	committed int64 // -1: none
}

type sample struct {
	at   time.Time
	next int64
}

// commitEvery is the time between commits.
const commitEvery = 5 * time.Second

// samplesKept is how many samples a partition has for the time that it takes until they are committed.
const samplesKept = 64

func newLag(after time.Duration) *lag {
	return &lag{after: after, partitions: map[partition]*reached{}}
}

// reach notes how far a lane has come now.
func (l *lag) reach(now time.Time, p Positions) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range p.Partitions {
		at := &p.Partitions[i]
		r := l.partitions[at.partition()]
		if r == nil {
			r = &reached{committed: -1}
			l.partitions[at.partition()] = r
		}
		for len(r.samples) > 0 && r.samples[len(r.samples)-1].next > at.Next {
			r.samples = r.samples[:len(r.samples)-1]
		}
		if n := len(r.samples); n == 0 || r.samples[n-1].next < at.Next && now.Sub(r.samples[n-1].at) >= l.after/samplesKept {
			r.samples = append(r.samples, sample{now, at.Next})
		}
	}
}

// due returns the offsets that are old enough and not committed yet.
func (l *lag) due(now time.Time) map[partition]int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	due := map[partition]int64{}
	for p, r := range l.partitions {
		old := -1
		for i, s := range r.samples {
			if now.Sub(s.at) >= l.after {
				old = i
			}
		}
		if old < 0 {
			continue
		}
		r.samples = r.samples[old:]
		if next := r.samples[0].next; next != r.committed {
			due[p] = next
		}
	}
	return due
}

// committed notes what was committed.
func (l *lag) committed(offsets map[partition]int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for p, next := range offsets {
		if r := l.partitions[p]; r != nil {
			r.committed = next
		}
	}
}

// lags holds those of the process's lanes, by source and lane.
var lags = struct {
	sync.Mutex
	of map[string]*lag
}{of: map[string]*lag{}}

func lagOf(key string, after time.Duration) *lag {
	lags.Lock()
	defer lags.Unlock()
	l := lags.of[key]
	if l == nil {
		l = newLag(after)
		lags.of[key] = l
	}
	return l
}
