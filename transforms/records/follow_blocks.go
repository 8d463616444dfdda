package records

import (
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/mtime"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/sdf"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

func init() {
	beam.RegisterDoFn(&followFn{})
	beam.RegisterDoFn(&followBesideFn{})
	register.Emitter2[beam.EventTime, Lines]()
}

// mostAhead is how far past the clock an event moves the watermark at most. A time that a mistake has put far ahead
// must not end event time for all others; and a watermark that is too low only makes them wait.
const mostAhead = time.Minute

// followFn follows files and emits blocks, and what it notices about the files.
type followFn struct {
	following
	Source FileSource

	follower *follower
}

// Setup prepares the reading of envelopes.
func (f *followFn) Setup() error {
	blocks, err := newBlockReader(f.Source)
	f.follower = &follower{source: f.Source, blocks: blocks}
	return err
}

// ProcessElement reads until there is nothing new, or for Hold.
func (f *followFn) ProcessElement(we *Watermark, rt *sdf.LockRTracker, w Work,
	emit func(beam.EventTime, Block), tell func(beam.EventTime, Lines)) (sdf.ProcessContinuation, error) {
	table, err := w.TableID()
	if err != nil {
		return sdf.StopProcessing(), err
	}
	return f.follow(table, we, rt, emit, tell)
}

// followBesideFn is followFn that reads the table from side inputs, once a call.
type followBesideFn struct{ followFn }

// ProcessElement reads until there is nothing new, or for Hold.
func (f *followBesideFn) ProcessElement(we *Watermark, rt *sdf.LockRTracker, _ Work, fronts, snapshots func() func(*[]byte) bool,
	emit func(beam.EventTime, Block), tell func(beam.EventTime, Lines)) (sdf.ProcessContinuation, error) {
	table, err := TableBeside(fronts, snapshots)
	if err != nil {
		return sdf.StopProcessing(), err
	}
	return f.follow(table, we, rt, emit, tell)
}

// follow reads for one call, for this table.
func (f *followFn) follow(table sideinput.ID, we *Watermark, rt *sdf.LockRTracker,
	emit func(beam.EventTime, Block), tell func(beam.EventTime, Lines)) (sdf.ProcessContinuation, error) {
	latest := NoTime
	return f.follower.run(rt, followed{
		group: func(g group, source, header string) (int64, func()) {
			block := f.follower.blocks.block(g, source, header, table)
			most := time.Now().Add(mostAhead).UnixMilli()
			for i := range block.Records {
				latest = max(latest, min(block.Records[i].Time, most))
			}
			return latest, func() {
				if len(block.Records) > 0 {
					emit(blockTime(&block, timeOr(latest, mtime.MinTimestamp)), block)
				}
			}
		},
		changed: func(c change) { tell(mtime.Now(), c.lines(time.Now())) },
		moved: func(t int64) {
			latest = max(latest, t)
			if latest != NoTime {
				we.Set(latest - f.Source.Lateness.Milliseconds())
			}
		},
	})
}

func timeOr(t int64, otherwise mtime.Time) mtime.Time {
	if t == NoTime {
		return otherwise
	}
	return mtime.FromMilliseconds(t)
}
