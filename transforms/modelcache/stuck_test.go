package modelcache

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// hanging is a loader that does not return, whatever its context says, for names that begin with "hang", until release; what they
// give then is a model, or their outcome's error.
type hanging struct {
	loader
	release chan struct{}
}

func (h *hanging) load(ctx context.Context, id Identity) (loaded, error) {
	if !strings.HasPrefix(id.Name, "hang") {
		return h.loader.load(ctx, id)
	}
	if err := Reserve(ctx, 10*kB); err != nil {
		return loaded{}, err
	}
	h.mu.Lock()
	if h.calls == nil {
		h.calls = map[string]int{}
	}
	h.calls[id.Name]++
	o := h.outcomes[id.Name]
	h.mu.Unlock()
	<-h.release
	if o.err != nil {
		return loaded{}, o.err
	}
	return loaded{sha256: "late", size: 10*kB - entryOverhead}, nil
}

func hangingCache(c Config, outcomes map[string]outcome) (*Cache, *hanging) {
	h := &hanging{loader: loader{outcomes: outcomes}, release: make(chan struct{})}
	return newCache(c, h.load), h
}

func TestALoaderThatNeverReturnsHoldsUpNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outcomes := map[string]outcome{"old": {size: 10 * kB}, "other": {size: 25 * kB, took: time.Second}}
		c, h := hangingCache(Config{Loads: 1, Bytes: 40 * kB, Jitter: -1}, outcomes)
		old := wait(t, c, "old")
		start := time.Now()
		hangs := c.Load(id("hang"))
		other := c.Load(id("other"))
		if _, err := hangs.Wait(context.Background()); err == nil || time.Since(start) != 10*time.Second {
			t.Fatalf("%v after %v; want LoadWait", err, time.Since(start))
		}
		old.Unpin()
		if !old.Pin() {
			t.Fatal("rows of the old version do not go on")
		}
		old.Unpin()

		<-hangs.Done()
		failure, _ := errors.AsType[*LoadError](hangs.Err())
		if time.Since(start) != 61*time.Second || failure == nil || !failure.Retriable() || failure.Attempts != 1 {
			t.Fatalf("given up after %v: %v", time.Since(start), hangs.Err())
		}
		<-other.Done() // had to wait for its turn, and finds the room that the first one had reserved
		if time.Since(start) != 62*time.Second || other.Err() != nil {
			t.Fatalf("another model came after %v: %v", time.Since(start), other.Err())
		}
		if s := c.Stats(); s.Stuck != 1 || s.Failures != 1 || s.Failing != 1 || s.Reserved != 0 || s.Loading != 0 || s.Bytes != 35*kB {
			t.Errorf("%+v", s)
		}
		books(t, c)

		time.Sleep(time.Hour) // not begun again while it has not returned
		if e := refused(t, c, "hang"); h.count("hang") != 1 || !strings.Contains(e.Error(), "has not returned") || !e.Retriable() {
			t.Errorf("%v after %d loads", e, h.count("hang"))
		}
		close(h.release)
		synctest.Wait()
		if e, ok := c.Pin(id("hang")); !ok || e.SHA256 != "late" {
			t.Error("what came late was not taken")
		} else {
			e.Unpin()
		}
		if s := c.Stats(); s.Stuck != 0 || s.Failing != 0 || s.Loads != 3 {
			t.Errorf("%+v", s)
		}
		books(t, c)
	})
}

func TestAnAbandonedLoadThatFailsMayBeTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, h := hangingCache(Config{Jitter: -1}, map[string]outcome{"hang": {err: errors.New("broken pipe")}})
		<-c.Load(id("hang")).Done()
		close(h.release)
		time.Sleep(time.Second) // the back-off of one failure
		if c.Stats().Stuck != 0 {
			t.Fatal("still counted")
		}
		if e := refused(t, c, "hang"); h.count("hang") != 2 || e.Attempts != 2 || !strings.Contains(e.Error(), "broken pipe") {
			t.Errorf("%v after %d loads", e, h.count("hang"))
		}
	})
}

func TestAnAbandonedLoadGetsNoRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release, late := make(chan struct{}), make(chan error, 1)
		c := newCache(Config{}, func(ctx context.Context, _ Identity) (loaded, error) {
			<-release
			err := Reserve(ctx, 1000)
			late <- err
			return loaded{}, err
		})
		<-c.Load(id("a")).Done()
		close(release)
		if err := <-late; !errors.Is(err, errAbandoned) {
			t.Errorf("got %v", err)
		}
		synctest.Wait()
		books(t, c)
	})
}

func TestLoadersThatNeverReturnAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, h := hangingCache(Config{Loads: 1}, map[string]outcome{"a": {size: 8 * kB}})
		for i := range mostStuck {
			<-c.Load(id(fmt.Sprint("hang", i))).Done()
		}
		e := refused(t, c, "a")
		if s := c.Stats(); s.Stuck != mostStuck || !e.Retriable() || h.count("a") != 0 || !strings.Contains(e.Error(), "16 loads do not return") {
			t.Errorf("%v, %+v", e, s)
		}
		close(h.release)
		time.Sleep(2 * time.Second)
		wait(t, c, "a").Unpin()
	})
}
