package modelcache

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestModelsInUse(t *testing.T) {
	sizes := map[string]outcome{"a": {size: 10 * kB}, "b": {size: 10 * kB}, "pinned": {size: 10 * kB}, "bad": {err: errors.New("gone")}}
	bubble(t, Config{}, sizes, func(t *testing.T, c *Cache, _ *loader) {
		names := func(within time.Duration) string {
			var names []string
			for _, id := range c.InUse(within) {
				names = append(names, id.Name)
			}
			slices.Sort(names)
			return strings.Join(names, " ")
		}
		pinned := wait(t, c, "pinned")
		wait(t, c, "a").Unpin()
		time.Sleep(time.Minute)
		wait(t, c, "b").Unpin()
		refused(t, c, "bad")
		time.Sleep(time.Second)
		for within, want := range map[time.Duration]string{0: "pinned", time.Second: "b pinned", time.Minute: "b pinned", 61 * time.Second: "a b pinned"} {
			if got := names(within); got != want {
				t.Errorf("within %v: %q, want %q", within, got, want)
			}
		}
		pinned.Unpin()
	})
}

func TestNewsOfAFailureSayWhatServes(t *testing.T) {
	bubble(t, Config{}, map[string]outcome{"m": {size: 10 * kB}, "other": {size: 10 * kB}}, func(t *testing.T, c *Cache, l *loader) {
		load := func(version string) {
			c.Preload(Identity{Name: "m", Version: version})
			synctest.Wait()
			time.Sleep(time.Second)
		}
		load("1")
		load("2")
		if e, ok := c.Pin(Identity{Name: "m", Version: "1"}); ok {
			e.Unpin()
		}
		wait(t, c, "other").Unpin()
		l.set("m", outcome{err: errors.New("gone")})
		load("3")
		l.set("lone", outcome{err: errors.New("gone")})
		refused(t, c, "lone")
		var failed []string
		for _, n := range c.TakeNews() {
			if n.Change == Failed {
				failed = append(failed, n.Identity.Name+"@"+n.Identity.Version+" "+n.Serving)
			}
		}
		if got := strings.Join(failed, ", "); got != "m@3 1, lone@1 " {
			t.Errorf("%q; want 1 beside 3, and nothing beside lone", got)
		}
	})
}
