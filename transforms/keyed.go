package transforms

import (
	"slices"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

func init() {
	beam.RegisterDoFn(&routeMessagesFn{})
	beam.RegisterDoFn(&routeBlocksFn{})
	beam.RegisterDoFn(&routeLaunchFn{})
}

// Keys of the keyed mechanism are shard * SubShards + sub-shard. A shard's messages go to all of its sub-shards, an event
// to one of them, so that a name with more events than one worker takes is served by several.

// routeLaunchFn asks the first sub-shard of each shard what the messages known at launch do.
type routeLaunchFn struct {
	Shards, SubShards int
	Spread            KeySpread
}

func (f *routeLaunchFn) ProcessElement(_ []byte, emit func(int64, shardItem)) {
	for shard := range int64(f.Shards) {
		emit(f.Spread.runnerKey(shard*int64(f.SubShards)), shardItem{})
	}
}

// routeMessagesFn sends each control record to the shards that it concerns, and those of a bundle together. A record that
// is no message concerns none: shard 0 tells of it.
type routeMessagesFn struct {
	Shards, SubShards int
	Spread            KeySpread
	Waits             bool // some events wait

	raws [][]sideinput.Raw // by shard
	of   gathering
}

// StartBundle begins with nothing: a bundle that failed may have left something.
func (f *routeMessagesFn) StartBundle(_ func(beam.EventTime, int64, shardItem)) { f.reset() }

func (f *routeMessagesFn) reset() { f.raws, f.of = make([][]sideinput.Raw, f.Shards), gathering{} }

// ProcessElement takes one record.
func (f *routeMessagesFn) ProcessElement(at beam.EventTime, r sideinput.Raw, emit func(beam.EventTime, int64, shardItem)) {
	if !f.of.takes(at, f.Waits) {
		f.flush(emit)
	}
	shards, message := []int64{statusShard}, (*sideinput.Message)(nil)
	if m, err := r.Message(); err == nil {
		shards, message = m.Shards(f.Shards), &m
	}
	for _, shard := range shards {
		f.raws[shard] = append(f.raws[shard], r)
	}
	if !f.of.add(at, r, message) {
		f.flush(emit)
	}
}

// FinishBundle sends what the bundle has left.
func (f *routeMessagesFn) FinishBundle(emit func(beam.EventTime, int64, shardItem)) { f.flush(emit) }

func (f *routeMessagesFn) flush(emit func(beam.EventTime, int64, shardItem)) {
	if f.of.count == 0 {
		return
	}
	for shard, raws := range f.raws {
		if len(raws) == 0 {
			continue
		}
		for sub := range f.SubShards {
			emit(f.of.timestamp(f.Waits), f.Spread.runnerKey(int64(shard*f.SubShards+sub)), shardItem{raws: raws, at: f.of.at.Milliseconds(), timed: true})
		}
	}
	f.reset()
}

// routeBlocksFn cuts a block into one for each key and sends each to its key.
type routeBlocksFn struct {
	Shards, SubShards int
	Spread            KeySpread

	shards map[string]int64 // of references seen; bounded
	keys   map[int64]int    // places in groups
	groups []keyGroup
	id     []byte
}

// keyGroup is the records of a block that go to one key.
type keyGroup struct {
	key     int64
	records []int32
}

// mostShardsKept bounds the references whose shard is remembered: a hash costs more than a look-up.
const mostShardsKept = 10_000

// ProcessElement routes one block. A block of a single key goes on as it is.
func (f *routeBlocksFn) ProcessElement(b records.Block, emit func(int64, shardItem)) {
	f.group(&b)
	if len(f.groups) == 1 {
		emit(f.Spread.runnerKey(f.groups[0].key), shardItem{block: &b})
		return
	}
	for _, g := range f.groups {
		part := b.Pick(g.records)
		emit(f.Spread.runnerKey(g.key), shardItem{block: &part})
	}
}

// group collects the records of each key. One without a reference that can be read may go anywhere: it goes along with the
// record before it.
func (f *routeBlocksFn) group(b *records.Block) {
	if f.keys == nil {
		f.keys, f.shards = make(map[int64]int), make(map[string]int64)
	}
	clear(f.keys)
	f.groups = f.groups[:0]
	var key int64
	for i := range b.Records {
		if own, ok := f.key(b, i); ok {
			key = own
		}
		f.join(key, int32(i))
	}
}

func (f *routeBlocksFn) join(key int64, i int32) {
	g, ok := f.keys[key]
	if !ok {
		g = len(f.groups)
		f.keys[key] = g
		f.groups = slices.Grow(f.groups, 1)[:g+1]
		f.groups[g].key, f.groups[g].records = key, f.groups[g].records[:0]
	}
	f.groups[g].records = append(f.groups[g].records, i)
}

// key is where record i goes; false if anywhere will do.
func (f *routeBlocksFn) key(b *records.Block, i int) (int64, bool) {
	if b.Records[i].Reason != "" {
		return 0, false
	}
	text := b.Reference(i)
	shard, seen := f.shards[string(text)]
	if !seen {
		ref, err := sideinput.ParseReference(text)
		if err != nil {
			return 0, false
		}
		if len(f.shards) >= mostShardsKept {
			clear(f.shards)
		}
		shard = ref.Shard(f.Shards)
		f.shards[string(text)] = shard
	}
	key := shard * int64(f.SubShards)
	if f.SubShards > 1 {
		f.id = b.AppendID(f.id[:0], i)
		key += sideinput.ShardOf(f.id, f.SubShards)
	}
	return key, true
}
