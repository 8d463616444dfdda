package sideinput

import (
	"net/url"
	"slices"
	"time"
)

// Bounds limit what a table keeps. The zero Bounds are the defaults.
type Bounds struct {
	Names    int           // at most so many models; 0 is DefaultNames
	Facts    int           // at most so many messages of one model since the cut; 0 is DefaultFacts
	FarAhead time.Duration // at may lie so far past the record's time; 0 is DefaultFarAhead
}

// Bounds that hold where none are given.
const (
	DefaultNames    = 100_000
	DefaultFacts    = 10_000
	DefaultFarAhead = 400 * 24 * time.Hour
)

func (b Bounds) names() int {
	if b.Names > 0 {
		return b.Names
	}
	return DefaultNames
}

func (b Bounds) facts() int {
	if b.Facts > 0 {
		return b.Facts
	}
	return DefaultFacts
}

func (b Bounds) farAhead() int64 {
	if b.FarAhead > 0 {
		return b.FarAhead.Milliseconds()
	}
	return DefaultFarAhead.Milliseconds()
}

// With is the table with msgs kept as well, and what each of them does: first
// the effects of msgs in their order, then news about earlier messages. The
// receiver is unchanged; names without a message in msgs are shared.
//
// Nothing is refused because of what arrived before it, save for bounds: the
// table that results is the same for any order, repetition and split of the
// messages kept. Of repetitions of a message any that asks to preload makes it
// one that does.
func (t *Table) With(msgs []Message, bounds Bounds) (*Table, []Effect) {
	f := folding{before: t, effects: make([][]Effect, len(msgs)), batches: make(map[string]*batch)}
	for i, m := range msgs {
		b := f.batches[m.Model]
		if b == nil {
			b = &batch{history: t.names.get(m.Model)}
		}
		fact := factOf(m)
		if kind, ok := f.refusal(b, fact, m, bounds); ok {
			f.effects[i] = []Effect{{Kind: kind, Index: i, Message: m}}
			continue
		}
		f.admit(b, fact, i)
	}
	after := f.fold(msgs)
	return after, slices.Concat(append(f.effects, f.earlier)...)
}

// A folding is one call of With.
type folding struct {
	before   *Table
	effects  [][]Effect // per message given
	earlier  []Effect   // about messages kept before
	batches  map[string]*batch
	order    []string // of the names in batches
	newNames int
}

func (f *folding) refusal(b *batch, fact *fact, m Message, bounds Bounds) (EffectKind, bool) {
	if m.At < f.before.revision.Cut {
		return EffectTooLate, true
	}
	if m.HasRecordTime && m.RecordTime < m.At-bounds.farAhead() {
		return EffectFarAhead, true
	}
	if b.history == nil && len(b.facts) == 0 && f.before.names.size+f.newNames >= bounds.names() {
		return EffectTableFull, true
	}
	if !b.hasRoom(fact, bounds.facts()) {
		return EffectNameFull, true
	}
	return "", false
}

func (f *folding) admit(b *batch, fact *fact, index int) {
	if len(b.facts) == 0 {
		f.batches[fact.Name] = b
		f.order = append(f.order, fact.Name)
		if b.history == nil {
			f.newNames++
		}
	}
	b.add(fact, index)
}

func (f *folding) fold(msgs []Message) *Table {
	e := f.before.edit()
	revision := f.before.revision
	sum := digestOf(revision.Digest)
	changed := false
	for _, name := range f.order {
		b := f.batches[name]
		merged := b.merge()
		for i, index := range b.index {
			if !merged.isNew[i] {
				f.effects[index] = []Effect{{Kind: EffectNone, Index: index, Repeat: true, Hint: merged.hints[i], Message: msgs[index]}}
				continue
			}
			revision.Number++
			sum = sum.plus(msgs[index])
		}
		if merged.facts == nil {
			continue
		}
		changed = true
		after := b.after(merged)
		e.replace(b.history, after)
		for i, index := range b.index {
			if merged.isNew[i] {
				f.effects[index] = after.effects(b.facts[i], index, msgs[index])
			}
		}
		f.earlier = append(f.earlier, changedJudgements(b.history, after)...)
	}
	if !changed {
		return f.before
	}
	revision.Digest = sum.bytes()
	return e.table(revision)
}

// effects is what a new message of the history does.
func (h *history) effects(f *fact, index int, m Message) []Effect {
	i, _ := h.find(f)
	effects := []Effect{{Kind: h.judgements[i], Index: index, Message: m}}
	if h.tied(i) {
		effects = append(effects, Effect{Kind: EffectTie, Index: index, Message: m})
	}
	if m.Op.HasDocument() && m.SHA256 == "" && !isPinned(m.URI) {
		effects = append(effects, Effect{Kind: EffectUnpinned, Index: index, Message: m})
	}
	return effects
}

// changedJudgements tells of messages kept before that have become, or no
// longer are, a CONFLICT.
func changedJudgements(before, after *history) []Effect {
	if before == nil {
		return nil
	}
	var effects []Effect
	j := 0
	for i, f := range before.facts {
		for compareFacts(after.facts[j], f) != 0 {
			j++
		}
		was, is := before.judgements[i] == EffectConflict, after.judgements[j] == EffectConflict
		switch {
		case was && !is:
			effects = append(effects, Effect{Kind: EffectCleared, Index: -1, Message: f.message()})
		case is && !was:
			effects = append(effects, Effect{Kind: EffectConflict, Index: -1, Message: f.message()})
		}
	}
	return effects
}

// isPinned says whether a uri names one generation or version of an object.
func isPinned(uri string) bool {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme == "" {
		return false
	}
	query := u.Query()
	return query.Get("generation") != "" || query.Get("versionId") != ""
}
