package sideinput

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
)

// A fact is a kept message as a table holds it. Its Choice is what an event is
// served by, so that resolving allocates nothing. That of an ALIAS serves none:
// it has the label in Version and the encoded targets in URI.
type fact struct {
	Choice
	op      Op
	preload bool // a hint: no part of the identity
}

func factOf(m Message) *fact {
	f := &fact{op: m.Op, preload: m.Preload && m.Op.HasDocument(), Choice: Choice{
		Name: m.Model, Version: m.Version, URI: m.URI, SHA256: m.SHA256, At: m.At, Seq: m.Seq, HasSeq: m.HasSeq,
	}}
	if m.Op == Alias {
		f.Version, f.URI = m.Alias, string(appendTargets(nil, m.To))
	}
	return f
}

// identity is the fact without its hint.
func (f *fact) identity() fact { return fact{op: f.op, Choice: f.Choice} }

func (f *fact) message() Message {
	m := Message{Op: f.op, Model: f.Name, Version: f.Version, URI: f.URI, SHA256: f.SHA256, At: f.At, Seq: f.Seq, HasSeq: f.HasSeq, Preload: f.preload}
	if f.op == Alias {
		m.Version, m.URI = "", ""
		m.Alias = f.label()
		m.To, _ = decodeTargets(f.targets()) // checked when the message was read
	}
	return m
}

// label is that of an ALIAS.
func (f *fact) label() string { return f.Version }

// targets are those of an ALIAS, encoded; empty if it removes the label.
func (f *fact) targets() string { return f.URI }

// compareFacts orders the facts of one name as Compare orders messages. Those
// of one op have the same parts, so that the label and the targets of an ALIAS
// may stand in for its version and uri, which are empty.
func compareFacts(a, b *fact) int {
	if c := compareMoments(a, b); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(a.op, b.op),
		strings.Compare(a.Version, b.Version),
		strings.Compare(a.URI, b.URI),
		strings.Compare(a.SHA256, b.SHA256),
	)
}

// compareMoments orders by (at, seq) alone; no seq comes before any.
func compareMoments(a, b *fact) int {
	if c := cmp.Compare(a.At, b.At); c != 0 {
		return c
	}
	switch {
	case a.HasSeq && b.HasSeq:
		return cmp.Compare(a.Seq, b.Seq)
	case a.HasSeq:
		return 1
	case b.HasSeq:
		return -1
	}
	return 0
}

// A history is all that a table knows of one name. It never changes once it is
// part of a table.
type history struct {
	name string

	// The state at the cut. Both lists are empty without a cut.
	others []*fact // known and not served, by version
	served []*fact // the last one serves

	facts []*fact // at or after the cut, in order

	extras *extras // nil for most names

	// What follows from the above.
	line       []moment            // what serves the name
	versions   map[string][]moment // what each version's document is
	judgements []EffectKind        // of facts

	// The state after all facts, of long histories only; the history that goes
	// on from this one takes it.
	end atomic.Pointer[replay]
}

// A moment begins a stretch of time in which one fact is in force; nil where
// nothing is.
type moment struct {
	at   int64
	fact *fact
}

// stateAt finds the moment in force; false before the first one.
func stateAt(line []moment, at int64) (moment, bool) {
	low, high := 0, len(line)
	for low < high {
		middle := int(uint(low+high) >> 1)
		if line[middle].at <= at {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low == 0 {
		return moment{}, false
	}
	return line[low-1], true
}

// appendMoment adds a change to a line. Of several changes at one time the
// last one holds.
func appendMoment(line []moment, m moment) []moment {
	if n := len(line); n > 0 {
		if line[n-1].at == m.at {
			line = slices.Clone(line) // another history may have it
			line[n-1].fact = m.fact
			return line
		}
		if line[n-1].fact == m.fact {
			return line
		}
	}
	return append(line, m)
}

// keepsEnd is how many facts a history has before it keeps the state after
// them. Shorter ones are replayed when a message comes.
var keepsEnd = 64 // a test lowers it

// newHistory replays a name's facts from its state at the cut.
func newHistory(name string, others, served, labels, facts []*fact) *history {
	h := &history{name: name, others: others, served: served,
		line: make([]moment, 0, 1+len(facts)), versions: make(map[string][]moment), judgements: make([]EffectKind, 0, len(facts))}
	r := replays.Get().(*replay)
	r.start(others, served, labels)
	for version, k := range r.known {
		h.versions[version] = []moment{{NoCut, k.fact}}
		h.count(k.fact)
	}
	if len(labels) > 0 {
		h.ownExtras().labels = labels
	}
	for _, f := range labels {
		h.ownExtras().point(f.label(), moment{NoCut, f})
	}
	if len(r.known) > 0 {
		h.line = append(h.line, moment{NoCut, r.serving()})
	}
	h.extend(r, facts)
	return h
}

// with is the history with other facts: those that it has and fresh ones. It
// replays them all, unless the fresh ones come last and no other history goes
// on from this one: then only those.
func (h *history) with(facts []*fact) *history {
	n := len(h.facts)
	if n == 0 || facts[n-1] == h.facts[n-1] {
		// The two share memory, to which only the one that holds the end adds.
		if r := h.end.Swap(nil); r != nil {
			after := &history{name: h.name, others: h.others, served: h.served, extras: h.extras.goOn(),
				line: h.line, versions: maps.Clone(h.versions), judgements: h.judgements}
			after.extend(r, facts)
			return after
		}
	}
	return h.again(facts)
}

// again replays the history with other facts.
func (h *history) again(facts []*fact) *history {
	return newHistory(h.name, h.others, h.served, h.labels(), facts)
}

// extend judges the facts that have no judgement yet and makes facts those of
// the history; r is the state after those judged. It belongs to the history
// from then on.
func (h *history) extend(r *replay, facts []*fact) {
	for _, f := range facts[len(h.judgements):] {
		h.count(f)
		if f.op == Del && f.Version == "" {
			for version := range r.known {
				h.versions[version] = appendMoment(h.versions[version], moment{f.At, nil})
			}
			for label := range r.aliases {
				h.ownExtras().point(label, moment{f.At, nil})
			}
		}
		effect := r.apply(f)
		h.judgements = append(h.judgements, effect)
		switch {
		case effect == EffectNone || effect == EffectConflict:
			continue
		case f.op == Alias:
			h.ownExtras().point(f.label(), moment{f.At, r.aliases[f.label()]})
			continue
		case f.Version != "":
			h.versions[f.Version] = appendMoment(h.versions[f.Version], moment{f.At, r.document(f.Version)})
		}
		// A DEL that removes no more than labels does not make the name known.
		if serving := r.serving(); serving != nil || len(h.line) > 0 {
			h.line = appendMoment(h.line, moment{f.At, serving})
		}
	}
	h.facts = facts
	if len(facts) >= keepsEnd {
		h.end.Store(r)
	} else {
		replays.Put(r)
	}
}

// tied says whether another fact of the history has the at and seq of fact i.
func (h *history) tied(i int) bool {
	return i > 0 && compareMoments(h.facts[i-1], h.facts[i]) == 0 ||
		i+1 < len(h.facts) && compareMoments(h.facts[i], h.facts[i+1]) == 0
}

// find is the place of a fact in the history.
func (h *history) find(f *fact) (int, bool) {
	return slices.BinarySearchFunc(h.facts, f, compareFacts)
}

// servedAt lists what serves at a time and what served before and still could,
// the most recently served first.
func (h *history) servedAt(at int64) []*Choice {
	var r replay
	r.start(h.others, h.served, nil)
	for _, f := range h.facts {
		if f.At > at {
			break
		}
		r.apply(f)
	}
	served := r.list()
	choices := make([]*Choice, 0, len(served))
	for _, f := range slices.Backward(served) {
		choices = append(choices, &f.Choice)
	}
	return choices
}
