package modelcache

import (
	"context"
	"fmt"
	"time"
)

// Pending is a load that is under way, or its outcome. It is safe for any number of goroutines.
type Pending struct {
	cache *Cache
	id    Identity

	// Guarded by cache.mu until done is closed, unchanging afterwards.
	wanted   bool      // by records; else it is a load ahead
	deadline time.Time // until which records wait, once wanted
	waiters  int64     // each gets a pin
	entry    *Entry
	err      *LoadError
	done     chan struct{}
}

// LoadError says why a model is not there.
type LoadError struct {
	Identity  Identity
	Attempts  int       // that failed since the last success; 0 while the first is under way
	NextTry   time.Time // before which Load does not try again; zero while a load is under way
	Permanent bool      // trying again without a change will not help
	Err       error     // what the loader said
}

func (e *LoadError) Error() string {
	return fmt.Sprintf("model %s version %s cannot be loaded: %v", e.Identity.Name, e.Identity.Version, e.Err)
}

// Unwrap returns what the loader said.
func (e *LoadError) Unwrap() error { return e.Err }

// Retriable says whether a later attempt may succeed.
func (e *LoadError) Retriable() bool { return !e.Permanent }

// Load starts a load of the identity, or joins the one under way. What is loaded, or failed and is not due yet, is answered at once.
// It is for records that need the model: the load comes before all loads ahead.
func (c *Cache) Load(id Identity) *Pending {
	c.mu.Lock()
	defer c.unlock()
	p := c.loading[id]
	if p == nil {
		if e := c.entries[id]; e != nil {
			return c.answered(&Pending{id: id, entry: e})
		}
		if err := c.refusal(id); err != nil {
			return c.answered(&Pending{id: id, err: err})
		}
		p = c.newPending(id)
		c.line.wanted.push(p)
		c.hire()
	}
	if !p.wanted {
		p.wanted, p.deadline = true, time.Now().Add(c.config.LoadWait)
		if c.line.ahead.remove(p) {
			c.line.wanted.push(p)
			c.hire()
		}
	}
	return p
}

func (c *Cache) newPending(id Identity) *Pending {
	p := &Pending{cache: c, id: id, done: make(chan struct{})}
	c.loading[id] = p
	return p
}

// refusal says why no load of the identity begins now, nil if one may. Holds c.mu.
func (c *Cache) refusal(id Identity) *LoadError {
	if err := c.failures.remembered(id, time.Now()); err != nil {
		return err
	}
	if since, ok := c.stuck[id]; ok {
		return &LoadError{Identity: id, Err: fmt.Errorf("the load that began %v ago has not returned", time.Since(since).Round(time.Second))}
	}
	return nil
}

// closed is the done of every Pending that was answered at once.
var closed = func() chan struct{} {
	ch := make(chan struct{})
	close(ch)
	return ch
}()

func (c *Cache) answered(p *Pending) *Pending {
	p.cache, p.done = c, closed
	return p
}

// Done is closed when there is an outcome.
func (p *Pending) Done() <-chan struct{} { return p.done }

// Err returns why the load failed: nil while it is under way, or if it gave a model.
func (p *Pending) Err() error {
	select {
	case <-p.done:
		if p.err != nil {
			return p.err
		}
	default:
	}
	return nil
}

// Wait returns the entry, pinned, when it is loaded. It waits until LoadWait after the attempt was asked for, whoever asked and
// however many wait: then, and for a failure, it returns a *LoadError. The load goes on and is kept when it ends. If ctx ends
// first, Wait returns its error.
func (p *Pending) Wait(ctx context.Context) (*Entry, error) {
	for {
		e, late, err := p.wait(ctx)
		if err != nil {
			return nil, err
		}
		// Who came before the outcome has a pin from it. Who came late has to take one, and the entry may be gone again.
		if !late || e.Pin() {
			return e, nil
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p = p.cache.Load(p.id)
	}
}

func (p *Pending) wait(ctx context.Context) (e *Entry, late bool, err error) {
	c := p.cache
	c.mu.Lock()
	select {
	case <-p.done:
		c.mu.Unlock()
		return p.outcome(true)
	default:
	}
	p.waiters++
	deadline := p.deadline
	c.mu.Unlock()

	timer := time.NewTimer(time.Until(deadline))
	defer timer.Stop()
	select {
	case <-p.done:
		return p.outcome(false)
	case <-ctx.Done():
		err = ctx.Err()
	case <-timer.C:
		err = &LoadError{Identity: p.id, Err: fmt.Errorf("still loading after %v", c.config.LoadWait)}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-p.done: // after all: the pin is ours
		return p.outcome(false)
	default:
	}
	p.waiters--
	return nil, false, err
}

func (p *Pending) outcome(late bool) (*Entry, bool, error) {
	if p.err != nil {
		return nil, late, p.err
	}
	return p.entry, late, nil
}
