package modelcache

import "time"

// Counts is what a Cache did since it was last asked, for counters that add up.
type Counts struct {
	Loads     int64
	LoadTimes []time.Duration // of those loads; of more than 1024 the first ones
	Failures  int64
	Skipped   int64
	Evictions int64
}

const loadTimesKept = 1024 // until TakeCounts

// TakeCounts returns what happened since the last call, of whoever called; false if nothing did, which costs no lock.
func (c *Cache) TakeCounts() (Counts, bool) {
	if !c.eventful.Load() {
		return Counts{}, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.eventful.Store(false)
	counts := Counts{
		Loads: c.stats.Loads - c.taken.Loads, LoadTimes: c.loadTimes, Failures: c.stats.Failures - c.taken.Failures,
		Skipped: c.stats.Skipped - c.taken.Skipped, Evictions: c.stats.Evictions - c.taken.Evictions,
	}
	c.taken, c.loadTimes = c.stats, nil
	return counts, true
}

// countLoad counts a load that gave a model. Holds c.mu.
func (c *Cache) countLoad(took time.Duration) {
	c.stats.Loads++
	c.stats.LoadTime += took
	if len(c.loadTimes) < loadTimesKept {
		c.loadTimes = append(c.loadTimes, took)
	}
	c.eventful.Store(true)
}

// count adds one to a counter of c.stats. Holds c.mu.
func (c *Cache) count(counter *int64) {
	*counter++
	c.eventful.Store(true)
}
