package sideinput

import (
	"maps"
	"slices"
	"sort"
	"strings"
)

// What a name keeps at the cut besides the version that serves.
const (
	keptServed = 8
	keptOthers = 32
	keptLabels = 32
)

// prune drops what a name does not keep at the cut, and returns it: kept are
// the newest 32 labels, the versions that these point at, the version that
// serves, the last 8 served before it, and of all others the newest 32.
func (r *replay) prune() (retired []*fact) {
	retired = r.pruneLabels()
	if len(r.known) <= 1+keptServed {
		return retired
	}
	served := r.list()
	always := make(map[string]bool, 1+keptServed)
	for _, f := range served[max(0, len(served)-1-keptServed):] {
		always[f.Version] = true
	}
	for _, f := range r.aliases {
		for rest := f.targets(); rest != ""; {
			var version string
			version, _, rest = nextTarget(rest)
			always[version] = true
		}
	}
	var rest []*fact
	for version, k := range r.known {
		if !always[version] {
			rest = append(rest, k.fact)
		}
	}
	rest = beyondNewest(rest, keptOthers)
	for _, f := range rest {
		delete(r.known, f.Version)
	}
	return append(retired, rest...)
}

// pruneLabels drops the labels that a name does not keep at the cut.
func (r *replay) pruneLabels() (retired []*fact) {
	if len(r.aliases) <= keptLabels {
		return nil
	}
	retired = beyondNewest(slices.Collect(maps.Values(r.aliases)), keptLabels)
	for _, f := range retired {
		delete(r.aliases, f.label())
	}
	return retired
}

// beyondNewest are the facts of a list that come after its newest ones, the
// newest first.
func beyondNewest(list []*fact, newest int) []*fact {
	if len(list) <= newest {
		return nil
	}
	slices.SortFunc(list, func(a, b *fact) int { return compareFacts(b, a) })
	return list[newest:]
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
	r.start(h.others, h.served, h.labels())
	for i, f := range h.facts[:n] {
		r.apply(f)
		if i+1 == n || floorHour(h.facts[i+1].At) != floorHour(f.At) {
			retired = append(retired, r.prune()...)
		}
	}
	if len(r.known) == 0 && len(r.aliases) == 0 && n == len(h.facts) {
		return nil, retired
	}
	served := r.list()
	others := make([]*fact, 0, len(r.known)-len(served))
	for _, k := range r.known {
		if !slices.Contains(served, k.fact) {
			others = append(others, k.fact)
		}
	}
	labels := slices.Collect(maps.Values(r.aliases))
	for _, list := range [...][]*fact{others, labels} {
		slices.SortFunc(list, func(a, b *fact) int { return strings.Compare(a.Version, b.Version) })
	}
	return newHistory(h.name, others, served, labels, slices.Clone(h.facts[n:])), retired
}

// CutTo is the table with its cut moved forward to at, which is rounded down
// to a whole hour, and a RETIRED for each version and each label that it drops. A cut never
// moves back.
func (t *Table) CutTo(at int64) (*Table, []Effect) {
	cut := floorHour(max(at, minTime))
	if cut <= t.revision.Cut {
		return t, nil
	}
	e := t.edit()
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
	return e.table(revision), effects
}
