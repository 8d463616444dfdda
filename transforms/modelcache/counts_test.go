package modelcache

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestCountsAreTakenOnce(t *testing.T) {
	sizes := map[string]outcome{"a": {size: 20 * kB, took: time.Second}, "b": {size: 20 * kB, took: 2 * time.Second}, "c": {size: 20 * kB}, "bad": {err: errors.New("gone")}}
	bubble(t, Config{Bytes: 20 * kB}, sizes, func(t *testing.T, c *Cache, _ *loader) {
		if got, any := c.TakeCounts(); any {
			t.Errorf("%+v before anything", got)
		}
		wait(t, c, "a").Unpin()
		wait(t, c, "b").Unpin()
		refused(t, c, "bad")
		c.Preload(id("c"))
		synctest.Wait()
		got, any := c.TakeCounts()
		if !any || got.Loads != 2 || !slices.Equal(got.LoadTimes, []time.Duration{time.Second, 2 * time.Second}) ||
			got.Failures != 1 || got.Skipped != 1 || got.Evictions != 1 {
			t.Errorf("%+v", got)
		}
		if got, any := c.TakeCounts(); any {
			t.Errorf("%+v was taken already", got)
		}
		wait(t, c, "a").Unpin()
		if got, _ := c.TakeCounts(); got.Loads != 1 || got.Evictions != 1 || got.Failures != 0 || len(got.LoadTimes) != 1 {
			t.Errorf("%+v", got)
		}
	})
}

func TestCountsThatNobodyTakesAreBounded(t *testing.T) {
	bubble(t, Config{}, nil, func(t *testing.T, c *Cache, l *loader) {
		for i := range loadTimesKept + 5 {
			name := fmt.Sprint(i)
			l.set(name, outcome{size: 5 * kB})
			wait(t, c, name).Unpin()
		}
		if got, _ := c.TakeCounts(); got.Loads != loadTimesKept+5 || len(got.LoadTimes) != loadTimesKept {
			t.Errorf("%d loads, %d times", got.Loads, len(got.LoadTimes))
		}
	})
}
