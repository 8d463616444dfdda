package simulation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// What the cache of a system must be set to: its defaults (docs/operations.md).
const (
	loadWait    = 10 * time.Second
	minBackoff  = time.Second
	maxBackoff  = 5 * time.Minute
	jitter      = 0.3
	loadsAtOnce = 2
)

// An Identity is what is loaded: a document as a message names it. Without a digest the message's time stands in its place.
type Identity struct {
	Name, Version, URI, SHA256 string
	At                         int64
}

func identityOf(m *Message) Identity {
	id := Identity{Name: m.Model, Version: m.Version, URI: m.URI, SHA256: m.SHA256}
	if m.SHA256 == "" {
		id.At = m.At
	}
	return id
}

// A world holds documents at their places.
type world struct {
	mu     sync.Mutex
	places map[string]Step
}

// A Process is a worker of that world: what it loads, and what became of each load.
type Process struct {
	world   *world
	mu      sync.Mutex
	loads   map[Identity]*loads
	needed  map[Identity]bool // by the block under way
	running int               // loads
	full    time.Time         // when all places of loads were last taken
	isRoomy bool              // what was loaded stays
}

// given is a document that a load gave.
type given struct {
	document int
	at       time.Time
}

// loads is the history of one identity in one process.
type loads struct {
	asked    time.Time // since when a load is waited for; zero: it is not
	late     time.Time // the end of the last load that was waited for too long
	running  int       // 1 during a load
	given    []given   // by loads: the last one before the call under way, and those since
	failures int       // since the last of them
	lasting  bool      // one of them said that trying again does not help
	failedAt time.Time // the last one
}

func newProcess(w *world, isRoomy bool) *Process {
	return &Process{world: w, loads: map[Identity]*loads{}, needed: map[Identity]bool{}, isRoomy: isRoomy}
}

func (p *Process) of(id Identity) *loads {
	if p.loads[id] == nil {
		p.loads[id] = &loads{}
	}
	return p.loads[id]
}

// A loadError says of itself whether trying again may help.
type loadError struct {
	text      string
	permanent bool
}

func (e *loadError) Error() string   { return e.text }
func (e *loadError) Retriable() bool { return !e.permanent }

// Load gives the number of the document that an identity has at its place.
func (p *Process) Load(ctx context.Context, id Identity) (document int, err error) {
	p.world.mu.Lock()
	place, found := p.world.places[id.URI]
	p.world.mu.Unlock()
	p.count(id, 1)
	defer p.count(id, -1)
	select {
	case <-time.After(time.Duration(place.Takes) * time.Millisecond):
	case <-ctx.Done():
		return 0, p.failed(id, ctx.Err())
	}
	switch {
	case !found:
		return 0, p.failed(id, &loadError{text: "nothing is there"})
	case place.Fault != Sound:
		return 0, p.failed(id, &loadError{text: "a fault", permanent: place.Fault == Permanent})
	case id.SHA256 != "" && id.SHA256 != Digest(place.Document):
		return 0, p.failed(id, &loadError{text: "another document is there"})
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.of(id)
	if p.isRoomy { // else the cache may have no room for it, so that it counts as nothing, or evict it before the event's turn comes
		l.end()
		l.failures, l.lasting = 0, false
	}
	l.given = append(l.given, given{place.Document, time.Now()})
	return place.Document, nil
}

func (p *Process) count(id Identity, more int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.isFull() {
		p.full = time.Now()
	}
	p.running += more
	p.of(id).running += more
}

func (p *Process) isFull() bool { return p.running >= loadsAtOnce }

func (p *Process) failed(id Identity, err error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.of(id)
	var e *loadError
	l.lasting = l.lasting || errors.As(err, &e) && e.permanent
	l.failures++
	l.failedAt = time.Now()
	l.end()
	if p.needed[id] { // another event of the block may ask for it again
		l.asked = time.Now()
	}
	return err
}

// isLate says whether a load was waited for as long as must be.
func (l *loads) isLate(now time.Time) bool { return !l.asked.IsZero() && now.Sub(l.asked) >= loadWait }

// end notes that a load has ended.
func (l *loads) end() {
	if l.isLate(time.Now()) {
		l.late = time.Now()
	}
	l.asked = time.Time{}
}

// block begins with a block of events, which ask for what they need, or ends with it.
func (p *Process) block() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.needed)
	for _, l := range p.loads {
		l.given = l.given[max(len(l.given)-1, 0):]
	}
}

// ask notes that an event may need a document from then on, and says whether it was loaded by then.
func (p *Process) ask(id Identity, from time.Time) (loaded bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.needed[id] = true
	l := p.of(id)
	if l.asked.IsZero() {
		l.asked = from
	}
	return len(l.given) > 0 && l.failures == 0 && l.given[0].at.Before(from)
}

// had notes that the document of an event was there. With little room it may have gone since, if the call took any time, and
// be loaded again for another event.
func (p *Process) had(id Identity, begin time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l := p.of(id); l.running == 0 && (p.isRoomy || !p.isFull() && time.Now().Equal(begin)) {
		l.asked = time.Time{}
	}
}

// scored says what is wrong about a document that scored: it must be the one that was loaded last before the call, or one
// of those loaded during it.
func (p *Process) scored(id Identity, document int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.of(id)
	if !slices.ContainsFunc(l.given, func(g given) bool { return g.document == document }) {
		return fmt.Errorf("document %d scored, those loaded for %+v are %v", document, id, l.given)
	}
	return nil
}

// refused says why a document should have been had by a block of events that began then and ends now: nil if it could not,
// was in back-off, or was waited for as long as must be.
func (p *Process) refused(id Identity, begin time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.of(id)
	now := time.Now()
	switch {
	case !l.failedAt.Before(begin):
		return nil
	case l.failures > 0 && begin.Before(l.failedAt.Add(l.backoff(1+jitter))):
		if now.Before(l.failedAt.Add(l.backoff(1 - jitter))) {
			l.asked = time.Time{} // nobody has tried again
		}
		return nil
	case !p.isRoomy && now.Sub(begin) >= loadWait: // one call may score several blocks
		return nil
	case !l.late.Before(begin), l.isLate(now) && (!p.isRoomy || l.running > 0 || p.isFull() || !p.full.Before(begin)):
		return nil
	}
	return fmt.Errorf("it can be had: %d failures, the last one %v ago; waited for %v", l.failures, now.Sub(l.failedAt), now.Sub(l.asked))
}

// backoff is the pause before the next try, with some jitter.
func (l *loads) backoff(share float64) time.Duration {
	pause := minBackoff << min(l.failures-1, 20)
	if l.lasting || pause > maxBackoff {
		pause = maxBackoff
	}
	return time.Duration(float64(pause) * share)
}
