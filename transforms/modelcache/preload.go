package modelcache

import "errors"

// mostAhead bounds the loads ahead that have not begun.
const mostAhead = 1024

// errCrowded is why a load ahead is dropped.
var errCrowded = errors.New("no room for a load ahead: all else was in use lately")

// Preload starts a load of the identity ahead of any record that needs it, and returns at once. It does nothing if the model is
// loaded, being loaded, or failed and is not due yet. It is false if too many are in line.
//
// A load ahead gives way: loads that records wait for begin first, and one of Config.Loads is kept for them where there are more than
// one. It takes room that is free or held by models that nobody pinned for Config.Residency; if that is not enough it is
// dropped, which counts as Skipped and is no failure. A record that asks for the model meanwhile makes it a load like any other.
// A document that cannot be had is remembered as a failure, as for any load. At most 1024 are in line; ask again for more.
func (c *Cache) Preload(id Identity) bool {
	c.mu.Lock()
	defer c.unlock()
	if c.loading[id] != nil || c.entries[id] != nil || c.refusal(id) != nil {
		return true
	}
	if len(c.line.ahead) >= mostAhead {
		return false
	}
	c.line.ahead.push(c.newPending(id))
	c.hire()
	return true
}

// Failure returns why the identity cannot be loaded now: its last load failed and is not due again. It is nil otherwise.
func (c *Cache) Failure(id Identity) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.refusal(id); err != nil {
		return err
	}
	return nil
}

// crowded drops a load ahead that found no room, or begins it again if records asked for it meanwhile.
func (c *Cache) crowded(a *attempt) {
	c.mu.Lock()
	defer c.unlock()
	c.giveBack(a.reservation)
	p := a.pending
	if p.wanted {
		c.line.wanted.push(p)
		c.hire()
		return
	}
	c.count(&c.stats.Skipped)
	p.err = &LoadError{Identity: p.id, Err: errCrowded}
	c.finished(p)
	c.grant()
}
