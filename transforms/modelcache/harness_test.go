package modelcache

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// loader is a LoadFunc whose outcome a test sets for each name: a size with a duration, or an error.
type loader struct {
	mu       sync.Mutex
	outcomes map[string]outcome
	calls    map[string]int
	now, max int // loads at once
}

type outcome struct {
	size    int64
	took    time.Duration
	err     error
	reserve int64
	panics  bool
}

func (l *loader) load(ctx context.Context, id Identity) (loaded, error) {
	l.mu.Lock()
	o := l.outcomes[id.Name]
	if l.calls == nil {
		l.calls = map[string]int{}
	}
	l.calls[id.Name]++
	l.now++
	l.max = max(l.max, l.now)
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		l.now--
		l.mu.Unlock()
	}()
	if o.panics {
		panic("hostile")
	}
	if err := Reserve(ctx, o.reserve); err != nil {
		return loaded{}, err
	}
	select {
	case <-time.After(o.took):
	case <-ctx.Done():
		return loaded{}, ctx.Err()
	}
	if o.err != nil {
		return loaded{}, o.err
	}
	return loaded{model: &pmml.Model{}, sha256: "sha-" + id.Name, size: o.size - entryOverhead}, nil
}

// set changes the outcome for a name.
func (l *loader) set(name string, o outcome) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.outcomes == nil {
		l.outcomes = map[string]outcome{}
	}
	l.outcomes[name] = o
}

func (l *loader) count(name string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.calls[name]
}

func id(name string) Identity { return Identity{Name: name, Version: "1", URI: name + ".pmml"} }

// kB is the unit of sizes: an entry's overhead is inside.
const kB = 1 << 10

// bubble runs a test on a cache with a clock of its own. Sizes of models count with their overhead.
func bubble(t *testing.T, c Config, outcomes map[string]outcome, f func(t *testing.T, c *Cache, l *loader)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &loader{outcomes: outcomes}
		cache := newCache(c, l.load)
		f(t, cache, l)
		synctest.Wait()
		books(t, cache)
	})
}

// books checks the invariants of a cache.
func books(t interface {
	Helper()
	Fatalf(string, ...any)
}, c *Cache) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	var bytes int64
	for id, e := range c.entries {
		bytes += e.Bytes
		if e.pins.Load() < 0 {
			t.Fatalf("%v is known and evicted", id)
		}
	}
	if c.held > c.config.Bytes || c.held < bytes {
		t.Fatalf("%d bytes held, %d of them by entries, budget %d", c.held, bytes, c.config.Bytes)
	}
	if c.stats.Bytes != bytes {
		t.Fatalf("entries have %d bytes, counted %d", bytes, c.stats.Bytes)
	}
	if len(c.loading) == 0 && c.held != bytes {
		t.Fatalf("%d bytes held without a load, entries have %d", c.held, bytes)
	}
	if len(c.recency) != len(c.entries) {
		t.Fatalf("%d entries, %d in the order of recency", len(c.entries), len(c.recency))
	}
	if int(c.wanting.Load()) != len(c.wishes) {
		t.Fatalf("%d wishes, counted %d", len(c.wishes), c.wanting.Load())
	}
}

// wait loads and pins.
func wait(t *testing.T, c *Cache, name string) *Entry {
	t.Helper()
	e, err := c.Load(id(name)).Wait(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// refused loads what cannot be loaded.
func refused(t *testing.T, c *Cache, name string) *LoadError {
	t.Helper()
	_, err := c.Load(id(name)).Wait(context.Background())
	var e *LoadError
	if !errors.As(err, &e) {
		t.Fatalf("%s: got %v, want a LoadError", name, err)
	}
	return e
}

// has says whether a model is loaded, without counting as a use.
func has(c *Cache, name string) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.entries[id(name)] != nil
}
