package sideinput

import "slices"

// A batch is the messages of one name that a table is given at once.
type batch struct {
	history *history // nil for a new name
	facts   []*fact
	index   []int // of each fact among the messages given

	// distinct are the facts that the history has not, once the bound is near
	// enough for repetitions to matter.
	distinct map[fact]bool
}

func (b *batch) add(f *fact, index int) {
	b.facts, b.index = append(b.facts, f), append(b.index, index)
	if b.distinct != nil {
		b.note(f)
	}
}

// kept is how many facts the name has since the cut.
func (b *batch) kept() int {
	if b.history == nil {
		return 0
	}
	return len(b.history.facts)
}

// hasRoom says whether a name that has at most so many facts can have this one
// too. A repetition needs no room, however messages are split into batches.
func (b *batch) hasRoom(f *fact, most int) bool {
	if b.kept()+len(b.facts) < most {
		return true
	}
	if b.distinct == nil {
		b.distinct = make(map[fact]bool)
		for _, other := range b.facts {
			b.note(other)
		}
	}
	return b.kept()+len(b.distinct) < most || b.distinct[f.identity()] || b.isKept(f)
}

func (b *batch) note(f *fact) {
	if !b.isKept(f) {
		b.distinct[f.identity()] = true
	}
}

func (b *batch) isKept(f *fact) bool {
	if b.history == nil {
		return false
	}
	_, found := b.history.find(f)
	return found
}

// A mergedBatch is what becomes of a batch.
type mergedBatch struct {
	facts []*fact // of the history, with the new ones in their places; nil if nothing changes
	again bool    // one that the history had was replaced by one with a hint
	isNew []bool  // of each fact of the batch: it was not kept before
	hints []bool  // of each fact of the batch: it repeats one that did not ask to preload
}

func (b *batch) merge() mergedBatch {
	var old, fresh []*fact
	if b.history != nil {
		old = b.history.facts
	}
	merged := mergedBatch{isNew: make([]bool, len(b.facts)), hints: make([]bool, len(b.facts))}
	order := make([]int, len(b.facts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return compareFacts(b.facts[i], b.facts[j]) })
	for _, i := range order {
		f := b.facts[i]
		if n := len(fresh); n > 0 && compareFacts(fresh[n-1], f) == 0 {
			if f.preload && !fresh[n-1].preload {
				merged.hints[i], fresh[n-1].preload = true, true // no table has it yet
			}
			continue
		}
		place, kept := slices.BinarySearchFunc(old, f, compareFacts)
		switch {
		case !kept:
			merged.isNew[i] = true
			fresh = append(fresh, f)
		case f.preload && !old[place].preload:
			merged.hints[i] = true
			if !merged.again {
				merged.again, old = true, slices.Clone(old)
			}
			old[place] = f
		}
	}
	if len(fresh) == 0 && !merged.again {
		return merged
	}
	merged.facts = mergeFacts(old, fresh)
	return merged
}

// mergeFacts is both lists in order, which have nothing in common.
func mergeFacts(old, fresh []*fact) []*fact {
	facts := make([]*fact, 0, len(old)+len(fresh))
	for len(old) > 0 && len(fresh) > 0 {
		if compareFacts(old[0], fresh[0]) < 0 {
			facts, old = append(facts, old[0]), old[1:]
		} else {
			facts, fresh = append(facts, fresh[0]), fresh[1:]
		}
	}
	return append(append(facts, old...), fresh...)
}

// after is the history that the batch makes.
func (b *batch) after(merged mergedBatch) *history {
	switch {
	case b.history == nil:
		return newHistory(b.facts[0].Name, nil, nil, nil, merged.facts)
	case merged.again:
		return b.history.again(merged.facts)
	}
	return b.history.with(merged.facts)
}
