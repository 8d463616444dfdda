package transforms

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/modelcache"
	"github.com/beam-pmml/beam-pmml/transforms/records"
	"github.com/beam-pmml/beam-pmml/transforms/simulation"
)

// TestManyShardsAtOnce is for the race detector: each goroutine is a shard that folds messages, scores and now and then reads
// its table from state again, with the cache, which has room for few models, and the table store that all of a process share.
func TestManyShardsAtOnce(t *testing.T) {
	const (
		shards   = 8
		versions = 60
		models   = 5
	)
	cache, err := modelcache.New(modelcache.Config{Bytes: 40 << 10, Loads: 3, MinBackoff: time.Microsecond, MaxBackoff: time.Microsecond, IdleTTL: time.Millisecond},
		func(_ context.Context, id modelcache.Identity) (*pmml.Model, string, error) {
			if rand.IntN(20) == 0 {
				return nil, "", errors.New("not now")
			}
			var n int
			_, err := fmt.Sscanf(id.URI, "u%d.pmml", &n)
			return simulatedModels[n], simulation.Digest(n), err
		})
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for shard := range shards {
		group.Go(func() {
			w := &hammerShard{cache: cache, shard: int64(shard), models: models, random: rand.New(rand.NewPCG(uint64(shard), 1))}
			if err := w.run(versions); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	deadline := time.Now().Add(10 * time.Second)
	for cache.Stats().Loading > 0 {
		if time.Now().After(deadline) {
			t.Fatal("loads do not end")
		}
		time.Sleep(time.Millisecond)
	}
	if s := cache.Stats(); s.Bytes+s.Reserved > s.Budget || s.Evictions == 0 || s.Failures == 0 {
		t.Errorf("%+v", s)
	}
}

// hammerShard is a shard whose models all get version i at second i.
type hammerShard struct {
	cache  *modelcache.Cache
	shard  int64
	models int
	random *rand.Rand
	worker *shardWorker
}

func (h *hammerShard) run(versions int) (err error) {
	state := newKeyedState()
	for version := range versions {
		if version%10 == 0 { // a new instance, for which the process may have forgotten the table
			fn := newStateFn(Scoring{}, sideinput.TableState{Shards: 8, SubShards: 1})
			if fn.scorer, err = newScorer(Scoring{}); err != nil {
				return err
			}
			fn.scorer.cache = h.cache
			h.worker = &shardWorker{fn: fn, state: state}
			for _, t := range strangers {
				sideinput.Put(t)
			}
		}
		h.worker.fn.StartBundle(dropTimed, dropTimed, dropTimed, dropTimed)
		if err := h.update(version); err != nil {
			return err
		}
		for range 5 {
			if err := h.score(version); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h *hammerShard) update(version int) error {
	var raws []sideinput.Raw
	for model := range h.models {
		document := (model + version) % simulation.Documents
		m := simulation.Message{Op: "UPDATE", Model: fmt.Sprintf("m%d", model), Version: fmt.Sprint(version), URI: fmt.Sprintf("u%d.pmml", document),
			SHA256: simulation.Digest(document), At: simulation.Epoch + int64(version)*1000}
		raws = append(raws, sideinput.Raw{Data: []byte(m.Line())})
	}
	return h.worker.fn.ProcessElement(context.Background(), 0, h.worker.state, h.worker.state, h.shard, shardItem{raws: raws}, dropTimed, dropTimed, dropTimed, dropTimed)
}

// score scores events of random times: each meets the version of its second, or cannot have the document now.
func (h *hammerShard) score(newest int) error {
	var events, lines []string
	want := map[string]string{}
	for i := range 20 {
		model, version := h.random.IntN(h.models), h.random.IntN(newest+1)
		e := simulation.Event{ID: fmt.Sprint(i), Ref: fmt.Sprintf("m%d", model), Time: simulation.Epoch + int64(version)*1000 + h.random.Int64N(1000)}
		events = append(events, e.Line())
		want[e.ID] = fmt.Sprintf("m%d@%d=%d", model, version, (model+version)%simulation.Documents)
	}
	block, err := blockOf(events)
	if err != nil {
		return err
	}
	results, dead := 0, 0
	take := timed(func(l records.Lines) { lines = appendLines(lines, l) })
	if err := h.worker.fn.ProcessElement(context.Background(), 0, h.worker.state, h.worker.state, h.shard, shardItem{block: &block}, take, take, dropTimed, dropTimed); err != nil {
		return err
	}
	for _, line := range lines {
		var got struct {
			ID, Model, Version, Reason string
			Outputs                    map[string]float64
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			return err
		}
		text := fmt.Sprintf("%s@%s=%v", got.Model, got.Version, got.Outputs["y"])
		switch {
		case got.Reason == "load_failed":
			dead++
		case text != want[got.ID]:
			return fmt.Errorf("%s: want %s", line, want[got.ID])
		default:
			results++
		}
		delete(want, got.ID)
	}
	if len(want) > 0 || results+dead != len(events) {
		return fmt.Errorf("%d results and %d dead letters of %d events; none for %v", results, dead, len(events), want)
	}
	return nil
}
