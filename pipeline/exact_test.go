package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/teststream"

	"github.com/beam-pmml/beam-pmml/runners/prism"
	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

func init() {
	beam.RegisterDoFn(&arrivalFn{})
	register.Emitter1[sideinput.Raw]()
	register.Emitter1[records.Block]()
}

// arrivalFn parts what arrives: a control line behind 'C', or behind 'E' the offset of some event lines and these.
type arrivalFn struct {
	Source string

	builder *records.Builder
}

func (f *arrivalFn) Setup() (err error) {
	f.builder, err = records.NewBuilder(records.Conversion{})
	return err
}

func (f *arrivalFn) ProcessElement(arrival []byte, control func(sideinput.Raw), events func(records.Block)) {
	if arrival[0] == 'C' {
		control(sideinput.Raw{Data: arrival[1:], Source: "control"})
		return
	}
	f.builder.Start(f.Source, "", nil)
	offset := int64(binary.BigEndian.Uint64(arrival[1:]))
	for line := range bytes.Lines(arrival[9:]) {
		f.builder.Add(bytes.TrimRight(line, "\r\n"), offset, records.NoTime)
		offset += int64(len(line))
	}
	events(f.builder.Block())
}

// arrivals is the demo in small as a stream in which messages come late on purpose: after the events of their time, in any order,
// but before the watermark passes the time from which they hold.
func arrivals(t *testing.T) teststream.Config {
	t.Helper()
	events, err := os.ReadFile(filepath.Join(demo, "quick-events.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	controls, err := os.ReadFile(filepath.Join(demo, "control.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	stream, random := teststream.NewConfig(), rand.New(rand.NewPCG(3, 4))
	sent, watermark := map[string]bool{}, int64(0)
	messagesUpTo := func(until int64) {
		lines := bytes.Split(bytes.TrimSpace(controls), []byte("\n"))
		for _, i := range random.Perm(len(lines)) {
			var m struct{ At time.Time }
			if json.Unmarshal(lines[i], &m) != nil || m.At.IsZero() || m.At.UnixMilli() > until || sent[string(lines[i])] {
				continue
			}
			sent[string(lines[i])] = true
			if err := stream.AddElements(m.At.UnixMilli(), append([]byte("C"), lines[i]...)); err != nil {
				t.Fatal(err)
			}
		}
	}
	offset, last, first := uint64(0), int64(0), int64(0)
	chunk, n := []byte(nil), 0
	flush := func() {
		arrival := append(binary.BigEndian.AppendUint64([]byte("E"), offset), chunk...)
		if err := stream.AddElements(max(first, 1), arrival); err != nil {
			t.Fatal(err)
		}
		offset += uint64(len(chunk))
		chunk, n, first = nil, 0, 0
		if last > watermark {
			// A step of its own, so that the events are there before the messages.
			if err := stream.AdvanceWatermark(watermark + 1); err != nil {
				t.Fatal(err)
			}
			messagesUpTo(last)
			if watermark = last; stream.AdvanceWatermark(watermark) != nil {
				t.Fatal("the watermark")
			}
		}
	}
	for line := range bytes.Lines(events) {
		var e struct{ Time time.Time }
		if json.Unmarshal(line, &e) == nil && e.Time.Year() == 2026 {
			at := e.Time.UnixMilli()
			last = max(last, at)
			if first == 0 || at < first {
				first = at
			}
		}
		chunk = append(chunk, line...)
		if n++; n == 20 {
			flush()
		}
	}
	if n > 0 {
		flush()
	}
	messagesUpTo(1 << 60)
	stream.AdvanceWatermarkToInfinity()
	return stream
}

// With --exact a stream whose messages come late ends as the replay does, in every form that can be exact; without it, it
// does not.
func TestExactStreamEndsAsTheReplay(t *testing.T) {
	expected := readLines[expectedOutcome](t, filepath.Join(demo, "quick-expected.jsonl"))
	for _, run := range []struct {
		join      transforms.Join
		subShards int
		exact     bool
	}{
		{transforms.JoinState, 1, true}, {transforms.JoinKeyed, 1, true}, {transforms.JoinKeyed, 3, true},
		{transforms.JoinState, 1, false}, {transforms.JoinKeyed, 3, false},
	} {
		t.Run(fmt.Sprintf("%s, %d sub-shards, exact %v", run.join, run.subShards, run.exact), func(t *testing.T) {
			o := demoOptions(t, "quick-events.jsonl", run.join, 1)
			o.subShards, o.exact, o.streaming, o.models = run.subShards, run.exact, true, demo
			beam.Init()
			if err := o.check(); err != nil {
				t.Fatal(err)
			}
			p, s := beam.NewPipelineWithRoot()
			control, events := beam.ParDo2(s, &arrivalFn{Source: o.events}, teststream.Create(s, arrivals(t)))
			out := transforms.Score(s, events, control, o.scoreOptions(nil)...)
			for name, lines := range map[string]beam.PCollection{resultsFile: out.Results, deadLettersFile: out.DeadLetters} {
				records.WriteLines(s.Scope(name), o.sink(name), lines)
			}
			if err := prism.Run(context.Background(), p); err != nil {
				t.Fatal(err)
			}
			got, _ := readOutcomes(t, o.out)
			if run.exact {
				compareDemo(t, expected, got, o.events)
				return
			}
			differs := 0
			for _, e := range expected {
				if e.differs(got[e.Offset], o.events) != "" {
					differs++
				}
			}
			if differs == 0 {
				t.Error("without exact the outcomes are those of the replay: the messages do not come late")
			}
		})
	}
}
