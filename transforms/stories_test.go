package transforms_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/beam-pmml/beam-pmml/transforms"
)

// story is what happens in order of arrival, and what must come of each event. Times are minutes of one day, both an
// event's own and the time from which a message holds.
type story struct {
	name  string
	steps []step
	want  map[string]string // event id -> "model@version=value" or the reason
}

// step is a message or an event.
type step string

func add(model, version string, at int) step { return addFrom(model, version, version+".pmml", at) }

func addFrom(model, version, uri string, at int) step {
	return step(fmt.Sprintf(`C{"op":"ADD","model":%q,"version":%q,"uri":%q,"at":%q}`, model, version, uri, minute(at)))
}

func update(model, version string, at int) step {
	return step(fmt.Sprintf(`C{"op":"UPDATE","model":%q,"version":%q,"uri":%q,"at":%q}`, model, version, version+".pmml", minute(at)))
}

func del(model string, at int) step {
	return step(fmt.Sprintf(`C{"op":"DEL","model":%q,"at":%q}`, model, minute(at)))
}

func event(id, ref string, at int) step { return eventWith(id, ref, at, `1`) }

func eventWith(id, ref string, at int, x string) step {
	return step(fmt.Sprintf(`E{"id":%q,"model":%q,"time":%q,"x":%s}`, id, ref, minute(at), x))
}

func minute(n int) string { return fmt.Sprintf("2026-11-01T%02d:%02d:00Z", n/60, n%60) }

// stories are the orders in which models and events can meet. In none of them does the job stop.
var stories = []story{
	{"event before its model, then the model, then the event again",
		[]step{event("a", "m", 1), add("m", "10", 2), event("b", "m", 3)},
		map[string]string{"a": "unknown_model", "b": "m@10=10"}},
	{"model then event",
		[]step{add("m", "10", 1), event("a", "m", 2)},
		map[string]string{"a": "m@10=10"}},
	{"two models then two events",
		[]step{add("m", "10", 1), add("n", "20", 1), event("a", "m", 2), event("b", "n", 2)},
		map[string]string{"a": "m@10=10", "b": "n@20=20"}},
	{"interleaved two models and events",
		[]step{add("m", "10", 1), event("a", "m", 2), add("n", "20", 3), event("b", "n", 4), event("c", "m", 5)},
		map[string]string{"a": "m@10=10", "b": "n@20=20", "c": "m@10=10"}},
	{"only events",
		[]step{event("a", "m", 1), event("b", "m@10", 2), event("c", "#0123456789abcdef", 3)},
		map[string]string{"a": "unknown_model", "b": "unknown_model", "c": "unknown_version"}},
	{"only control",
		[]step{add("m", "10", 1), update("m", "20", 2), del("m", 3)},
		map[string]string{}},
	{"DEL with nothing there",
		[]step{del("m", 1), event("a", "m", 2), add("m", "10", 3), event("b", "m", 4)},
		map[string]string{"a": "unknown_model", "b": "m@10=10"}},
	{"DEL of the model in use",
		[]step{add("m", "10", 1), event("a", "m", 2), del("m", 3), event("b", "m", 4)},
		map[string]string{"a": "m@10=10", "b": "deleted"}},
	{"DEL of another",
		[]step{add("m", "10", 1), add("n", "20", 1), del("n", 2), event("a", "m", 3), event("b", "n", 3)},
		map[string]string{"a": "m@10=10", "b": "deleted"}},
	{"ADD-DEL-ADD",
		[]step{add("m", "10", 1), event("a", "m", 2), del("m", 3), event("b", "m", 4), add("m", "20", 5), event("c", "m", 6)},
		map[string]string{"a": "m@10=10", "b": "deleted", "c": "m@20=20"}},
	{"DEL-ADD-DEL",
		[]step{del("m", 1), event("a", "m", 2), add("m", "10", 3), event("b", "m", 4), del("m", 5), event("c", "m", 6)},
		map[string]string{"a": "unknown_model", "b": "m@10=10", "c": "deleted"}},
	{"the same ADD twice",
		[]step{add("m", "10", 1), add("m", "10", 1), event("a", "m", 2)},
		map[string]string{"a": "m@10=10"}},
	{"an unloadable uri",
		[]step{addFrom("m", "10", "nowhere.pmml", 1), event("a", "m", 2), add("n", "20", 3), event("b", "n", 4)},
		map[string]string{"a": "load_failed", "b": "n@20=20"}},
	{"bad input",
		[]step{add("m", "10", 1), eventWith("a", "m", 2, `"much"`), event("b", "m", 3)},
		map[string]string{"a": "invalid_input", "b": "m@10=10"}},
	{"a document that is not PMML",
		[]step{addFrom("m", "10", "not.pmml", 1), event("a", "m", 2), add("n", "20", 3), event("b", "n", 4)},
		map[string]string{"a": "load_failed", "b": "n@20=20"}},
}

func TestStories(t *testing.T) {
	models := storyModels(t)
	for _, s := range stories {
		for _, m := range mechanisms {
			t.Run(s.name+"/"+m.name, func(t *testing.T) {
				checkOutcomes(t, runStory(t, s.steps, m.join, models, m.opts...), s.want)
			})
		}
	}
}

// mechanism is a way in which events meet the table.
type mechanism struct {
	name string
	join transforms.Join
	opts []transforms.Option
}

var mechanisms = []mechanism{
	{"side input", transforms.JoinSideInput, nil},
	{"state", transforms.JoinState, nil},
	{"keyed, 1 shard", transforms.JoinKeyed, []transforms.Option{transforms.WithShards(1)}},
	{"keyed, 4 shards", transforms.JoinKeyed, []transforms.Option{transforms.WithShards(4)}},
	{"keyed, 1 shard of 3", transforms.JoinKeyed, []transforms.Option{transforms.WithShards(1), transforms.WithSubShards(3)}},
	{"keyed, 4 shards of 3", transforms.JoinKeyed, []transforms.Option{transforms.WithShards(4), transforms.WithSubShards(3)}},
}

// An update between two events of one model, and events by all three kinds of reference.
func TestUpdateTakesEffectAtItsTime(t *testing.T) {
	models := storyModels(t)
	steps := []step{
		add("m", "10", 1), update("m", "20", 10),
		event("before", "m", 9), event("at", "m", 10), event("after", "m", 11),
		event("old", "m@10", 12), event("hash", hashOf("m", "10"), 12), event("early", "m@20", 9),
		event("none", "", 12), event("form", "m@10@x", 12),
	}
	want := map[string]string{
		"before": "m@10=10", "at": "m@20=20", "after": "m@20=20", "old": "m@10=10", "hash": "m@10=10",
		"early": "unknown_version", "none": "no_reference", "form": "undecodable",
	}
	for _, m := range mechanisms {
		t.Run(m.name, func(t *testing.T) { checkOutcomes(t, runStory(t, steps, m.join, models, m.opts...), want) })
	}
}

// A new version that cannot be loaded costs its own events, and status says what is loaded of its model.
func TestAFailedVersionIsToldBesideWhatServes(t *testing.T) {
	steps := []step{
		add("m", "10", 1), event("old", "m", 2),
		step(fmt.Sprintf(`C{"op":"UPDATE","model":"m","version":"20","uri":"not.pmml","at":%q}`, minute(3))), event("new", "m", 4), event("again", "m", 2),
	}
	checkOutcomes(t, runStory(t, steps, transforms.JoinState, storyModels(t)), map[string]string{"old": "m@10=10", "new": "load_failed", "again": "m@10=10"})
	var failed []string
	for _, line := range lines(t.Name(), "status") {
		var s struct {
			Kind string
			Body struct{ Model, Version, Serving string }
		}
		if decodeLine(t, line, &s); s.Kind == "FAILED" {
			failed = append(failed, s.Body.Model+"@"+s.Body.Version+" beside "+s.Body.Serving)
		}
	}
	if len(failed) != 1 || failed[0] != "m@20 beside 10" {
		t.Errorf("news of failures: %q", failed)
	}
}

// storyModels writes two documents that answer with a number of their own where x is a number, and one that is none.
func storyModels(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, version := range []string{"10", "20"} {
		writeFile(t, filepath.Join(dir, version+".pmml"), fmt.Sprintf(storyDocument, version))
	}
	writeFile(t, filepath.Join(dir, "not.pmml"), `{"this":"is JSON"}`)
	return dir
}

const storyDocument = `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
  <Header/>
  <DataDictionary>
    <DataField name="x" optype="continuous" dataType="double"/>
    <DataField name="y" optype="continuous" dataType="double"/>
  </DataDictionary>
  <TreeModel functionName="regression">
    <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
    <Node score="0"><True/>
      <Node score="%s"><SimplePredicate field="x" operator="greaterThan" value="0"/></Node>
      <Node score="-1"><SimplePredicate field="x" operator="lessOrEqual" value="0"/></Node>
    </Node>
  </TreeModel>
</PMML>
`

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
