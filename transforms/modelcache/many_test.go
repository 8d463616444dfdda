package modelcache

import (
	"container/list"
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// Many models and a budget for a tenth of them, called for as models are in life: few often, most seldom.
const (
	manyModels = 5000
	budgetFor  = 500
)

func manyCalls(seed uint64) *rand.Zipf {
	return rand.NewZipf(rand.New(rand.NewPCG(seed, 1)), 1.1, 20, manyModels-1)
}

// lruModel says what a cache that evicts the least recently used does, by itself.
type lruModel struct {
	budget, held    int64
	order           *list.List // of names, the most recently used in front
	at              map[string]*list.Element
	hits, evictions int64
}

func (m *lruModel) call(name string, size func(string) int64) {
	if e := m.at[name]; e != nil {
		m.hits++
		m.order.MoveToFront(e)
		return
	}
	for m.held+size(name) > m.budget {
		last := m.order.Remove(m.order.Back()).(string)
		delete(m.at, last)
		m.held -= size(last)
		m.evictions++
	}
	m.at[name] = m.order.PushFront(name)
	m.held += size(name)
}

func TestManyModelsInASmallBudget(t *testing.T) {
	for _, c := range []struct {
		name string
		size func(i int) int64
	}{
		{"of one size", func(int) int64 { return 20 * kB }},
		{"of many sizes", func(i int) int64 { return 5*kB + int64(i*7919%30)*kB }},
	} {
		t.Run(c.name, func(t *testing.T) {
			outcomes := map[string]outcome{}
			for i := range manyModels {
				outcomes[strconv.Itoa(i)] = outcome{size: c.size(i)}
			}
			size := func(name string) int64 { return outcomes[name].size }
			model := lruModel{budget: budgetFor * 20 * kB, order: list.New(), at: map[string]*list.Element{}}
			bubble(t, Config{Bytes: model.budget}, outcomes, func(t *testing.T, cache *Cache, _ *loader) {
				calls, hits := manyCalls(7), int64(0)
				for range 60_000 {
					name := strconv.Itoa(int(calls.Uint64()))
					e, ok := cache.Pin(id(name))
					if ok {
						hits++
					} else {
						e = wait(t, cache, name)
					}
					e.Unpin()
					time.Sleep(time.Microsecond) // the clock tells which call was later
					model.call(name, size)
					if s := cache.Stats(); s.Bytes+s.Reserved > s.Budget {
						t.Fatalf("above the budget: %+v", s)
					}
				}
				s := cache.Stats()
				if hits != model.hits || s.Hits != hits || s.Misses != 60_000-hits || s.Evictions != model.evictions || s.Bytes != model.held || s.Entries != len(model.at) {
					t.Errorf("%d hits, %+v; the model has %d hits, %d evictions, %d bytes in %d", hits, s, model.hits, model.evictions, model.held, len(model.at))
				}
				if hits < 30_000 || s.Evictions < 10_000 {
					t.Errorf("%d hits, %d evictions: the calls do not exercise it", hits, s.Evictions)
				}
				for name := range model.at {
					if !has(cache, name) {
						t.Errorf("%s is not loaded", name)
					}
				}
			})
		})
	}
}

// manyDocuments loads for a name the document whose result is that number.
func manyDocuments(_ context.Context, id Identity) (*pmml.Model, string, error) {
	m, err := pmml.Load(strings.NewReader(strings.Replace(constant, `intercept="5"`, `intercept="`+id.Name+`"`, 1)))
	return m, "sha-" + id.Name, err
}

// manyCache is a cache of real models with room for budgetFor of them.
func manyCache(t testing.TB) *Cache {
	t.Helper()
	m, _, err := manyDocuments(context.Background(), id("4999"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(Config{Bytes: budgetFor * (m.Size() + entryOverhead)}, manyDocuments)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// scoreOnce makes one call, and says what the model answered and whether it was there.
func scoreOnce(c *Cache, name string) (answer string, hit bool, err error) {
	e, hit := c.Pin(id(name))
	if !hit {
		if e, err = c.Load(id(name)).Wait(context.Background()); err != nil {
			return "", false, err
		}
	}
	defer e.Unpin()
	out := e.Model.NewResult()
	err = e.Model.Score(e.Model.NewInput(), out)
	return string(out.AppendJSON(nil)), hit, err
}

func TestEveryCallOfManyModelsIsAnswered(t *testing.T) {
	c := manyCache(t)
	defer c.Observe(func(News) {
		if s := c.Stats(); s.Bytes+s.Reserved > s.Budget || s.Bytes < 0 {
			t.Errorf("outside the budget: %+v", s)
		}
	})()
	var group sync.WaitGroup
	for g := range 4 {
		group.Go(func() {
			calls := manyCalls(uint64(g))
			for i := range 3000 {
				name := strconv.Itoa(int(calls.Uint64()))
				if i%50 == 0 {
					c.Preload(id(strconv.Itoa(i)))
				}
				answer, _, err := scoreOnce(c, name)
				if want := fmt.Sprintf(`{"y":%s}`, name); err != nil || answer != want {
					t.Errorf("model %s answered %s, %v", name, answer, err)
				}
			}
		})
	}
	group.Wait()
	if s := c.Stats(); s.Failures != 0 || s.Entries < budgetFor/2 || s.Evictions == 0 {
		t.Errorf("%+v", s)
	}
}

// BenchmarkManyModels is a call of one of 5,000 models in a cache with room for 500: the answer, with its load where it is not there.
func BenchmarkManyModels(b *testing.B) {
	c, calls, hits, all := manyCache(b), manyCalls(7), 0, 0
	for b.Loop() {
		_, hit, err := scoreOnce(c, strconv.Itoa(int(calls.Uint64())))
		if err != nil {
			b.Fatal(err)
		}
		if all++; hit {
			hits++
		}
	}
	b.ReportMetric(float64(hits)/float64(all), "hits/op")
	b.ReportMetric(float64(c.Stats().LoadTime.Microseconds())/float64(max(1, c.Stats().Loads)), "µs/load")
}
