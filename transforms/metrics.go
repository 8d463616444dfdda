package transforms

import (
	"context"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/modelcache"
)

// MetricsNamespace is the namespace of all Beam metrics of this package; docs/operations.md lists them.
const MetricsNamespace = "pmml"

// Metrics belong to the package and are updated once a block: one that is made in place costs ten times as much.
var (
	scoredEvents = counter("scored", "events")
	deadLetters  = reasonCounters(
		sideinput.Undecodable, sideinput.NoReference, sideinput.UnknownModel, sideinput.UnknownVersion, sideinput.AmbiguousReference,
		sideinput.Deleted, sideinput.BeforeHorizon, sideinput.LoadFailed, sideinput.InvalidInput, sideinput.NoResult, sideinput.Limit,
		sideinput.HoldFull, sideinput.Internal)

	modelLoads    = counter("loads", "loads")
	loadTime      = distribution("load_ms")
	loadFailures  = counter("load_failures", "loads")
	loadsSkipped  = counter("loads_skipped", "loads")
	evictions     = counter("evictions", "models")
	cacheBytes    = gauge("cache_bytes", "bytes")
	modelsLoaded  = gauge("models_loaded", "models")
	modelsLoading = gauge("models_loading", "models")
	modelsFailing = gauge("models_failing", "models")
	loadsStuck    = gauge("loads_stuck", "loads")

	tableRevision = gauge("table_revision", "messages")
	tableModels   = gauge("table_models", "models")
	servedAge     = distribution("served_age_ms")
	updateVisible = distribution("update_visible_ms")
)

// metric is a line of the table in docs/operations.md.
type metric struct{ name, kind, unit string }

// metrics are those of this package.
var metrics []metric

func counter(name, unit string) beam.Counter {
	metrics = append(metrics, metric{name, "counter", unit})
	return beam.NewCounter(MetricsNamespace, name)
}

func gauge(name, unit string) beam.Gauge {
	metrics = append(metrics, metric{name, "gauge", unit})
	return beam.NewGauge(MetricsNamespace, name)
}

func distribution(name string) beam.Distribution {
	metrics = append(metrics, metric{name, "distribution", "ms"})
	return beam.NewDistribution(MetricsNamespace, name)
}

func reasonCounters(reasons ...sideinput.Reason) map[sideinput.Reason]beam.Counter {
	counters := make(map[sideinput.Reason]beam.Counter, len(reasons))
	for _, r := range reasons {
		counters[r] = counter("dead_letters_"+string(r), "events")
	}
	return counters
}

// meter reports to the runner what a scorer does. It belongs to one scorer, as that to one bundle at a time.
type meter struct {
	served []servedFact // of this block
}

type servedFact struct {
	choice *sideinput.Choice
	time   int64 // of the last event that it scored
}

// serve notes that a fact of the table scored events, the last of them with that time.
func (m *meter) serve(c *sideinput.Choice, time int64) {
	m.served = append(m.served, servedFact{c, time})
}

// block reports what scoring a block did, in the context of its bundle.
func (m *meter) block(ctx context.Context, cache *modelcache.Cache, t *sideinput.Table, scored map[ModelVersion]int64, dead map[sideinput.Reason]int64) {
	events := int64(0)
	for _, n := range scored {
		events += n
	}
	if events > 0 {
		scoredEvents.Inc(ctx, events)
	}
	for reason, n := range dead {
		if c, ok := deadLetters[reason]; ok {
			c.Inc(ctx, n)
		}
	}
	m.facts(ctx)
	reportCache(ctx, cache)
	tableRevision.Set(ctx, int64(t.Revision().Number))
	tableModels.Set(ctx, int64(t.Size()))
}

// facts reports how old the facts are that scored the block, and those that did so for the first time.
func (m *meter) facts(ctx context.Context) {
	if len(m.served) == 0 {
		return
	}
	var ages, visible Spread
	for _, f := range m.served {
		servedAge.Update(ctx, f.time-f.choice.At)
		ages.Add(time.UnixMilli(f.time).Sub(time.UnixMilli(f.choice.At))) // which holds at the ends of what a Duration can say
		if folded, first := sideinput.TakeArrival(f.choice); first {
			delay := visibleAfter(folded, f.choice.At, time.Now())
			updateVisible.Update(ctx, delay.Milliseconds())
			visible.Add(delay)
		}
	}
	m.served = m.served[:0]
	countFacts(ages, visible)
}

// visibleAfter is the time from when a message could score an event, by the fold's clock, to when it did. What is planned
// for later could not before its time.
func visibleAfter(folded time.Time, at int64, now time.Time) time.Duration {
	if planned := time.UnixMilli(at); planned.After(folded) {
		folded = planned
	}
	return max(0, now.Sub(folded))
}

// reportCache reports what the process's cache holds, and what it did since any scorer of the process reported it.
func reportCache(ctx context.Context, cache *modelcache.Cache) {
	s := cache.Stats()
	cacheBytes.Set(ctx, s.Bytes+s.Reserved)
	modelsLoaded.Set(ctx, int64(s.Entries))
	modelsLoading.Set(ctx, int64(s.Loading))
	modelsFailing.Set(ctx, int64(s.Failing))
	loadsStuck.Set(ctx, int64(s.Stuck))
	did, any := cache.TakeCounts()
	if !any {
		return
	}
	modelLoads.Inc(ctx, did.Loads)
	for _, took := range did.LoadTimes {
		loadTime.Update(ctx, took.Milliseconds())
	}
	loadFailures.Inc(ctx, did.Failures)
	loadsSkipped.Inc(ctx, did.Skipped)
	evictions.Inc(ctx, did.Evictions)
}
