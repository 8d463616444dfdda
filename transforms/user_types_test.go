package transforms_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/ptest"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms"
	"github.com/beam-pmml/beam-pmml/transforms/modelstore"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// reading is an event of a type that Score knows nothing of.
type reading struct {
	Key   string
	Model string
	Day   string
	X     float64
	Text  string // takes the place of X

	Split      string
	Resolution records.Resolution
}

func init() {
	register.Function1x2(readingEnvelope)
	register.Function2x1(fillReading)
	register.Function1x2(readingEvent)
}

var errDay = errors.New("day is not a date")

func readingEnvelope(r reading) (transforms.Envelope, error) {
	if r.Day == "panic" {
		panic("no day")
	}
	if r.Day == "" {
		return transforms.Envelope{ID: r.Key, Reference: r.Model}, nil
	}
	at, err := time.Parse(time.DateOnly, r.Day)
	if err != nil {
		return transforms.Envelope{ID: r.Key}, errDay
	}
	return transforms.Envelope{ID: r.Key, Reference: r.Model, Time: at.Add(time.Hour), SplitKey: r.Split, Resolution: r.Resolution}, nil
}

func fillReading(r reading, f *transforms.Features) error {
	switch r.Text {
	case "":
		f.Float("x", r.X)
	case "fail":
		return errors.New("x: cannot be read")
	case "panic":
		panic("no x")
	default:
		f.Text("x", r.Text)
	}
	return nil
}

func readingEvent(r reading) (transforms.Event, error) {
	envelope, err := readingEnvelope(r)
	features := map[string]any{"x": r.X, "of no model": true}
	if r.Text != "" {
		features["x"] = r.Text
	}
	return transforms.Event{Envelope: envelope, Features: features}, err
}

var readings = []reading{
	{Key: "a", Model: "m", Day: "2026-11-01", X: 1},
	{Key: "b", Model: "m@10", Day: "2026-11-01", X: -1},
	{Key: "early", Model: "m", Day: "2026-10-01", X: 1},
	{Key: "day", Model: "m", Day: "yesterday", X: 1},
	{Key: "none", Day: "2026-11-01", X: 1},
	{Model: "m", Day: "panic", X: 1}, // whose id is not known then
	{Key: "odd", Model: "m@10", Day: "2026-11-01", X: math.NaN()},
	{Key: "text", Model: "m", Day: "2026-11-01", Text: "much"},
}

func TestEventsOfAUsersType(t *testing.T) {
	want := map[string]string{"a": "m@10=10", "b": "m@10=-1", "early": "unknown_model", "day": "undecodable",
		"none": "no_reference", "text": "invalid_input", "": "undecodable"}
	failing := append([]reading{{Key: "panic", Model: "m", Day: "2026-11-01", Text: "panic"}, {Key: "fill", Model: "m", Day: "2026-11-01", Text: "fail"}}, readings...)
	for _, c := range []struct {
		name     string
		option   transforms.Option
		readings []reading
		fill     string
		odd      string // what becomes of a NaN: no value for a model, and none that JSON has
	}{
		{"WithType", transforms.WithType(readingEnvelope, fillReading), failing, "invalid_input", "invalid_input"},
		{"WithMap", transforms.WithMap(readingEvent), readings, "", "undecodable"},
	} {
		for _, join := range []transforms.Join{transforms.JoinState, transforms.JoinSideInput} {
			t.Run(c.name+"/"+string(join), func(t *testing.T) {
				p, s := beam.NewPipelineWithRoot()
				out := transforms.Score(s, beam.CreateList(s, c.readings), noControl(s), c.option, transforms.WithJoin(join),
					transforms.WithModels(modelstore.Config{Models: storyModels(t)}), transforms.WithBase(baseOf(t, add("m", "10", 1))))
				collect(s, t.Name(), out)
				if err := ptest.Run(p); err != nil {
					t.Fatal(err)
				}
				got := outcomes(t, lines(t.Name(), "results"), lines(t.Name(), "dead"))
				if c.fill != "" && got["fill"] != c.fill {
					t.Errorf("an error of fill gave %q, want %q", got["fill"], c.fill)
				}
				if got["odd"] != c.odd {
					t.Errorf("a NaN gave %q, want %q", got["odd"], c.odd)
				}
				if c.fill != "" && got["panic"] != c.fill {
					t.Errorf("a panic of fill gave %q, want %q", got["panic"], c.fill)
				}
				delete(got, "panic")
				delete(got, "fill")
				delete(got, "odd")
				checkOutcomes(t, got, want)
			})
		}
	}
}

// Without an id an event cannot be told from another; that has to be asked for.
func TestEventsWithoutID(t *testing.T) {
	nameless := []reading{{Model: "m", Day: "2026-11-01", X: 1}}
	for _, c := range []struct {
		name string
		opts []transforms.Option
		want string
	}{
		{"refused", nil, "undecodable"},
		{"asked for", []transforms.Option{transforms.WithoutID()}, "m@10=10"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, s := beam.NewPipelineWithRoot()
			opts := append(slices.Clone(c.opts), transforms.WithType(readingEnvelope, fillReading), transforms.WithJoin(transforms.JoinSideInput),
				transforms.WithModels(modelstore.Config{Models: storyModels(t)}), transforms.WithBase(baseOf(t, add("m", "10", 1))))
			collect(s, t.Name(), transforms.Score(s, beam.CreateList(s, nameless), noControl(s), opts...))
			if err := ptest.Run(p); err != nil {
				t.Fatal(err)
			}
			checkOutcomes(t, outcomes(t, lines(t.Name(), "results"), lines(t.Name(), "dead")), map[string]string{"": c.want})
		})
	}
}

func TestScoreWithOneDocument(t *testing.T) {
	p, s := beam.NewPipelineWithRoot()
	out := transforms.ScoreWith(s, beam.CreateList(s, readings), "10.pmml", transforms.WithType(readingEnvelope, fillReading),
		transforms.WithModels(modelstore.Config{Models: storyModels(t)}))
	collect(s, t.Name(), out)
	if err := ptest.Run(p); err != nil {
		t.Fatal(err)
	}
	checkOutcomes(t, outcomes(t, lines(t.Name(), "results"), lines(t.Name(), "dead")), map[string]string{
		"a": "model@1=10", "b": "model@1=-1", "early": "model@1=10", "day": "undecodable", "none": "model@1=10", "text": "invalid_input", "odd": "invalid_input", "": "undecodable"})
}

func TestWrongOptionsAreRefusedAtConstruction(t *testing.T) {
	for name, opt := range map[string]transforms.Option{
		"shards":      transforms.WithShards(0),
		"horizon":     transforms.WithHorizon(-time.Second),
		"join":        transforms.WithJoin("sideways"),
		"resolution":  transforms.WithResolution(0),
		"shadow":      transforms.WithShadow("a b"),
		"order":       transforms.WithOrder("strict"),
		"conversion":  transforms.WithConversion(recordsOfKind("xml")),
		"only one of": twice(transforms.WithMap(readingEvent)),
	} {
		_, s := beam.NewPipelineWithRoot()
		_, err := transforms.TryScore(s, beam.CreateList(s, readings), noControl(s), opt)
		if err == nil || !strings.Contains(err.Error(), name) && name != "conversion" {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestAShadowNeedsLabels(t *testing.T) {
	_, s := beam.NewPipelineWithRoot()
	_, err := transforms.TryScoreWith(s, beam.CreateList(s, readings), "10.pmml", transforms.WithType(readingEnvelope, fillReading), transforms.WithShadow("next"))
	if err == nil || !strings.Contains(err.Error(), "no label next") {
		t.Errorf("error %v", err)
	}
}

func noControl(s beam.Scope) beam.PCollection {
	return beam.CreateList(s, []sideinput.Raw{{Data: []byte("{}"), Source: "none"}})
}

func baseOf(t *testing.T, steps ...step) []sideinput.Message {
	t.Helper()
	var base []sideinput.Message
	for _, st := range steps {
		m, err := sideinput.ParseMessage([]byte(st[1:]), 0, false)
		if err != nil {
			t.Fatal(err)
		}
		base = append(base, m)
	}
	return base
}
