package modelcache

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// work runs loads in the order in which they were asked for, until there are none. There are at most Loads workers.
func (c *Cache) work() {
	for {
		c.mu.Lock()
		if len(c.queue) == 0 {
			c.queue = nil
			c.workers--
			c.mu.Unlock()
			return
		}
		p := c.queue[0]
		c.queue[0] = nil
		c.queue = c.queue[1:]
		c.mu.Unlock()
		c.run(p)
	}
}

// run makes one attempt: the model is loaded, then given room, then known.
func (c *Cache) run(p *Pending) {
	ctx, cancel := context.WithTimeout(context.Background(), c.config.LoadTimeout)
	defer cancel()
	r := &reservation{cache: c}
	begin := time.Now()
	got, err := c.guarded(context.WithValue(ctx, reservationKey{}, r), p.id)
	took := time.Since(begin)
	bytes := got.size + entryOverhead
	if err == nil && bytes > c.config.Bytes {
		err = permanent{fmt.Errorf("it holds %d bytes, more than the whole budget of %d", bytes, c.config.Bytes)}
	}
	if err == nil {
		err = r.set(ctx, bytes)
	}
	if err != nil {
		c.failed(p, r, err, took)
		return
	}
	c.succeeded(p, r, got, took)
}

// guarded calls the loader, and makes a panic in it an error: a hostile document must not end the job.
func (c *Cache) guarded(ctx context.Context, id Identity) (got loaded, err error) {
	defer func() {
		if r := recover(); r != nil {
			got, err = loaded{}, permanent{fmt.Errorf("panic while loading: %v", r)}
		}
	}()
	return c.load(ctx, id)
}

// succeeded turns the reservation into an entry, pinned once for everyone who waits.
func (c *Cache) succeeded(p *Pending, r *reservation, got loaded, took time.Duration) {
	e := &Entry{Identity: p.id, Model: got.model, SHA256: got.sha256, Bytes: r.bytes, LoadTime: took, cache: c}
	e.used.Store(c.now())
	c.mu.Lock()
	defer c.unlock()
	r.bytes = 0
	e.pins.Store(p.waiters)
	c.entries[p.id] = e
	c.recency.add(e)
	c.failures.forget(p.id)
	c.stats.Loads++
	c.stats.LoadTime += took
	c.tell(News{Change: Loaded, Identity: p.id, SHA256: e.SHA256, Bytes: e.Bytes, Took: took})
	p.entry = e
	c.finished(p)
	c.grant() // this entry may be what a wish waits for, if nobody waits for it
	c.watchIdle()
}

func (c *Cache) failed(p *Pending, r *reservation, err error, took time.Duration) {
	c.mu.Lock()
	defer c.unlock()
	c.held -= r.bytes
	r.bytes = 0
	p.err = c.failures.remember(p.id, err, time.Now())
	c.stats.Failures++
	c.tell(News{Change: Failed, Identity: p.id, Took: took, Err: p.err})
	c.finished(p)
	c.grant()
}

// finished publishes a Pending's outcome. Holds c.mu.
func (c *Cache) finished(p *Pending) {
	delete(c.loading, p.id)
	close(p.done)
}

// permanent marks an error that trying again does not mend.
type permanent struct{ error }

func (permanent) Retriable() bool { return false }
func (p permanent) Unwrap() error { return p.error }

// isPermanent says whether an error says of itself that trying again does not help.
func isPermanent(err error) bool {
	var r interface{ Retriable() bool }
	return errors.As(err, &r) && !r.Retriable()
}
