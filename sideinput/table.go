package sideinput

import "math"

// NoCut is the cut of a table that has none: no event lies before it.
const NoCut = math.MinInt64

// A Choice is what serves a reference: the fact that set the document of a
// version. Name, version, uri and digest are its identity; without a digest At
// stands in its place, so that an UPDATE loads the document anew.
type Choice struct {
	Name    string
	Version string
	URI     string
	SHA256  string // empty if the message gave none
	At      int64  // of the deciding message, milliseconds since 1970 UTC
	Seq     int64
	HasSeq  bool
}

// A Resolution is the answer to a reference at a time.
type Resolution struct {
	Reason Reason  // empty if Choice serves
	Choice *Choice // nil unless served; shared, never to be changed
}

// Revision says which table this is. Tables with equal Digest and Cut give
// equal answers; Number is for people.
type Revision struct {
	Number uint64   // of distinct messages kept
	Digest [16]byte // sum modulo 2^128 over the messages kept, big-endian
	Cut    int64    // milliseconds since 1970 UTC, or NoCut
}

// A Table is what the messages kept say. It never changes once built and is
// safe for any number of goroutines.
type Table struct {
	revision Revision
	names    nameIndex
	hashes   hashIndex
	preloads int // facts that ask to preload
}

// NewTable is the table that no message has reached.
func NewTable() *Table { return &Table{revision: Revision{Cut: NoCut}} }

// Revision says which table this is.
func (t *Table) Revision() Revision { return t.revision }

// Resolve says what serves ref at a time in milliseconds since 1970 UTC, or
// why nothing does. It allocates nothing, but for a reference by label with a
// split key of more than some hundred bytes.
//
// Its reason depends only on messages that hold at or before that time: an
// empty reference is NoReference, a time before the cut BeforeHorizon, and
// else UnknownModel, UnknownVersion, AmbiguousReference or Deleted.
func (t *Table) Resolve(ref Reference, at int64) Resolution {
	if ref.kind != noReference && at < t.revision.Cut {
		return Resolution{Reason: BeforeHorizon}
	}
	switch ref.kind {
	case byName:
		return t.resolveName(ref, at)
	case byVersion:
		return t.resolveVersion(ref, at)
	case byHash:
		return t.resolveHash(ref, at)
	case byAlias:
		return t.resolveAlias(ref, at)
	}
	return Resolution{Reason: NoReference}
}

// ResolveLatest is Resolve at the later of an event's time and the clock.
// Whether the event lies before the cut is still judged by its own time.
func (t *Table) ResolveLatest(ref Reference, at, clock int64) Resolution {
	if ref.kind != noReference && at < t.revision.Cut {
		return Resolution{Reason: BeforeHorizon}
	}
	return t.Resolve(ref, max(at, clock))
}

func (t *Table) resolveName(ref Reference, at int64) Resolution {
	h := t.names.find(ref.name())
	if h == nil {
		return Resolution{Reason: UnknownModel}
	}
	return resolution(h.line, at, UnknownModel)
}

func (t *Table) resolveVersion(ref Reference, at int64) Resolution {
	h := t.names.find(ref.name())
	if h == nil {
		return Resolution{Reason: UnknownModel}
	}
	if _, everKnown := stateAt(h.line, at); !everKnown {
		return Resolution{Reason: UnknownModel}
	}
	return resolution(h.versions[string(ref.suffix(byVersion))], at, UnknownVersion)
}

func (t *Table) resolveAlias(ref Reference, at int64) Resolution {
	h := t.names.find(ref.name())
	if h == nil {
		return Resolution{Reason: UnknownModel}
	}
	if _, everKnown := stateAt(h.line, at); !everKnown {
		return Resolution{Reason: UnknownModel}
	}
	m, everSet := stateAt(h.alias(ref.suffix(byAlias)), at)
	if !everSet {
		return Resolution{Reason: UnknownVersion}
	}
	if m.fact == nil {
		return Resolution{Reason: Deleted}
	}
	target, _ := stateAt(h.versions[chooseTarget(m.fact.targets(), ref)], at)
	if target.fact == nil {
		return Resolution{Reason: UnknownVersion}
	}
	return Resolution{Choice: &target.fact.Choice}
}

func (t *Table) resolveHash(ref Reference, at int64) Resolution {
	keys, ok := t.hashes.get(ref.hash)
	if !ok {
		return Resolution{Reason: UnknownVersion}
	}
	answer := t.resolveKey(keys.first, at)
	for _, k := range keys.more {
		r := t.resolveKey(k, at)
		switch {
		case r.Choice != nil && answer.Choice != nil:
			return Resolution{Reason: AmbiguousReference}
		case r.Choice != nil, r.Reason == Deleted && answer.Choice == nil:
			answer = r
		}
	}
	return answer
}

func (t *Table) resolveKey(k versionKey, at int64) Resolution {
	return resolution(t.names.get(k.name).versions[k.version], at, UnknownVersion)
}

// resolution is the state of a line at a time; before is the reason before its
// first moment.
func resolution(line []moment, at int64, before Reason) Resolution {
	m, ok := stateAt(line, at)
	if !ok {
		return Resolution{Reason: before}
	}
	if m.fact == nil {
		return Resolution{Reason: Deleted}
	}
	return Resolution{Choice: &m.fact.Choice}
}

// Fallbacks lists what served ref's model before what serves it at a time and
// could serve again, the most recently served first. It is empty for a
// reference to one version or by label, which nothing else can stand in for. It replays
// the model's messages: call it when a document has failed, not for each event.
func (t *Table) Fallbacks(ref Reference, at int64) []*Choice {
	if ref.kind != byName || at < t.revision.Cut {
		return nil
	}
	h := t.names.find(ref.name())
	if h == nil {
		return nil
	}
	served := h.servedAt(at)
	if len(served) == 0 {
		return nil
	}
	return served[1:]
}
