package simulation

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// A History is what happens to a system, one step after the other, and how the system is set up. Any subset of its steps
// is a history, too.
type History struct {
	Seed  uint64
	Setup Setup
	Steps []Step
}

// Setup is what a system is made with.
type Setup struct {
	// Join is the mechanism. state: keys are shards, each with the whole table; side-input: one key, events see its
	// snapshots; keyed: one key, behind which messages and events are spread over shards and sub-shards.
	Join      string
	Keys      int
	SubShards int   // keyed
	Exact     bool  // events wait for the watermark
	Hold      int64 // how long past its time an event waits for a message, milliseconds
	HoldBytes int64 // that may wait in a key; 0: any number

	Horizon int64 // milliseconds
	Names   int   // bound of models; 0: the default
	Base    []Message
	Latest  bool  // the resolution of events that have none of their own
	Budget  int64 // of the cache, bytes
	Loads   int   // at once
}

// Kind is what a step does.
type Kind string

// The kinds of steps.
const (
	Say        Kind = "say"        // control records reach keys
	Score      Kind = "score"      // a block of events is scored
	Watermark  Kind = "watermark"  // the input watermark moves, timers fire
	Pause      Kind = "pause"      // time passes
	Place      Kind = "place"      // a document is put in its place, or can't be had from now on
	Checkpoint Kind = "checkpoint" // the state is kept
	Crash      Kind = "crash"      // a new process goes on from the last checkpoint
	Abort      Kind = "abort"      // the bundle fails: its changes of state are lost, and its messages come again
)

// Step is one of a history.
type Step struct {
	Kind     Kind
	Keys     []int     // Say: that take the messages; Score: the one that takes the block
	Joined   bool      // Say, Score: in one bundle with the step before, if that was the same key's
	At       int64     // Say, Score: the element's Beam timestamp; Watermark: its new value; Pause: until when
	Messages []Message // Say
	Events   []Event   // Score
	Lag      int       // Score, side-input: so many of the newest snapshots are not there yet
	URI      string    // Place
	Document int       // Place: the number of the document
	Fault    Fault     // Place
	Takes    int64     // Place: milliseconds that a load takes
}

// Fault is what is wrong with a place.
type Fault string

// The faults of a place.
const (
	Sound     Fault = ""
	Transient Fault = "transient" // trying again may help
	Permanent Fault = "permanent"
)

// Event is a record to be scored.
type Event struct {
	ID   string
	Ref  string
	Key  string // of a split; empty: the id
	Time int64
	At   string // its resolution, asof or latest; empty: the pipeline's
	Bad  bool   // its only feature is no number
}

// key is what a split chooses by.
func (e Event) key() string { return cmp.Or(e.Key, e.ID) }

// Line is the event as a line of JSON.
func (e Event) Line() string {
	x := "1"
	if e.Bad {
		x = `"much"`
	}
	members := fmt.Sprintf(`"id":%q,"model":%q,"time":%q,"x":%s`, e.ID, e.Ref, timeText(e.Time), x)
	if e.Key != "" {
		members += fmt.Sprintf(`,"key":%q`, e.Key)
	}
	if e.At != "" {
		members += fmt.Sprintf(`,"resolution":%q`, e.At)
	}
	return "{" + members + "}"
}

// Line is the message as a control record.
func (m Message) Line() string {
	fields := []string{fmt.Sprintf(`"op":%q,"model":%q`, m.Op, m.Model)}
	text := func(key, value string) {
		if value != "" {
			fields = append(fields, fmt.Sprintf("%q:%q", key, value))
		}
	}
	text("version", m.Version)
	text("uri", m.URI)
	text("sha256", m.SHA256)
	text("alias", m.Alias)
	if m.Op == "ALIAS" {
		fields = append(fields, `"to":`+toText(m.To))
	}
	if m.Preload {
		fields = append(fields, `"preload":true`)
	}
	if !m.NoAt {
		text("at", timeText(m.At))
	}
	if m.HasSeq {
		fields = append(fields, fmt.Sprintf(`"seq":%d`, m.Seq))
	}
	return "{" + strings.Join(fields, ",") + "}"
}

func toText(to []Target) string {
	list := make([]string, len(to))
	for i, target := range to {
		list[i] = fmt.Sprintf(`{"version":%q,"weight":%d}`, target.Version, target.Weight)
	}
	return "[" + strings.Join(list, ",") + "]"
}

func timeText(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z") }

// String is the history as a person reads it: one step a line.
func (h History) String() string {
	var b strings.Builder
	setup, err := json.Marshal(h.Setup)
	if err != nil {
		panic(err)
	}
	fmt.Fprintf(&b, "seed %d, %s\n", h.Seed, setup)
	for i, s := range h.Steps {
		fmt.Fprintf(&b, "%4d %s\n", i, s)
	}
	return b.String()
}

// String is the step on one line.
func (s Step) String() string {
	var b strings.Builder
	b.WriteString(string(s.Kind))
	if s.Joined {
		b.WriteString(" (same bundle)")
	}
	switch s.Kind {
	case Say:
		fmt.Fprintf(&b, " to %v at %s:", s.Keys, timeText(s.At))
		for _, m := range s.Messages {
			fmt.Fprintf(&b, " %s", m.Line())
			if m.HasTime {
				fmt.Fprintf(&b, " of %s", timeText(m.RecordTime))
			}
		}
	case Score:
		fmt.Fprintf(&b, " at %v, lag %d:", s.Keys, s.Lag)
		for _, e := range s.Events {
			fmt.Fprintf(&b, " %s", e.Line())
		}
	case Watermark, Pause:
		fmt.Fprintf(&b, " to %s", timeText(s.At))
	case Place:
		fmt.Fprintf(&b, " %s: document %d, %s fault, takes %d ms", s.URI, s.Document, s.Fault, s.Takes)
	}
	return b.String()
}
