package transforms

import (
	"maps"
	"slices"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/state"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/timers"
)

// keyedState is the state and the timers of one key, as a runner keeps them. What a bundle writes is lost unless it is committed.
type keyedState struct {
	state.Provider // methods that nobody calls

	values    map[string]any
	bags      map[string][]any
	timers    map[string]timers.TimerMap
	committed *keyedState
}

func newKeyedState() *keyedState {
	s := &keyedState{values: map[string]any{}, bags: map[string][]any{}, timers: map[string]timers.TimerMap{}}
	s.commit()
	return s
}

// clone is a copy without anything uncommitted. What is in bags is only ever appended to.
func (s *keyedState) clone() *keyedState {
	c := &keyedState{values: maps.Clone(s.values), bags: maps.Clone(s.bags), timers: maps.Clone(s.timers)}
	for id, bag := range c.bags {
		c.bags[id] = slices.Clip(bag)
	}
	return c
}

func (s *keyedState) commit() { s.committed = s.clone() }

func (s *keyedState) abort() {
	committed := s.committed
	*s = *committed.clone()
	s.committed = committed
}

func (s *keyedState) ReadValueState(id string) (any, []state.Transaction, error) {
	return s.values[id], nil, nil
}

func (s *keyedState) WriteValueState(t state.Transaction) error {
	s.values[t.Key] = t.Val
	return nil
}

func (s *keyedState) ClearValueState(t state.Transaction) error {
	delete(s.values, t.Key)
	return nil
}

func (s *keyedState) ReadBagState(id string) ([]any, []state.Transaction, error) {
	return s.bags[id], nil, nil
}

func (s *keyedState) WriteBagState(t state.Transaction) error {
	s.bags[t.Key] = append(s.bags[t.Key], t.Val)
	return nil
}

func (s *keyedState) ClearBagState(t state.Transaction) error {
	delete(s.bags, t.Key)
	return nil
}

// Set is that of timers.Provider.
func (s *keyedState) Set(t timers.TimerMap) {
	id := t.Family + "\x00" + t.Tag
	if t.Clear {
		delete(s.timers, id)
		return
	}
	s.timers[id] = t
}

// due takes the timer that fires first at a watermark, in milliseconds.
func (s *keyedState) due(now int64) (first timers.TimerMap, found bool) {
	key := ""
	for id, t := range s.timers {
		if t.FireTimestamp.Milliseconds() <= now && (!found || t.FireTimestamp < first.FireTimestamp || t.FireTimestamp == first.FireTimestamp && id < key) {
			first, key, found = t, id, true
		}
	}
	delete(s.timers, key)
	return first, found
}
