package modelstore

import (
	"context"
	"sync"
)

// client holds the one client of a scheme in this process. It is made at the first use, in the background, so that a caller
// whose time is over need not wait for a search of credentials. A failure is not kept: credentials may come.
type client[T any] struct {
	make func(context.Context) (T, error)

	mu     sync.Mutex
	making *making[T]
}

type making[T any] struct {
	done   chan struct{}
	client T
	err    error
}

// get returns the client, made with a context that does not end with the caller's.
func (c *client[T]) get(ctx context.Context) (T, error) {
	c.mu.Lock()
	m := c.making
	if m == nil {
		m = &making[T]{done: make(chan struct{})}
		c.making = m
		go func() {
			defer close(m.done)
			m.client, m.err = c.make(context.WithoutCancel(ctx))
			if m.err != nil {
				c.mu.Lock()
				c.making = nil
				c.mu.Unlock()
			}
		}()
	}
	c.mu.Unlock()
	select {
	case <-m.done:
		return m.client, m.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}
