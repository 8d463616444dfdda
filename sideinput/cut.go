package sideinput

import (
	"slices"
	"sort"
)

// What a name keeps at the cut besides the version that serves.
const (
	keptServed = 8
	keptOthers = 32
)

// prune drops what a name does not keep at the cut, and returns it: kept are
// the version that serves, the last 8 served before it, and of all others the
// newest 32.
func (r *replay) prune() (retired []*fact) {
	if len(r.known) <= 1+keptServed {
		return nil
	}
	served := r.list()
	always := make(map[string]bool, 1+keptServed)
	for _, f := range served[max(0, len(served)-1-keptServed):] {
		always[f.Version] = true
	}
	var rest []*fact
	for version, k := range r.known {
		if !always[version] {
			rest = append(rest, k.fact)
		}
	}
	if len(rest) <= keptOthers {
		return nil
	}
	sort.Slice(rest, func(i, j int) bool { return compareFacts(rest[i], rest[j]) > 0 })
	for _, f := range rest[keptOthers:] {
		delete(r.known, f.Version)
	}
	return rest[keptOthers:]
}

// hour is the grid on which cuts lie, in milliseconds.
const hour = 3_600_000

// floorHour rounds down to a whole hour, also before 1970.
func floorHour(at int64) int64 {
	h := at / hour
	if at%hour < 0 {
		h--
	}
	return h * hour
}

// cutTo is the history from a cut on; nil if nothing is left of it. Facts
// before the cut become the state there. It prunes at each whole hour that
// follows a fact, so that one long step equals many short ones; hours without
// facts between them change nothing.
func (h *history) cutTo(cut int64) (after *history, retired []*fact) {
	n := sort.Search(len(h.facts), func(i int) bool { return h.facts[i].At >= cut })
	if n == 0 {
		return h, nil
	}
	var r replay
	r.start(h.others, h.served)
	for i, f := range h.facts[:n] {
		r.apply(f)
		if i+1 == n || floorHour(h.facts[i+1].At) != floorHour(f.At) {
			retired = append(retired, r.prune()...)
		}
	}
	if len(r.known) == 0 && n == len(h.facts) {
		return nil, retired
	}
	served := r.list()
	others := make([]*fact, 0, len(r.known)-len(served))
	for _, k := range r.known {
		if !slices.Contains(served, k.fact) {
			others = append(others, k.fact)
		}
	}
	sort.Slice(others, func(i, j int) bool { return others[i].Version < others[j].Version })
	return newHistory(h.name, others, served, slices.Clone(h.facts[n:])), retired
}

// CutTo is the table with its cut moved forward to at, which is rounded down
// to a whole hour, and a RETIRED for each version that it drops. A cut never
// moves back.
func (t *Table) CutTo(at int64) (*Table, []Effect) {
	cut := floorHour(max(at, minTime))
	if cut <= t.revision.Cut {
		return t, nil
	}
	e := edit{names: t.names, hashes: t.hashes}
	var effects []Effect
	for _, h := range t.names.all() {
		after, retired := h.cutTo(cut)
		for _, f := range retired {
			effects = append(effects, Effect{Kind: EffectRetired, Index: -1, Message: f.message()})
		}
		if after != h {
			e.replace(h, after)
		}
	}
	revision := t.revision
	revision.Cut = cut
	return &Table{revision: revision, names: e.names, hashes: e.hashes}, effects
}
