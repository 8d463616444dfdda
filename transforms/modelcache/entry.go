package modelcache

import (
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// Entry is a loaded model. Its exported fields do not change. Only who has it pinned may use the model: an entry that is not
// pinned may be evicted, and its memory counts for another one then.
type Entry struct {
	Identity Identity
	Model    *pmml.Model
	SHA256   string        // of the document that was loaded
	Bytes    int64         // that it counts for
	LoadTime time.Duration // of the load, without the wait for its turn

	// Scratch keeps what a caller needs per model and goroutine: an Input and a Result, a bound conversion.
	Scratch sync.Pool

	cache *Cache
	pins  atomic.Int64 // far below 0 once evicted
	used  atomic.Int64 // when it was last pinned, in nanoseconds since the cache was made
	rank  int64        // used, as of the last look: the key in the heap of recency
}

// evicted is what pins holds once an entry is evicted: so low that no number of vain attempts to pin makes it positive.
const evicted = math.MinInt64 / 2

// Pin pins an entry that the caller kept from before: true unless it was evicted meanwhile, and then the caller must drop it.
// It is the fast way for who scores with the same model again: no lookup, no lock.
func (e *Entry) Pin() bool {
	if e.pins.Add(1) <= 0 {
		e.pins.Add(-1)
		return false
	}
	e.used.Store(e.cache.now())
	return true
}

// Unpin undoes one Pin or one successful Wait.
func (e *Entry) Unpin() {
	n := e.pins.Add(-1)
	if n < 0 {
		panic("modelcache: Unpin without Pin")
	}
	// A load that wants room counts itself before it looks for entries without pins, and we look for it after taking ours
	// off: one of the two sees the other.
	if n == 0 && e.cache.wanting.Load() > 0 {
		e.cache.grantRoom()
	}
}

// tryEvict marks an entry as evicted unless it is pinned.
func (e *Entry) tryEvict() bool { return e.pins.CompareAndSwap(0, evicted) }
