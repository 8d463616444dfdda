package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	df "google.golang.org/api/dataflow/v1b3"
)

var templateFolder = filepath.Join("..", "runners", "dataflow", "template")

func mustMetadata(t *testing.T) *df.TemplateMetadata {
	t.Helper()
	m, err := templateMetadata()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMetadataIsThatOfTheFlags(t *testing.T) {
	var got bytes.Buffer
	if err := printMetadata(&got, mustMetadata(t)); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join(templateFolder, "metadata.json"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("make template-metadata writes it anew (-file +flags):\n%s", diff)
	}
}

// samples has a value of each text's form, and one that a person might give by mistake.
var samples = map[string][2]string{
	"events":                {"projects/my-project/subscriptions/events", "projects/my-project/topics/events"},
	"control":               {"projects/example.com:my-project/subscriptions/control-1", "control"},
	"out":                   {"projects/my-project/topics/scores", "gs://bucket/out"},
	"allow-models":          {"gs://bucket/models,https://models.example/pmml", "gs://bucket/a, gs://bucket/b"},
	"control-base":          {"gs://bucket/base.jsonl", "base.jsonl"},
	"join":                  {"keyed", "join"},
	"format":                {"sparse", "csv"},
	"resolution":            {"latest", "newest"},
	"shadow":                {"challenger", "a/b"},
	"missing":               {"NA,?", ""},
	"model-field":           {"model name", ""},
	"time-field":            {"ts", "a\nb"},
	"id-field":              {"key", ""},
	"features-field":        {"x", ""},
	"split-field":           {"customer", ""},
	"resolution-field":      {"mode", ""},
	"pubsub-id-attribute":   {"event_id", ""},
	"pubsub-time-attribute": {"event_time", ""},
}

// samplesOf has those of the other types, which all parameters of a type share.
var samplesOf = map[string][2]string{
	"BOOLEAN": {"true", "yes"},
	"NUMBER":  {"12", "-1"},
	"TEXT":    {"1h30m0.5s", "90"}, // durations
}

func TestFormsOfParameters(t *testing.T) {
	for _, p := range mustMetadata(t).Parameters {
		sample, isText := samples[p.Name]
		if !isText {
			sample = samplesOf[p.ParamType]
		}
		if len(p.Regexes) != 1 || p.ParamType == "" || p.Label == "" || p.HelpText == "" || sample[0] == "" {
			t.Errorf("%s: %+v has no form, type, label, help or sample", p.Name, p)
			continue
		}
		form, err := regexp.Compile(p.Regexes[0])
		if err != nil {
			t.Errorf("%s: %v", p.Name, err)
			continue
		}
		if !form.MatchString(sample[0]) || form.MatchString(sample[1]) {
			t.Errorf("%s: %s takes %q: %v, and %q: %v", p.Name, form, sample[0], form.MatchString(sample[0]), sample[1], form.MatchString(sample[1]))
		}
		if p.DefaultValue != "" && !form.MatchString(p.DefaultValue) {
			t.Errorf("%s: %s refuses the default %q", p.Name, form, p.DefaultValue)
		}
		f := ownFlags.Lookup(p.Name)
		if err := f.Value.Set(sample[0]); err != nil {
			t.Errorf("%s: the flag refuses %q, which %s takes: %v", p.Name, sample[0], form, err)
		}
		if err := f.Value.Set(f.DefValue); err != nil {
			t.Fatal(err)
		}
	}
}

// What the forms of the template take, the program takes, in the form in which a launcher gives it.
func TestRequiredParametersAreEnough(t *testing.T) {
	o := &runOptions{runner: "dataflow", join: "auto", resolution: "asof", order: "free", shards: 16, subShards: 1, parts: 1, block: 100,
		cacheBytes: 1, loads: 1, loadWait: 1, events: samples["events"][0], control: samples["control"][0], out: samples["out"][0], allow: samples["allow-models"][0]}
	if err := o.check(); err != nil {
		t.Error(err)
	}
	if !o.streaming {
		t.Error("a job that reads Pub/Sub is not a streaming one")
	}
	var required []string
	for _, p := range mustMetadata(t).Parameters {
		if !p.IsOptional {
			required = append(required, p.Name)
		}
	}
	if !slices.Equal(required, requiredOfTemplate) {
		t.Errorf("required are %v", required)
	}
}
