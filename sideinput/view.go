package sideinput

import (
	"math"
	"slices"
	"strings"
)

// Size is the number of models that the table knows messages of.
func (t *Table) Size() int { return t.names.size }

// A State is what a table knows of one model at one time.
type State struct {
	Serves *Choice   // nil if nothing does
	Known  []*Choice // by version
	Served []*Choice // what serves and what would after it, the most recently served first

	Aliases []Message // the ALIAS in force of each label, by label
}

// Names lists the models that the table knows messages of, in bytewise order.
func (t *Table) Names() []string {
	all := t.names.all()
	names := make([]string, len(all))
	for i, h := range all {
		names[i] = h.name
	}
	return names
}

// StateOf is what the table knows of a model at a time in milliseconds since
// 1970 UTC. It replays the model's messages: it is for people and programs
// that look at tables, not for events.
func (t *Table) StateOf(name string, at int64) State {
	h := t.names.get(name)
	if h == nil || at < t.revision.Cut {
		return State{}
	}
	var state State
	for _, line := range h.versions {
		if m, ok := stateAt(line, at); ok && m.fact != nil {
			state.Known = append(state.Known, &m.fact.Choice)
		}
	}
	slices.SortFunc(state.Known, func(a, b *Choice) int { return strings.Compare(a.Version, b.Version) })
	if h.extras != nil {
		for _, line := range h.extras.aliases {
			if m, ok := stateAt(line, at); ok && m.fact != nil {
				state.Aliases = append(state.Aliases, m.fact.message())
			}
		}
	}
	slices.SortFunc(state.Aliases, func(a, b Message) int { return strings.Compare(a.Alias, b.Alias) })
	if state.Served = h.servedAt(at); len(state.Served) > 0 {
		state.Serves = state.Served[0]
	}
	return state
}

// SameModel says that two tables know the same of a model, as they do where one
// was made of the other without a message about it. False says nothing: tables
// that were decoded share nothing.
func (t *Table) SameModel(other *Table, name string) bool {
	return t.names.get(name) == other.names.get(name)
}

// Latest is a time after all messages.
const Latest = math.MaxInt64

// History lists the messages of a model since the cut, in their order, each
// with the judgement about it.
func (t *Table) History(name string) []Effect {
	h := t.names.get(name)
	if h == nil {
		return nil
	}
	list := make([]Effect, len(h.facts))
	for i, f := range h.facts {
		list[i] = Effect{Kind: h.judgements[i], Index: i, Message: f.message()}
	}
	return list
}
