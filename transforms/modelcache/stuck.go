package modelcache

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// mostStuck bounds the loads that were abandoned and have not returned: while there are so many, no other begins.
const mostStuck = 16

// errAbandoned is what a load is told that asks for room after it was abandoned.
var errAbandoned = errors.New("the load was given up")

// abandon gives up the turn of a load whose loader does not return: others begin in its place, what it has reserved is free, and
// it has failed. What the loader really holds is no longer counted, which mostStuck bounds.
func (c *Cache) abandon(a *attempt) {
	c.mu.Lock()
	defer c.unlock()
	a.reservation.ended = true
	c.stuck[a.pending.id] = a.begin
	c.remember(a, fmt.Errorf("the loader does not return, %v after the end of its time", grace))
	go c.late(a)
}

// late waits for an abandoned load and takes the model that it may give: it is what the next attempt would load.
func (c *Cache) late(a *attempt) {
	<-a.returned
	c.mu.Lock()
	delete(c.stuck, a.pending.id)
	if a.err != nil {
		c.unlock() // the failure is known
		return
	}
	p := c.newPending(a.pending.id)
	p.wanted, p.deadline = a.pending.wanted, time.Now().Add(c.config.LoadWait)
	c.unlock()
	ctx, cancel := context.WithTimeout(context.Background(), c.config.LoadTimeout)
	defer cancel()
	a.pending, a.reservation = p, &reservation{cache: c, pending: p}
	c.settle(ctx, a)
}

// tooManyStuck says why no load begins, nil if one may.
func (c *Cache) tooManyStuck() error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if len(c.stuck) < mostStuck {
		return nil
	}
	return fmt.Errorf("%d loads do not return; no other begins before one of them does", len(c.stuck))
}
