package transforms

import (
	"bytes"
	"errors"
	"slices"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/modelcache"
)

// Under latest an event need not wait for its document: what served before it and is loaded answers, and the result says
// so. Only where nothing earlier is loaded does the event wait, for the chosen version first, then, as long as the block
// has patience, for one earlier version after the other.

// fallbackFrom is what lines of a fallback say besides: the version that should have served.
func fallbackFrom(c *sideinput.Choice) string {
	return string(appendText([]byte(`,"fallback_from":`), c.Version))
}

// earlier remembers what served before, for records in a row with one reference and time: to find it is a replay of the
// model's messages.
type earlier struct {
	ref    []byte
	at     int64
	served []*sideinput.Choice
}

// answerLoaded scores the records of a group for which an earlier version is loaded. That one may be evicted while the
// block waits for other documents, so they are not made to wait.
func (s *scorer) answerLoaded(t *turn, g *group) {
	s.loaded.reset()
	s.move(t, g, &s.loaded, g.why, func(c *sideinput.Choice) bool {
		entry, ok := s.cache.Pin(modelcache.IdentityOf(c))
		if ok {
			entry.Unpin()
		}
		return ok
	})
	for i := range s.loaded.list {
		l := &s.loaded.list[i]
		if entry, ok := s.cache.Pin(modelcache.IdentityOf(l.choice)); ok {
			s.serve(t, l, entry)
			continue
		}
		g.records = append(g.records, l.records...) // evicted by another bundle just now
	}
}

// moveOn moves the records of a group whose document cannot be had, or takes too long, to what served before it.
func (s *scorer) moveOn(t *turn, g *group, why error) {
	if !errors.As(why, new(*modelcache.LoadError)) {
		return // the block has no patience left, or its bundle has ended
	}
	if g.why != nil {
		why = g.why
	}
	s.move(t, g, &s.moved, why, func(*sideinput.Choice) bool { return true })
}

// move moves each record of a group to the latest version that served before the group's and that will do, into another
// grouping. Records without any stay.
func (s *scorer) move(t *turn, g *group, to *grouping, why error, willDo func(*sideinput.Choice) bool) {
	chosen := g.beside
	if chosen == nil {
		chosen = g.choice
	}
	stay := g.records[:0]
	var next *sideinput.Choice
	for n, i := range g.records {
		if served, same := s.before(t, int(i)); n == 0 || !same {
			next = first(after(served, g), willDo)
		}
		if next == nil {
			stay = append(stay, i)
			continue
		}
		to.add(groupKey{choice: next, beside: chosen, latest: true}, i)
		to.list[to.last].why = why
	}
	g.records = stay
}

// before lists what served before what was chosen for a record, and says whether it is what the call before gave.
func (s *scorer) before(t *turn, i int) (served []*sideinput.Choice, same bool) {
	text, at, e := t.block.Reference(i), s.at(t, &t.block.Records[i]), &t.earlier
	if at == e.at && bytes.Equal(text, e.ref) {
		return e.served, true
	}
	*e = earlier{ref: text, at: at}
	if ref, err := s.reference(t, i); err == nil {
		e.served = t.table.Fallbacks(ref, at)
	}
	return e.served, false
}

// after is the part of a list that a group has not been asked for yet.
func after(served []*sideinput.Choice, g *group) []*sideinput.Choice {
	if g.beside == nil {
		return served
	}
	if at := slices.Index(served, g.choice); at >= 0 {
		return served[at+1:]
	}
	return nil
}

func first(list []*sideinput.Choice, willDo func(*sideinput.Choice) bool) *sideinput.Choice {
	if at := slices.IndexFunc(list, willDo); at >= 0 {
		return list[at]
	}
	return nil
}
