package simulation

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
)

// A Message is a control message as the protocol words it.
type Message struct {
	Op      string // ADD, UPDATE, DEL
	Model   string
	Version string // empty: all of the model (DEL)
	URI     string
	SHA256  string // empty: none
	At      int64  // milliseconds since 1970 UTC
	Seq     int64
	HasSeq  bool

	RecordTime int64 // the record's own timestamp
	HasTime    bool  // false for a line of a file
	NoAt       bool  // the record's timestamp stands for at

	hash string // of model and version, once it is kept
}

// A Reference answers for events from a list of messages alone, by DESIGN §3 and §6, as slowly and plainly as it can. It is a
// value: a copy goes on by itself.
type Reference struct {
	Horizon int64 // milliseconds that the cut lies behind the watermark; 0: no cut
	Names   int   // at most so many models; 0: any number

	kept    []*Message // by model and order; the list is never changed in place
	cut     int64
	isCut   bool
	timer   int64 // when the cut moves
	isTimed bool
}

// An Answer is what an event must end in: the message whose document scores it, or the reason why not.
type Answer struct {
	Reason string
	Choice *Message
}

const (
	hour     = int64(3_600_000)
	farAhead = 400 * 24 * hour
)

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
	cut := floorHour(r.timer - r.Horizon)
	if !r.isCut || cut > r.cut {
		r.cut, r.isCut = cut, true
	}
	r.isTimed = false
}

// Resolve is the answer to a reference by the state at an event's time.
func (r *Reference) Resolve(ref string, at int64) Answer {
	return r.answers(ref, at, at)[0]
}

// Latest lists the answers to a reference at the later of the event's time and the clock: the first one if its document
// is loaded or loads, else the next that does.
func (r *Reference) Latest(ref string, at, clock int64) []Answer {
	return r.answers(ref, at, max(at, clock))
}

func (r *Reference) answers(ref string, at, state int64) []Answer {
	reason := func(text string) []Answer { return []Answer{{Reason: text}} }
	name, version, isVersion := strings.Cut(ref, "@")
	hash, isHash := strings.CutPrefix(ref, "#")
	switch {
	case ref == "":
		return reason("no_reference")
	case isHash && !isHex(hash), !isHash && !isLabel(name, "/"), !isHash && isVersion && !isLabel(version, ""):
		return reason("undecodable")
	case r.isCut && at < r.cut:
		return reason("before_horizon")
	case isHash:
		return []Answer{r.byHash(hash, state)}
	}
	s := r.state(name, state)
	switch {
	case len(s.ever) == 0:
		return reason("unknown_model")
	case isVersion:
		return []Answer{s.version(version)}
	case len(s.served) == 0:
		return reason("deleted")
	}
	var answers []Answer
	for _, v := range slices.Backward(s.served) {
		answers = append(answers, s.version(v))
	}
	return answers
}

func (r *Reference) byHash(hash string, at int64) Answer {
	var found []Answer
	ever := false
	asked := map[[2]string]bool{} // name and version
	for _, m := range r.kept {
		if key := [2]string{m.Model, m.Version}; m.hash == hash && !asked[key] {
			asked[key] = true
			a := r.state(m.Model, at).version(m.Version)
			ever = ever || a.Reason == "deleted"
			if a.Choice != nil {
				found = append(found, a)
			}
		}
	}
	switch {
	case len(found) == 1:
		return found[0]
	case len(found) > 1:
		return Answer{Reason: "ambiguous_reference"}
	case ever:
		return Answer{Reason: "deleted"}
	}
	return Answer{Reason: "unknown_version"}
}

// state is known and served of one name at a time, and which versions were known at any time since the cut.
type state struct {
	known  map[string]*Message // by version: the message that set its document
	served []string
	ever   map[string]bool
}

func (s *state) version(v string) Answer {
	switch {
	case s.known[v] != nil:
		return Answer{Choice: s.known[v]}
	case s.ever[v]:
		return Answer{Reason: "deleted"}
	}
	return Answer{Reason: "unknown_version"}
}

// state replays a name's messages.
func (r *Reference) state(name string, at int64) *state {
	s := &state{known: map[string]*Message{}, ever: map[string]bool{}}
	messages := r.of(name)
	if r.isCut {
		n := 0
		for ; n < len(messages) && messages[n].At < r.cut; n++ {
			if n > 0 && floorHour(messages[n-1].At) != floorHour(messages[n].At) {
				s.prune()
			}
			s.apply(messages[n])
		}
		s.prune()
		messages, s.ever = messages[n:], map[string]bool{}
		for v := range s.known {
			s.ever[v] = true
		}
	}
	for _, m := range messages {
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
		}
		if s.known[v] == nil {
			s.known[v], s.ever[v] = m, true
		}
		if len(s.served) == 0 {
			s.served = []string{v}
		}
	case m.Op == "UPDATE":
		s.known[v], s.ever[v] = m, true
		s.served = append(slices.DeleteFunc(s.served, isServed), v)
	case v == "": // DEL of the name
		s.known, s.served = map[string]*Message{}, nil
	default: // DEL of a version
		delete(s.known, v)
		s.served = slices.DeleteFunc(s.served, isServed)
	}
}

// prune is what a name keeps at the cut: what serves, the last 8 served before it, the newest 32 others.
func (s *state) prune() {
	always := s.served[max(0, len(s.served)-9):]
	var others []*Message
	for v, m := range s.known {
		if !slices.Contains(always, v) {
			others = append(others, m)
		}
	}
	if len(others) <= 32 {
		return
	}
	slices.SortFunc(others, func(a, b *Message) int { return inOrder(b, a) })
	for _, m := range others[32:] {
		delete(s.known, m.Version)
		s.served = slices.DeleteFunc(s.served, func(v string) bool { return v == m.Version })
	}
}

// of lists a name's messages in their order.
func (r *Reference) of(name string) (messages []*Message) {
	for _, m := range r.kept {
		if m.Model == name {
			messages = append(messages, m)
		}
	}
	return messages
}

// isFull says whether a message of the name would be one model too many. Models of which the cut left nothing don't count.
func (r *Reference) isFull(name string) bool {
	is := map[string]bool{}
	for _, m := range r.kept {
		if _, asked := is[m.Model]; !asked && r.isCut {
			is[m.Model] = len(r.state(m.Model, r.cut-1).known) > 0
		}
		is[m.Model] = is[m.Model] || !r.isCut || m.At >= r.cut
	}
	maps.DeleteFunc(is, func(_ string, is bool) bool { return !is })
	return !is[name] && len(is) >= r.Names
}

// inOrder compares by model; at; seq, none before any; op; version; uri; sha256. What is equal in all of these is the same message.
func inOrder(a, b *Message) int {
	seqs := 0
	switch {
	case a.HasSeq && b.HasSeq:
		seqs = cmp.Compare(a.Seq, b.Seq)
	case a.HasSeq:
		seqs = 1
	case b.HasSeq:
		seqs = -1
	}
	return cmp.Or(strings.Compare(a.Model, b.Model), cmp.Compare(a.At, b.At), seqs, cmp.Compare(rank(a.Op), rank(b.Op)),
		strings.Compare(a.Version, b.Version), strings.Compare(a.URI, b.URI), strings.Compare(a.SHA256, b.SHA256))
}

func rank(op string) int { return strings.Index("DEL ADD UPDATE", op) }

// HashOf is the hash of a version of a model, as 16 hex digits.
func HashOf(name, version string) string {
	sum := sha256.Sum256([]byte(name + "@" + version))
	return hex.EncodeToString(sum[:8])
}

func isHex(s string) bool {
	return len(s) == 16 && strings.Trim(s, "0123456789abcdef") == ""
}

func isLabel(s, more string) bool {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
	return s != "" && len(s) <= 200 && strings.Trim(s, letters+more) == ""
}

func floorHour(at int64) int64 { return at - (at%hour+hour)%hour }
