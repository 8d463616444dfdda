package kafka

import (
	"context"
	"fmt"
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
	beam.RegisterDoFn(&followEventsFn{})
	beam.RegisterDoFn(&followEventsBesideFn{})
	beam.RegisterDoFn(&readEventsFn{})
	register.Emitter2[beam.EventTime, records.Block]()
	register.Emitter2[beam.EventTime, records.Lines]()
}

// mostAhead is how far past the clock an event moves the watermark at most. A time that a mistake has put far ahead
// must not end event time for all others; and a watermark that is too low only makes them wait.
const mostAhead = time.Minute

// followEventsFn follows the partitions of a lane and emits blocks, and what it notices about topics and brokers.
type followEventsFn struct {
	following
	Source Source
	Launch map[string][]int64

	blocks *blockBuilder
}

// Setup prepares the reading of envelopes.
func (f *followEventsFn) Setup() (err error) {
	f.blocks, err = newBlockBuilder(&f.Source)
	return err
}

// ProcessElement reads for one call.
func (f *followEventsFn) ProcessElement(we *records.Watermark, rt *sdf.LockRTracker, w records.Work,
	emit func(beam.EventTime, records.Block), tell func(beam.EventTime, records.Lines)) (sdf.ProcessContinuation, error) {
	table, err := w.TableID()
	if err != nil {
		return sdf.StopProcessing(), err
	}
	return f.follow(table, we, rt, w, emit, tell)
}

// follow reads for one call, for this table.
func (f *followEventsFn) follow(table sideinput.ID, we *records.Watermark, rt *sdf.LockRTracker, w records.Work,
	emit func(beam.EventTime, records.Block), tell func(beam.EventTime, records.Lines)) (sdf.ProcessContinuation, error) {
	to := f.blocks.handler(table, emit, tell)
	to.moved = we.Set
	return followLane(&f.Source, w, f.Launch, rt, to)
}

// followEventsBesideFn is followEventsFn that reads the table from side inputs, once a call.
type followEventsBesideFn struct{ followEventsFn }

// ProcessElement reads for one call.
func (f *followEventsBesideFn) ProcessElement(we *records.Watermark, rt *sdf.LockRTracker, w records.Work, fronts, snapshots func() func(*[]byte) bool,
	emit func(beam.EventTime, records.Block), tell func(beam.EventTime, records.Lines)) (sdf.ProcessContinuation, error) {
	table, err := records.TableBeside(fronts, snapshots)
	if err != nil {
		return sdf.StopProcessing(), err
	}
	return f.follow(table, we, rt, w, emit, tell)
}

// readEventsFn reads the partitions of a lane up to the end that they have.
type readEventsFn struct {
	Source Source
	Launch map[string][]int64

	blocks *blockBuilder
}

// Setup prepares the reading of envelopes.
func (f *readEventsFn) Setup() (err error) {
	f.blocks, err = newBlockBuilder(&f.Source)
	return err
}

// ProcessElement reads one lane.
func (f *readEventsFn) ProcessElement(ctx context.Context, w records.Work, emit func(beam.EventTime, records.Block), tell func(beam.EventTime, records.Lines)) error {
	table, err := w.TableID()
	if err != nil {
		return err
	}
	return readLane(ctx, &f.Source, w, f.Launch, f.blocks.handler(table, emit, tell))
}

// blockBuilder makes blocks of records of one partition.
type blockBuilder struct {
	source  *Source
	builder *records.Builder
}

func newBlockBuilder(source *Source) (*blockBuilder, error) {
	builder, err := records.NewBuilder(source.Conversion)
	return &blockBuilder{source, builder}, err
}

// handler emits blocks of what is read.
func (b *blockBuilder) handler(table sideinput.ID, emit func(beam.EventTime, records.Block), tell func(beam.EventTime, records.Lines)) handler {
	return handler{
		group: func(at *Position, group []*kgo.Record) (int64, func()) {
			block := b.block(at.source(), group, table)
			most, latest := time.Now().Add(mostAhead).UnixMilli(), records.NoTime
			for i := range block.Records {
				latest = max(latest, min(block.Records[i].Time, most))
			}
			return latest, func() { emit(blockTime(&block, max(at.Latest, latest)), block) }
		},
		tell: func(n news) { tell(mtime.Now(), n.lines(time.Now())) },
	}
}

// block makes a block of records of one partition.
func (b *blockBuilder) block(source string, group []*kgo.Record, table sideinput.ID) records.Block {
	size := 0
	for _, r := range group {
		size += min(len(r.Value), b.source.RecordBytes)
	}
	b.builder.StartPartition(source, b.source.Columns, len(group), size)
	for _, r := range group {
		at := recordTime(r)
		switch {
		case r.Value == nil:
			b.builder.AddFault(nil, r.Offset, at, "the record has no value: a tombstone is no event")
		case len(r.Value) > b.source.RecordBytes:
			b.builder.AddFault(r.Value[:b.source.RecordBytes], r.Offset, at, fmt.Sprintf("the record is longer than %d bytes", b.source.RecordBytes))
		default:
			b.builder.AddWithOuter(r.Value, r.Offset, at, b.outer(r))
		}
	}
	block := b.builder.Block()
	block.Table = table
	return block
}

// outer is what key and headers say about an event.
func (b *blockBuilder) outer(r *kgo.Record) (o records.Outer) {
	if b.source.SplitByKey {
		o.Split = r.Key
	}
	if b.source.ModelHeader == "" && b.source.IDHeader == "" {
		return o
	}
	for i := range r.Headers { // of several the last one counts
		switch h := &r.Headers[i]; h.Key {
		case "":
		case b.source.ModelHeader:
			o.Reference = h.Value
		case b.source.IDHeader:
			o.ID = h.Value
		}
	}
	return o
}

// Record timestamps that count lie in the years 1970 to 9999, as RFC 3339 can write them.
const mostTime = 253_402_300_799_999

// recordTime is the timestamp of a record in milliseconds; records.NoTime if it has none.
func recordTime(r *kgo.Record) int64 {
	if ms := r.Timestamp.UnixMilli(); ms >= 0 && ms <= mostTime {
		return ms
	}
	return records.NoTime
}

// blockTime is the timestamp of a block as an element: otherwise, if any, where no record has a time.
func blockTime(b *records.Block, otherwise int64) beam.EventTime {
	t := b.Time()
	if t == records.NoTime {
		t = otherwise
	}
	if t == records.NoTime {
		return mtime.MinTimestamp
	}
	return mtime.FromMilliseconds(t)
}
