package transforms

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/mtime"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/util/reflectx"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

func init() {
	beam.RegisterDoFn(&userBlocksFn{})
	// A type with a coder of its own need not have a schema, which a map of any values has not.
	beam.RegisterCoder(reflect.TypeFor[Event](), encodeEvent, decodeEvent)
	register.Emitter2[beam.EventTime, records.Block]()
}

// Envelope is what Score must know of an event before a model is chosen.
type Envelope struct {
	ID        string    // record id; needed, unless WithoutID
	Reference string    // name, name@version, name:label or #hash
	Time      time.Time // event time; zero: the element's own timestamp

	SplitKey   string             // what a label chooses by that splits events; empty: ID
	Resolution records.Resolution // AsOf or Latest; zero: the pipeline's (WithResolution)
}

// Event is an envelope and the features by name, for WithMap: numbers, strings, booleans, nil for missing.
type Event struct {
	Envelope
	Features map[string]any
}

func encodeEvent(e Event) ([]byte, error) { return json.Marshal(e) }

func decodeEvent(data []byte) (e Event, err error) {
	err = json.Unmarshal(data, &e)
	return e, err
}

// WithMap makes Score take a PCollection<T>. convert must be a function at package level, registered with
// beam.RegisterFunction (or register.Function1x2, which is faster), and T a type that Beam can encode. Features go
// through a map: convenient, and some ten times the price of WithType. An error makes the event a dead letter with the
// reason undecodable.
func WithMap[T any](convert func(T) (Event, error)) Option {
	return withUserType(reflect.TypeFor[T](), convert, nil)
}

// WithType makes Score take a PCollection<T>. envelope is called once an event, fill only once the version is known.
// Both must be functions at package level, registered with beam.RegisterFunction (or register.Function1x2 and
// register.Function2x1, which are faster), and T a type that Beam can encode. An error of envelope makes the event a
// dead letter with the reason undecodable, one of fill with invalid_input.
func WithType[T any](envelope func(T) (Envelope, error), fill func(T, *Features) error) Option {
	return withUserType(reflect.TypeFor[T](), envelope, fill)
}

// WithoutID lets Score take events without a record id. Without one, a repeated attempt cannot be told from another
// event in the outputs.
func WithoutID() Option {
	return func(o *options) error { o.withoutID = true; return nil }
}

func withUserType(t reflect.Type, envelope, fill any) Option {
	return func(o *options) error {
		if o.user != nil {
			return errors.New("WithType and WithMap: only one of them, once")
		}
		o.user = &userType{Type: beam.EncodedType{T: t}, Envelope: beam.EncodedFunc{Fn: reflectx.MakeFunc(envelope)}}
		if fill != nil {
			o.user.Fill = &beam.EncodedFunc{Fn: reflectx.MakeFunc(fill)}
			o.scoring.User = o.user
		}
		return nil
	}
}

// userType is a Go type of the user's and the functions that read it.
type userType struct {
	Type     beam.EncodedType
	Envelope beam.EncodedFunc  // func(T) (Envelope, error), or func(T) (Event, error)
	Fill     *beam.EncodedFunc `json:",omitempty"` // func(T, *Features) error; none for WithMap
}

// mapped says whether events become JSON records by way of a map.
func (u *userType) mapped() bool { return u.Fill == nil }

// blocks turns a collection of the user's into blocks.
func (o *options) blocks(s beam.Scope, events beam.PCollection) beam.PCollection {
	if o.user == nil {
		return events
	}
	return beam.ParDo(s, &userBlocksFn{User: *o.user, WithoutID: o.withoutID}, events)
}

const userBlockRecords = 100

// userBlocksFn collects a bundle's events into blocks.
type userBlocksFn struct {
	User      userType
	WithoutID bool

	encode beam.ElementEncoder
	block  records.Block
}

// Setup finds the type's coder.
func (f *userBlocksFn) Setup() { f.encode = beam.NewElementEncoder(f.User.Type.T) }

// StartBundle begins with nothing: a bundle that failed may have left something.
func (f *userBlocksFn) StartBundle(_ func(beam.EventTime, records.Block)) { f.block = records.Block{} }

// ProcessElement adds one event. Whatever the user's function does with it, the event ends in an outcome.
func (f *userBlocksFn) ProcessElement(at beam.EventTime, v beam.T, emit func(beam.EventTime, records.Block)) error {
	begin := uint32(len(f.block.Buf))
	r := records.Record{Begin: begin, Time: records.NoTime, Offset: int64(len(f.block.Records))}
	out, err := called(f.User.Envelope.Fn, v)
	if err != nil {
		r.Reason, r.Detail = sideinput.Undecodable, err.Error()
	}
	envelope, record, err := f.record(v, out)
	if err != nil && r.Reason == "" {
		r.Reason, r.Detail = sideinput.Undecodable, err.Error()
	}
	if envelope.Time.IsZero() && at > mtime.MinTimestamp && at < mtime.MaxTimestamp {
		envelope.Time = at.ToTime() // the element's own timestamp stands in
	}
	f.block.Buf = append(f.block.Buf, record...)
	r.End = uint32(len(f.block.Buf))
	f.envelope(&r, envelope)
	f.block.Records = append(f.block.Records, r)
	if len(f.block.Records) >= userBlockRecords {
		f.flush(emit)
	}
	return nil
}

// called calls a function of the user's that returns a value and an error. A panic is an error, too.
func called(fn reflectx.Func, v any) (out any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s: panic: %v", fn.Name(), p)
		}
	}()
	results := fn.Call([]any{v})
	err, _ = results[1].(error)
	return results[0], err
}

// record encodes an event: in the type's own coder, or as JSON of its map.
func (f *userBlocksFn) record(v, out any) (Envelope, []byte, error) {
	if f.User.mapped() {
		event, _ := out.(Event)
		record, err := json.Marshal(event.Features)
		if err != nil { // a value that JSON does not have, such as NaN
			return event.Envelope, nil, fmt.Errorf("features of event %q: %w", event.ID, err)
		}
		return event.Envelope, record, nil
	}
	var buf bytes.Buffer
	err := f.encode.Encode(v, &buf)
	envelope, _ := out.(Envelope)
	return envelope, buf.Bytes(), err
}

// envelope completes a record with what the user's function found.
func (f *userBlocksFn) envelope(r *records.Record, e Envelope) {
	r.ID, r.Ref, r.Split, r.Resolution = f.span(e.ID), f.span(e.Reference), f.span(e.SplitKey), e.Resolution
	switch {
	case r.Reason != "":
	case e.ID == "" && !f.WithoutID:
		r.Reason, r.Detail = sideinput.Undecodable, "the envelope has no id: give one, or use WithoutID"
	case e.Resolution > Latest:
		r.Resolution = records.ByPipeline
		r.Reason, r.Detail = sideinput.Undecodable, "the envelope has a resolution that is neither AsOf nor Latest"
	case e.Time.IsZero():
		r.Reason, r.Detail = sideinput.Undecodable, "the envelope has no event time"
	case e.Reference == "":
		r.Reason, r.Detail = sideinput.NoReference, sideinput.ErrNoReference.Error()
	}
	if !e.Time.IsZero() {
		r.Time = e.Time.UnixMilli()
	}
}

func (f *userBlocksFn) span(text string) records.Span {
	begin := len(f.block.Buf)
	f.block.Buf = append(f.block.Buf, text...)
	return records.Span{Begin: uint32(begin), End: uint32(len(f.block.Buf))}
}

func (f *userBlocksFn) flush(emit func(beam.EventTime, records.Block)) {
	if len(f.block.Records) == 0 {
		return
	}
	at := mtime.ZeroTimestamp
	if t := f.block.Time(); t != records.NoTime {
		at = mtime.FromMilliseconds(t)
	}
	emit(at, f.block)
	f.block = records.Block{}
}

// FinishBundle emits what the bundle has left. A block lives in the global window, as everything that Score takes.
func (f *userBlocksFn) FinishBundle(emit func(beam.EventTime, records.Block)) { f.flush(emit) }

// Features takes the features of one event into a model's input. Names that the model does not have are passed over.
type Features struct {
	fields map[string]int
	in     *pmml.Input
}

// Float gives a number.
func (f *Features) Float(name string, v float64) {
	if i, ok := f.fields[name]; ok {
		f.in.SetFloat(i, v)
	}
}

// Text gives a text, which is read by the field's type.
func (f *Features) Text(name, v string) {
	if i, ok := f.fields[name]; ok {
		f.in.SetText(i, []byte(v))
	}
}

// Missing says that a feature has no value, which is also what holds for one that is not given.
func (f *Features) Missing(name string) {
	if i, ok := f.fields[name]; ok {
		f.in.SetMissing(i)
	}
}

// filler puts the features of record i of a block into a model's input.
type filler interface {
	Fill(b *records.Block, i int, in *pmml.Input) error
}

// newFiller binds the configured conversion to a model.
func (c *Scoring) newFiller(m *pmml.Model) filler {
	if c.User == nil {
		return c.Conversion.Bind(m)
	}
	fields := map[string]int{}
	for i, f := range m.Fields() {
		fields[f.Name] = i
	}
	return &userFiller{decode: beam.NewElementDecoder(c.User.Type.T), fill: c.User.Fill.Fn, features: Features{fields: fields}}
}

// userFiller decodes an event of the user's type and calls the user's fill.
type userFiller struct {
	decode   beam.ElementDecoder
	fill     reflectx.Func
	features Features
}

func (u *userFiller) Fill(b *records.Block, i int, in *pmml.Input) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s: panic: %v", u.fill.Name(), p)
		}
	}()
	v, err := u.decode.Decode(bytes.NewReader(b.Line(i)))
	if err != nil {
		return err
	}
	in.Clear()
	u.features.in = in
	err, _ = u.fill.Call([]any{v, &u.features})[0].(error)
	return err
}
