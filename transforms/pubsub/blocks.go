package pubsub

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/mtime"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

func init() {
	beam.RegisterDoFn(&blocksFn{})
	register.Emitter2[beam.EventTime, records.Block]()
}

// blocksFn makes blocks of the messages of a bundle.
type blocksFn struct {
	Source Source

	builder *records.Builder
	faults  []fault
	ids     []string // of the records that have one by attribute; empty: none
}

// fault is a record of the block under way that is not what its bytes say.
type fault struct {
	record int
	detail string
}

// Setup prepares the reading of envelopes.
func (f *blocksFn) Setup() (err error) {
	f.builder, err = records.NewBuilder(f.Source.Conversion)
	return err
}

// StartBundle begins with nothing: what a bundle that failed has left is read again.
func (f *blocksFn) StartBundle(func(beam.EventTime, records.Block)) { f.start() }

func (f *blocksFn) start() {
	f.builder.Start(f.Source.Subscription.String(), "", nil)
	f.faults, f.ids = f.faults[:0], f.ids[:0]
}

// ProcessElement takes a message.
func (f *blocksFn) ProcessElement(t beam.EventTime, m *pubsubpb.PubsubMessage, emit func(beam.EventTime, records.Block)) {
	data := m.GetData()
	if most := f.Source.RecordBytes; len(data) > most {
		f.faults = append(f.faults, fault{f.builder.Len(), fmt.Sprintf("the record is longer than %d bytes", most)})
		data = data[:most]
	}
	f.builder.Add(data, place(m), t.Milliseconds())
	f.ids = append(f.ids, m.GetAttributes()[f.Source.IDAttribute])
	if f.builder.Len() >= f.Source.BlockRecords || f.builder.Size() >= f.Source.BlockBytes {
		f.emit(emit)
	}
}

// FinishBundle emits what is left: no message waits for others.
func (f *blocksFn) FinishBundle(emit func(beam.EventTime, records.Block)) {
	if f.builder.Len() > 0 {
		f.emit(emit)
	}
}

func (f *blocksFn) emit(emit func(beam.EventTime, records.Block)) {
	b := f.builder.Block()
	for _, x := range f.faults {
		r := &b.Records[x.record]
		*r = records.Record{Begin: r.Begin, End: r.End, Time: r.Time, Offset: r.Offset, Reason: sideinput.Undecodable, Detail: x.detail}
	}
	for i, id := range f.ids {
		if r := &b.Records[i]; id != "" && r.ID.Empty() {
			begin := uint32(len(b.Buf))
			b.Buf = append(b.Buf, id...)
			r.ID = records.Span{Begin: begin, End: uint32(len(b.Buf))}
		}
	}
	emit(mtime.FromMilliseconds(b.Time()), b) // each record has a time, if only the message's
	f.start()
}

// place is the offset of a message within its subscription. The ids that Pub/Sub gives are numbers so far, though they are
// said to be any text; of another text the hash stands for it, and for a message whose id does not reach us that of its data.
func place(m *pubsubpb.PubsubMessage) int64 {
	id := m.GetMessageId()
	if n, err := strconv.ParseUint(id, 10, 63); err == nil {
		return int64(n)
	}
	text := []byte(id)
	if id == "" {
		text = m.GetData()
	}
	sum := sha256.Sum256(text)
	return int64(binary.BigEndian.Uint64(sum[:]) >> 1)
}
