package kafka

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// view is what the brokers said about a lane.
type view struct {
	at     time.Time           // when they were asked
	ends   map[partition]int64 // of the partitions of the lane, as far as their brokers answered
	topics map[string]topic    // when they were last looked for
	lane   []partition         // those of the topics that belong to the lane
	absent map[string]int      // topics that were there or are named: looks in a row at which they were not
}

// lookEvery is the time between questions for ends. The watermark of an idle partition moves so often.
const lookEvery = 250 * time.Millisecond

// lookTime bounds one question.
const lookTime = 5 * time.Second

// scout asks the brokers beside the reading of a lane, so that a broker that does not answer holds up nobody: what topics
// and partitions there are, where they end, and it commits offsets. It runs until its context ends.
type scout struct {
	source *Source
	lane   records.Work
	broker *broker
	lag    *lag // nil: nothing is committed

	mu      sync.Mutex
	now     *view           // nil before the first answer
	before  *view           // what the scout of the connection before knew
	err     error           // of the last question
	silent  time.Time       // when the questions without an answer began; zero: the last one was answered
	stalled time.Time       // the silence that status tells of; zero: none
	missed  map[string]bool // topics that status says were never there
}

func newScout(source *Source, lane records.Work, b *broker, l *lag) *scout {
	return &scout{source: source, lane: lane, broker: b, lag: l, missed: map[string]bool{}}
}

// run asks again and again.
func (s *scout) run(ctx context.Context) {
	var discovered, committed time.Time
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		began := time.Now()
		discover := began.Sub(discovered) >= s.source.Discover
		if s.look(ctx, began, discover) && discover {
			discovered = began
		}
		if s.lag != nil && began.Sub(committed) >= commitEvery {
			s.commit(ctx, began)
			committed = began
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// look asks once, and for topics too if it is to discover.
func (s *scout) look(ctx context.Context, at time.Time, discover bool) bool {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	next := &view{at: at}
	if before := s.known(); before != nil {
		next.topics, next.absent = before.topics, before.absent
	}
	var err error
	if discover {
		var found map[string]topic
		if found, err = s.broker.topics(ctx, s.source.Place); err == nil {
			next.absent = absent(next, s.source.Place.Topics, found)
			next.topics = found
		}
	}
	if err == nil {
		for _, p := range partitionsOf(next.topics) {
			if p.isOf(s.lane) {
				next.lane = append(next.lane, p)
			}
		}
		next.ends, err = s.broker.ends(ctx, next.lane)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err = err; err != nil {
		if s.silent.IsZero() {
			s.silent = at
		}
		return false
	}
	s.silent, s.now = time.Time{}, next
	return true
}

// absent counts for how many looks in a row topics that are named, or were there, have not been there.
func absent(before *view, named []string, found map[string]topic) map[string]int {
	counts := map[string]int{}
	note := func(name string) {
		if _, ok := found[name]; !ok {
			counts[name] = before.absent[name] + 1
		}
	}
	for _, name := range named {
		note(name)
	}
	for name := range before.topics {
		note(name)
	}
	for name := range before.absent {
		note(name)
	}
	return counts
}

// inherit takes over what the scout of the connection before knew. It is no answer to this one's questions.
func (s *scout) inherit(other *scout) {
	before := other.known()
	other.mu.Lock()
	stalled, missed := other.stalled, maps.Clone(other.missed)
	other.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before, s.stalled, s.missed = before, stalled, missed
}

// known returns the last answer, if need be that to the scout before.
func (s *scout) known() *view {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now != nil {
		return s.now
	}
	return s.before
}

// view returns what is known, nil before the first answer.
func (s *scout) view() *view {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// tellStalled says whether status does not tell of a silence yet.
func (s *scout) tellStalled(since time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.stalled.IsZero() {
		return false
	}
	s.stalled = since
	return true
}

// tellResumed returns the silence that is over and that status does not say so of yet; zero: none.
func (s *scout) tellResumed() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	since := s.stalled
	s.stalled = time.Time{}
	return since
}

// tellMissing says whether status does not say yet that a topic was never there.
func (s *scout) tellMissing(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	told := s.missed[name]
	s.missed[name] = true
	return !told
}

// silence returns since when the brokers have not answered, zero if they do, and with what error.
func (s *scout) silence() (since time.Time, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.silent, s.err
}

// commit commits what is old enough. That it fails is no harm: the next one says more.
func (s *scout) commit(ctx context.Context, now time.Time) {
	due := s.lag.due(now)
	if len(due) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	if err := s.broker.commit(ctx, s.source.Group, due); err == nil {
		s.lag.committed(due)
	}
}
