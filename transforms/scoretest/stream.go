package scoretest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/teststream"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

func init() {
	beam.RegisterType(reflect.TypeFor[Step]())
	beam.RegisterCoder(reflect.TypeFor[Step](), encodeStep, decodeStep)
	beam.RegisterDoFn(&partFn{})
	register.Emitter1[sideinput.Raw]()
	register.Emitter1[records.Block]()
}

// Step is something that arrives: a control record or an event, or a move of the watermark.
type Step struct {
	control   bool
	data      []byte
	timestamp int64 // of the element, milliseconds since 1970 UTC; unset: the watermark's
	watermark int64 // unset but for Watermark

	conversion records.Conversion // of an event
}

// unset is the time that a step does not give.
const unset = math.MinInt64

// Control is a message as a control record.
func Control(m sideinput.Message) Step { return Record(string(m.AppendJSON(nil))) }

// Record is any text as a control record, also one that is no message.
func Record(text string) Step {
	return Step{control: true, data: []byte(text), timestamp: unset, watermark: unset}
}

// Event is a record to be scored: a JSON object with the members model, time and id, unless Read says otherwise.
func Event(record string) Step {
	return Step{data: []byte(record), timestamp: unset, watermark: unset}
}

// At gives the element of a step a timestamp of its own: for a control record that is its own time, which holds for a
// message without "at".
func (s Step) At(t time.Time) Step {
	s.timestamp = t.UnixMilli()
	return s
}

// Read says how the record of an event is read; Score must be told the same by WithConversion. A row of CSV has the line that names the
// columns before it.
func (s Step) Read(c records.Conversion) Step {
	s.conversion = c
	return s
}

// Watermark moves the watermark of events and control, which never goes back.
func Watermark(t time.Time) Step { return Step{timestamp: unset, watermark: t.UnixMilli()} }

// settling is how many milliseconds the watermark goes on after an element that is ahead of it. The embedded runner (SDK
// 2.77) takes data on to a stateful stage, or past a Flatten, only when the watermark moves there. What is not ahead of
// the watermark holds it, so that it moves when the element is through; what is ahead of it may have got one stage on with
// each move.
const settling = 10

// Stream makes two collections of steps that arrive one after the other: what a step brings about is done before the next
// one comes. The watermark starts in 1970 and goes one millisecond on with each step, ten after an element whose own time is
// ahead of it; an element without a time of its own gets the watermark's. At the end the watermark goes to infinity. A
// pipeline can hold one Stream. It panics on a watermark that goes back.
func Stream(s beam.Scope, steps ...Step) (events, control beam.PCollection) {
	s = s.Scope("scoretest.Stream")
	stream := teststream.NewConfig()
	var watermark int64
	for i, st := range steps {
		var err error
		switch {
		case st.watermark == unset:
			watermark, err = addElement(&stream, st, watermark)
		case st.watermark < watermark:
			err = errors.New("the watermark would go back")
		default:
			watermark = st.watermark
			err = stream.AdvanceWatermark(watermark)
		}
		if err != nil {
			panic(fmt.Sprintf("scoretest.Stream: step %d: %v", i, err))
		}
	}
	if err := stream.AdvanceWatermarkToInfinity(); err != nil {
		panic(fmt.Sprintf("scoretest.Stream: %v", err))
	}
	return part(s, teststream.Create(s, stream))
}

// addElement adds the element of a step and returns the watermark after it.
func addElement(stream *teststream.Config, st Step, watermark int64) (int64, error) {
	timestamp, moves := st.timestamp, 1
	if timestamp == unset {
		timestamp = watermark
	}
	if timestamp > watermark {
		moves = settling
	}
	err := stream.AddElements(timestamp, st)
	for range moves {
		watermark++
		err = errors.Join(err, stream.AdvanceWatermark(watermark))
	}
	return watermark, err
}

// Bounded makes two bounded collections of steps. Moves of the watermark and times of elements are of no account.
func Bounded(s beam.Scope, steps ...Step) (events, control beam.PCollection) {
	s = s.Scope("scoretest.Bounded")
	elements := make([]Step, 0, len(steps))
	for _, st := range steps {
		if st.watermark == unset {
			elements = append(elements, st)
		}
	}
	return part(s, beam.CreateList(s, elements))
}

func part(s beam.Scope, steps beam.PCollection) (events, control beam.PCollection) {
	return beam.ParDo2(s, &partFn{}, steps)
}

// partFn parts events from control records.
type partFn struct{}

// ProcessElement makes a block of one event, or a control record.
func (*partFn) ProcessElement(st Step, events func(records.Block), control func(sideinput.Raw)) error {
	if st.control {
		control(sideinput.Raw{Data: st.data, Source: "scoretest", Time: st.timestamp, HasTime: st.timestamp != unset})
		return nil
	}
	builder, err := records.NewBuilder(st.conversion)
	if err != nil {
		return err
	}
	recordTime := st.timestamp
	if recordTime == unset {
		recordTime = records.NoTime
	}
	header, record := "", st.data
	if st.conversion.Kind == records.CSV {
		line, rest, _ := bytes.Cut(st.data, []byte("\n"))
		header, record = string(line), rest
	}
	builder.Start("", header, nil)
	builder.Add(record, 0, recordTime)
	events(builder.Block())
	return nil
}

// stepForm is a Step as it crosses a stage.
type stepForm struct {
	Control              bool
	Data                 []byte
	Timestamp, Watermark int64
	Conversion           records.Conversion
}

func encodeStep(s Step) ([]byte, error) {
	return json.Marshal(stepForm{s.control, s.data, s.timestamp, s.watermark, s.conversion})
}

func decodeStep(data []byte) (Step, error) {
	var form stepForm
	err := json.Unmarshal(data, &form)
	return Step{form.Control, form.Data, form.Timestamp, form.Watermark, form.Conversion}, err
}
