package transforms

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/modelcache"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// Scorers of one process share a cache that holds a few of the models, while versions come, go and fail. Each event ends
// in one line, by a version that its model had, and the race detector finds nothing (make race).
func TestScorersUpdatesAndEvictionsAtOnce(t *testing.T) {
	const models, scorers, blocks, updates = 12, 6, 60, 200
	failing := map[string]document{}
	for i := range updates {
		if i%7 == 0 {
			failing[fmt.Sprint(i)] = document{err: errGone}
		}
	}
	r := newRig(t, failing, WithShadow("next"), WithOrder(OrderPartition), WithConversion(records.Conversion{ResolutionField: "mode"}),
		WithCache(modelcache.Config{Bytes: 6 * aboutOneModel(t), MinBackoff: time.Millisecond, MaxBackoff: 2 * time.Millisecond}))
	for i := range models {
		r.hear(fmt.Sprintf("ADD m%d 1 -60", i), fmt.Sprintf("ALIAS m%d next:1 -60", i))
	}
	var table atomic.Pointer[sideinput.Table]
	table.Store(r.table)
	var all sync.WaitGroup
	all.Go(func() {
		for i := 2; i < updates; i++ {
			next, _ := table.Load().With([]sideinput.Message{messageOf(t, fmt.Sprintf("UPDATE m%d %d -30", i%models, i))}, sideinput.Bounds{})
			table.Store(next)
			time.Sleep(time.Millisecond)
		}
	})
	for n := range scorers {
		s := scorerOn(r.cfg, r.ahead)
		all.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(n)))
			for range blocks {
				var lines []string
				for i := range 40 {
					lines = append(lines, fmt.Sprintf(`{"id":"%d","model":"m%d","time":%d,"mode":%q,"x":1}`, i, random.IntN(models), millis(0),
						[]string{"asof", "latest"}[random.IntN(2)]))
				}
				block := r.lines(lines...)
				ended := map[string]bool{}
				count := func(l records.Lines) {
					for _, line := range r.read(l) {
						if ended[line.ID] || line.Reason != "" && line.Reason != "load_failed" || line.Reason == "" && fmt.Sprint(line.Outputs["y"]) != line.Version {
							t.Errorf("%+v", line)
						}
						ended[line.ID] = true
					}
				}
				s.emit(context.Background(), &block, table.Load(), outputs{count, count, func(records.Lines) {}, func(records.Lines) {}})
				if len(ended) != 40 {
					t.Errorf("%d of 40 events ended", len(ended))
				}
			}
		})
	}
	all.Wait()
	if s := r.cache.Stats(); s.Evictions == 0 || s.Failures == 0 || s.Bytes+s.Reserved > s.Budget {
		t.Errorf("the cache was not under pressure, or passed its budget: %+v", s)
	}
}

// aboutOneModel is what a constant document counts for in a cache.
func aboutOneModel(t *testing.T) int64 {
	t.Helper()
	r := newRig(t, nil)
	r.hear("ADD m 1 -60")
	r.score(r.events("a m 0"))
	return r.cache.Stats().Bytes
}
