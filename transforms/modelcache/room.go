package modelcache

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// A reservation is what one load holds of the budget before there is a model: the size of the document, then of the model.
type reservation struct {
	cache   *Cache
	pending *Pending

	// Guarded by cache.mu.
	bytes int64
	ended bool // the load was abandoned: it gets nothing more
}

type reservationKey struct{}

// Reserve is for loaders: it sets what the load of this context holds of the budget, by the size of the document at hand. It evicts
// models for it and waits while what is left is pinned or reserved. A document may be larger than the budget, since its model may
// be smaller: then it holds all of it. Under another context it does nothing.
func Reserve(ctx context.Context, bytes int64) error {
	r, _ := ctx.Value(reservationKey{}).(*reservation)
	if r == nil {
		return nil
	}
	return r.set(ctx, min(max(bytes, 0), r.cache.config.Bytes))
}

// A wish is a load's place in the line for room.
type wish struct {
	reservation *reservation
	bytes       int64
	granted     chan struct{} // closed when the reservation holds the bytes
}

// set changes the reservation to bytes. Whoever wants more gives back first what it has, so that no two wait for each other, and
// goes to the end of the line, so that nobody starves.
func (r *reservation) set(ctx context.Context, bytes int64) error {
	c := r.cache
	c.mu.Lock()
	if r.ended {
		c.unlock()
		return errAbandoned
	}
	if bytes <= r.bytes {
		c.held -= r.bytes - bytes
		r.bytes = bytes
		c.grant()
		c.unlock()
		return nil
	}
	c.giveBack(r)
	if !r.pending.wanted {
		defer c.unlock()
		return r.squeeze(bytes)
	}
	w := &wish{reservation: r, bytes: bytes, granted: make(chan struct{})}
	c.wishes = append(c.wishes, w)
	c.wanting.Store(int32(len(c.wishes)))
	c.grant()
	c.unlock()

	select {
	case <-w.granted:
		return nil
	case <-ctx.Done():
	}
	c.mu.Lock()
	defer c.unlock()
	select {
	case <-w.granted: // after all
		return nil
	default:
	}
	c.wishes = slices.DeleteFunc(c.wishes, func(other *wish) bool { return other == w })
	c.wanting.Store(int32(len(c.wishes)))
	c.grant() // who stood behind may need less
	return fmt.Errorf("no room for %d bytes in a budget of %d: all else is in use or being loaded: %w", bytes, c.config.Bytes, ctx.Err())
}

// grant gives room to the line, first come first served, evicting for its head. Holds c.mu.
func (c *Cache) grant() {
	for len(c.wishes) > 0 {
		w := c.wishes[0]
		for c.held+w.bytes > c.config.Bytes {
			e := c.recency.evict(math.MaxInt64)
			if e == nil {
				return
			}
			c.drop(e, ForRoom)
		}
		c.held += w.bytes
		w.reservation.bytes = w.bytes
		c.wishes = slices.Delete(c.wishes, 0, 1)
		c.wanting.Store(int32(len(c.wishes)))
		close(w.granted)
	}
}

// grantRoom is grant for who does not hold the lock.
func (c *Cache) grantRoom() {
	c.mu.Lock()
	c.grant()
	c.unlock()
}

// squeeze is set for a load ahead. It takes what is free, or held by models that nobody pinned for Residency, and never stands in
// the line: who stands there has records waiting. Holds c.mu.
func (r *reservation) squeeze(bytes int64) error {
	c := r.cache
	before := c.now() - int64(c.config.Residency)
	if len(c.wishes) > 0 || c.held+bytes > c.config.Bytes+c.evictable(before) {
		c.grant() // what was given back
		return errCrowded
	}
	for c.held+bytes > c.config.Bytes {
		e := c.recency.evict(before)
		if e == nil { // one of them was pinned meanwhile
			return errCrowded
		}
		c.drop(e, ForRoom)
	}
	c.held += bytes
	r.bytes = bytes
	return nil
}

// evictable is what the entries hold that nobody has pinned, now or since that time. Holds c.mu.
func (c *Cache) evictable(before int64) (bytes int64) {
	for _, e := range c.entries {
		if e.used.Load() <= before && e.pins.Load() == 0 {
			bytes += e.Bytes
		}
	}
	return bytes
}

// drop takes an entry that is marked as evicted, and out of recency, out of the books. Holds c.mu.
func (c *Cache) drop(e *Entry, why Eviction) {
	delete(c.entries, e.Identity)
	c.held -= e.Bytes
	c.stats.Bytes -= e.Bytes
	c.count(&c.stats.Evictions)
	c.tell(News{Change: Evicted, Identity: e.Identity, SHA256: e.SHA256, Bytes: e.Bytes, Eviction: why})
}
