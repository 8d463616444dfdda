package main

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/sideinput"
)

// told is a story of some phases, with its documents in the folder.
func told(t *testing.T, folder string, models, phases int) *story {
	t.Helper()
	s := newStory(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC), models)
	for range phases {
		if _, err := s.next(folder); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// What the story says of itself is what the table and the engine make of its messages and documents.
func TestStoryIsWhatTableAndEngineSay(t *testing.T) {
	folder := t.TempDir()
	s := told(t, folder, 13, 7)
	table := sideinput.NewTable()
	for p, now := range s.phases {
		var messages []sideinput.Message
		for _, line := range now.messages {
			m, err := sideinput.ParseMessage(line, 0, false)
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			messages = append(messages, m)
		}
		var effects []sideinput.Effect
		table, effects = table.With(messages, sideinput.Bounds{})
		for _, e := range effects {
			if e.Kind == sideinput.EffectNone || e.Kind == sideinput.EffectConflict {
				t.Errorf("phase %d: %s has the effect %s", p, now.messages[e.Index], e.Kind)
			}
		}
		if len(effects) < len(messages) {
			t.Errorf("phase %d: %d messages have %d effects", p, len(messages), len(effects))
		}
	}
	met := map[string]int{}
	for p := range s.phases {
		for n := range 13 * 100 {
			q := s.question(n, p)
			ref, err := sideinput.ParseReference([]byte(s.ref(q)))
			if err != nil {
				t.Fatal(err)
			}
			found, want := table.Resolve(ref, s.at(p).UnixMilli()), s.answer(q)
			if string(found.Reason) != want.Reason {
				t.Fatalf("event %d of phase %d asks for %s: %q, the story says %v", n, p, s.ref(q), found.Reason, want)
			}
			met[want.Reason]++
			if want.Reason != "" {
				continue
			}
			if c := found.Choice; c.Name != want.Model || c.Version != want.Version || c.SHA256 != want.SHA256 {
				t.Fatalf("event %d of phase %d asks for %s: %+v, the story says %v", n, p, s.ref(q), c, want)
			}
			if got := scored(t, filepath.Join(folder, found.Choice.URI), q.x); got != want.Outputs {
				t.Fatalf("event %d of phase %d: %s, the story says %v", n, p, got, want)
			}
		}
	}
	for _, reason := range []string{"", "unknown_model", "unknown_version", "deleted"} {
		if met[reason] == 0 {
			t.Errorf("no event of the story ends in %q", reason)
		}
	}
}

func scored(t *testing.T, path string, x int) string {
	t.Helper()
	m, err := pmml.LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	in, out := m.NewInput(), m.NewResult()
	in.SetFloat(0, float64(x))
	if err := m.Score(in, out); err != nil {
		t.Fatal(err)
	}
	return string(out.AppendJSON(nil))
}

func TestEventNumber(t *testing.T) {
	for id, want := range map[string]int{"e-0": 0, "e-17": 17, "e-017": -1, "e-": -1, "x-1": -1, "e--1": -1, "t-0-5": -1, "": -1} {
		if got := eventNumber(id); got != want {
			t.Errorf("%q: %d, want %d", id, got, want)
		}
	}
}
