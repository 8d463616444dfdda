package transforms

import (
	"errors"
	"fmt"
	"time"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/modelcache"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// shadows scores events that were served by what a label names as well. It begins when what was served has been emitted,
// waits for no document, and gives up after shadowTime.
type shadows struct {
	label  string // empty: there are none
	lane   lane
	groups grouping
	refs   map[string]sideinput.Reference // name:label by name
}

// shadowTime bounds what the shadows of one block may take. It is looked at before each row.
const shadowTime = time.Second

var (
	errShadowTime   = fmt.Errorf("the shadows of a block have %v, and that is over", shadowTime)
	errNotLoadedYet = errors.New("not loaded yet")
)

// mostShadowRefs bounds the references that are kept ready.
const mostShadowRefs = 10_000

func newShadows(cfg Scoring) shadows {
	if cfg.Shadow == "" {
		return shadows{}
	}
	l := newLane()
	l.out.keep, l.out.shadows, l.out.ordered = cfg.KeepOriginal, true, cfg.Ordered
	return shadows{label: cfg.Shadow, lane: l, refs: map[string]sideinput.Reference{}}
}

// watch lets the lane of what is served note what gave each result.
func (h *shadows) watch(served *lane, n int) {
	if h.label == "" {
		return
	}
	if cap(served.by) < n {
		served.by = make([]*sideinput.Choice, n)
	}
	served.by = served.by[:n]
	clear(served.by)
}

// shadow scores the events of a block that have a result by their shadows, and returns a line for each.
func (s *scorer) shadow(t *turn) records.Lines {
	h := &s.shadows
	if h.label == "" || s.sole != nil {
		return records.Lines{}
	}
	h.groups.reset()
	for i, by := range s.served.by {
		if by == nil {
			continue
		}
		if c := s.shadowOf(t, i, by); c != nil && c != by {
			h.groups.add(groupKey{choice: c, beside: by}, int32(i))
		}
	}
	if len(h.groups.list) == 0 {
		return records.Lines{}
	}
	h.lane.start(len(t.block.Records))
	h.lane.until = time.Now().Add(shadowTime)
	for i := range h.groups.list {
		s.shadowGroup(t, &h.groups.list[i])
	}
	lines, _ := h.lane.out.lines()
	return lines
}

// shadowOf is what the label names for an event, nil where there is nothing: no event's line says that a label is not in
// force.
func (s *scorer) shadowOf(t *turn, i int, by *sideinput.Choice) *sideinput.Choice {
	if text := t.block.Reference(i); len(text) == 0 || text[0] == '#' {
		return nil
	}
	ref := s.keyed(t, i, s.shadows.reference(by.Name))
	return t.table.Resolve(ref, s.at(t, &t.block.Records[i])).Choice
}

func (h *shadows) reference(name string) sideinput.Reference {
	ref, ok := h.refs[name]
	if !ok {
		if len(h.refs) >= mostShadowRefs {
			clear(h.refs)
		}
		ref = sideinput.AliasReference(name, h.label)
		h.refs[name] = ref
	}
	return ref
}

// shadowGroup scores a group if its document is loaded, and else has it loaded, which gives way to what events wait for.
func (s *scorer) shadowGroup(t *turn, g *group) {
	h := &s.shadows
	aside := h.aside(g.beside)
	id := modelcache.IdentityOf(g.choice)
	if entry, ok := s.cache.Pin(id); ok {
		s.group(&h.lane, t, g, entry, aside)
		return
	}
	why := s.cache.Failure(id)
	if why == nil {
		s.cache.Preload(id)
		why = errNotLoadedYet
	}
	for _, i := range g.records {
		h.lane.letter(t.block, i, sideinput.LoadFailed, why.Error(), g.choice, aside)
	}
}

// aside is what lines of shadows say besides: the label, and the version that served.
func (h *shadows) aside(served *sideinput.Choice) string {
	dst := appendText([]byte(`,"shadow":`), h.label)
	return string(appendText(append(dst, `,"served":`...), served.Version))
}
