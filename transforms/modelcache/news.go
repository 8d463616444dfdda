package modelcache

import "time"

// Change is what happened to a model.
type Change string

// The changes of a model.
const (
	Loaded  Change = "LOADED"
	Failed  Change = "FAILED"
	Evicted Change = "EVICTED"
)

// Eviction is why a model was evicted.
type Eviction string

// The reasons of an eviction.
const (
	ForRoom     Eviction = "room"
	ForIdleness Eviction = "idle"
)

// News is one change of one model in this process.
type News struct {
	Change   Change
	At       time.Time
	Identity Identity
	SHA256   string        // of the document: Loaded, Evicted
	Bytes    int64         // of the model: Loaded, Evicted
	Took     time.Duration // Loaded, Failed
	Eviction Eviction      // Evicted
	Err      *LoadError    // Failed
	Serving  string        // Failed: the version of the model that was pinned last of those that are loaded; empty if none is
	Left     int           // news of this identity and change that TakeNews left out before this one
}

const (
	newsKept     = 1024        // until TakeNews
	newsInterval = time.Minute // of one identity and change in TakeNews
	newsTold     = 8192        // identities and changes whose last news is remembered
)

// newsroom keeps news for observers and for TakeNews. Guarded by Cache.mu.
type newsroom struct {
	observers map[int]func(News)
	nextID    int
	untold    []News // for observers
	telling   bool   // one goroutine tells at a time, so that the order holds

	kept []News
	last map[subject]*lastTold
}

type subject struct {
	identity Identity
	change   Change
}

type lastTold struct {
	at   time.Time
	left int
}

// Observe calls f for every change from now on, one at a time and in their order, until stop is called. f runs in the goroutine that
// made the change, without a lock; it must be quick and may use the cache.
func (c *Cache) Observe(f func(News)) (stop func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id := c.news.nextID
	c.news.nextID++
	if c.news.observers == nil {
		c.news.observers = map[int]func(News){}
	}
	c.news.observers[id] = f
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.news.observers, id)
	}
}

// TakeNews returns the news since the last call, of whoever called, for status output: at most one a minute of each identity and
// change; of more than 1024 the older half is dropped.
func (c *Cache) TakeNews() []News {
	c.mu.Lock()
	defer c.mu.Unlock()
	news := c.news.kept
	c.news.kept = nil
	return news
}

// tell records a change. Holds c.mu; unlock tells the observers.
func (c *Cache) tell(n News) {
	n.At = time.Now()
	r := &c.news
	if len(r.observers) > 0 {
		r.untold = append(r.untold, n)
	}
	if r.throttled(&n) {
		return
	}
	if len(r.kept) >= newsKept {
		r.kept = append(r.kept[:0], r.kept[newsKept/2:]...)
	}
	r.kept = append(r.kept, n)
}

// throttled says whether there was news of the same subject within the interval, and fills in how many were left out.
func (r *newsroom) throttled(n *News) bool {
	key := subject{n.Identity, n.Change}
	last := r.last[key]
	if last != nil && n.At.Sub(last.at) < newsInterval {
		last.left++
		return true
	}
	if last != nil {
		n.Left = last.left
	}
	if r.last == nil || len(r.last) >= newsTold {
		r.forget(n.At)
	}
	r.last[key] = &lastTold{at: n.At}
	return false
}

// forget drops the subjects whose interval is over; all of them if that is not enough, at the price of some repeated news.
func (r *newsroom) forget(now time.Time) {
	for key, last := range r.last {
		if now.Sub(last.at) >= newsInterval {
			delete(r.last, key)
		}
	}
	if r.last == nil || len(r.last) >= newsTold {
		r.last = map[subject]*lastTold{}
	}
}

// unlock releases c.mu and tells the observers what happened while it was held.
func (c *Cache) unlock() {
	r := &c.news
	if r.telling {
		c.mu.Unlock()
		return
	}
	r.telling = true
	for len(r.untold) > 0 {
		news := r.untold
		r.untold = nil
		observers := make([]func(News), 0, len(r.observers))
		for _, f := range r.observers {
			observers = append(observers, f)
		}
		c.mu.Unlock()
		for _, n := range news {
			for _, f := range observers {
				f(n)
			}
		}
		c.mu.Lock()
	}
	r.telling = false
	c.mu.Unlock()
}
