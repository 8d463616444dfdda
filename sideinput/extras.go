package sideinput

import "maps"

// extras are what few names have.
type extras struct {
	labels   []*fact             // each ALIAS in force at the cut, by label
	aliases  map[string][]moment // what each label points at
	preloads int                 // how many facts ask to preload
}

// labels lists each ALIAS in force at the cut, by label.
func (h *history) labels() []*fact {
	if h.extras == nil {
		return nil
	}
	return h.extras.labels
}

// alias is what a label points at.
func (h *history) alias(label []byte) []moment {
	if h.extras == nil {
		return nil
	}
	return h.extras.aliases[string(label)]
}

// preloads is how many facts ask to preload.
func (h *history) preloads() int {
	if h == nil || h.extras == nil {
		return 0
	}
	return h.extras.preloads
}

// ownExtras are extras that the history, which is being built, may change.
func (h *history) ownExtras() *extras {
	if h.extras == nil {
		h.extras = new(extras)
	}
	return h.extras
}

// goOn are the extras of the history that goes on from one with these.
func (x *extras) goOn() *extras {
	if x == nil {
		return nil
	}
	return &extras{labels: x.labels, aliases: maps.Clone(x.aliases), preloads: x.preloads}
}

// point adds a change of a label to its line.
func (x *extras) point(label string, m moment) {
	if x.aliases == nil {
		x.aliases = make(map[string][]moment)
	}
	x.aliases[label] = appendMoment(x.aliases[label], m)
}

// count takes note of a fact that asks to preload.
func (h *history) count(f *fact) {
	if f.preload {
		h.ownExtras().preloads++
	}
}
