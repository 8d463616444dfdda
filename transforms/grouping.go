package transforms

import (
	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/modelcache"
)

// group is the records of a block that one version scores. Scoring model by model keeps a model's arrays in the CPU's
// cache (docs/performance.md).
type group struct {
	groupKey
	records []int32
	pending *modelcache.Pending // nil unless the group waits for its document
	why     error               // why what should have served cannot, where choice is a fallback and that is known
}

// groupKey says which records belong together: a table gives each fact one pointer.
type groupKey struct {
	choice *sideinput.Choice
	beside *sideinput.Choice // what should have served where choice is a fallback, what served where it is a shadow; else nil
	latest bool              // an earlier version may answer for choice
}

// grouping collects the records of a block by what scores them. Its memory is used again for the next block.
type grouping struct {
	list  []group
	index map[groupKey]int32 // places in list, once there are more than fewGroups
	last  int32              // where the last record went
}

// aside is what the lines of a group say besides.
func (g *group) aside() string {
	if g.beside == nil {
		return ""
	}
	return fallbackFrom(g.beside)
}

// fewGroups are found by looking at each: most blocks have a handful of versions.
const fewGroups = 8

func (g *grouping) reset() {
	for i := range g.list {
		g.list[i] = group{records: g.list[i].records[:0]}
	}
	g.list, g.last = g.list[:0], 0
	if len(g.index) > 0 {
		clear(g.index)
	}
}

// add puts record i to the group of its key, and makes that at the end of the list if there is none.
func (g *grouping) add(key groupKey, i int32) {
	at := g.find(key)
	g.last = at
	g.list[at].records = append(g.list[at].records, i)
}

func (g *grouping) find(key groupKey) int32 {
	n := len(g.list)
	if int(g.last) < n && g.list[g.last].groupKey == key {
		return g.last
	}
	if n <= fewGroups {
		for i := range g.list {
			if g.list[i].groupKey == key {
				return int32(i)
			}
		}
	} else if at, ok := g.index[key]; ok {
		return at
	}
	g.open(key)
	return int32(n)
}

// open appends an empty group, with the memory of one that an earlier block had there.
func (g *grouping) open(key groupKey) {
	n := len(g.list)
	if n < cap(g.list) {
		g.list = g.list[:n+1]
		g.list[n] = group{groupKey: key, records: g.list[n].records[:0]}
	} else {
		g.list = append(g.list, group{groupKey: key})
	}
	switch {
	case n < fewGroups:
		return
	case g.index == nil:
		g.index = map[groupKey]int32{}
	}
	if len(g.index) == 0 {
		for i := range g.list {
			g.index[g.list[i].groupKey] = int32(i)
		}
		return
	}
	g.index[key] = int32(n)
}
