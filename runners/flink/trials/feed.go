package main

import (
	"context"
	"time"
)

// keepFeeding hands on what is due, looking every few milliseconds, until ctx ends: rate events a second, whatever becomes of
// them. ask makes the lines of all events up to a number that it has not made yet.
func keepFeeding(ctx context.Context, p place, rate int, every time.Duration, ask func(before int) [][]byte) error {
	began := time.Now()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		due := int(time.Since(began).Seconds() * float64(rate))
		if err := p.sendEvents(context.WithoutCancel(ctx), ask(due)...); err != nil {
			return err
		}
	}
}
