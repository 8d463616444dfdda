package scoretest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

func init() { beam.RegisterDoFn(&collectFn{}) }

// Outcome is what came of an event: a result, or a dead letter if it has a Reason (docs/protocol.md says what the
// members are).
type Outcome struct {
	ID        string
	Source    string
	Reference string `json:"ref"`
	Time      time.Time
	Model     string
	Version   string
	SHA256    string
	At        time.Time      // of the message that set the document
	Outputs   map[string]any // numbers are float64

	FallbackFrom string `json:"fallback_from"` // the version that should have served
	Shadow       string // of a line of a shadow: the label

	Reason    sideinput.Reason // empty for a result
	Detail    string
	Retriable bool
	Original  string
}

// Status is one piece of news about messages, the table or models.
type Status struct {
	Kind string
	Time time.Time
	Body map[string]any
}

// Collected is what a pipeline gave, once it has run. It is safe for any number of goroutines.
type Collected struct{ key int64 }

// lines are those of every Collected of this process: a DoFn that was sent to a worker has but the key left.
var lines struct {
	sync.Mutex
	of map[lineKey][]string
}

type lineKey struct {
	collected int64
	kind      string
}

var collectedSoFar atomic.Int64

// The kinds of lines.
const (
	results     = "results"
	deadLetters = "dead letters"
	shadows     = "shadows"
	status      = "status"
)

// Collect keeps everything that comes out of Score.
func Collect(s beam.Scope, out transforms.Outcome) *Collected {
	s = s.Scope("scoretest.Collect")
	c := &Collected{key: collectedSoFar.Add(1)}
	for _, o := range []struct {
		kind  string
		lines beam.PCollection
	}{{results, out.Results}, {deadLetters, out.DeadLetters}, {shadows, out.Shadows}, {status, out.Status}} {
		beam.ParDo0(s.Scope(o.kind), &collectFn{Key: c.key, Kind: o.kind}, o.lines)
	}
	return c
}

// collectFn keeps lines.
type collectFn struct {
	Key  int64
	Kind string
}

// ProcessElement keeps the lines of one block.
func (f *collectFn) ProcessElement(l records.Lines) {
	lines.Lock()
	defer lines.Unlock()
	if lines.of == nil {
		lines.of = map[lineKey][]string{}
	}
	key := lineKey{f.Key, f.Kind}
	for i := range l.Len() {
		lines.of[key] = append(lines.of[key], string(l.Line(i)))
	}
}

func (c *Collected) lines(kind string) []string {
	lines.Lock()
	defer lines.Unlock()
	return lines.of[lineKey{c.key, kind}]
}

// Results are the lines of results as they are, in no order; DeadLetters, Shadows and StatusLines likewise.
func (c *Collected) Results() []string { return slices.Clone(c.lines(results)) }

// DeadLetters are the lines of events without a result.
func (c *Collected) DeadLetters() []string { return c.lines(deadLetters) }

// Shadows are the lines of what shadows said.
func (c *Collected) Shadows() []string { return c.lines(shadows) }

// StatusLines are the lines of news.
func (c *Collected) StatusLines() []string { return c.lines(status) }

// Outcomes are what came of the events, by record id. Each event ends once: an id that ended more often is an error, and
// so are events without an id if there is more than one.
func (c *Collected) Outcomes() (map[string]Outcome, error) {
	return outcomes(append(c.Results(), c.DeadLetters()...))
}

// ShadowOutcomes are what shadows said of the events that have a result, by record id.
func (c *Collected) ShadowOutcomes() (map[string]Outcome, error) { return outcomes(c.Shadows()) }

func outcomes(lines []string) (map[string]Outcome, error) {
	all := map[string]Outcome{}
	var faults []error
	for _, line := range lines {
		var o Outcome
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			return nil, fmt.Errorf("not an outcome: %s: %w", line, err)
		}
		if was, twice := all[o.ID]; twice {
			faults = append(faults, fmt.Errorf("event %q ended twice: as %s and as %s", o.ID, was, o))
		}
		all[o.ID] = o
	}
	return all, errors.Join(faults...)
}

// String is "model@version" and the outputs, or the reason.
func (o Outcome) String() string {
	if o.Reason != "" {
		return string(o.Reason)
	}
	return fmt.Sprintf("%s@%s %v", o.Model, o.Version, o.Outputs)
}

// Status are the news, in the order of arrival.
func (c *Collected) Status() ([]Status, error) {
	var all []Status
	for _, line := range c.StatusLines() {
		var s Status
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			return nil, fmt.Errorf("not a status: %s: %w", line, err)
		}
		all = append(all, s)
	}
	return all, nil
}
