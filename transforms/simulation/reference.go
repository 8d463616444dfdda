package simulation

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A Message is a control message as the protocol words it. Times are milliseconds since 1970 UTC.
type Message struct {
	Op                    string // DEL, ADD, UPDATE, ALIAS
	Model, Version        string // a DEL without version is one of all of the model
	URI, SHA256, Alias    string // each may be empty
	To                    []Target
	At, Seq, RecordTime   int64
	HasSeq, HasTime, NoAt bool   // a line of a file has no time; the record's stands for at where that is not given
	Preload               bool   // of no effect here
	hash                  string // of model and version
}

// A Target is a version that a label points at, and its share.
type Target struct {
	Version string
	Weight  uint64
}

// A Reference answers for events from a list of messages alone, by DESIGN §3 and §6, as slowly and plainly as it can. It is a
// value: a copy goes on by itself.
type Reference struct {
	Horizon int64 // milliseconds that the cut lies behind the watermark; 0: no cut
	Names   int   // at most so many models; 0: any number

	kept           []*Message // by model and order; the list is never changed in place
	cut, timer     int64      // the timer moves the cut
	isCut, isTimed bool
}

// An Answer is what an event must end in: the message whose document scores it, or the reason why not.
type Answer struct {
	Reason string
	Choice *Message
}

const hour, farAhead = int64(3_600_000), int64(400 * 24 * 3_600_000)

// Keep takes messages that come in one element of the given Beam timestamp.
func (r *Reference) Keep(at int64, messages []Message) {
	for _, m := range messages {
		if r.isCut && m.At < r.cut || m.HasTime && m.At > m.RecordTime+farAhead {
			continue // TOO_LATE, FAR_AHEAD
		}
		place, known := slices.BinarySearchFunc(r.kept, &m, inOrder)
		if known || r.Names > 0 && r.isFull(m.Model) {
			continue // said before, TABLE_FULL
		}
		m.hash = HashOf(m.Model, m.Version)
		r.kept = slices.Insert(slices.Clone(r.kept), place, &m)
		if r.Horizon > 0 && !r.isTimed {
			r.timer, r.isTimed = floorHour(at)+hour, true
		}
	}
}

// Watermark fires the timer that moves the cut.
func (r *Reference) Watermark(now int64) {
	if !r.isTimed || now < r.timer {
		return
	}
	if cut := floorHour(r.timer - r.Horizon); !r.isCut || cut > r.cut {
		r.cut, r.isCut = cut, true
	}
	r.isTimed = false
}

// Resolve is the answer to a reference, with its split key, by the state at an event's time.
func (r *Reference) Resolve(ref, key string, at int64) Answer { return r.Latest(ref, key, at, at)[0] }

// Latest lists the answers to a reference at the later of the event's time and the clock: the first one if its document
// is loaded or loads, else the next that does.
func (r *Reference) Latest(ref, key string, at, clock int64) (answers []Answer) {
	clock = max(at, clock)
	reason := func(text string) []Answer { return []Answer{{Reason: text}} }
	name, version, isVersion := strings.Cut(ref, "@")
	name, label, isAlias := strings.Cut(name, ":")
	hash, isHash := strings.CutPrefix(ref, "#")
	switch {
	case ref == "":
		return reason("no_reference")
	case isHash && (len(hash) != 16 || strings.Trim(hash, "0123456789abcdef") != ""),
		!isHash && (!isLabel(name, "/") || isVersion && !isLabel(version, "") || isAlias && (isVersion || !isLabel(label, ""))):
		return reason("undecodable")
	case r.isCut && at < r.cut:
		return reason("before_horizon")
	case isHash:
		return []Answer{r.byHash(hash, clock)}
	}
	s := r.state(name, clock)
	switch {
	case len(s.ever) == 0:
		return reason("unknown_model")
	case isVersion:
		return []Answer{s.version(version)}
	case isAlias:
		return []Answer{s.alias(name, label, key)}
	case len(s.served) == 0:
		return reason("deleted")
	}
	for _, v := range slices.Backward(s.served) {
		answers = append(answers, s.version(v))
	}
	return answers
}

func (r *Reference) byHash(hash string, at int64) Answer {
	answer := Answer{Reason: "unknown_version"}
	asked := map[[2]string]bool{} // name and version
	for _, m := range r.kept {
		if key := [2]string{m.Model, m.Version}; m.hash == hash && !asked[key] {
			asked[key] = true
			switch a := r.state(m.Model, at).version(m.Version); {
			case a.Choice != nil && answer.Choice != nil:
				return Answer{Reason: "ambiguous_reference"}
			case a.Choice != nil, a.Reason == "deleted" && answer.Choice == nil:
				answer = a
			}
		}
	}
	return answer
}

// state is known, served and aliases of one name at a time, and what was there at any time since the cut.
type state struct {
	known, ever        map[string]*Message // by version: the message that set its document
	aliases, everAlias map[string]*Message // by label: the ALIAS that holds
	served             []string
}

func (s *state) version(v string) Answer { return found(s.known[v], s.ever[v]) }

func found(m, ever *Message) Answer {
	if m == nil && ever != nil {
		return Answer{Reason: "deleted"}
	} else if m == nil {
		return Answer{Reason: "unknown_version"}
	}
	return Answer{Choice: m}
}

// alias is the version that a label points at, of several the one that the key's share falls on.
func (s *state) alias(name, label, key string) Answer {
	a := found(s.aliases[label], s.everAlias[label])
	if a.Choice == nil {
		return a
	}
	sum, hash := uint64(0), sha256.Sum256([]byte(name+":"+label+":"+key))
	for _, to := range a.Choice.To {
		sum += to.Weight
	}
	place := binary.BigEndian.Uint64(hash[:8]) % sum
	for _, to := range a.Choice.To {
		if place < to.Weight {
			return found(s.known[to.Version], nil)
		}
		place -= to.Weight
	}
	panic("no share is hit")
}

// state replays a name's messages.
func (r *Reference) state(name string, at int64) *state {
	type set = map[string]*Message
	s := &state{known: set{}, ever: set{}, aliases: set{}, everAlias: set{}}
	messages := slices.DeleteFunc(slices.Clone(r.kept), func(m *Message) bool { return m.Model != name })
	n := 0
	for ; r.isCut && n < len(messages) && messages[n].At < r.cut; n++ {
		if n > 0 && floorHour(messages[n-1].At) != floorHour(messages[n].At) {
			s.prune()
		}
		s.apply(messages[n])
	}
	if r.isCut {
		s.prune()
		s.ever, s.everAlias = maps.Clone(s.known), maps.Clone(s.aliases)
	}
	for _, m := range messages[n:] {
		if m.At <= at {
			s.apply(m)
		}
	}
	return s
}

func (s *state) apply(m *Message) {
	v := m.Version
	isServed := func(other string) bool { return other == v }
	switch {
	case m.Op == "ADD":
		if k := s.known[v]; k != nil && (k.URI != m.URI || k.SHA256 != m.SHA256) {
			return // CONFLICT
		} else if k == nil {
			s.known[v], s.ever[v] = m, m
		}
		if len(s.served) == 0 {
			s.served = []string{v}
		}
	case m.Op == "UPDATE":
		s.known[v], s.ever[v] = m, m
		s.served = append(slices.DeleteFunc(s.served, isServed), v)
	case m.Op == "ALIAS" && len(m.To) > 0:
		s.aliases[m.Alias], s.everAlias[m.Alias] = m, m
	case m.Op == "ALIAS":
		delete(s.aliases, m.Alias)
	case v == "": // DEL of the name
		s.known, s.aliases, s.served = map[string]*Message{}, map[string]*Message{}, nil
	default: // DEL of a version
		delete(s.known, v)
		s.served = slices.DeleteFunc(s.served, isServed)
	}
}

// prune is what a name keeps at the cut: the 32 labels set last and what they point at, what serves, the last 8 served before
// it, and the newest 32 others.
func (s *state) prune() {
	for _, m := range beyondNewest(s.aliases) {
		delete(s.aliases, m.Alias)
	}
	always := slices.Clone(s.served[max(0, len(s.served)-9):])
	for _, m := range s.aliases {
		for _, to := range m.To {
			always = append(always, to.Version)
		}
	}
	others := maps.Clone(s.known)
	maps.DeleteFunc(others, func(v string, _ *Message) bool { return slices.Contains(always, v) })
	for _, m := range beyondNewest(others) {
		delete(s.known, m.Version)
		s.served = slices.DeleteFunc(s.served, func(v string) bool { return v == m.Version })
	}
}

// beyondNewest is all but the newest 32.
func beyondNewest(set map[string]*Message) []*Message {
	if len(set) <= 32 {
		return nil
	}
	return slices.SortedFunc(maps.Values(set), func(a, b *Message) int { return inOrder(b, a) })[32:]
}

// isFull says whether a message of the name would be one model too many. Models of which the cut left nothing don't count.
func (r *Reference) isFull(name string) bool {
	is := map[string]bool{}
	for _, m := range r.kept {
		if _, asked := is[m.Model]; !asked && r.isCut {
			s := r.state(m.Model, r.cut-1)
			is[m.Model] = len(s.known)+len(s.aliases) > 0
		}
		is[m.Model] = is[m.Model] || !r.isCut || m.At >= r.cut
	}
	maps.DeleteFunc(is, func(_ string, is bool) bool { return !is })
	return !is[name] && len(is) >= r.Names
}

// inOrder compares by model; at; seq, none before any; op; version; uri; sha256; alias; to. What is equal is the same message.
func inOrder(a, b *Message) int {
	if c := cmp.Or(strings.Compare(a.Model, b.Model), cmp.Compare(a.At, b.At)); c != 0 {
		return c
	}
	noSeqFirst := strings.Compare(strconv.FormatBool(a.HasSeq), strconv.FormatBool(b.HasSeq))
	return cmp.Or(noSeqFirst, cmp.Compare(a.Seq, b.Seq), cmp.Compare(rank(a.Op), rank(b.Op)), strings.Compare(a.Version, b.Version),
		strings.Compare(a.URI, b.URI), strings.Compare(a.SHA256, b.SHA256), strings.Compare(a.Alias, b.Alias), strings.Compare(targets(a), targets(b)))
}

func rank(op string) int { return strings.Index("DEL ADD UPDATE ALIAS", op) }

// targets are the canonical bytes of to: of each the length of its version as a varint, the version, and its weight as a varint.
func targets(m *Message) (text string) {
	for _, to := range m.To {
		text += string(binary.AppendUvarint(append(binary.AppendUvarint(nil, uint64(len(to.Version))), to.Version...), to.Weight))
	}
	return text
}

// HashOf is the hash of a version of a model, as 16 hex digits.
func HashOf(name, version string) string {
	sum := sha256.Sum256([]byte(name + "@" + version))
	return hex.EncodeToString(sum[:8])
}

func isLabel(s, more string) bool {
	return s != "" && len(s) <= 200 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"+more) == ""
}

func floorHour(at int64) int64 { return at - (at%hour+hour)%hour }
