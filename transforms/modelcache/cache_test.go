package modelcache

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

func TestAModelIsLoadedOnceForEveryoneWhoWaits(t *testing.T) {
	bubble(t, Config{}, map[string]outcome{"a": {size: 8 * kB, took: time.Second}}, func(t *testing.T, c *Cache, l *loader) {
		if _, ok := c.Pin(id("a")); ok {
			t.Fatal("pinned before it was loaded")
		}
		got := make(chan *Entry, 10)
		for range cap(got) {
			go func() { got <- wait(t, c, "a") }()
		}
		first := <-got
		for range cap(got) - 1 {
			if e := <-got; e != first {
				t.Error("two entries of one identity")
			}
		}
		if n := first.pins.Load(); n != 10 {
			t.Errorf("%d pins for ten who waited", n)
		}
		if e, ok := c.Pin(id("a")); !ok || e != first || l.count("a") != 1 || e.SHA256 != "sha-a" || e.LoadTime != time.Second {
			t.Errorf("%+v after %d loads", e, l.count("a"))
		}
	})
}

func TestIdentityDecides(t *testing.T) {
	a := &sideinput.Choice{Name: "m", Version: "1", URI: "u", At: 5, Seq: 3, HasSeq: true}
	b := &sideinput.Choice{Name: "m", Version: "1", URI: "u", At: 6, Seq: 3, HasSeq: true}
	if IdentityOf(a) == IdentityOf(b) {
		t.Error("without a digest an UPDATE at another time is another identity")
	}
	a.SHA256, b.SHA256 = "00", "00"
	if IdentityOf(a) != IdentityOf(b) {
		t.Error("with a digest the time does not matter")
	}
	b.Version = "2"
	if IdentityOf(a) == IdentityOf(b) {
		t.Error("two versions with one document are two identities")
	}
}

func TestLoadsAtOnceAreBounded(t *testing.T) {
	outcomes := map[string]outcome{}
	for i := range 20 {
		outcomes[fmt.Sprint(i)] = outcome{size: 5 * kB, took: time.Second}
	}
	bubble(t, Config{Loads: 3, LoadWait: time.Hour}, outcomes, func(t *testing.T, c *Cache, l *loader) {
		start := time.Now()
		var all []*Pending
		for i := range 20 {
			all = append(all, c.Load(id(fmt.Sprint(i))))
		}
		for _, p := range all {
			if _, err := p.Wait(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		if l.max != 3 || time.Since(start) != 7*time.Second {
			t.Errorf("%d at once, %v; want 3 and 7 s for 20 loads of 1 s", l.max, time.Since(start))
		}
		if s := c.Stats(); s.Loads != 20 || s.LoadTime != 20*time.Second || s.Entries != 20 || s.Loading != 0 {
			t.Errorf("%+v", s)
		}
	})
}

func TestRecordsWaitOnceForAnAttempt(t *testing.T) {
	bubble(t, Config{}, map[string]outcome{"slow": {size: 5 * kB, took: 25 * time.Second}}, func(t *testing.T, c *Cache, l *loader) {
		start := time.Now()
		e := refused(t, c, "slow")
		if !e.Retriable() || time.Since(start) != 10*time.Second {
			t.Errorf("%v after %v", e, time.Since(start))
		}
		for range 5 { // who comes later does not wait again
			refused(t, c, "slow")
		}
		if time.Since(start) != 10*time.Second {
			t.Errorf("waited again: %v", time.Since(start))
		}
		time.Sleep(15*time.Second + 1) // the load went on
		if _, ok := c.Pin(id("slow")); !ok || l.count("slow") != 1 {
			t.Error("the load was given up or begun again")
		}
	})
}

func TestWaitEndsWithItsContext(t *testing.T) {
	bubble(t, Config{}, map[string]outcome{"a": {size: 5 * kB, took: 5 * time.Second}}, func(t *testing.T, c *Cache, _ *loader) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if _, err := c.Load(id("a")).Wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		time.Sleep(5 * time.Second)
		e, ok := c.Pin(id("a"))
		if !ok || e.pins.Load() != 1 {
			t.Error("who gave up holds a pin")
		}
	})
}

func TestALoaderThatHangsIsEndedByItsContext(t *testing.T) {
	bubble(t, Config{}, map[string]outcome{"a": {took: time.Hour}}, func(t *testing.T, c *Cache, _ *loader) {
		p := c.Load(id("a"))
		<-p.Done()
		failure, _ := errors.AsType[*LoadError](p.Err())
		if failure == nil || !errors.Is(failure, context.DeadlineExceeded) || !failure.Retriable() {
			t.Error(p.Err())
		}
	})
}

func TestFailuresAreRememberedWithBackOff(t *testing.T) {
	bubble(t, Config{Jitter: -1, MaxBackoff: 5 * time.Second}, map[string]outcome{"a": {err: errors.New("gone")}}, func(t *testing.T, c *Cache, l *loader) {
		for attempt, pause := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 5 * time.Second, 5 * time.Second} {
			e := refused(t, c, "a")
			if e.Attempts != attempt+1 || time.Until(e.NextTry) != pause || !strings.Contains(e.Error(), "gone") {
				t.Fatalf("attempt %d: %+v, next in %v; want %v", attempt+1, e, time.Until(e.NextTry), pause)
			}
			time.Sleep(pause - 1)
			if again := refused(t, c, "a"); again != e || l.count("a") != attempt+1 {
				t.Fatal("tried again within the back-off")
			}
			time.Sleep(time.Nanosecond)
		}
		l.set("a", outcome{size: 5 * kB})
		wait(t, c, "a").Unpin()
		if s := c.Stats(); s.Failing != 0 || s.Failures != 5 {
			t.Errorf("%+v", s)
		}
	})
}

func TestJitterStaysWithinItsShare(t *testing.T) {
	bubble(t, Config{Jitter: 0.3, MinBackoff: 10 * time.Second}, nil, func(t *testing.T, c *Cache, l *loader) {
		seen := map[time.Duration]bool{}
		for i := range 50 {
			name := fmt.Sprint(i)
			l.set(name, outcome{err: errors.New("gone")})
			pause := time.Until(refused(t, c, name).NextTry)
			if pause < 7*time.Second || pause > 13*time.Second+1 {
				t.Errorf("back-off of %v", pause)
			}
			seen[pause] = true
		}
		if len(seen) < 40 {
			t.Errorf("only %d different back-offs of 50", len(seen))
		}
	})
}

func TestFailuresThatLastAreTriedSeldom(t *testing.T) {
	bubble(t, Config{Jitter: -1}, map[string]outcome{
		"faulty": {err: fmt.Errorf("wrapped: %w", permanent{errors.New("no PMML")})},
		"panic":  {panics: true},
		"giant":  {size: 2 << 30},
	}, func(t *testing.T, c *Cache, l *loader) {
		for _, name := range []string{"faulty", "panic", "giant"} {
			e := refused(t, c, name)
			if e.Retriable() || time.Until(e.NextTry) != 5*time.Minute {
				t.Errorf("%v, next in %v", e, time.Until(e.NextTry))
			}
		}
		time.Sleep(5 * time.Minute)
		l.set("faulty", outcome{size: 5 * kB})
		wait(t, c, "faulty").Unpin()
	})
}

func TestRememberedFailuresAreBounded(t *testing.T) {
	bubble(t, Config{Failures: 3, Jitter: -1}, nil, func(t *testing.T, c *Cache, l *loader) {
		for i := range 10 {
			name := fmt.Sprint(i)
			l.set(name, outcome{err: errors.New("gone")})
			refused(t, c, name)
			time.Sleep(time.Millisecond)
		}
		if s := c.Stats(); s.Failing != 3 {
			t.Errorf("%d remembered", s.Failing)
		}
		refused(t, c, "0") // forgotten, so it is tried
		refused(t, c, "9")
		if l.count("0") != 2 || l.count("9") != 1 {
			t.Errorf("%d and %d tries", l.count("0"), l.count("9"))
		}
	})
}

func TestUnpinWithoutPinIsAFault(t *testing.T) {
	bubble(t, Config{}, map[string]outcome{"a": {size: 5 * kB}}, func(t *testing.T, c *Cache, _ *loader) {
		e := wait(t, c, "a")
		e.Unpin()
		defer func() {
			if recover() == nil {
				t.Error("no panic")
			}
			e.pins.Store(0)
		}()
		e.Unpin()
	})
}

func TestConfigsThatAreRefused(t *testing.T) {
	for name, c := range map[string]Config{"bytes": {Bytes: -1}, "jitter": {Jitter: 1}, "loads": {Loads: -1}, "idle": {IdleTTL: -1}} {
		if _, err := New(c, nil); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestSharedCacheIsOnePerKey(t *testing.T) {
	make := func() (*Cache, error) { return New(Config{}, nil) }
	key := t.TempDir() // the process keeps keys for ever
	a, _ := Shared(key+"a", make)
	b, _ := Shared(key+"a", make)
	other, _ := Shared(key+"b", make)
	if a != b || a == other || a == nil {
		t.Errorf("%p %p %p", a, b, other)
	}
	if _, err := Shared(key+"c", func() (*Cache, error) { return nil, errors.New("refused") }); err == nil {
		t.Error("no error")
	}
	if c, err := Shared(key+"c", make); c == nil || err != nil {
		t.Error("a failure was kept")
	}
}

func TestNewsComeInOrder(t *testing.T) {
	bubble(t, Config{Bytes: 10 * kB, Jitter: -1}, map[string]outcome{
		"a": {size: 10 * kB, took: 3 * time.Second}, "b": {size: 10 * kB}, "bad": {err: errors.New("gone"), took: time.Second},
	}, func(t *testing.T, c *Cache, _ *loader) {
		var got []string
		stop := c.Observe(func(n News) {
			got = append(got, fmt.Sprintf("%s %s %d %v %s", n.Change, n.Identity.Name, n.Bytes, n.Took, n.Eviction))
			if n.Change == Failed && n.Err.Attempts != 1 {
				t.Errorf("%+v", n.Err)
			}
			c.Stats() // an observer may use the cache
		})
		wait(t, c, "a").Unpin()
		wait(t, c, "b").Unpin()
		refused(t, c, "bad")
		synctest.Wait()
		want := []string{"LOADED a 10240 3s ", "EVICTED a 10240 0s room", "LOADED b 10240 0s ", "FAILED bad 0 1s "}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		stop()
		wait(t, c, "a").Unpin()
		if len(got) != len(want) {
			t.Error("told after stop")
		}
	})
}

func TestNewsForStatusAreAtMostOneAMinute(t *testing.T) {
	bubble(t, Config{Jitter: -1, MaxBackoff: 20 * time.Second, MinBackoff: 20 * time.Second}, map[string]outcome{"a": {err: errors.New("gone")}}, func(t *testing.T, c *Cache, l *loader) {
		for range 4 { // at 0, 20, 40 and 60 s
			refused(t, c, "a")
			time.Sleep(20 * time.Second)
		}
		news := c.TakeNews()
		if len(news) != 2 || news[0].Left != 0 || news[1].Left != 2 || l.count("a") != 4 {
			t.Errorf("%+v", news)
		}
		if len(c.TakeNews()) != 0 {
			t.Error("taken twice")
		}
	})
}

func TestNewsThatNobodyTakesAreBounded(t *testing.T) {
	bubble(t, Config{}, nil, func(t *testing.T, c *Cache, _ *loader) {
		for i := range 3 * newsTold {
			c.mu.Lock()
			c.tell(News{Change: Loaded, Identity: id(fmt.Sprint(i))})
			c.unlock()
		}
		if len(c.news.kept) > newsKept || len(c.news.last) > newsTold {
			t.Errorf("%d kept, %d subjects", len(c.news.kept), len(c.news.last))
		}
		if last := c.TakeNews(); last[len(last)-1].Identity.Name != fmt.Sprint(3*newsTold-1) {
			t.Error("the newest was dropped")
		}
	})
}
