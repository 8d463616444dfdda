package modelcache

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

// TestManyGoroutines is for the race detector: scorers that keep entries and pin them again, in a cache that has room for few.
func TestManyGoroutines(t *testing.T) {
	outcomes := map[string]outcome{}
	for i := range 8 {
		outcomes[fmt.Sprint(i)] = outcome{size: int64(5+i) * kB, reserve: int64(i) * 3 * kB}
	}
	outcomes["bad"] = outcome{err: context.Canceled}
	l := &loader{outcomes: outcomes}
	c := newCache(Config{Bytes: 30 * kB, Loads: 3, MinBackoff: time.Microsecond, MaxBackoff: time.Microsecond, IdleTTL: time.Millisecond, Residency: time.Microsecond}, l.load)
	stop := c.Observe(func(News) { c.Stats() })
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			random := rand.New(rand.NewPCG(uint64(g), 1))
			kept := map[string]*Entry{}
			for range 2000 {
				name := fmt.Sprint(random.IntN(8))
				e := kept[name]
				if e == nil || !e.Pin() {
					var err error
					if e, err = c.Load(id(name)).Wait(context.Background()); err != nil {
						t.Error(err)
						return
					}
					kept[name] = e
				}
				if e.Identity != id(name) || e.pins.Load() < 1 {
					t.Error("the wrong entry, or one that is not pinned")
				}
				e.Scratch.Put(e.Scratch.Get())
				e.Unpin()
				if random.IntN(100) == 0 {
					c.Load(id("bad"))
					c.Preload(id(fmt.Sprint(random.IntN(8))))
					c.InUse(time.Millisecond)
					c.TakeNews()
				}
			}
		})
	}
	group.Wait()
	stop()
	deadline := time.Now().Add(10 * time.Second)
	for c.Stats().Loading > 0 {
		if time.Now().After(deadline) {
			t.Fatal("loads do not end")
		}
		time.Sleep(time.Millisecond)
	}
	books(t, c)
	c.mu.RLock()
	defer c.mu.RUnlock()
	for name, e := range c.entries {
		if e.pins.Load() != 0 {
			t.Errorf("%v has %d pins left", name, e.pins.Load())
		}
	}
}
