package transforms

import (
	"encoding/binary"
	"errors"
	"reflect"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/mtime"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

func init() {
	beam.RegisterType(reflect.TypeFor[shardItem]())
	beam.RegisterCoder(reflect.TypeFor[shardItem](), encodeShardItem, decodeShardItem)
	beam.RegisterDoFn(&fanOutFn{})
	beam.RegisterDoFn(&launchFn{})
	beam.RegisterDoFn(&shardBlocksFn{})
	register.Emitter2[int64, shardItem]()
	register.Emitter3[beam.EventTime, int64, shardItem]()
}

// shardItem is what a shard takes: a block of events, control records, or neither: then it is asked to tell what the
// messages known at launch do. All come through one Flatten, since only one collection can reach a stateful DoFn.
type shardItem struct {
	block *records.Block
	raws  []sideinput.Raw
	at    int64 // the timestamp of the records, of several the least
	timed bool  // else it is the item's own
}

// shardItemForm is the first byte of an encoded shardItem. decodeShardItem reads this form and the one before it, in which
// control records have no timestamp besides the item's. Behind it stands what the item is, then the block or the records in
// forms of their own.
const shardItemForm byte = 2

const (
	itemBlock  byte = 'B'
	itemRaws   byte = 'M'
	itemLaunch byte = 'L'
)

var errShardItem = errors.New("transforms: not an item of a shard")

func encodeShardItem(it shardItem) []byte {
	switch {
	case it.block != nil:
		return it.block.AppendBinary([]byte{shardItemForm, itemBlock})
	case len(it.raws) > 0:
		dst := []byte{shardItemForm - 1, itemRaws}
		if it.timed {
			dst = binary.AppendVarint([]byte{shardItemForm, itemRaws}, it.at)
		}
		var one []byte
		for _, r := range it.raws {
			one = r.AppendBinary(one[:0])
			dst = append(binary.AppendUvarint(dst, uint64(len(one))), one...)
		}
		return dst
	}
	return []byte{shardItemForm, itemLaunch}
}

func decodeShardItem(data []byte) (shardItem, error) {
	if len(data) < 2 || data[0] != shardItemForm && data[0] != shardItemForm-1 {
		return shardItem{}, errShardItem
	}
	rest := data[2:]
	switch data[1] {
	case itemBlock:
		b, err := records.DecodeBlock(rest)
		return shardItem{block: &b}, err
	case itemRaws:
		it := shardItem{timed: data[0] == shardItemForm}
		if it.timed {
			var n int
			if it.at, n = binary.Varint(rest); n <= 0 {
				return shardItem{}, errShardItem
			}
			rest = rest[n:]
		}
		raws, err := decodeRaws(rest)
		it.raws = raws
		return it, err
	case itemLaunch:
		return shardItem{}, nil
	}
	return shardItem{}, errShardItem
}

// decodeRaws reads control records, each behind its length; there is at least one.
func decodeRaws(data []byte) (raws []sideinput.Raw, err error) {
	for more := true; more; more = len(data) > 0 {
		n, k := binary.Uvarint(data)
		if k <= 0 || n > uint64(len(data)-k) {
			return nil, errShardItem
		}
		r, err := sideinput.DecodeRaw(data[k : k+int(n)])
		if err != nil {
			return nil, err
		}
		raws, data = append(raws, r), data[k+int(n):]
	}
	return raws, nil
}

// gathering is the control records of a bundle that travel together: a shard then writes its state once for all of them,
// and a burst of messages costs little more than one.
type gathering struct {
	count, bytes int
	at           beam.EventTime // the least of their timestamps
	from         beam.EventTime // the least of the times from which their messages hold, or at
}

// The most that travels together.
const (
	maxFanOutRecords = 1000
	maxFanOutBytes   = 1 << 20
)

// takes says whether a record may join those that are there. Where events wait, records of one timestamp travel together,
// so that each is judged by its own.
func (g *gathering) takes(at beam.EventTime, waits bool) bool {
	return g.count == 0 || !waits || g.at == at
}

// add counts a record in, and says whether there is room for more.
func (g *gathering) add(at beam.EventTime, r sideinput.Raw, m *sideinput.Message) (room bool) {
	if g.count == 0 {
		g.at, g.from = at, at
	}
	g.at, g.from = min(g.at, at), min(g.from, at)
	if m != nil {
		g.from = min(g.from, mtime.FromMilliseconds(m.At))
	}
	g.count, g.bytes = g.count+1, g.bytes+len(r.Data)
	return g.count < maxFanOutRecords && g.bytes < maxFanOutBytes
}

// timestamp is that of the item that carries the records. Where events wait it is the time from which the messages hold, if
// that is earlier: a runner that works through what has arrived by time then lets no event that waits go ahead of a message
// that concerns it.
func (g *gathering) timestamp(waits bool) beam.EventTime {
	if waits {
		return g.from
	}
	return g.at
}

// fanOutFn sends every control record to every shard, since each holds the whole table, and those of a bundle together.
type fanOutFn struct {
	Shards int
	Spread KeySpread
	Waits  bool // some events wait

	raws []sideinput.Raw
	of   gathering
}

// StartBundle begins with nothing: a bundle that failed may have left something.
func (f *fanOutFn) StartBundle(_ func(beam.EventTime, int64, shardItem)) {
	f.raws, f.of = nil, gathering{}
}

// ProcessElement takes one record.
func (f *fanOutFn) ProcessElement(at beam.EventTime, r sideinput.Raw, emit func(beam.EventTime, int64, shardItem)) {
	if !f.of.takes(at, f.Waits) {
		f.flush(emit)
	}
	var message *sideinput.Message
	if f.Waits {
		if m, err := r.Message(); err == nil {
			message = &m
		}
	}
	f.raws = append(f.raws, r)
	if !f.of.add(at, r, message) {
		f.flush(emit)
	}
}

// FinishBundle sends what the bundle has left.
func (f *fanOutFn) FinishBundle(emit func(beam.EventTime, int64, shardItem)) { f.flush(emit) }

func (f *fanOutFn) flush(emit func(beam.EventTime, int64, shardItem)) {
	if len(f.raws) == 0 {
		return
	}
	for shard := range f.Shards {
		emit(f.of.timestamp(f.Waits), f.Spread.runnerKey(int64(shard)), shardItem{raws: f.raws, at: f.of.at.Milliseconds(), timed: true})
	}
	f.raws, f.of = nil, gathering{}
}

// launchFn turns the Impulse into the question what the messages known at launch do.
type launchFn struct{ Spread KeySpread }

func (f *launchFn) ProcessElement(_ []byte, emit func(int64, shardItem)) {
	emit(f.Spread.runnerKey(statusShard), shardItem{})
}

// shardBlocksFn sends a block to any shard, the same one when the block is read again, or those of one partition to one.
type shardBlocksFn struct {
	Shards  int
	Spread  KeySpread
	Ordered bool
}

func (f *shardBlocksFn) ProcessElement(b records.Block, emit func(int64, shardItem)) {
	var key []byte
	switch {
	case len(b.Records) == 0:
	case b.Source == "": // a user's collection has neither places nor partitions
		key = b.Line(0)
	case f.Ordered:
		key = []byte(partition(b.Source))
	default:
		key = b.AppendPlace(nil, 0)
	}
	emit(f.Spread.runnerKey(sideinput.ShardOf(key, f.Shards)), shardItem{block: &b})
}
