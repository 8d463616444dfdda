package transforms

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/modelcache"
)

// ahead loads documents before an event needs them: when a table that this process scores with has changed, the new
// versions of models in use, and what messages ask to preload. No event waits for such a load, and each document is asked
// for once. It belongs to a cache, so a change costs the process one look, however many scorers there are.
type ahead struct {
	cache *modelcache.Cache
	last  atomic.Pointer[sideinput.Table] // seen last: the usual case takes no lock
	more  atomic.Bool                     // line is not empty

	mu     sync.Mutex
	before *sideinput.Table // looked at last: a model that is the same in it has nothing new
	seen   map[sideinput.ID]struct{}
	asked  map[modelcache.Identity]struct{}
	line   []modelcache.Identity // asked for while the cache had as many loads ahead as it takes
}

// lately is how long ago a model may have scored an event to count as in use.
const lately = 10 * time.Minute

// Bounds of what is remembered. What is forgotten is looked at or asked for again, which does no harm.
const (
	mostSeen  = 4096
	mostAsked = 200_000
)

var processAhead struct {
	sync.Mutex
	of map[*modelcache.Cache]*ahead
}

// aheadOf is the process's one for a cache.
func aheadOf(c *modelcache.Cache) *ahead {
	processAhead.Lock()
	defer processAhead.Unlock()
	a := processAhead.of[c]
	if a == nil {
		a = newAhead(c)
		if processAhead.of == nil {
			processAhead.of = map[*modelcache.Cache]*ahead{}
		}
		processAhead.of[c] = a
	}
	return a
}

func newAhead(c *modelcache.Cache) *ahead {
	return &ahead{cache: c, before: sideinput.NewTable(), seen: map[sideinput.ID]struct{}{}, asked: map[modelcache.Identity]struct{}{}}
}

// see looks at a table that it has not seen yet. Shards of one process may hold tables of their own, so it remembers
// several.
func (a *ahead) see(t *sideinput.Table, now time.Time) {
	if a.last.Load() == t && !a.more.Load() {
		return
	}
	a.last.Store(t)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.goOn()
	id := t.ID()
	if _, known := a.seen[id]; known {
		return
	}
	if len(a.seen) >= mostSeen {
		clear(a.seen)
	}
	a.seen[id] = struct{}{}
	a.look(t, now.UnixMilli())
	a.before = t
}

// look asks for what is new in a table.
func (a *ahead) look(t *sideinput.Table, now int64) {
	looked := map[string]struct{}{}
	for _, id := range a.cache.InUse(lately) {
		if t.SameModel(a.before, id.Name) {
			continue
		}
		if _, twice := looked[id.Name]; !twice {
			looked[id.Name] = struct{}{}
			a.model(t, id.Name, now)
		}
	}
	for _, c := range t.Preloads(now) {
		a.ask(c)
	}
}

// model asks for what serves a model now and what will once all messages of the table have taken effect, by its name and
// by its labels.
func (a *ahead) model(t *sideinput.Table, name string, now int64) {
	for _, at := range []int64{now, sideinput.Latest} {
		state := t.StateOf(name, at)
		if state.Serves != nil {
			a.ask(state.Serves)
		}
		for _, label := range state.Aliases {
			for _, target := range label.To {
				for _, c := range state.Known {
					if c.Version == target.Version && target.Weight > 0 {
						a.ask(c)
					}
				}
			}
		}
	}
}

// ask begins to load a document, once, or puts it in line.
func (a *ahead) ask(c *sideinput.Choice) {
	id := modelcache.IdentityOf(c)
	if _, was := a.asked[id]; was {
		return
	}
	if len(a.asked) >= mostAsked {
		clear(a.asked)
	}
	a.asked[id] = struct{}{}
	if len(a.line) > 0 || !a.cache.Preload(id) {
		a.line = append(a.line, id)
		a.more.Store(true)
	}
}

// goOn begins to load what is in line, as far as the cache takes it.
func (a *ahead) goOn() {
	for len(a.line) > 0 && a.cache.Preload(a.line[0]) {
		a.line = a.line[1:]
	}
	if len(a.line) == 0 {
		a.line = nil
		a.more.Store(false)
	}
}
