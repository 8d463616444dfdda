package modelcache

import "time"

// InUse returns the identities of the models that are loaded and in use: pinned now, or pinned or loaded within the time given. Its order is
// none. It looks at every model that is loaded: call it when something changed, not for each block.
func (c *Cache) InUse(within time.Duration) []Identity {
	c.mu.RLock()
	defer c.mu.RUnlock()
	ids := make([]Identity, 0, len(c.entries))
	since := c.now() - int64(within)
	for id, e := range c.entries {
		if e.used.Load() >= since || e.pins.Load() > 0 {
			ids = append(ids, id)
		}
	}
	return ids
}

// servingBeside returns the version of the identity's model that was pinned last of those that are loaded. Holds c.mu.
func (c *Cache) servingBeside(id Identity) (version string) {
	last := int64(-1)
	for other, e := range c.entries {
		if used := e.used.Load(); other.Name == id.Name && used > last {
			last, version = used, other.Version
		}
	}
	return version
}
