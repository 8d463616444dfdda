package sideinput

import (
	"net/url"
	"slices"
	"time"
)

// Bounds limit what a table keeps. The zero Bounds are the defaults.
type Bounds struct {
	Names    int           // at most so many models; 0 is DefaultNames
	FarAhead time.Duration // at may lie so far past the record's time; 0 is DefaultFarAhead
}

// Bounds that hold where none are given.
const (
	DefaultNames    = 100_000
	DefaultFarAhead = 400 * 24 * time.Hour
)

func (b Bounds) names() int {
	if b.Names > 0 {
		return b.Names
	}
	return DefaultNames
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
// messages kept.
func (t *Table) With(msgs []Message, bounds Bounds) (*Table, []Effect) {
	f := folding{before: t, effects: make([][]Effect, len(msgs)), batches: make(map[string]*batch)}
	for i, m := range msgs {
		if kind, ok := f.refusal(m, bounds); ok {
			f.effects[i] = []Effect{{Kind: kind, Index: i, Message: m}}
			continue
		}
		f.admit(i, m)
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

// A batch is the messages of one name.
type batch struct {
	history *history // nil for a new name
	facts   []*fact
	index   []int // of each fact among the messages given
}

func (f *folding) refusal(m Message, bounds Bounds) (EffectKind, bool) {
	if m.At < f.before.revision.Cut {
		return EffectTooLate, true
	}
	if m.HasRecordTime && m.RecordTime < m.At-bounds.farAhead() {
		return EffectFarAhead, true
	}
	if f.batches[m.Model] == nil && f.before.names.get(m.Model) == nil && f.before.names.size+f.newNames >= bounds.names() {
		return EffectTableFull, true
	}
	return "", false
}

func (f *folding) admit(i int, m Message) {
	b := f.batches[m.Model]
	if b == nil {
		b = &batch{history: f.before.names.get(m.Model)}
		if b.history == nil {
			f.newNames++
		}
		f.batches[m.Model] = b
		f.order = append(f.order, m.Model)
	}
	b.facts, b.index = append(b.facts, factOf(m)), append(b.index, i)
}

func (f *folding) fold(msgs []Message) *Table {
	e := edit{names: f.before.names, hashes: f.before.hashes}
	revision := f.before.revision
	sum := digestOf(revision.Digest)
	for _, name := range f.order {
		b := f.batches[name]
		facts, isNew := b.merge()
		for i, fresh := range isNew {
			if !fresh {
				f.effects[b.index[i]] = []Effect{{Kind: EffectNone, Index: b.index[i], Repeat: true, Message: msgs[b.index[i]]}}
				continue
			}
			revision.Number++
			sum = sum.plus(msgs[b.index[i]])
		}
		if facts == nil {
			continue
		}
		var after *history
		if b.history != nil {
			after = b.history.with(facts)
		} else {
			after = newHistory(name, nil, nil, facts)
		}
		e.replace(b.history, after)
		for i, fresh := range isNew {
			if fresh {
				f.effects[b.index[i]] = after.effects(b.facts[i], b.index[i], msgs[b.index[i]])
			}
		}
		f.earlier = append(f.earlier, changedJudgements(b.history, after)...)
	}
	revision.Digest = sum.bytes()
	if revision == f.before.revision {
		return f.before
	}
	return &Table{revision: revision, names: e.names, hashes: e.hashes}
}

// merge is the history's facts with the new ones of the batch in their places,
// and which of the batch are new; nil if none is.
func (b *batch) merge() (facts []*fact, isNew []bool) {
	var old []*fact
	if b.history != nil {
		old = b.history.facts
	}
	isNew = make([]bool, len(b.facts))
	order := make([]int, len(b.facts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return compareFacts(b.facts[i], b.facts[j]) })
	var fresh []*fact
	for _, i := range order {
		if n := len(fresh); n > 0 && compareFacts(fresh[n-1], b.facts[i]) == 0 {
			continue
		}
		if _, kept := slices.BinarySearchFunc(old, b.facts[i], compareFacts); kept {
			continue
		}
		isNew[i] = true
		fresh = append(fresh, b.facts[i])
	}
	if len(fresh) == 0 {
		return nil, isNew
	}
	facts = make([]*fact, 0, len(old)+len(fresh))
	for len(old) > 0 && len(fresh) > 0 {
		if compareFacts(old[0], fresh[0]) < 0 {
			facts, old = append(facts, old[0]), old[1:]
		} else {
			facts, fresh = append(facts, fresh[0]), fresh[1:]
		}
	}
	return append(append(facts, old...), fresh...), isNew
}

// effects is what a new message of the history does.
func (h *history) effects(f *fact, index int, m Message) []Effect {
	i, _ := h.find(f)
	effects := []Effect{{Kind: h.judgements[i], Index: index, Message: m}}
	if h.tied(i) {
		effects = append(effects, Effect{Kind: EffectTie, Index: index, Message: m})
	}
	if m.Op != Del && m.SHA256 == "" && !isPinned(m.URI) {
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
		for after.facts[j] != f {
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
