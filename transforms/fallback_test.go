package transforms

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/beam-pmml/beam-pmml/transforms/modelcache"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

var errGone = errors.New("gone")

func TestAsOfWaitsForTheVersionOfItsTime(t *testing.T) {
	inBubble(t, map[string]document{"2": {took: 3 * time.Second}}, func(r *rig) {
		r.hear("ADD m 1 -60", "UPDATE m 2 -30")
		r.expect(r.events("a m -40"), map[string]string{"a": "m@1=1"})
		begin := time.Now()
		r.expect(r.events("b m -40", "c m -20"), map[string]string{"b": "m@1=1", "c": "m@2=2"})
		if took := time.Since(begin); took != 3*time.Second {
			t.Errorf("waited %v, want 3 s", took)
		}
	})
}

func TestLatestTakesWhatIsInForceByTheClock(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.hear("ADD m 1 -60", "UPDATE m 2 -30", "UPDATE m 3 5", "UPDATE m 4 60")
		for _, ref := range []string{"m@1", "m@2", "m@3"} { // else one that is loaded first may answer for another
			r.load(ref, 5)
		}
		r.expect(r.events("a m -40", "b m -100", "c m@1 -100", "d m 7"), map[string]string{
			"a": "m@2=2", "b": "m@2=2", "c": "m@1=1", "d": "m@3=3"})
		time.Sleep(5*time.Minute - time.Millisecond)
		r.expect(r.events("a m -40"), map[string]string{"a": "m@2=2"})
		time.Sleep(time.Millisecond)
		r.expect(r.events("a m -40"), map[string]string{"a": "m@3=3"})
	}, WithResolution(Latest))
}

func TestWhatServedBeforeAnswersWhileADocumentLoads(t *testing.T) {
	inBubble(t, map[string]document{"3": {took: 8 * time.Second}}, func(r *rig) {
		r.hear("ADD m 1 -60", "UPDATE m 2 -30")
		r.expect(r.events("a m 0", "b m@1 0"), map[string]string{"a": "m@2=2", "b": "m@1=1"})
		r.hear("UPDATE m 3 -1")
		begin := time.Now()
		r.expect(r.events("a m 0"), map[string]string{"a": "m@2=2 for 3"})
		time.Sleep(7 * time.Second)
		r.expect(r.events("a m 0"), map[string]string{"a": "m@2=2 for 3"})
		if took := time.Since(begin); took != 7*time.Second {
			t.Errorf("an event waited: %v", took-7*time.Second)
		}
		time.Sleep(2 * time.Second)
		r.expect(r.events("a m 0"), map[string]string{"a": "m@3=3"})
		if n := r.shelf.count("3"); n != 1 {
			t.Errorf("%d loads", n)
		}
	}, WithResolution(Latest))
}

// What is loaded answers at once: by the time that the rest of the block has its documents, it may be evicted and gone.
func TestAFallbackDoesNotWaitForTheRestOfTheBlock(t *testing.T) {
	var size int64
	inBubble(t, nil, func(r *rig) {
		r.hear("ADD m 1 -60")
		r.score(r.events("a m 0"))
		size = r.cache.Stats().Bytes
	})
	inBubble(t, map[string]document{"3": {took: 8 * time.Second}, "9": {took: 2 * time.Second}}, func(r *rig) {
		r.hear("ADD m 2 -60", "ADD n 9 -60")
		r.expect(r.events("a m 0"), map[string]string{"a": "m@2=2"})
		r.hear("UPDATE m 3 -1")
		r.shelf.set("2", document{err: errGone})
		r.expect(r.events("a m 0", "b n 0"), map[string]string{"a": "m@2=2 for 3", "b": "n@9=9"})
		time.Sleep(time.Minute) // the load ends
	}, WithResolution(Latest), WithCache(modelcache.Config{Bytes: size + size/2}))
}

func TestALoadThatFailedLeavesTheVersionBeforeServing(t *testing.T) {
	inBubble(t, map[string]document{"2": {err: errGone}}, func(r *rig) {
		r.hear("ADD m 1 -60")
		r.expect(r.events("a m 0"), map[string]string{"a": "m@1=1"})
		r.hear("UPDATE m 2 -30")
		for range 3 {
			r.expect(r.events("a m 0"), map[string]string{"a": "m@1=1 for 2"})
			synctest.Wait()
		}
		failed := 0
		for _, n := range r.cache.TakeNews() {
			if n.Change == modelcache.Failed && n.Identity.Version == "2" {
				failed++
			}
		}
		if failed != 1 {
			t.Errorf("%d times FAILED of version 2 in the news, want once", failed)
		}
		r.shelf.set("2", document{})
		time.Sleep(time.Minute) // its back-off
		r.score(r.events("a m 0"))
		synctest.Wait()
		r.expect(r.events("a m 0"), map[string]string{"a": "m@2=2"})
	}, WithResolution(Latest))
}

// A worker that has just begun has nothing loaded: then the event waits, for one version after the other.
func TestFallbacksAreLoadedWhereNothingIs(t *testing.T) {
	inBubble(t, map[string]document{"4": {err: errGone}, "3": {err: errGone}, "2": {took: time.Second}}, func(r *rig) {
		r.hear("ADD m 1 -60", "UPDATE m 2 -50", "UPDATE m 3 -40", "UPDATE m 4 -30")
		r.expect(r.events("a m 0", "b m@4 0", "c m@2 0"), map[string]string{
			"a": "m@2=2 for 4", "b": "load_failed m@4", "c": "m@2=2"})
		if n := r.shelf.count("1"); n != 0 {
			t.Error("a version was loaded that nobody needed")
		}
	}, WithResolution(Latest))
}

// The chosen version is the one that a dead letter names, whatever was tried in its place, and its failure the detail.
func TestNothingEarlierCanAnswer(t *testing.T) {
	inBubble(t, map[string]document{"2": {err: errGone}, "1": {err: errors.New("gone, too")}}, func(r *rig) {
		r.hear("ADD m 1 -60", "UPDATE m 2 -30")
		block := r.events("a m 0")
		_, dead := scoreBlock(context.Background(), r.scorer, &block, r.table)
		got := r.read(dead)
		if len(got) != 1 || got[0].say() != "load_failed m@2" || got[0].Detail != "model m version 2 cannot be loaded: gone" {
			t.Errorf("%+v", got)
		}
	}, WithResolution(Latest))
}

// A deleted version does not answer, though it is loaded; nor does one that never served.
func TestOnlyWhatCouldServeAnswers(t *testing.T) {
	inBubble(t, map[string]document{"4": {err: errGone}}, func(r *rig) {
		r.hear("ADD m 1 -60", "UPDATE m 2 -50", "ADD m 3 -45")
		r.expect(r.events("a m@1 0", "b m@2 0", "c m@3 0"), map[string]string{"a": "m@1=1", "b": "m@2=2", "c": "m@3=3"})
		r.hear("UPDATE m 4 -40", "DEL m 2 -30")
		r.expect(r.events("a m 0"), map[string]string{"a": "m@1=1 for 4"})
		r.hear("DEL m 1 10")
		// In ten minutes nothing is left to answer; an event of that time is asked about then, not now.
		r.expect(r.events("a m 0", "b m 11"), map[string]string{"a": "m@1=1 for 4", "b": "load_failed m@4"})
	}, WithResolution(Latest))
}

func TestWaitingIsBoundedByLoadWait(t *testing.T) {
	hour := document{took: time.Hour}
	inBubble(t, map[string]document{"1": hour, "2": hour, "3": hour}, func(r *rig) {
		r.hear("ADD m 1 -60", "UPDATE m 2 -50", "UPDATE m 3 -40")
		for range 3 {
			begin := time.Now()
			r.expect(r.events("a m 0"), map[string]string{"a": "load_failed m@3"})
			if took := time.Since(begin); took > 10*time.Second {
				t.Errorf("a block waited %v", took)
			}
		}
		time.Sleep(2 * time.Minute) // the loads have timed out
		synctest.Wait()
	}, WithResolution(Latest))
}

// With a loader that never returns, rows of the version before and of other models go on.
func TestALoaderThatNeverReturns(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		end := make(chan struct{})
		defer close(end)
		r.shelf.set("2", document{never: end})
		r.hear("ADD m 1 -60", "ADD n 7 -60")
		r.expect(r.events("a m 0", "b n 0"), map[string]string{"a": "m@1=1", "b": "n@7=7"})
		r.hear("UPDATE m 2 -1")
		begin := time.Now()
		for range 1000 {
			r.expect(r.events("a m 0", "b n 0"), map[string]string{"a": "m@1=1 for 2", "b": "n@7=7"})
		}
		if took := time.Since(begin); took != 0 {
			t.Errorf("events waited %v", took)
		}
	}, WithResolution(Latest))
}

// The same under asof: what needs the new version waits once, others do not wait at all.
func TestALoaderThatNeverReturnsAsOf(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		end := make(chan struct{})
		defer close(end)
		r.shelf.set("2", document{never: end})
		r.hear("ADD m 1 -60", "UPDATE m 2 -1", "ADD n 7 -60")
		begin := time.Now()
		r.expect(r.events("a m -2", "b n 0"), map[string]string{"a": "m@1=1", "b": "n@7=7"})
		if took := time.Since(begin); took != 0 {
			t.Errorf("events waited %v", took)
		}
		for range 100 {
			r.expect(r.events("a m -2", "b n 0", "c m 0"), map[string]string{"a": "m@1=1", "b": "n@7=7", "c": "load_failed m@2"})
		}
		if took := time.Since(begin); took != 10*time.Second {
			t.Errorf("waited %v, want 10 s once", took)
		}
	})
}

func TestEventsChooseTheirResolution(t *testing.T) {
	c := records.Conversion{ResolutionField: "mode"}
	event := func(id, mode string) string {
		return `{"id":"` + id + `","model":"m","time":"1999-12-31T23:30:00Z","mode":` + mode + `,"x":1}`
	}
	want := map[string]string{"a": "m@1=1", "b": "m@2=2", "c": "undecodable"}
	for pipeline, own := range map[records.Resolution]string{AsOf: "m@1=1", Latest: "m@2=2"} {
		t.Run(pipeline.String(), func(t *testing.T) {
			want["d"], want["e"] = own, own
			inBubble(t, nil, func(r *rig) {
				r.hear("ADD m 1 -60", "UPDATE m 2 -10")
				r.load("m@1", 0)
				r.load("m@2", 0)
				r.expect(r.lines(event("a", `"asof"`), event("b", `"latest"`), event("c", `"newest"`), event("d", `null`), event("e", `""`)), want)
			}, WithResolution(pipeline), WithConversion(c))
		})
	}
}

// Two events of one version, one of which must wait for it and one of which need not.
func TestResolutionsDoNotMixWithinAGroup(t *testing.T) {
	inBubble(t, map[string]document{"2": {took: time.Second}}, func(r *rig) {
		r.hear("ADD m 1 -60")
		r.score(r.events("a m 0"))
		r.hear("UPDATE m 2 -10")
		r.expect(r.lines(`{"id":"a","model":"m","time":"2000-01-01T00:00:00Z","mode":"asof","x":1}`,
			`{"id":"b","model":"m","time":"2000-01-01T00:00:00Z","mode":"latest","x":1}`), map[string]string{"a": "m@2=2", "b": "m@1=1 for 2"})
	}, WithConversion(records.Conversion{ResolutionField: "mode"}))
}
