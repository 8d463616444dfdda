package modelcache

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

func TestTheLeastRecentlyPinnedGoesFirst(t *testing.T) {
	sizes := map[string]outcome{"a": {size: 10 * kB}, "b": {size: 10 * kB}, "c": {size: 10 * kB}, "d": {size: 10 * kB}, "big": {size: 20 * kB}}
	bubble(t, Config{Bytes: 30 * kB}, sizes, func(t *testing.T, c *Cache, _ *loader) {
		for _, name := range []string{"a", "b", "c", "a"} {
			wait(t, c, name).Unpin()
			time.Sleep(time.Second)
		}
		wait(t, c, "d").Unpin() // b is oldest
		if !has(c, "a") || has(c, "b") || !has(c, "c") || !has(c, "d") {
			t.Fatal("not b went")
		}
		wait(t, c, "big").Unpin() // c, then a
		if has(c, "a") || has(c, "c") || !has(c, "d") || !has(c, "big") {
			t.Fatal("not a and c went")
		}
		if s := c.Stats(); s.Evictions != 3 || s.Bytes != 30*kB || s.Reserved != 0 || s.Budget != 30*kB {
			t.Errorf("%+v", s)
		}
	})
}

func TestWhatIsPinnedStays(t *testing.T) {
	sizes := map[string]outcome{"a": {size: 10 * kB}, "b": {size: 10 * kB}, "c": {size: 20 * kB}}
	bubble(t, Config{Bytes: 20 * kB}, sizes, func(t *testing.T, c *Cache, _ *loader) {
		a, b := wait(t, c, "a"), wait(t, c, "b")
		p := c.Load(id("c"))
		time.Sleep(time.Second)
		if !has(c, "a") || !has(c, "b") || p.Err() != nil {
			t.Fatal("a pinned entry went")
		}
		a.Unpin()
		synctest.Wait()
		if a.Pin() {
			t.Fatal("room was wanted, but a stayed")
		}
		b.Unpin()
		e, err := p.Wait(context.Background())
		if err != nil || has(c, "b") {
			t.Fatal(err)
		}
		e.Unpin()
	})
}

func TestALoadThatFindsNoRoomFailsForNow(t *testing.T) {
	sizes := map[string]outcome{"a": {size: 10 * kB}, "b": {size: 15 * kB}}
	bubble(t, Config{Bytes: 20 * kB, LoadWait: time.Hour, Jitter: -1}, sizes, func(t *testing.T, c *Cache, _ *loader) {
		a := wait(t, c, "a")
		e := refused(t, c, "b")
		if !e.Retriable() || e.Attempts != 1 {
			t.Errorf("%+v", e)
		}
		a.Unpin()
		time.Sleep(time.Second)
		wait(t, c, "b").Unpin()
	})
}

func TestALoadReservesRoomBeforeItIsThere(t *testing.T) {
	sizes := map[string]outcome{
		"a": {size: 10 * kB}, "b": {size: 5 * kB, reserve: 15 * kB, took: time.Second}, "vast": {size: 5 * kB, reserve: 1 << 40, took: time.Second},
	}
	bubble(t, Config{Bytes: 20 * kB}, sizes, func(t *testing.T, c *Cache, _ *loader) {
		wait(t, c, "a").Unpin()
		p := c.Load(id("b"))
		synctest.Wait()
		if s := c.Stats(); has(c, "a") || s.Reserved != 15*kB {
			t.Errorf("%+v", s)
		}
		b, _ := p.Wait(context.Background())
		if s := c.Stats(); s.Bytes != 5*kB || s.Reserved != 0 {
			t.Errorf("%+v", s)
		}
		b.Unpin()
		wait(t, c, "vast").Unpin() // a document may be larger than the budget if its model is not
	})
}

func TestLoadsThatWaitForRoomDoNotBlockEachOther(t *testing.T) {
	// Each reserves half of the budget, then turns out to need all of it.
	sizes := map[string]outcome{
		"a": {size: 20 * kB, reserve: 10 * kB, took: time.Second}, "b": {size: 20 * kB, reserve: 10 * kB, took: time.Second},
	}
	bubble(t, Config{Bytes: 20 * kB}, sizes, func(t *testing.T, c *Cache, _ *loader) {
		a, b := c.Load(id("a")), c.Load(id("b"))
		for _, p := range []*Pending{a, b} {
			e, err := p.Wait(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			e.Unpin()
		}
	})
}

func TestAnEntryEvictedBetweenLoadAndWaitIsLoadedAgain(t *testing.T) {
	sizes := map[string]outcome{"a": {size: 20 * kB}, "b": {size: 20 * kB}}
	bubble(t, Config{Bytes: 20 * kB}, sizes, func(t *testing.T, c *Cache, l *loader) {
		p := c.Load(id("a"))
		synctest.Wait()
		wait(t, c, "b").Unpin()
		e, err := p.Wait(context.Background())
		if err != nil || l.count("a") != 2 {
			t.Fatal(err, l.count("a"))
		}
		e.Unpin()
	})
}

func TestIdleModelsGo(t *testing.T) {
	sizes := map[string]outcome{"a": {size: 10 * kB}, "b": {size: 10 * kB}, "used": {size: 10 * kB}}
	bubble(t, Config{IdleTTL: time.Minute}, sizes, func(t *testing.T, c *Cache, _ *loader) {
		wait(t, c, "a").Unpin()
		b := wait(t, c, "b")
		for range 20 {
			wait(t, c, "used").Unpin()
			time.Sleep(10 * time.Second)
		}
		if has(c, "a") || !has(c, "b") || !has(c, "used") {
			t.Error("an idle model stayed, or one in use went")
		}
		b.Unpin()
		time.Sleep(3 * time.Minute)
		if s := c.Stats(); s.Entries != 0 || s.Bytes != 0 || s.Evictions != 3 {
			t.Errorf("%+v", s)
		}
	})
}

// TestBudgetHoldsWhateverHappens runs random pins, loads, waits and pauses, and checks the books after each.
func TestBudgetHoldsWhateverHappens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rapid.Check(struct{ testing.TB }{t}, func(t *rapid.T) { // a bubble has no Deadline
			budget := rapid.Int64Range(8, 64).Draw(t, "budget") * kB
			l := &loader{}
			for i := range 6 {
				l.set(fmt.Sprint(i), outcome{
					size:    rapid.Int64Range(4, 40).Draw(t, "size") * kB,
					reserve: rapid.Int64Range(0, 40).Draw(t, "reserve") * kB,
					took:    time.Duration(rapid.IntRange(0, 3).Draw(t, "took")) * time.Second,
				})
			}
			c := newCache(Config{Bytes: budget, LoadWait: 5 * time.Second, LoadTimeout: 7 * time.Second, Loads: rapid.IntRange(1, 3).Draw(t, "loads"),
				Residency: 4 * time.Second, IdleTTL: time.Duration(rapid.IntRange(0, 1).Draw(t, "ttl")) * 20 * time.Second}, l.load)
			names := rapid.SampledFrom([]string{"0", "1", "2", "3", "4", "5"})
			var pinned []*Entry
			t.Repeat(map[string]func(*rapid.T){
				"load":  func(t *rapid.T) { c.Load(id(names.Draw(t, "name"))) },
				"ahead": func(t *rapid.T) { c.Preload(id(names.Draw(t, "name"))) },
				"pause": func(t *rapid.T) { time.Sleep(time.Duration(rapid.IntRange(1, 9000).Draw(t, "ms")) * time.Millisecond) },
				"pin": func(t *rapid.T) {
					if e, ok := c.Pin(id(names.Draw(t, "name"))); ok {
						pinned = append(pinned, e)
					}
				},
				"wait": func(t *rapid.T) {
					if e, err := c.Load(id(names.Draw(t, "name"))).Wait(context.Background()); err == nil {
						pinned = append(pinned, e)
					}
				},
				"unpin": func(t *rapid.T) {
					if len(pinned) > 0 {
						pinned[0].Unpin()
						pinned = pinned[1:]
					}
				},
				"": func(t *rapid.T) {
					synctest.Wait()
					books(t, c)
					for _, e := range pinned {
						if !has(c, e.Identity.Name) {
							t.Fatalf("%v was evicted while pinned", e.Identity)
						}
					}
				},
			})
			for _, e := range pinned {
				e.Unpin()
			}
			time.Sleep(time.Minute) // six loads of 7 s at most: all end, whether they found room or not
			books(t, c)
			if s := c.Stats(); s.Loading != 0 || s.Reserved != 0 {
				t.Fatalf("left over: %+v", s)
			}
		})
	})
}
