package sideinput_test

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

// model is the table as the protocol words it: a list of messages from which
// every answer is computed anew. It shares nothing with the table but the
// message type.
type model struct {
	messages []sideinput.Message
	cut      int64 // sideinput.NoCut is none
	hash     func(name, version string) uint64
}

const anHour = 3_600_000

// keep adds a message unless it is there or lies before the cut.
func (m *model) keep(msg sideinput.Message) {
	if msg.At < m.cut {
		return
	}
	for _, other := range m.messages {
		if sameMessage(other, msg) {
			return
		}
	}
	m.messages = append(m.messages, msg)
}

func sameMessage(a, b sideinput.Message) bool {
	return a.Op == b.Op && a.Model == b.Model && a.Version == b.Version && a.URI == b.URI && a.SHA256 == b.SHA256 &&
		a.At == b.At && a.HasSeq == b.HasSeq && a.Seq == b.Seq
}

// ordered lists a name's messages by at; seq, none before any; op; version; uri; sha256.
func (m *model) ordered(name string) []sideinput.Message {
	var list []sideinput.Message
	for _, msg := range m.messages {
		if msg.Model == name {
			list = append(list, msg)
		}
	}
	rank := map[sideinput.Op]int{sideinput.Del: 0, sideinput.Add: 1, sideinput.Update: 2}
	sort.Slice(list, func(i, j int) bool {
		a, b := list[i], list[j]
		if a.At != b.At {
			return a.At < b.At
		}
		if a.HasSeq != b.HasSeq {
			return b.HasSeq
		}
		if a.Seq != b.Seq {
			return a.Seq < b.Seq
		}
		if rank[a.Op] != rank[b.Op] {
			return rank[a.Op] < rank[b.Op]
		}
		return cmp.Or(strings.Compare(a.Version, b.Version), strings.Compare(a.URI, b.URI), strings.Compare(a.SHA256, b.SHA256)) < 0
	})
	return list
}

// nameState is known and served of one name, and what was ever known.
type nameState struct {
	known  map[string]sideinput.Message
	served []string
	ever   map[string]bool
}

func emptyState() *nameState {
	return &nameState{known: map[string]sideinput.Message{}, ever: map[string]bool{}}
}

func (s *nameState) apply(msg sideinput.Message) sideinput.EffectKind {
	v := msg.Version
	switch msg.Op {
	case sideinput.Add:
		k, isKnown := s.known[v]
		if isKnown && (k.URI != msg.URI || k.SHA256 != msg.SHA256) {
			return sideinput.EffectConflict
		}
		effect := sideinput.EffectNone
		if !isKnown {
			s.known[v] = msg
			s.ever[v] = true
			effect = sideinput.EffectAdd
		}
		if len(s.served) == 0 {
			s.served = append(s.served, v)
			effect = sideinput.EffectAdd
		}
		return effect
	case sideinput.Update:
		s.known[v] = msg
		s.ever[v] = true
		s.served = append(without(s.served, v), v)
		return sideinput.EffectUpdate
	}
	if v == "" {
		if len(s.known) == 0 {
			return sideinput.EffectNone
		}
		s.known = map[string]sideinput.Message{}
		s.served = nil
		return sideinput.EffectDel
	}
	if _, isKnown := s.known[v]; !isKnown {
		return sideinput.EffectNone
	}
	delete(s.known, v)
	s.served = without(s.served, v)
	return sideinput.EffectDel
}

func without(list []string, v string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(other string) bool { return other == v })
}

// prune keeps the serving version, the last 8 served before it, and the newest 32 others.
func (s *nameState) prune(order []sideinput.Message) {
	place := func(v string) int {
		for i, msg := range order {
			if sameMessage(msg, s.known[v]) {
				return i
			}
		}
		panic("a known version without a message")
	}
	kept := map[string]bool{}
	for i := len(s.served) - 1; i >= 0 && i >= len(s.served)-9; i-- {
		kept[s.served[i]] = true
	}
	var others []string
	for v := range s.known {
		if !kept[v] {
			others = append(others, v)
		}
	}
	slices.SortFunc(others, func(a, b string) int { return place(b) - place(a) })
	if len(others) > 32 {
		for _, v := range others[32:] {
			delete(s.known, v)
			s.served = without(s.served, v)
		}
	}
}

// state is that of a name at a time, and the judgement of each message since the cut.
func (m *model) state(name string, at int64) (*nameState, []sideinput.EffectKind, []sideinput.Message) {
	s := emptyState()
	order := m.ordered(name)
	rest := order
	if m.cut != sideinput.NoCut && len(order) > 0 {
		first := order[0].At / anHour * anHour
		for h := first + anHour; h <= m.cut; h += anHour {
			for len(rest) > 0 && rest[0].At < h {
				s.apply(rest[0])
				rest = rest[1:]
			}
			s.prune(order)
		}
		s.ever = map[string]bool{}
		for v := range s.known {
			s.ever[v] = true
		}
	}
	var effects []sideinput.EffectKind
	var judged []sideinput.Message
	for _, msg := range rest {
		if msg.At > at {
			break
		}
		effects, judged = append(effects, s.apply(msg)), append(judged, msg)
	}
	return s, effects, judged
}

func (m *model) names() []string {
	var names []string
	for _, msg := range m.messages {
		if !slices.Contains(names, msg.Model) {
			names = append(names, msg.Model)
		}
	}
	return names
}

// resolve answers a reference given as what it names.
func (m *model) resolve(ref reference, at int64) (sideinput.Reason, sideinput.Message) {
	if at < m.cut {
		return sideinput.BeforeHorizon, sideinput.Message{}
	}
	if ref.byHash {
		var known []sideinput.Message
		ever := false
		for _, name := range m.names() {
			s, _, _ := m.state(name, at)
			for v := range s.ever {
				if m.hash(name, v) != ref.hash {
					continue
				}
				ever = true
				if k, ok := s.known[v]; ok {
					known = append(known, k)
				}
			}
		}
		switch {
		case len(known) == 1:
			return "", known[0]
		case len(known) > 1:
			return sideinput.AmbiguousReference, sideinput.Message{}
		case ever:
			return sideinput.Deleted, sideinput.Message{}
		}
		return sideinput.UnknownVersion, sideinput.Message{}
	}
	s, _, _ := m.state(ref.name, at)
	if len(s.ever) == 0 {
		return sideinput.UnknownModel, sideinput.Message{}
	}
	version := ref.version
	if version == "" {
		if len(s.served) == 0 {
			return sideinput.Deleted, sideinput.Message{}
		}
		version = s.served[len(s.served)-1]
	}
	if !s.ever[version] {
		return sideinput.UnknownVersion, sideinput.Message{}
	}
	k, ok := s.known[version]
	if !ok {
		return sideinput.Deleted, sideinput.Message{}
	}
	return "", k
}

// fallbacks are the served versions before the one that serves, the last one first.
func (m *model) fallbacks(name string, at int64) []sideinput.Message {
	if at < m.cut {
		return nil
	}
	s, _, _ := m.state(name, at)
	var list []sideinput.Message
	for i := len(s.served) - 2; i >= 0; i-- {
		list = append(list, s.known[s.served[i]])
	}
	return list
}

// reference is what an event may ask for.
type reference struct {
	text          string
	name, version string
	hash          uint64
	byHash        bool
}
