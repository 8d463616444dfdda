package modelcache

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestALoadAheadIsThereForTheFirstRecord(t *testing.T) {
	bubble(t, Config{}, map[string]outcome{"a": {size: 8 * kB, took: time.Second}}, func(t *testing.T, c *Cache, l *loader) {
		c.Preload(id("a"))
		c.Preload(id("a")) // under way: nothing
		time.Sleep(time.Second + 1)
		e, ok := c.Pin(id("a"))
		if !ok {
			t.Fatal("not loaded")
		}
		e.Unpin()
		c.Preload(id("a")) // loaded: nothing
		synctest.Wait()
		if s := c.Stats(); l.count("a") != 1 || s.Loads != 1 || s.Skipped != 0 {
			t.Errorf("%d loads, %+v", l.count("a"), s)
		}
	})
}

func TestLoadsThatRecordsWaitForOvertake(t *testing.T) {
	outcomes := map[string]outcome{"first": {size: 5 * kB, took: time.Second}}
	for i := range 5 {
		outcomes[fmt.Sprint("ahead", i)] = outcome{size: 5 * kB, took: time.Second}
	}
	outcomes["wanted"] = outcome{size: 5 * kB, took: time.Second}
	bubble(t, Config{Loads: 1}, outcomes, func(t *testing.T, c *Cache, _ *loader) {
		var order []string
		defer c.Observe(func(n News) { order = append(order, n.Identity.Name) })()
		c.Load(id("first"))
		for i := range 5 {
			c.Preload(id(fmt.Sprint("ahead", i)))
		}
		start := time.Now()
		c.Load(id("wanted"))
		wait(t, c, "ahead3").Unpin() // a record needs it: it overtakes the other loads ahead
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("waited %v, want for first, wanted and itself", took)
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		want := "[first wanted ahead3 ahead0 ahead1 ahead2 ahead4]"
		if got := fmt.Sprint(order); got != want {
			t.Errorf("order %s, want %s", got, want)
		}
	})
}

func TestLoadsAheadLeaveAPlaceForRecords(t *testing.T) {
	outcomes := map[string]outcome{"wanted": {size: 5 * kB, took: time.Second}}
	for i := range 6 {
		outcomes[fmt.Sprint(i)] = outcome{size: 5 * kB, took: 30 * time.Second}
	}
	bubble(t, Config{Loads: 3}, outcomes, func(t *testing.T, c *Cache, l *loader) {
		for i := range 6 {
			c.Preload(id(fmt.Sprint(i)))
		}
		synctest.Wait()
		if l.max != 2 {
			t.Errorf("%d loads ahead at once, want one less than all", l.max)
		}
		start := time.Now()
		wait(t, c, "wanted").Unpin()
		if took := time.Since(start); took != time.Second {
			t.Errorf("a record waited %v behind loads ahead", took)
		}
		time.Sleep(3 * time.Minute)
		if s := c.Stats(); s.Entries != 7 {
			t.Errorf("%+v: not all were loaded in the end", s)
		}
	})
}

func TestRecordsWaitInFullForALoadThatBeganAhead(t *testing.T) {
	bubble(t, Config{}, map[string]outcome{"a": {size: 5 * kB, took: 18 * time.Second}}, func(t *testing.T, c *Cache, _ *loader) {
		c.Preload(id("a"))
		time.Sleep(9 * time.Second) // LoadWait, 10 s, counts from the first record
		wait(t, c, "a").Unpin()
	})
}

func TestALoadAheadEvictsOnlyWhatWasIdle(t *testing.T) {
	sizes := map[string]outcome{"a": {size: 10 * kB}, "b": {size: 10 * kB}, "pinned": {size: 10 * kB}, "ahead": {size: 10 * kB}, "more": {size: 20 * kB}}
	bubble(t, Config{Bytes: 30 * kB, Residency: time.Minute}, sizes, func(t *testing.T, c *Cache, l *loader) {
		pinned := wait(t, c, "pinned")
		wait(t, c, "a").Unpin()
		time.Sleep(30 * time.Second)
		wait(t, c, "b").Unpin()
		time.Sleep(29 * time.Second)
		c.Preload(id("ahead")) // a is idle for 59 s, b for 29
		synctest.Wait()
		if s := c.Stats(); has(c, "ahead") || s.Entries != 3 || s.Skipped != 1 || s.Failures != 0 || s.Failing != 0 {
			t.Fatalf("%+v", s)
		}
		time.Sleep(time.Second)
		c.Preload(id("more")) // would need a and b: nothing is evicted in vain
		synctest.Wait()
		if s := c.Stats(); s.Entries != 3 || s.Evictions != 0 || s.Skipped != 2 {
			t.Fatalf("%+v", s)
		}
		c.Preload(id("ahead"))
		synctest.Wait()
		if !has(c, "ahead") || has(c, "a") || !has(c, "b") || !has(c, "pinned") {
			t.Fatal("not a went")
		}
		wait(t, c, "more").Unpin() // a record needs it: the least recently pinned go, however short ago that was
		if !has(c, "more") || has(c, "b") || has(c, "ahead") || l.count("more") != 2 {
			t.Error("the load of a record found no room")
		}
		pinned.Unpin()
	})
}

func TestALoadAheadWithoutRoomIsBegunAgainForARecord(t *testing.T) {
	sizes := map[string]outcome{"a": {size: 20 * kB}, "b": {size: 20 * kB}}
	bubble(t, Config{Bytes: 20 * kB}, sizes, func(t *testing.T, c *Cache, l *loader) {
		wait(t, c, "a").Unpin()
		c.Preload(id("b"))
		synctest.Wait()
		if has(c, "b") {
			t.Fatal("a was evicted")
		}
		wait(t, c, "b").Unpin()
		if l.count("b") != 2 {
			t.Errorf("%d loads", l.count("b"))
		}
	})
}

// A record asks for the model after the loader was told that there is no room, and before it has returned.
func TestARecordThatComesWhileALoadAheadIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &loader{}
		l.set("a", outcome{size: 20 * kB})
		told := 0
		c := newCache(Config{Bytes: 20 * kB}, func(ctx context.Context, id Identity) (loaded, error) {
			if err := Reserve(ctx, 20*kB); err != nil {
				told++
				time.Sleep(time.Second)
				return loaded{}, err
			}
			return l.load(ctx, id)
		})
		wait(t, c, "a").Unpin()
		l.set("b", outcome{size: 20 * kB})
		c.Preload(id("b"))
		time.Sleep(time.Second / 2)
		wait(t, c, "b").Unpin()
		if s := c.Stats(); told != 1 || s.Skipped != 0 || s.Failures != 0 {
			t.Errorf("told %d times, %+v", told, s)
		}
		books(t, c)
	})
}

func TestAFailedLoadAheadIsRemembered(t *testing.T) {
	bubble(t, Config{Jitter: -1}, map[string]outcome{"bad": {err: errors.New("gone")}}, func(t *testing.T, c *Cache, l *loader) {
		c.Preload(id("bad"))
		synctest.Wait()
		c.Preload(id("bad"))
		if e := refused(t, c, "bad"); e.Attempts != 1 || l.count("bad") != 1 {
			t.Errorf("%+v after %d loads", e, l.count("bad"))
		}
		time.Sleep(time.Second)
		c.Preload(id("bad"))
		synctest.Wait()
		if l.count("bad") != 2 {
			t.Error("not tried again when it was due")
		}
		if news := c.TakeNews(); len(news) != 1 || news[0].Change != Failed {
			t.Errorf("%+v", news)
		}
	})
}

func TestTheLineOfLoadsAheadIsBounded(t *testing.T) {
	outcomes := map[string]outcome{"slow": {size: 5 * kB, took: time.Second}}
	bubble(t, Config{Loads: 1, Bytes: 1 << 30}, outcomes, func(t *testing.T, c *Cache, l *loader) {
		c.Load(id("slow"))
		synctest.Wait()
		for i := range mostAhead + 10 {
			name := fmt.Sprint(i)
			l.set(name, outcome{size: 5 * kB})
			if taken := c.Preload(id(name)); taken != (i < mostAhead) {
				t.Errorf("load %d ahead: taken %v", i, taken)
			}
		}
		if s := c.Stats(); s.Loading != mostAhead+1 || s.Skipped != 0 {
			t.Errorf("%+v", s)
		}
		time.Sleep(2 * time.Second)
		if s := c.Stats(); s.Entries != mostAhead+1 || s.Loading != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// A model loaded ahead counts as used when it was loaded.
func TestLoadedAheadIsNotTheFirstToGo(t *testing.T) {
	sizes := map[string]outcome{"a": {size: 10 * kB}, "ahead": {size: 10 * kB}, "b": {size: 10 * kB}}
	bubble(t, Config{Bytes: 20 * kB}, sizes, func(t *testing.T, c *Cache, _ *loader) {
		wait(t, c, "a").Unpin()
		time.Sleep(time.Second)
		c.Preload(id("ahead"))
		synctest.Wait()
		wait(t, c, "b").Unpin()
		if has(c, "a") || !has(c, "ahead") {
			t.Error("what was loaded ahead went before what was used earlier")
		}
	})
}

func TestALoadAheadTakesNoRoomThatRecordsWaitFor(t *testing.T) {
	sizes := map[string]outcome{"pinned": {size: 20 * kB}, "wanted": {size: 20 * kB}, "ahead": {size: 5 * kB}}
	bubble(t, Config{Bytes: 30 * kB, Loads: 3}, sizes, func(t *testing.T, c *Cache, _ *loader) {
		pinned := wait(t, c, "pinned")
		p := c.Load(id("wanted")) // waits for room
		synctest.Wait()
		c.Preload(id("ahead")) // would fit
		synctest.Wait()
		if s := c.Stats(); has(c, "ahead") || s.Skipped != 1 {
			t.Errorf("%+v", s)
		}
		pinned.Unpin()
		e, err := p.Wait(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		e.Unpin()
	})
}

// What a load ahead held when it was dropped goes to records at once.
func TestADroppedLoadAheadGivesBackItsRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &loader{}
		l.set("pinned", outcome{size: 20 * kB})
		l.set("wanted", outcome{size: 10 * kB})
		c := newCache(Config{Bytes: 30 * kB, Loads: 3}, func(ctx context.Context, id Identity) (loaded, error) {
			if id.Name != "ahead" {
				return l.load(ctx, id)
			}
			crowded := Reserve(ctx, 30*kB)
			if err := Reserve(ctx, 5*kB); err != nil {
				t.Error(err)
			}
			time.Sleep(time.Second)
			return loaded{}, crowded
		})
		pinned := wait(t, c, "pinned")
		c.Preload(id("ahead"))
		synctest.Wait()
		start := time.Now()
		wait(t, c, "wanted").Unpin()
		if took := time.Since(start); took != time.Second {
			t.Errorf("waited %v for room that was free after a second", took)
		}
		pinned.Unpin()
		books(t, c)
	})
}
