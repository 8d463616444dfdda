package sideinput

import (
	"cmp"
	"slices"
	"strings"
)

// Preloads lists the documents whose messages ask to load them before an event
// needs them and that are known at a time, in milliseconds since 1970 UTC, or
// will be later; by model, version and time. It costs nothing where no message
// asks, and else a look at all models: call it when the table has changed.
func (t *Table) Preloads(at int64) []*Choice {
	if t.preloads == 0 {
		return nil
	}
	at = max(at, t.revision.Cut) // no event before it is answered
	var list []*Choice
	for _, shard := range t.names.shards {
		for _, h := range shard {
			if h.preloads() > 0 {
				list = h.appendPreloads(list, at)
			}
		}
	}
	slices.SortFunc(list, func(a, b *Choice) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Version, b.Version), cmp.Compare(a.At, b.At))
	})
	return list
}

func (h *history) appendPreloads(list []*Choice, at int64) []*Choice {
	for _, line := range h.versions {
		for i, m := range line {
			ended := i+1 < len(line) && line[i+1].at <= at
			if m.fact != nil && m.fact.preload && !ended {
				list = append(list, &m.fact.Choice)
			}
		}
	}
	return list
}
