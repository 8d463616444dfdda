package modelcache

import "slices"

// line is the loads that have not begun: first those that records wait for, in the order in which they were asked for, then those
// ahead of any record. Guarded by Cache.mu.
type line struct {
	wanted, ahead queue
	workers       int // goroutines that run loads; at most Config.Loads
	aheadNow      int // of them, those with a load ahead
}

type queue []*Pending

func (q *queue) push(p *Pending) { *q = append(*q, p) }

func (q *queue) pop() *Pending {
	p := (*q)[0]
	(*q)[0] = nil
	if *q = (*q)[1:]; len(*q) == 0 {
		*q = nil
	}
	return p
}

// remove takes p out, and says whether it was in.
func (q *queue) remove(p *Pending) bool {
	i := slices.Index(*q, p)
	if i < 0 {
		return false
	}
	*q = slices.Delete(*q, i, i+1)
	return true
}

// hire sees to it that what was put into the line is begun. Holds c.mu.
func (c *Cache) hire() {
	if c.line.workers < c.config.Loads {
		c.line.workers++
		go c.work()
	}
}

// work runs loads until there are none that it may begin.
func (c *Cache) work() {
	for {
		p, ahead := c.next()
		if p == nil {
			return
		}
		c.run(p)
		if ahead {
			c.mu.Lock()
			c.line.aheadNow--
			c.mu.Unlock()
		}
	}
}

// next takes the load that is to begin; nil if there is none, and then the worker is counted off. Loads ahead never hold all
// workers unless there is only one.
func (c *Cache) next() (p *Pending, ahead bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := &c.line
	switch {
	case len(l.wanted) > 0:
		return l.wanted.pop(), false
	case len(l.ahead) > 0 && l.aheadNow < max(1, c.config.Loads-1):
		l.aheadNow++
		return l.ahead.pop(), true
	}
	l.workers--
	return nil, false
}
