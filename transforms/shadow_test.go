package transforms

import (
	"context"
	"fmt"
	"maps"
	"testing"
	"testing/synctest"
	"time"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// both scores a block and returns what came of its events and what shadows said.
func (r *rig) both(b records.Block) (served, shadows map[string]string) {
	r.t.Helper()
	served, shadows = map[string]string{}, map[string]string{}
	keep := func(to map[string]string) func(records.Lines) {
		return func(lines records.Lines) {
			for _, l := range r.read(lines) {
				if was, twice := to[l.ID]; twice {
					r.t.Errorf("event %s: %s and %s", l.ID, was, l.say())
				}
				to[l.ID] = l.say()
			}
		}
	}
	r.emit(context.Background(), &b, r.table, outputs{keep(served), keep(served), keep(shadows), func(records.Lines) {}})
	return served, shadows
}

func (r *rig) expectBoth(b records.Block, served, shadows map[string]string) {
	r.t.Helper()
	gotServed, gotShadows := r.both(b)
	if !maps.Equal(gotServed, served) {
		r.t.Errorf("served %v, want %v", gotServed, served)
	}
	if !maps.Equal(gotShadows, shadows) {
		r.t.Errorf("shadows %v, want %v", gotShadows, shadows)
	}
}

func TestShadowsOfWhatIsServed(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.hear("ADD m 1 -60", "UPDATE m 2 -60", "ADD m 3 -60", "ADD n 7 -60", "ALIAS m next:3 -30", "ALIAS m champion:1 -60",
			"ALIAS o next:1 -60", "ADD p 8 -60", "ALIAS p next:9 -60")
		r.load("m@3", 0)
		hash := sideinput.HashReference("m", "2")
		r.expectBoth(r.events("name m 0", "version m@1 0", "label m:champion 0", "early m -31", "same m@3 0", "itself m:next 0",
			"hash "+hash+" 0", "other n 0", "unknown o 0", "untold p 0"),
			map[string]string{"name": "m@2=2", "version": "m@1=1", "label": "m@1=1", "early": "m@2=2", "same": "m@3=3", "itself": "m@3=3",
				"hash": "m@2=2", "other": "n@7=7", "unknown": "unknown_model", "untold": "p@8=8"},
			map[string]string{"name": "m@3=3 next of 2", "version": "m@3=3 next of 1", "label": "m@3=3 next of 1"})
	}, WithShadow("next"))
}

// A label that splits events gives the shadow to those of its share alone, by the event's split key.
func TestShadowsOfASplit(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.hear("ADD m 1 -60", "ADD m 2 -60", "ALIAS m next:1=1,2=1 -60")
		r.load("m@2", 0)
		var events []string
		for i := range 400 {
			events = append(events, fmt.Sprintf("e%d m 0", i))
		}
		served, shadows := r.both(r.events(events...))
		if len(served) != 400 || len(shadows) < 150 || len(shadows) > 250 {
			t.Errorf("%d served, %d shadows of a half", len(served), len(shadows))
		}
		_, again := r.both(r.events(events...))
		if !maps.Equal(again, shadows) {
			t.Error("the split is not by the event alone")
		}
	}, WithShadow("next"))
}

// A shadow's document is loaded in the background; no event waits for it.
func TestShadowsAreNotWaitedFor(t *testing.T) {
	inBubble(t, map[string]document{"2": {took: 5 * time.Second}}, func(r *rig) {
		r.hear("ADD m 1 -60", "ADD m 2 -60", "ALIAS m next:2 -60")
		begin := time.Now()
		r.expectBoth(r.events("a m 0"), map[string]string{"a": "m@1=1"}, map[string]string{"a": "load_failed m@2 next of 1"})
		if took := time.Since(begin); took != 0 {
			t.Errorf("an event waited %v for a shadow", took)
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		r.expectBoth(r.events("a m 0"), map[string]string{"a": "m@1=1"}, map[string]string{"a": "m@2=2 next of 1"})
	}, WithShadow("next"))
}

func TestAShadowSaysWhyItCannotBeLoaded(t *testing.T) {
	inBubble(t, map[string]document{"2": {err: errGone}}, func(r *rig) {
		r.hear("ADD m 1 -60", "ADD m 2 -60", "ALIAS m next:2 -60")
		details := func() (said []string) {
			block := r.events("a m 0")
			r.emit(context.Background(), &block, r.table, outputs{func(records.Lines) {}, func(records.Lines) {},
				func(lines records.Lines) {
					for _, l := range r.read(lines) {
						said = append(said, l.Detail)
					}
				}, func(records.Lines) {}})
			synctest.Wait()
			return said
		}
		first, second := details(), details()
		if len(first) != 1 || first[0] != "not loaded yet" || len(second) != 1 || second[0] != "model m version 2 cannot be loaded: gone" {
			t.Errorf("%q, then %q", first, second)
		}
	}, WithShadow("next"))
}

// What fails in a shadow is the shadow's line; the event has its result.
func TestAPanicInAShadowIsItsOwnLine(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.hear("ADD m 1 -60", "ADD m 2 -60", "ALIAS m next:2 -60")
		r.load("m@2", 0)
		r.fill["2"] = func(int) { panic("hostile") }
		r.expectBoth(r.events("a m 0"), map[string]string{"a": "m@1=1"}, map[string]string{"a": "internal m@2 next of 1"})
		delete(r.fill, "2")
		r.expectBoth(r.events("b m 0"), map[string]string{"b": "m@1=1"}, map[string]string{"b": "m@2=2 next of 1"})
	}, WithShadow("next"))
}

func TestTheTimeOfShadowsIsBounded(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.hear("ADD m 1 -60", "ADD m 2 -60", "ALIAS m next:2 -60")
		r.load("m@2", 0)
		r.fill["2"] = func(int) { time.Sleep(400 * time.Millisecond) }
		begin := time.Now()
		served, shadows := r.both(r.events("a m 0", "b m 0", "c m 0", "d m 0", "e m 0"))
		if took := time.Since(begin); took != 1200*time.Millisecond {
			t.Errorf("shadows took %v", took)
		}
		if len(served) != 5 || shadows["c"] != "m@2=2 next of 1" || shadows["d"] != "limit m@2 next of 1" || shadows["e"] != shadows["d"] {
			t.Errorf("served %v, shadows %v", served, shadows)
		}
	}, WithShadow("next"))
}

// What was served leaves ahead of what shadows say.
func TestShadowsComeLast(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.hear("ADD m 1 -60", "ADD m 2 -60", "ALIAS m next:2 -60")
		r.load("m@2", 0)
		var order []string
		note := func(what string) func(records.Lines) { return func(records.Lines) { order = append(order, what) } }
		block := r.events("a m 0", "b nobody 0")
		r.emit(context.Background(), &block, r.table, outputs{note("results"), note("dead"), note("shadows"), func(records.Lines) {}})
		if fmt.Sprint(order) != "[results dead shadows]" {
			t.Errorf("%v", order)
		}
	}, WithShadow("next"))
}

func TestLabelsOfShadows(t *testing.T) {
	for label, ok := range map[string]bool{"next": true, "": false, "a b": false, "a/b": false, "a:b": false} {
		if _, err := newOptions([]Option{WithShadow(label)}); (err == nil) != ok {
			t.Errorf("%q: %v", label, err)
		}
	}
}
