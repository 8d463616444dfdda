package main

import (
	"encoding/json"
	"sync"
)

// A newspaper keeps what is told in the status output.
type newspaper struct {
	mu     sync.Mutex
	seqs   map[int64]bool
	loads  map[string]map[string]int // by worker and model
	kinds  map[string]int
	broken findings
}

func newNewspaper() *newspaper {
	return &newspaper{seqs: map[int64]bool{}, loads: map[string]map[string]int{}, kinds: map[string]int{}}
}

func (n *newspaper) take(line []byte) {
	var news struct {
		Kind, Worker string
		Body         struct {
			Model string
			Seq   *int64
		}
	}
	err := json.Unmarshal(line, &news)
	n.mu.Lock()
	defer n.mu.Unlock()
	if err != nil {
		n.broken.add("%s: %v", line, err)
		return
	}
	n.kinds[news.Kind]++
	switch {
	case news.Kind == "LOADED":
		if n.loads[news.Worker] == nil {
			n.loads[news.Worker] = map[string]int{}
		}
		n.loads[news.Worker][news.Body.Model]++
	case news.Body.Seq != nil:
		n.seqs[*news.Body.Seq] = true
	}
}

func (n *newspaper) heard(seq int64) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.seqs[seq]
}

// workers are those that have loaded something, and how many models each.
func (n *newspaper) workers() map[string]int {
	n.mu.Lock()
	defer n.mu.Unlock()
	counts := map[string]int{}
	for worker, models := range n.loads {
		counts[worker] = len(models)
	}
	return counts
}

// loaded says whether any worker has loaded a model.
func (n *newspaper) loaded(model string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, models := range n.loads {
		if models[model] > 0 {
			return true
		}
	}
	return false
}
