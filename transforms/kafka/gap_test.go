package kafka

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/google/go-cmp/cmp"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// Retention passes what is next while nobody reads.
func TestGaps(t *testing.T) {
	for gap, want := range map[Gap][]string{
		GapEarliest: {StatusGap, "ev-0-5", "ev-0-6", "ev-0-7"},
		GapLatest:   {StatusGap, "ev-0-7"},
	} {
		t.Run(string(gap), func(t *testing.T) {
			f := newFake(t)
			f.topic("ev", 1)
			f.put("ev", 0, 10, event, event)
			l := newFollowTest(t, Source{Place: f.place("ev"), OnGap: gap})
			l.expect("what is there", "ev-0-0", "ev-0-1")
			f.put("ev", 0, 11, events(5)...)
			if err := f.DeleteRecords("ev", 0, 5); err != nil {
				t.Fatal(err)
			}
			l.restart()
			l.expect("the gap", want[:len(want)-1]...)
			f.put("ev", 0, 12, event)
			l.expect("what comes then", want[len(want)-1])
		})
	}
}

func TestGapThatFails(t *testing.T) {
	f := newFake(t)
	f.topic("ev", 1)
	f.put("ev", 0, 10, events(7)...)
	l := newFollowTest(t, Source{Place: f.place("ev"), Wait: true})
	l.expect("what is there", places("ev-0", 0, 7)...)
	f.put("ev", 0, 11, events(5)...)
	if err := f.DeleteRecords("ev", 0, 10); err != nil {
		t.Fatal(err)
	}
	for range 2 { // again and again, until somebody decides
		l.restart()
		for l.err = nil; l.err == nil; {
			if got := l.read(); len(got) > 0 {
				t.Fatalf("got %q", got)
			}
		}
		if text := l.err.Error(); !strings.Contains(text, "offset 7 is next") || !strings.Contains(text, "from 10 up to 12") {
			t.Error(text)
		}
	}
	// A position behind the end is one of another log.
	l.positions.Partitions[0].Next = 100
	for l.err = nil; l.err == nil; {
		l.read()
	}
	if !strings.Contains(l.err.Error(), "offset 100 is next") {
		t.Error(l.err)
	}
}

// Messages that are gone before they were read would be missed without anybody knowing; of events only what is there counts.
func TestMessagesThatAreGoneBeforeTheyAreRead(t *testing.T) {
	f := newFake(t)
	f.topic("c", 2)
	f.put("c", 0, 10, "a", "b", "message")
	f.put("c", 1, 10, "message")
	if err := f.DeleteRecords("c", 0, 2); err != nil {
		t.Fatal(err)
	}
	gap := map[string]any{"topic": "c", "partition": 0.0, "from": 0.0, "to": 2.0}
	var told []status
	tell := func(_ beam.EventTime, l records.Lines) { told = append(told, decodeStatus(t, l)) }
	read := 0
	emit := func(beam.EventTime, sideinput.Raw) { read++ }

	bounded := &readControlFn{Source: Source{Place: f.place("c")}.control()}
	if err := bounded.ProcessElement(t.Context(), lanes(1)[0], func(sideinput.Raw) { read++ }, tell); err != nil {
		t.Fatal(err)
	}
	followed := &followControlFn{Source: Source{Place: f.place("c"), Follow: true}.control()}
	positions := begin()
	for end := time.Now().Add(patience); read < 4 && time.Now().Before(end); {
		rt := followed.CreateTracker(positions)
		if _, err := followed.ProcessElement(records.NewWatermark(), rt, lanes(1)[0], emit, tell); err != nil {
			t.Fatal(err)
		}
		positions = residual(t, rt)
	}
	if len(told) != 2 || told[0].Kind != StatusGap || !cmp.Equal(told[0].Body, gap) || !cmp.Equal(told[0], told[1]) {
		t.Errorf("the streams tell %v, not the same gap each", told)
	}
	newFollowTest(t, Source{Place: f.place("c")}).expect("what is there of events", "c-0-2", "c-1-0")
}

func TestNewsAboutAGap(t *testing.T) {
	at := Position{Topic: "ev", Partition: 3, Next: 7}
	first := decodeStatus(t, gapNews(&at, 10).lines(start))
	want := status{Kind: "GAP", ID: first.ID, Body: map[string]any{"topic": "ev", "partition": 3.0, "from": 7.0, "to": 10.0}}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Error(diff)
	}
	if again := decodeStatus(t, gapNews(&at, 10).lines(start.Add(1e9))); again.ID != first.ID {
		t.Error("the same news has another id")
	}
	if other := decodeStatus(t, gapNews(&at, 11).lines(start)); other.ID == first.ID {
		t.Error("other news has the same id")
	}
}

type status struct {
	Kind, ID string
	Body     map[string]any
}

func decodeStatus(t *testing.T, l records.Lines) (s status) {
	t.Helper()
	if err := json.Unmarshal(l.Line(0), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// A runner may split while a call reads: each record is then read by exactly one of the two.
func TestSplitWhileReading(t *testing.T) {
	f := newFake(t)
	f.topic("ev", 1)
	f.put("ev", 0, 10, events(10)...)
	l := newFollowTest(t, Source{Place: f.place("ev"), BlockRecords: 1, Wait: true, Hold: patience})
	rt := l.fn.CreateTracker(l.positions)
	var got []string
	c, err := l.fn.ProcessElement(l.fn.CreateWatermarkEstimator(), rt, l.work, func(_ beam.EventTime, b records.Block) {
		if got = append(got, ids(b)...); len(got) == 4 {
			l.positions = residual(t, rt)
		}
	}, nil)
	if err != nil || c.ShouldResume() {
		t.Fatalf("continuation %v, error %v", c, err)
	}
	if diff := cmp.Diff(places("ev-0", 0, 4), got); diff != "" {
		t.Error(diff)
	}
	l.expect("the rest", places("ev-0", 4, 10)...)
}
