package transforms

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// A new version of a model in use is loaded when the table changes; no event waits for it.
func TestNewVersionsOfModelsInUseAreLoadedAhead(t *testing.T) {
	inBubble(t, map[string]document{"2": {took: 5 * time.Second}}, func(r *rig) {
		r.hear("ADD m 1 -60", "ADD idle 3 -60")
		r.expect(r.events("a m -30"), map[string]string{"a": "m@1=1"})
		r.hear("UPDATE m 2 -10", "UPDATE idle 4 -10")
		begin := time.Now()
		r.expect(r.events("a m -30"), map[string]string{"a": "m@1=1"}) // asof, before the update: not its own load
		if took := time.Since(begin); took != 0 {
			t.Errorf("an event waited %v", took)
		}
		time.Sleep(6 * time.Second)
		begin = time.Now()
		r.expect(r.events("a m 0"), map[string]string{"a": "m@2=2"})
		if took := time.Since(begin); took != 0 {
			t.Errorf("the new version was not there: an event waited %v", took)
		}
		for uri, want := range map[string]int{"1": 1, "2": 1, "3": 0, "4": 0} {
			if n := r.shelf.count(uri); n != want {
				t.Errorf("document %s was loaded %d times, want %d", uri, n, want)
			}
		}
	})
}

// An update that is announced for later is loaded when it is announced.
func TestAnnouncedVersionsAreLoadedAhead(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.hear("ADD m 1 -60")
		r.score(r.events("a m 0"))
		r.hear("UPDATE m 2 -1", "UPDATE m 3 30")
		r.score(r.events("a m -30"))
		synctest.Wait()
		for uri, want := range map[string]int{"2": 1, "3": 1} {
			if n := r.shelf.count(uri); n != want {
				t.Errorf("document %s was loaded %d times, want %d", uri, n, want)
			}
		}
	})
}

// What the labels of a model in use are moved to is loaded as well, but for versions that get no share.
func TestTargetsOfLabelsAreLoadedAhead(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.hear("ADD m 1 -60", "ADD m 2 -60", "ADD m 3 -60", "ADD m 4 -60")
		r.score(r.events("a m 0"))
		r.hear("ALIAS m champion:1=9,2=1,4=0 -30", "ALIAS m next:3 30")
		r.score(r.events("a m 0"))
		synctest.Wait()
		for uri, want := range map[string]int{"2": 1, "3": 1, "4": 0} {
			if n := r.shelf.count(uri); n != want {
				t.Errorf("document %s was loaded %d times, want %d", uri, n, want)
			}
		}
	})
}

// More documents than the cache lets wait in line are loaded all the same, each once, and only those that ask for it.
func TestPreloadsAreLoadedOnceEach(t *testing.T) {
	const models = 3000
	inBubble(t, nil, func(r *rig) {
		messages := []string{"ADD plain 0 -60"}
		for i := range models {
			messages = append(messages, fmt.Sprintf("PRELOAD m%d %d -60", i, i+1))
		}
		r.hear(messages...)
		for i := range 10 {
			r.hear(fmt.Sprintf("ADD other%d 0 -60", i))
			r.score(r.events("a nobody 0"))
			synctest.Wait()
		}
		loaded := 0
		for i := range models {
			if n := r.shelf.count(fmt.Sprint(i + 1)); n > 1 {
				t.Fatalf("document %d was loaded %d times", i+1, n)
			} else {
				loaded += n
			}
		}
		if loaded != models || r.shelf.count("0") != 0 {
			t.Errorf("%d documents of %d, and %d that nobody asked for", loaded, models, r.shelf.count("0"))
		}
	})
}

// One change of the table is one look for the process, whoever sees it first and whichever other tables come between.
func TestATableIsLookedAtOnce(t *testing.T) {
	inBubble(t, map[string]document{"2": {err: errGone}}, func(r *rig) {
		r.hear("ADD m 1 -60")
		r.score(r.events("a m -30"))
		old := r.table
		r.hear("UPDATE m 2 -10")
		other := scorerOn(r.cfg, r.ahead)
		for range 100 {
			block := r.events("a m -30")
			scoreBlock(context.Background(), other, &block, old)
			r.score(r.events("a m -30"))
			time.Sleep(time.Minute) // whatever back-off there is ends
		}
		if n := r.shelf.count("2"); n != 1 {
			t.Errorf("document 2 was asked for %d times, want once: no event needs it", n)
		}
	})
}

// BenchmarkAhead is the look at one new table with 10,000 models in use, one of which has a new version.
func BenchmarkAhead(b *testing.B) {
	r := newRig(&testing.T{}, nil)
	const models = 10_000 // in use
	var messages, events []string
	for i := range models {
		messages = append(messages, fmt.Sprintf("ADD m%d 1 -60", i))
		events = append(events, fmt.Sprintf("e%d m%d 0", i, i))
	}
	r.hear(messages...)
	r.score(r.events(events...))
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		r.hear(fmt.Sprintf("UPDATE m%d %d -30", i%models, 2+i))
		b.StartTimer()
		r.ahead.see(r.table, r.now())
	}
}
