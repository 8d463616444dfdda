package sideinput_test

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"math/big"
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

	sorted map[string][]sideinput.Message // what ordered has said; nil after keep
}

const anHour = 3_600_000

// keep adds a message unless it is there or lies before the cut.
func (m *model) keep(msg sideinput.Message) {
	if msg.At < m.cut {
		return
	}
	m.sorted = nil
	for i, other := range m.messages {
		if sameMessage(other, msg) {
			m.messages[i].Preload = other.Preload || msg.Preload
			return
		}
	}
	m.messages = append(m.messages, msg)
}

func sameMessage(a, b sideinput.Message) bool {
	return a.Op == b.Op && a.Model == b.Model && a.Version == b.Version && a.URI == b.URI && a.SHA256 == b.SHA256 &&
		a.At == b.At && a.HasSeq == b.HasSeq && a.Seq == b.Seq && a.Alias == b.Alias && slices.Equal(a.To, b.To)
}

// canonicalTo is of each target the length of its version, the version and its weight; all are small here.
func canonicalTo(to []sideinput.Target) string {
	var b strings.Builder
	for _, target := range to {
		b.WriteByte(byte(len(target.Version)))
		b.WriteString(target.Version)
		b.WriteByte(byte(target.Weight))
	}
	return b.String()
}

// ordered lists a name's messages by at; seq, none before any; op; version; uri; sha256; alias; to.
func (m *model) ordered(name string) []sideinput.Message {
	if list, ok := m.sorted[name]; ok {
		return list
	}
	var list []sideinput.Message
	for _, msg := range m.messages {
		if msg.Model == name {
			list = append(list, msg)
		}
	}
	rank := map[sideinput.Op]int{sideinput.Del: 0, sideinput.Add: 1, sideinput.Update: 2, sideinput.Alias: 3}
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
		return cmp.Or(strings.Compare(a.Version, b.Version), strings.Compare(a.URI, b.URI), strings.Compare(a.SHA256, b.SHA256),
			strings.Compare(a.Alias, b.Alias), strings.Compare(canonicalTo(a.To), canonicalTo(b.To))) < 0
	})
	if m.sorted == nil {
		m.sorted = map[string][]sideinput.Message{}
	}
	m.sorted[name] = list
	return list
}

// nameState is known, served and the aliases of one name, and what was ever known or set.
type nameState struct {
	known   map[string]sideinput.Message
	served  []string
	aliases map[string]sideinput.Message
	ever    map[string]bool
	everSet map[string]bool
}

func emptyState() *nameState {
	return &nameState{known: map[string]sideinput.Message{}, aliases: map[string]sideinput.Message{}, ever: map[string]bool{}, everSet: map[string]bool{}}
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
	case sideinput.Alias:
		_, wasSet := s.aliases[msg.Alias]
		switch {
		case len(msg.To) > 0:
			s.aliases[msg.Alias], s.everSet[msg.Alias] = msg, true
		case wasSet:
			delete(s.aliases, msg.Alias)
		default:
			return sideinput.EffectNone
		}
		return sideinput.EffectAlias
	}
	if v == "" {
		if len(s.known)+len(s.aliases) == 0 {
			return sideinput.EffectNone
		}
		s.aliases = map[string]sideinput.Message{}
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

// prune keeps the newest 32 labels and what they name, the serving version, the last 8 served before it, and the newest 32 others.
func (s *nameState) prune(order []sideinput.Message) {
	placeOf := func(fact sideinput.Message) int {
		for i, msg := range order {
			if sameMessage(msg, fact) {
				return i
			}
		}
		panic("a fact without a message")
	}
	place := func(v string) int { return placeOf(s.known[v]) }
	var labels []string
	for label := range s.aliases {
		labels = append(labels, label)
	}
	slices.SortFunc(labels, func(a, b string) int { return placeOf(s.aliases[b]) - placeOf(s.aliases[a]) })
	for i, label := range labels {
		if i >= 32 {
			delete(s.aliases, label)
		}
	}
	kept := map[string]bool{}
	for _, fact := range s.aliases {
		for _, target := range fact.To {
			kept[target.Version] = true
		}
	}
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
		s.everSet = map[string]bool{}
		for label := range s.aliases {
			s.everSet[label] = true
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
	if ref.label != "" {
		fact, isSet := s.aliases[ref.label]
		switch {
		case !s.everSet[ref.label]:
			return sideinput.UnknownVersion, sideinput.Message{}
		case !isSet:
			return sideinput.Deleted, sideinput.Message{}
		}
		k, ok := s.known[share(ref, fact.To)]
		if !ok {
			return sideinput.UnknownVersion, sideinput.Message{}
		}
		return "", k
	}
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

// share lays the targets out one unit of weight after the other and takes the one at the place of the key.
func share(ref reference, to []sideinput.Target) string {
	var units []string
	for _, target := range to {
		for range target.Weight {
			units = append(units, target.Version)
		}
	}
	sum := sha256.Sum256([]byte(fmt.Sprintf("%s:%s:%s", ref.name, ref.label, ref.key)))
	place := new(big.Int).SetBytes(sum[:8])
	return units[place.Mod(place, big.NewInt(int64(len(units)))).Int64()]
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

// preloads are the documents whose messages ask for it and that are known at or after a time: what each message up to
// then has made known, and what each later one does.
func (m *model) preloads(at int64) map[string]bool {
	asked := map[string]bool{}
	for _, name := range m.names() {
		order := m.ordered(name)
		moments := []int64{max(at, m.cut)}
		for _, msg := range order {
			moments = append(moments, max(at, m.cut, msg.At))
		}
		for _, when := range moments {
			s, _, _ := m.state(name, when)
			for _, fact := range s.known {
				if fact.Preload {
					asked[choiceText(choiceOf(fact))] = true
				}
			}
		}
	}
	return asked
}

// reference is what an event may ask for.
type reference struct {
	text          string
	name, version string
	label, key    string
	hash          uint64
	byHash        bool
}
