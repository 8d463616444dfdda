package modelcache

import "time"

// watchIdle sees to it that the sweep runs when the oldest entry has been idle for IdleTTL. Holds c.mu.
func (c *Cache) watchIdle() {
	if c.config.IdleTTL == 0 || c.sweeping {
		return
	}
	if e := c.recency.oldest(); e != nil {
		c.sweeping = true
		// At least a little later, so that a pinned entry that is idle does not make us run in circles.
		time.AfterFunc(max(c.idleAt(e), c.config.IdleTTL/8), c.sweepIdle)
	}
}

// idleAt returns in what time an entry will have been idle for IdleTTL.
func (c *Cache) idleAt(e *Entry) time.Duration {
	return c.config.IdleTTL - time.Duration(c.now()-e.used.Load())
}

func (c *Cache) sweepIdle() {
	c.mu.Lock()
	defer c.unlock()
	c.sweeping = false
	for {
		e := c.recency.evict(c.now() - int64(c.config.IdleTTL))
		if e == nil {
			break
		}
		c.drop(e, ForIdleness)
	}
	c.grant()
	c.watchIdle()
}
