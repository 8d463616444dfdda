package transforms_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/ptest"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms"
	"github.com/beam-pmml/beam-pmml/transforms/modelstore"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// past moves a step from the stories' day to one that no worker's clock can be before.
func past(s step) step { return step(strings.ReplaceAll(string(s), "2026-11-01", "2020-11-01")) }

func alias(model, label, version string, at int) step {
	return step(fmt.Sprintf(`C{"op":"ALIAS","model":%q,"alias":%q,"to":%q,"at":%q}`, model, label, version, minute(at)))
}

func eachJoin(t *testing.T, f func(t *testing.T, join transforms.Join)) {
	t.Helper()
	for _, join := range []transforms.Join{transforms.JoinState, transforms.JoinSideInput} {
		t.Run(string(join), func(t *testing.T) { f(t, join) })
	}
}

func TestLatestThroughThePipeline(t *testing.T) {
	models := storyModels(t)
	steps := []step{
		past(add("m", "10", 1)), past(update("m", "20", 10)), past(add("n", "10", 1)),
		past(step(fmt.Sprintf(`C{"op":"UPDATE","model":"n","version":"30","uri":"not.pmml","at":%q}`, minute(10)))),
		past(event("early", "m", 5)), past(event("never", "m", 0)), past(event("version", "m@10", 5)),
		past(event("fallback", "n", 20)), past(event("fixed", "n@30", 20)),
	}
	eachJoin(t, func(t *testing.T, join transforms.Join) {
		got := runStory(t, steps, join, models, transforms.WithResolution(transforms.Latest))
		checkOutcomes(t, got, map[string]string{"early": "m@20=20", "never": "m@20=20", "version": "m@10=10", "fallback": "n@10=10", "fixed": "load_failed"})
		checkOutcomes(t, runStory(t, steps, join, models), map[string]string{
			"early": "m@10=10", "never": "unknown_model", "version": "m@10=10", "fallback": "load_failed", "fixed": "load_failed"})
	})
}

func TestAFallbackSaysSo(t *testing.T) {
	models := storyModels(t)
	steps := []step{past(add("n", "10", 1)),
		past(step(fmt.Sprintf(`C{"op":"UPDATE","model":"n","version":"30","uri":"not.pmml","at":%q}`, minute(10)))), past(event("a", "n", 20))}
	p, s := beam.NewPipelineWithRoot()
	var texts []string
	for _, st := range steps {
		texts = append(texts, string(st))
	}
	control, events := beam.ParDo2(s, &splitFn{}, beam.CreateList(s, texts))
	collect(s, t.Name(), transforms.Score(s, events, control, transforms.WithJoin(transforms.JoinSideInput),
		transforms.WithModels(modelstore.Config{Models: models}), transforms.WithResolution(transforms.Latest)))
	if err := ptest.Run(p); err != nil {
		t.Fatal(err)
	}
	results := lines(t.Name(), "results")
	if len(results) != 1 || !strings.Contains(results[0], `"version":"10"`) || !strings.Contains(results[0], `"fallback_from":"30"`) {
		t.Errorf("results %s, dead letters %s", results, lines(t.Name(), "dead"))
	}
}

func TestShadowsThroughThePipeline(t *testing.T) {
	models := storyModels(t)
	steps := []step{add("m", "10", 1), add("m", "20", 1), alias("m", "next", "20", 5), event("before", "m", 4), event("a", "m", 5), event("same", "m@20", 6),
		eventWith("bad", "m", 6, `"much"`)}
	want := map[string]string{"before": "m@10=10", "a": "m@10=10", "same": "m@20=20", "bad": "invalid_input"}
	eachJoin(t, func(t *testing.T, join transforms.Join) {
		checkOutcomes(t, runStory(t, steps, join, models), want) // which leaves both documents loaded in this process
		if got := lines(t.Name(), "shadows"); len(got) != 0 {
			t.Errorf("shadows that nobody asked for: %s", got)
		}
		checkOutcomes(t, runStory(t, steps, join, models, transforms.WithShadow("next")), want)
		got := lines(t.Name(), "shadows")
		if len(got) != 1 || !strings.Contains(got[0], `"id":"a"`) || !strings.Contains(got[0], `"version":"20"`) ||
			!strings.Contains(got[0], `"shadow":"next","served":"10"`) || !strings.Contains(got[0], `"outputs":{"y":20}`) {
			t.Errorf("shadows %s", got)
		}
	})
}

// Both mechanisms, and events of a user's type, choose among the targets of a label alike: by the split key.
func TestSplitsThroughThePipeline(t *testing.T) {
	models := storyModels(t)
	control := []step{add("m", "10", 1), add("m", "20", 1),
		step(fmt.Sprintf(`C{"op":"ALIAS","model":"m","alias":"both","to":[{"version":"10","weight":1},{"version":"20","weight":1}],"at":%q}`, minute(1)))}
	steps, want := slices.Clone(control), map[string]string{}
	var typed []reading
	versions := map[string]bool{}
	for i := range 20 {
		key := fmt.Sprint(i % 10)
		ref, _ := sideinput.ParseReference([]byte("m:both"))
		table, _ := sideinput.NewTable().With(baseOf(t, control...), sideinput.Bounds{})
		version := table.Resolve(ref.WithKey([]byte(key)), sideinput.Latest).Choice.Version
		id := fmt.Sprintf("e%d", i)
		want[id], versions[version] = fmt.Sprintf("m@%s=%s", version, version), true
		steps = append(steps, step(fmt.Sprintf(`E{"id":%q,"model":"m:both","time":%q,"customer":%q,"x":1}`, id, minute(2), key)))
		typed = append(typed, reading{Key: id, Model: "m:both", Day: "2026-11-02", X: 1, Split: key})
	}
	if len(versions) != 2 {
		t.Fatal("no split")
	}
	eachJoin(t, func(t *testing.T, join transforms.Join) {
		checkOutcomes(t, runConverted(t, steps, join, models, records.Conversion{SplitField: "customer"}), want)
		p, s := beam.NewPipelineWithRoot()
		collect(s, t.Name(), transforms.Score(s, beam.CreateList(s, typed), noControl(s), transforms.WithType(readingEnvelope, fillReading),
			transforms.WithJoin(join), transforms.WithModels(modelstore.Config{Models: models}), transforms.WithBase(baseOf(t, control...))))
		if err := ptest.Run(p); err != nil {
			t.Fatal(err)
		}
		checkOutcomes(t, outcomes(t, lines(t.Name(), "results"), lines(t.Name(), "dead")), want)
	})
}

// Events may say each for itself which resolution is theirs, in a record or in the envelope of a user's type.
func TestResolutionOfEachEvent(t *testing.T) {
	models := storyModels(t)
	control := []step{past(add("m", "10", 1)), past(update("m", "20", 10))}
	said := func(id, mode string) step {
		return past(step(fmt.Sprintf(`E{"id":%q,"model":"m","time":%q,"mode":%q,"x":1}`, id, minute(5), mode)))
	}
	// The first event loads version 20: else version 10, which is loaded, would answer for it under latest.
	steps := slices.Concat(control, []step{past(event("first", "m", 12)), said("asof", "asof"), said("latest", "latest"), said("bad", "newest"), said("none", "")})
	want := map[string]string{"asof": "m@10=10", "latest": "m@20=20", "bad": "undecodable", "none": "m@10=10", "first": "m@20=20"}
	at := func(id string, r records.Resolution) reading {
		return reading{Key: id, Model: "m@10", Day: "2020-10-01", X: 1, Resolution: r} // a month too early as of its time
	}
	typed := []reading{at("asof", transforms.AsOf), at("latest", transforms.Latest), at("bad", 9), at("none", 0)}
	wantTyped := maps.Clone(want)
	delete(wantTyped, "first")
	wantTyped["asof"], wantTyped["none"], wantTyped["latest"] = "unknown_model", "unknown_model", "m@10=10"
	eachJoin(t, func(t *testing.T, join transforms.Join) {
		checkOutcomes(t, runConverted(t, steps, join, models, records.Conversion{ResolutionField: "mode"}), want)
		p, s := beam.NewPipelineWithRoot()
		collect(s, t.Name(), transforms.Score(s, beam.CreateList(s, typed), noControl(s), transforms.WithType(readingEnvelope, fillReading),
			transforms.WithJoin(join), transforms.WithModels(modelstore.Config{Models: models}), transforms.WithBase(baseOf(t, control...))))
		if err := ptest.Run(p); err != nil {
			t.Fatal(err)
		}
		checkOutcomes(t, outcomes(t, lines(t.Name(), "results"), lines(t.Name(), "dead")), wantTyped)
	})
}
