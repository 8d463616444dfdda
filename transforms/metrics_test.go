package transforms_test

import (
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/ptest"
	"github.com/google/go-cmp/cmp"

	"github.com/beam-pmml/beam-pmml/transforms"
	"github.com/beam-pmml/beam-pmml/transforms/modelstore"
)

// metered is what a run reports in the namespace: sums of counters over the steps, the last gauges, distributions.
type metered struct {
	counters      map[string]int64
	gauges        map[string]int64
	distributions map[string]spread
}

type spread struct{ Count, Sum, Min, Max int64 }

func readMetrics(t *testing.T, r beam.PipelineResult) metered {
	t.Helper()
	ours := r.Metrics().Query(func(m beam.MetricResult) bool { return m.Namespace() == transforms.MetricsNamespace })
	got := metered{map[string]int64{}, map[string]int64{}, map[string]spread{}}
	for _, c := range ours.Counters() {
		got.counters[c.Name()] += c.Result()
	}
	last := map[string]time.Time{}
	for _, g := range ours.Gauges() {
		if v := g.Result(); !v.Timestamp.Before(last[g.Name()]) {
			last[g.Name()], got.gauges[g.Name()] = v.Timestamp, v.Value
		}
	}
	for _, d := range ours.Distributions() {
		v := d.Result()
		got.distributions[d.Name()] = spread{v.Count, v.Sum, v.Min, v.Max}
	}
	return got
}

func TestMetricsOfARun(t *testing.T) {
	for _, join := range []transforms.Join{transforms.JoinState, transforms.JoinSideInput} {
		t.Run(string(join), func(t *testing.T) {
			m := "metered-" + string(join) // a process notes a message once
			before := transforms.ProcessStats()
			outcomes, result := runMeteredStory(t, []step{
				add(m, "10", 1), addFrom("bad", "10", "nowhere.pmml", 1), add("idle", "20", 1),
				event("a", m, 2), event("b", m, 5), event("none", "x", 5), event("failing", "bad", 6), eventWith("wrong", m, 7, `"much"`),
				update(m, "20", 10), event("c", m, 12),
			}, join, storyModels(t))
			checkOutcomes(t, outcomes, map[string]string{
				"a": m + "@10=10", "b": m + "@10=10", "c": m + "@20=20", "none": "unknown_model", "failing": "load_failed", "wrong": "invalid_input"})
			got := readMetrics(t, result)
			if diff := cmp.Diff(map[string]int64{
				"scored": 3, "dead_letters_unknown_model": 1, "dead_letters_load_failed": 1, "dead_letters_invalid_input": 1,
				"loads": 2, "load_failures": 1, "loads_skipped": 0, "evictions": 0,
			}, got.counters); diff != "" {
				t.Errorf("counters (-want +got):\n%s", diff)
			}
			if got.gauges["cache_bytes"] < 2*4096 {
				t.Errorf("cache_bytes is %d for two models", got.gauges["cache_bytes"])
			}
			delete(got.gauges, "cache_bytes")
			if diff := cmp.Diff(map[string]int64{
				"models_loaded": 2, "models_loading": 0, "models_failing": 1, "loads_stuck": 0, "table_revision": 4, "table_models": 3,
			}, got.gauges); diff != "" {
				t.Errorf("gauges (-want +got):\n%s", diff)
			}
			const min = 60_000
			if diff := cmp.Diff(spread{Count: 3, Sum: 7 * min, Min: min, Max: 4 * min}, got.distributions["served_age_ms"]); diff != "" {
				t.Errorf("served_age_ms (-want +got):\n%s", diff)
			}
			for name, count := range map[string]int64{"load_ms": 2, "update_visible_ms": 2} {
				if d := got.distributions[name]; d.Count != count || d.Min < 0 {
					t.Errorf("%s: %+v, want %d", name, d, count)
				}
			}
			after := transforms.ProcessStats()
			if ages := after.Age.Count - before.Age.Count; ages != 3 || after.Visible.Count-before.Visible.Count != 2 || after.Age.Sum-before.Age.Sum != 7*time.Minute {
				t.Errorf("stats of the process: before %+v, after %+v", before, after)
			}
		})
	}
}

// Where no table chose the document there is nothing to tell of the age of its message.
func TestMetricsOfScoreWith(t *testing.T) {
	p, s := beam.NewPipelineWithRoot()
	_, events := beam.ParDo2(s, &splitFn{}, beam.CreateList(s, []string{string(event("a", "", 1)), string(event("b", "", 2))}))
	collect(s, t.Name(), transforms.ScoreWith(s, events, "10.pmml", transforms.WithModels(modelstore.Config{Models: storyModels(t)})))
	result, err := ptest.RunWithMetrics(p)
	if err != nil {
		t.Fatal(err)
	}
	got := readMetrics(t, result)
	if got.counters["scored"] != 2 || got.counters["loads"] != 1 || got.gauges["table_models"] != 0 {
		t.Errorf("%+v", got)
	}
	if age, told := got.distributions["served_age_ms"]; told {
		t.Errorf("served_age_ms: %+v", age)
	}
}

func TestSpreadsAddUp(t *testing.T) {
	var s transforms.Spread
	if s.Mean() != 0 {
		t.Errorf("the mean of nothing is %v", s.Mean())
	}
	for _, d := range []time.Duration{3, -1, 7} {
		s.Add(d)
	}
	if want := (transforms.Spread{Count: 3, Sum: 9, Min: -1, Max: 7}); s != want || s.Mean() != 3 {
		t.Errorf("%+v, mean %v", s, s.Mean())
	}
}
