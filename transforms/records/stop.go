package records

import (
	"sync"
	"time"
)

// Stop makes all sources of this process end their input, now and from now on, so that their pipelines run dry: what a
// source has read is worked through, what it has not read stays unread. Control files that are bounded are read whole all
// the same. It may be called more than once, from any goroutine. Sources in other processes, those of a cluster's workers, do not hear it.
func Stop() { stopping.set() }

// Stopping is closed once Stop was called: sources of other packages hear it, too.
func Stopping() <-chan struct{} { return stopping.done }

var stopping = &stopSignal{done: make(chan struct{})}

type stopSignal struct {
	mu   sync.Mutex
	done chan struct{}
}

func (s *stopSignal) set() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.isSet() {
		close(s.done)
	}
}

func (s *stopSignal) isSet() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

// pause waits for so long, or until Stop.
func (s *stopSignal) pause(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-s.done:
	case <-t.C:
	}
}
