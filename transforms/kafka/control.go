package kafka

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/mtime"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/sdf"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

func init() {
	beam.RegisterDoFn(&followControlFn{})
	beam.RegisterDoFn(&readControlFn{})
	register.Emitter1[sideinput.Raw]()
	register.Emitter2[beam.EventTime, sideinput.Raw]()
}

// controlRecordBytes bounds what is kept of a record's value. It is more than a message may have, so that the front of a
// longer one is refused as too long.
const controlRecordBytes = 16 << 10

// control is the source of messages: all partitions in one lane, from their front.
func (s Source) control() Source {
	s.Parts, s.Start, s.Group, s.BlockRecords = 1, Earliest, "", 1000
	s.Conversion = records.Conversion{}
	s.Idle = time.Second
	return s.withDefaults()
}

// ReadControl returns a PCollection of sideinput.Raw, one a record: Source is its place, topic-partition-offset, and its time
// the record's timestamp. The source's Place, Security, OnGap and what concerns following count; all partitions are read
// from their front; where a broker no longer has that, the status GAP says so.
//
// A bounded control input has timestamps before all events. A record of a followed one has its own, and the watermark is
// the least over the partitions of the newest record timestamp, which counts up to the clock; or if that is more, for a partition of which all was
// read, a second less than the time at which the broker was asked for its end; less Lateness. A broker that does not
// answer stops it.
func ReadControl(s beam.Scope, source Source, opts ...records.Option) beam.PCollection {
	control, err := TryReadControl(s, source, opts...)
	if err != nil {
		panic(fmt.Sprintf("kafka.ReadControl: %v", err))
	}
	return control
}

// TryReadControl is ReadControl that returns what is wrong.
func TryReadControl(s beam.Scope, source Source, opts ...records.Option) (beam.PCollection, error) {
	source = source.control()
	if err := source.check(); err != nil {
		return beam.PCollection{}, err
	}
	o := records.NewOptions(opts...)
	s = s.Scope("kafka.ReadControl")
	work := o.Gate(s, lanes(1))
	var control, status beam.PCollection
	if source.Follow {
		control, status = beam.ParDo2(s, &followControlFn{Source: source}, work)
	} else {
		control, status = beam.ParDo2(s, &readControlFn{Source: source}, work)
	}
	o.Tell(status)
	return control, nil
}

// PresentControl reads what the control topics hold now, partition by partition.
func PresentControl(ctx context.Context, source Source) ([]sideinput.Raw, error) {
	source = source.control()
	source.Follow = false
	if err := source.check(); err != nil {
		return nil, err
	}
	var raws []sideinput.Raw
	err := readLane(ctx, &source, lanes(1)[0], nil, handler{
		group: func(at *Position, group []*kgo.Record) (int64, func()) {
			return records.NoTime, func() {
				for _, r := range group {
					raws = append(raws, raw(at, r))
				}
			}
		},
		tell: func(news) {}, // the stream tells it, too
	})
	return raws, err
}

// raw is a record as a control record.
func raw(at *Position, r *kgo.Record) sideinput.Raw {
	data := r.Value
	if len(data) > controlRecordBytes {
		data = data[:controlRecordBytes]
	}
	t := recordTime(r)
	out := sideinput.Raw{Data: data, Source: at.source() + "-" + strconv.FormatInt(r.Offset, 10)}
	if t != records.NoTime {
		out.Time, out.HasTime = t, true
	}
	return out
}

// followControlFn follows control topics.
type followControlFn struct {
	following
	Source Source
}

// ProcessElement reads for one call.
func (f *followControlFn) ProcessElement(we *records.Watermark, rt *sdf.LockRTracker, w records.Work,
	emit func(beam.EventTime, sideinput.Raw), tell func(beam.EventTime, records.Lines)) (sdf.ProcessContinuation, error) {
	return followLane(&f.Source, w, nil, rt, handler{
		group: func(at *Position, group []*kgo.Record) (int64, func()) {
			now, latest := time.Now().UnixMilli(), records.NoTime
			for _, r := range group {
				latest = max(latest, min(recordTime(r), now))
			}
			return latest, func() {
				for _, r := range group {
					out := raw(at, r)
					t := mtime.Now()
					if out.HasTime {
						t = mtime.FromMilliseconds(out.Time)
					}
					emit(t, out)
				}
			}
		},
		tell:  func(n news) { tell(mtime.Now(), n.lines(time.Now())) },
		moved: we.Set,
		whole: true,
	})
}

// readControlFn reads control topics up to the end that they have.
type readControlFn struct{ Source Source }

// ProcessElement reads all of them.
func (f *readControlFn) ProcessElement(ctx context.Context, w records.Work, emit func(sideinput.Raw), tell func(beam.EventTime, records.Lines)) error {
	return readLane(ctx, &f.Source, w, nil, handler{
		group: func(at *Position, group []*kgo.Record) (int64, func()) {
			return records.NoTime, func() {
				for _, r := range group {
					emit(raw(at, r))
				}
			}
		},
		tell:  func(n news) { tell(mtime.Now(), n.lines(time.Now())) },
		whole: true,
	})
}
