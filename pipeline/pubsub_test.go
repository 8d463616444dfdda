package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/beam-pmml/beam-pmml/transforms/pubsub"
)

func TestBaseOfAControlStreamInPubSub(t *testing.T) {
	path := filepath.Join(t.TempDir(), "base.jsonl")
	lines := `{"op":"ADD","model":"m","version":"1","uri":"gs://b/1.pmml","at":"2026-11-01T00:00:00Z"}

{"op":"UPDATE","model":"m","version":"2","uri":"gs://b/2.pmml","at":"2026-11-02T00:00:00Z"}
`
	if err := os.WriteFile(path, []byte(lines), 0o644); err != nil {
		t.Fatal(err)
	}
	o := &runOptions{runner: "dataflow", pubsub: pubsubOptions{base: path}}
	base, err := o.readBase(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(base) != 2 || base[0].Version != "1" || base[1].Version != "2" {
		t.Errorf("%+v", base)
	}
	o.pubsub.base = ""
	if base, err := o.readBase(t.Context()); err != nil || len(base) != 0 {
		t.Errorf("%+v, %v: without a file the base is empty", base, err)
	}
}

func TestTopicsOfTheOutcomes(t *testing.T) {
	out := pubsub.Resource{Kind: pubsub.Topic, Project: "my-project", Name: "scores"}
	for file, want := range map[string]string{
		resultsFile: "scores.results", deadLettersFile: "scores.dead-letters", statusFile: "scores.status", shadowsFile: "scores.shadows",
	} {
		if got := topic(out, file).Name; got != want {
			t.Errorf("%s goes to %s, want %s", file, got, want)
		}
	}
}
