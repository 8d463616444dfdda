package modelcache

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// An attempt is one call of the loader, in a goroutine of its own.
type attempt struct {
	pending     *Pending
	reservation *reservation
	begin       time.Time

	// What the loader gave; to be read once returned is closed.
	got      loaded
	err      error
	took     time.Duration
	returned chan struct{}
}

// grace is how long after the end of its context a loader may take to return, so that its own words say why it failed.
const grace = time.Second

// run makes one attempt: the model is loaded, then given room, then known. A loader that does not return is left alone, so that it
// holds up no other load.
func (c *Cache) run(p *Pending) {
	ctx, cancel := context.WithTimeout(context.Background(), c.config.LoadTimeout)
	defer cancel()
	a := &attempt{pending: p, reservation: &reservation{cache: c, pending: p}, begin: time.Now(), returned: make(chan struct{})}
	if err := c.tooManyStuck(); err != nil {
		c.failed(a, err)
		return
	}
	go c.call(ctx, a)
	overdue := time.NewTimer(c.config.LoadTimeout + grace)
	defer overdue.Stop()
	select {
	case <-a.returned:
		c.settle(ctx, a)
	case <-overdue.C:
		c.abandon(a)
	}
}

// call calls the loader, and makes a panic in it an error: a hostile document must not end the job.
func (c *Cache) call(ctx context.Context, a *attempt) {
	defer close(a.returned)
	defer func() {
		a.took = time.Since(a.begin)
		if r := recover(); r != nil {
			a.got, a.err = loaded{}, permanent{fmt.Errorf("panic while loading: %v", r)}
		}
	}()
	a.got, a.err = c.load(context.WithValue(ctx, reservationKey{}, a.reservation), a.pending.id)
}

// settle makes an entry, or a failure, of what the loader gave.
func (c *Cache) settle(ctx context.Context, a *attempt) {
	err := a.err
	bytes := a.got.size + entryOverhead
	if err == nil && bytes > c.config.Bytes {
		err = permanent{fmt.Errorf("it holds %d bytes, more than the whole budget of %d", bytes, c.config.Bytes)}
	}
	if err == nil {
		err = a.reservation.set(ctx, bytes)
	}
	switch {
	case errors.Is(err, errCrowded):
		c.crowded(a)
	case err != nil:
		c.failed(a, err)
	default:
		c.succeeded(a)
	}
}

// succeeded turns the reservation into an entry, pinned once for everyone who waits.
func (c *Cache) succeeded(a *attempt) {
	p := a.pending
	e := &Entry{Identity: p.id, Model: a.got.model, SHA256: a.got.sha256, LoadTime: a.took, cache: c}
	e.used.Store(c.now())
	c.mu.Lock()
	defer c.unlock()
	e.Bytes = a.reservation.bytes
	a.reservation.bytes = 0
	e.pins.Store(p.waiters)
	c.entries[p.id] = e
	c.recency.add(e)
	c.failures.forget(p.id)
	c.stats.Bytes += e.Bytes
	c.countLoad(a.took)
	c.tell(News{Change: Loaded, Identity: p.id, SHA256: e.SHA256, Bytes: e.Bytes, Took: a.took})
	p.entry = e
	c.finished(p)
	c.grant() // this entry may be what a wish waits for, if nobody waits for it
	c.watchIdle()
}

func (c *Cache) failed(a *attempt, err error) {
	c.mu.Lock()
	defer c.unlock()
	c.remember(a, err)
}

// remember makes a failure of an attempt. Holds c.mu.
func (c *Cache) remember(a *attempt, err error) {
	p := a.pending
	c.giveBack(a.reservation)
	p.err = c.failures.remember(p.id, err, time.Now())
	c.count(&c.stats.Failures)
	c.tell(News{Change: Failed, Identity: p.id, Took: time.Since(a.begin), Err: p.err, Serving: c.servingBeside(p.id)})
	c.finished(p)
	c.grant()
}

// giveBack ends what a reservation holds. Holds c.mu.
func (c *Cache) giveBack(r *reservation) {
	c.held -= r.bytes
	r.bytes = 0
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
