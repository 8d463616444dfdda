package modelcache

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"
)

func TestStatsOfTheProcessAddUp(t *testing.T) {
	before := ProcessStats()
	for _, key := range []string{t.TempDir(), t.TempDir()} {
		c, err := Shared(key, func() (*Cache, error) {
			return newCache(Config{Bytes: 1 << 20}, (&loader{outcomes: map[string]outcome{"a": {size: 8 * kB}, "bad": {err: errors.New("gone")}}}).load), nil
		})
		if err != nil {
			t.Fatal(err)
		}
		wait(t, c, "a").Unpin()
		if _, err := c.Load(id("bad")).Wait(context.Background()); err == nil {
			t.Fatal("loaded")
		}
	}
	after := ProcessStats()
	if after.Entries-before.Entries != 2 || after.Bytes-before.Bytes != 16*kB || after.Loads-before.Loads != 2 ||
		after.Failures-before.Failures != 2 || after.Failing-before.Failing != 2 || after.Budget-before.Budget != 2<<20 {
		t.Errorf("before %+v\nafter %+v", before, after)
	}
}

// TestEveryCounterAddsUp fails when a counter is added to Stats and not to add.
func TestEveryCounterAddsUp(t *testing.T) {
	one := Stats{Entries: 1, Bytes: 1, Reserved: 1, Budget: 1, Loading: 1, Failing: 1, Stuck: 1, Hits: 1, Misses: 1, Loads: 1, LoadTime: time.Duration(1), Failures: 1, Skipped: 1, Evictions: 1}
	two := one
	two.add(one)
	for i, v := 0, reflect.ValueOf(two); i < v.NumField(); i++ {
		if v.Field(i).Int() != 2 {
			t.Errorf("%s is not added", v.Type().Field(i).Name)
		}
	}
}
