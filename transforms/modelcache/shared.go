package modelcache

import (
	"encoding/json"
	"sync"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/transforms/modelstore"
)

var process struct {
	sync.Mutex
	caches map[string]*Cache
}

// Shared returns the process's one Cache of that key, made by the first call. Caches are never given up: a process has as many as
// its pipelines have configurations, and what a cache holds is bounded.
func Shared(key string, make func() (*Cache, error)) (*Cache, error) {
	process.Lock()
	defer process.Unlock()
	if c := process.caches[key]; c != nil {
		return c, nil
	}
	c, err := make()
	if err != nil {
		return nil, err
	}
	if process.caches == nil {
		process.caches = map[string]*Cache{}
	}
	process.caches[key] = c
	return c, nil
}

// ForStore returns the process's one Cache for documents of a store: what a DoFn calls in Setup, with the configurations that
// travelled with it.
func ForStore(store modelstore.Config, cache Config) (*Cache, error) {
	key, err := json.Marshal(struct {
		Store modelstore.Config
		Cache Config
	}{store, cache})
	if err != nil {
		return nil, err
	}
	return Shared(string(key), func() (*Cache, error) {
		s, err := modelstore.Shared(store)
		if err != nil {
			return nil, err
		}
		if cache.Explain {
			return New(cache, LoaderFrom(s, pmml.WithExplanations()))
		}
		return New(cache, LoaderFrom(s))
	})
}

// ProcessStats adds up the counters of all shared caches of this process.
func ProcessStats() Stats {
	process.Lock()
	defer process.Unlock()
	var sum Stats
	for _, c := range process.caches {
		sum.add(c.Stats())
	}
	return sum
}

func (s *Stats) add(t Stats) {
	s.Entries += t.Entries
	s.Bytes += t.Bytes
	s.Reserved += t.Reserved
	s.Budget += t.Budget
	s.Loading += t.Loading
	s.Failing += t.Failing
	s.Stuck += t.Stuck
	s.Hits += t.Hits
	s.Misses += t.Misses
	s.Loads += t.Loads
	s.LoadTime += t.LoadTime
	s.Failures += t.Failures
	s.Skipped += t.Skipped
	s.Evictions += t.Evictions
}
