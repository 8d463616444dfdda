package modelcache

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// LoadFunc opens and loads the document of an identity, and returns the model and the document's SHA-256. It must honour ctx, and
// be safe for concurrent use. One that does not return when ctx ends is left alone: its load has failed, and no other load of that
// identity begins before it returns; a model that it gives then is taken. It may call Reserve. An error with a method `Retriable() bool` that says false is not tried again
// before MaxBackoff; a panic is such an error.
type LoadFunc func(ctx context.Context, id Identity) (model *pmml.Model, sha256 string, err error)

// Cache holds models by identity. It is safe for any number of goroutines.
type Cache struct {
	config Config
	load   func(context.Context, Identity) (loaded, error) // the LoadFunc, and the verification of what it gave
	start  time.Time

	hits, misses atomic.Int64 // of Pin, which does not take the lock

	// wanting is the number of wishes, for Unpin, which does not take the lock.
	wanting atomic.Int32

	// eventful says that TakeCounts has something to give.
	eventful atomic.Bool

	mu       sync.RWMutex // read-locked to look an entry up
	entries  map[Identity]*Entry
	recency  recency // the same entries
	held     int64   // bytes of entries and reservations; never above config.Bytes
	wishes   []*wish // the line for room
	loading  map[Identity]*Pending
	line     line                   // of loading, those not begun
	stuck    map[Identity]time.Time // when the loads began that were abandoned and have not returned
	failures failures
	sweeping bool // a sweep for idle entries is scheduled
	stats    Stats
	news     newsroom

	// Of stats, what TakeCounts has given, and what it will give.
	taken     Stats
	loadTimes []time.Duration
}

// loaded is what a LoadFunc gave.
type loaded struct {
	model  *pmml.Model
	sha256 string
	size   int64
}

// entryOverhead counts for an entry beside its model: strings, books, scratch. It bounds the number of entries, too.
const entryOverhead = 4 << 10

// New returns an empty Cache.
func New(c Config, load LoadFunc) (*Cache, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	rows := c.withDefaults().VerifyRows
	return newCache(c, func(ctx context.Context, id Identity) (loaded, error) {
		m, sum, err := load(ctx, id)
		if err == nil {
			err = verify(ctx, m, rows)
		}
		if err != nil {
			return loaded{}, err
		}
		return loaded{model: m, sha256: sum, size: m.Size()}, nil
	}), nil
}

func newCache(c Config, load func(context.Context, Identity) (loaded, error)) *Cache {
	c = c.withDefaults()
	return &Cache{
		config: c, load: load, start: time.Now(),
		entries: map[Identity]*Entry{}, loading: map[Identity]*Pending{}, stuck: map[Identity]time.Time{}, failures: newFailures(c),
	}
}

// now returns nanoseconds since the cache was made.
func (c *Cache) now() int64 { return int64(time.Since(c.start)) }

// LoadWait is how long records wait for one attempt at loading.
func (c *Cache) LoadWait() time.Duration { return c.config.LoadWait }

// Pin returns the entry of a loaded model, pinned until its Unpin; false if the model is not loaded.
func (c *Cache) Pin(id Identity) (*Entry, bool) {
	c.mu.RLock()
	e := c.entries[id]
	c.mu.RUnlock()
	if e == nil || !e.Pin() {
		c.misses.Add(1)
		return nil, false
	}
	c.hits.Add(1)
	return e, true
}

// Stats counts what a Cache did since it was made, and what it holds now.
type Stats struct {
	Entries   int           // models held
	Bytes     int64         // that they count for
	Reserved  int64         // bytes held by loads under way
	Budget    int64         // that Bytes and Reserved together never pass
	Loading   int           // loads under way or in line
	Failing   int           // identities whose last load failed, as far as remembered
	Stuck     int           // loads that were given up and have not returned
	Hits      int64         // look-ups that found their model loaded: one for each group of rows
	Misses    int64         // and those that did not
	Loads     int64         // that gave a model
	LoadTime  time.Duration // of those, added up
	Failures  int64         // loads that gave none
	Skipped   int64         // loads ahead that were dropped for want of room
	Evictions int64
}

// Stats returns the counters of now.
func (c *Cache) Stats() Stats {
	c.mu.RLock()
	defer c.mu.RUnlock()
	s := c.stats
	s.Entries, s.Budget, s.Loading, s.Failing, s.Stuck = len(c.entries), c.config.Bytes, len(c.loading), len(c.failures.of), len(c.stuck)
	s.Reserved = c.held - s.Bytes
	s.Hits, s.Misses = c.hits.Load(), c.misses.Load()
	return s
}
