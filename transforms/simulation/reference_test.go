package simulation

import (
	"bytes"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
)

// at makes a message of a model that holds from a minute on.
func at(minutes int64, op, version, uri string) Message {
	return Message{Op: op, Model: "fraud", Version: version, URI: uri, At: minutes * minute}
}

// choice is an answer as "version uri", or the reason.
func choice(a Answer) string {
	if a.Choice == nil {
		return a.Reason
	}
	return a.Choice.Version + " " + a.Choice.URI
}

// The rules of DESIGN §3 and §6, one by one.
func TestReferenceSaysWhatTheProtocolSays(t *testing.T) {
	seq := func(n int64, m Message) Message {
		m.Seq, m.HasSeq = n, true
		return m
	}
	for _, c := range []struct {
		name     string
		messages []Message
		ref      string
		minute   int64
		want     string
	}{
		{"nothing was ever said", nil, "fraud", 1, "unknown_model"},
		{"before the first message", []Message{at(2, "ADD", "1", "a")}, "fraud", 1, "unknown_model"},
		{"at includes itself", []Message{at(2, "ADD", "1", "a")}, "fraud", 2, "1 a"},
		{"a second ADD does not serve", []Message{at(1, "ADD", "1", "a"), at(2, "ADD", "2", "b")}, "fraud", 3, "1 a"},
		{"but it is known", []Message{at(1, "ADD", "1", "a"), at(2, "ADD", "2", "b")}, "fraud@2", 3, "2 b"},
		{"an UPDATE serves", []Message{at(1, "ADD", "1", "a"), at(2, "UPDATE", "2", "b")}, "fraud", 3, "2 b"},
		{"a conflict has no effect", []Message{at(1, "ADD", "1", "a"), at(2, "ADD", "1", "b")}, "fraud", 3, "1 a"},
		{"it is judged again when an earlier message comes",
			[]Message{at(1, "ADD", "1", "a"), at(3, "ADD", "1", "b"), at(2, "DEL", "1", "")}, "fraud", 3, "1 b"},
		{"after a DEL the one before serves", []Message{at(1, "UPDATE", "1", "a"), at(2, "UPDATE", "2", "b"), at(3, "UPDATE", "3", "c"),
			at(4, "DEL", "3", ""), at(5, "DEL", "2", "")}, "fraud", 5, "1 a"},
		{"a DEL of the middle", []Message{at(1, "UPDATE", "1", "a"), at(2, "UPDATE", "2", "b"), at(3, "UPDATE", "3", "c"),
			at(4, "DEL", "2", ""), at(5, "DEL", "3", "")}, "fraud", 5, "1 a"},
		{"what never served does not by itself", []Message{at(1, "ADD", "1", "a"), at(2, "ADD", "2", "b"), at(3, "DEL", "1", "")}, "fraud", 3, "deleted"},
		{"an ADD of it again lets it", []Message{at(1, "ADD", "1", "a"), at(2, "ADD", "2", "b"), at(3, "DEL", "1", ""), at(4, "ADD", "2", "b")}, "fraud", 4, "2 b"},
		{"a deleted version", []Message{at(1, "ADD", "1", "a"), at(3, "DEL", "1", "")}, "fraud@1", 3, "deleted"},
		{"a version that never was", []Message{at(1, "ADD", "1", "a")}, "fraud@2", 3, "unknown_version"},
		{"a version of nobody", nil, "fraud@2", 3, "unknown_model"},
		{"a DEL alone makes nothing known", []Message{at(1, "DEL", "", "")}, "fraud", 3, "unknown_model"},
		{"a DEL of all", []Message{at(1, "ADD", "1", "a"), at(2, "ADD", "2", "b"), at(3, "DEL", "", "")}, "fraud@2", 3, "deleted"},
		{"no seq before any", []Message{seq(-5, at(1, "UPDATE", "1", "a")), at(1, "UPDATE", "2", "b")}, "fraud", 1, "1 a"},
		{"DEL before ADD before UPDATE", []Message{at(1, "UPDATE", "1", "a"), at(1, "ADD", "2", "b"), at(1, "DEL", "", "")}, "fraud", 1, "1 a"},
		{"the greater version last", []Message{at(1, "UPDATE", "2", "b"), at(1, "UPDATE", "1", "a")}, "fraud", 1, "2 b"},
		{"a hash", []Message{at(1, "ADD", "1", "a")}, "#" + HashOf("fraud", "1"), 1, "1 a"},
		{"a hash of nothing", []Message{at(1, "ADD", "1", "a")}, "#" + HashOf("fraud", "2"), 1, "unknown_version"},
		{"a hash of what was deleted", []Message{at(1, "ADD", "1", "a"), at(2, "DEL", "1", "")}, "#" + HashOf("fraud", "1"), 2, "deleted"},
		{"no reference", nil, "", 1, "no_reference"},
		{"not a reference", nil, "fraud@1@2", 1, "undecodable"},
		{"hash digits in capitals", nil, "#0123456789ABCDEF", 1, "undecodable"},
	} {
		var r Reference
		for _, m := range c.messages {
			r.Keep(0, []Message{m})
		}
		if got := choice(r.Resolve(c.ref, "", c.minute*minute)); got != c.want {
			t.Errorf("%s: %s at minute %d: %s, want %s", c.name, c.ref, c.minute, got, c.want)
		}
	}
}

func TestReferenceByHashOfTwo(t *testing.T) {
	var r Reference
	messages := make([]Message, 2)
	for i, c := range collision {
		messages[i] = Message{Op: "ADD", Model: c[0], Version: c[1], URI: c[0], At: int64(i) * minute}
	}
	r.Keep(0, messages)
	ref := "#825b4e5a8938598e"
	for i, want := range []string{collision[0][1] + " dove", "ambiguous_reference"} {
		if got := choice(r.Resolve(ref, "", int64(i)*minute)); got != want {
			t.Errorf("with %d of two: %s, want %s", i+1, got, want)
		}
	}
	if got := choice(r.Resolve("mule", "", minute)); got != collision[1][1]+" mule" {
		t.Errorf("by name: %s", got)
	}
}

// A message folded at 5:10 lets the cut move when the watermark reaches 6:00: to 4:00, with a horizon of 90 minutes.
func TestReferenceCutsAtWholeHours(t *testing.T) {
	r := Reference{Horizon: 90 * minute}
	r.Keep(310*minute, []Message{at(60, "UPDATE", "1", "a"), at(120, "UPDATE", "2", "b"), at(301, "DEL", "2", "")})
	r.Watermark(360*minute - 1)
	if got := choice(r.Resolve("fraud", "", 90*minute)); got != "1 a" {
		t.Errorf("before the timer: %s", got)
	}
	r.Watermark(360 * minute)
	for at, want := range map[int64]string{240*minute - 1: "before_horizon", 240 * minute: "2 b", 301 * minute: "1 a"} {
		if got := choice(r.Resolve("fraud", "", at)); got != want {
			t.Errorf("at %d ms: %s, want %s", at, got, want)
		}
	}
	r.Keep(370*minute, []Message{at(239, "UPDATE", "3", "c")}) // TOO_LATE
	r.Watermark(1000 * minute)                                 // no timer is set
	if got := choice(r.Resolve("fraud", "", 250*minute)); got != "2 b" {
		t.Errorf("after what was too late: %s", got)
	}
}

func TestReferenceListsFallbacks(t *testing.T) {
	var r Reference
	r.Keep(0, []Message{at(1, "UPDATE", "1", "a"), at(2, "UPDATE", "2", "b"), at(3, "ADD", "3", "c"), at(9, "UPDATE", "4", "d")})
	var got []string
	for _, a := range r.Latest("fraud", "", minute, 5*minute) {
		got = append(got, choice(a))
	}
	if text := strings.Join(got, ", "); text != "2 b, 1 a" {
		t.Errorf("at the clock's minute 5: %s", text)
	}
	if list := r.Latest("fraud@1", "", 10*minute, 5*minute); len(list) != 1 || choice(list[0]) != "1 a" {
		t.Errorf("a version has no fallback: %v", list)
	}
}

// The reference shares nothing with the code that it judges, and is small enough to be read in one go.
func TestReferenceStandsAlone(t *testing.T) {
	text, err := os.ReadFile("reference.go")
	if err != nil {
		t.Fatal(err)
	}
	if lines := bytes.Count(text, []byte("\n")); lines >= 300 {
		t.Errorf("%d lines", lines)
	}
	file, err := parser.ParseFile(token.NewFileSet(), "reference.go", text, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range file.Imports {
		if strings.Contains(i.Path.Value, ".") {
			t.Errorf("imports %s", i.Path.Value)
		}
	}
}
