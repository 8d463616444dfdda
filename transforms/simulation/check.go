package simulation

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ended is a line of results or of dead letters.
type ended struct {
	ID, Reason, Model, Version, SHA256 string
	At                                 time.Time
	Seq                                *int64
	FallbackFrom                       string `json:"fallback_from"`
	Outputs                            struct{ Y float64 }
}

// want is what the reference says of an event.
type want struct {
	answers []Answer // one, or with latest what served before as well
	loaded  []bool   // of each: its document was loaded when the block began
}

// read gives lines by record id. Each event ends in exactly one of result and dead letter.
func read(out Outcome) (map[string]ended, error) {
	got := map[string]ended{}
	for i, text := range slices.Concat(out.Results, out.DeadLetters) {
		var line ended
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			return nil, fmt.Errorf("line %s: %w", text, err)
		}
		if (line.Reason == "") != (i < len(out.Results)) {
			return nil, fmt.Errorf("a result with a reason, or a dead letter without: %s", text)
		}
		if _, twice := got[line.ID]; twice {
			return nil, fmt.Errorf("%q ended twice: %s", line.ID, text)
		}
		got[line.ID] = line
	}
	return got, nil
}

// CheckTable compares what the events of a table's history ended in with what each of them must. Documents are what
// GenerateTable says.
func CheckTable(events []Event, answers []Answer, out Outcome) error {
	got, err := read(out)
	if err != nil {
		return err
	}
	for i, e := range events {
		line, ok := got[e.ID]
		if !ok {
			return fmt.Errorf("%s: ended in nothing", e.Line())
		}
		if want := answers[i].table(e); line.table() != want {
			return fmt.Errorf("%s: ended in %s, want %s", e.Line(), line.table(), want)
		}
	}
	return nil
}

// table is what a table's history makes of an answer, as the text of ended.table.
func (a Answer) table(e Event) string {
	c := a.Choice
	if c == nil {
		return a.Reason
	}
	document := strings.Index("u0.pmml u1.pmml u2.pmml u3.pmml u4.pmml", c.URI) / len("u0.pmml ")
	chosen := c.Model + "@" + c.Version
	switch {
	case c.URI == "u5.pmml", c.SHA256 != "" && c.SHA256 != Digest(document):
		return "load_failed " + chosen
	case e.Bad:
		return "invalid_input " + chosen
	}
	return fmt.Sprintf("%s of %s, document %d, %s", chosen, timeText(c.At), document, Digest(document))
}

func (e ended) table() string {
	chosen := e.Model + "@" + e.Version
	switch {
	case e.Reason != "" && e.Model == "":
		return e.Reason
	case e.Reason != "":
		return e.Reason + " " + chosen
	}
	return fmt.Sprintf("%s of %s, document %v, %s", chosen, timeText(e.At.UnixMilli()), e.Outputs.Y, e.SHA256)
}

func (r *run) allowed(e Event, w want, got ended, begin time.Time) error {
	first := w.answers[0]
	switch {
	case first.Choice == nil && got.Reason != first.Reason:
		return fmt.Errorf("want %s, got %s", first.Reason, got)
	case first.Choice == nil:
		return nil
	case got.Reason == "load_failed":
		return r.failed(w, got, begin)
	}
	// Which of the answers is it?
	for i, a := range w.answers {
		if a.Choice.Model != got.Model || a.Choice.Version != got.Version || (i > 0) != (got.FallbackFrom != "") {
			continue
		}
		if i > 0 && got.FallbackFrom != first.Choice.Version {
			return fmt.Errorf("fallback from %s, not from %s", got.FallbackFrom, first.Choice.Version)
		}
		for j := range w.answers[:i] {
			if w.loaded[j] && r.setup.Budget == Roomy {
				return fmt.Errorf("got %s, though %s is loaded", got, w.answers[j].Choice.Line())
			}
		}
		return r.scored(e, a.Choice, got, begin)
	}
	return fmt.Errorf("want %s, got %s", first.Choice.Line(), got)
}

// failed says why an event must not end in load_failed: it names the version in force, and none of those that may answer can
// be had. With latest all of them share the time that an event waits.
func (r *run) failed(w want, got ended, begin time.Time) error {
	first := w.answers[0].Choice
	if got.Model != first.Model || got.Version != first.Version {
		return fmt.Errorf("want %s, got %s", first.Line(), got)
	}
	for i, a := range w.answers {
		err := r.process.refused(identityOf(a.Choice), begin)
		if err == nil || i > 0 && !w.loaded[i] && time.Since(begin) >= loadWait {
			continue
		}
		return fmt.Errorf("want %s, got load_failed: %w", a.Choice.Line(), err)
	}
	return nil
}

// scored says what is wrong about an event that a version took.
func (r *run) scored(e Event, c *Message, got ended, begin time.Time) error {
	r.process.had(identityOf(c), begin)
	switch {
	case got.Reason == "invalid_input" && e.Bad:
		return nil
	case got.Reason != "" || e.Bad:
		return fmt.Errorf("want %s, got %s", c.Line(), got)
	}
	if got.At.UnixMilli() != c.At || (got.Seq != nil) != c.HasSeq || c.HasSeq && *got.Seq != c.Seq {
		return fmt.Errorf("want %s, got %s", c.Line(), got)
	}
	document := slices.Index(digests[:], got.SHA256)
	if document < 0 || c.SHA256 != "" && c.SHA256 != got.SHA256 || float64(document) != got.Outputs.Y {
		return fmt.Errorf("want %s, got %s, which is document %d", c.Line(), got, document)
	}
	return r.process.scored(identityOf(c), document)
}

// outcome is what a tally counts.
func (e ended) outcome() string {
	if e.FallbackFrom != "" {
		return "fallback"
	}
	return cmp.Or(e.Reason, "result")
}

// String is the line as a violation tells it.
func (e ended) String() string {
	if e.Reason != "" {
		return e.Reason + " " + e.Model + "@" + e.Version
	}
	seq := ""
	if e.Seq != nil {
		seq = fmt.Sprintf(" seq %d", *e.Seq)
	}
	if e.FallbackFrom != "" {
		seq += " for " + e.FallbackFrom
	}
	return fmt.Sprintf("%s@%s of %s%s, sha256 %.8s…, output %v", e.Model, e.Version, timeText(e.At.UnixMilli()), seq, e.SHA256, e.Outputs.Y)
}
