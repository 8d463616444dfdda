package transforms

import (
	"encoding/binary"
	"errors"
	"reflect"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
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
}

// shardItemForm is the first byte of an encoded shardItem. decodeShardItem reads this form and the one before it, of which
// there is none yet. Behind it stands what the item is, then the block or the record in its own form, which has a version.
const shardItemForm byte = 1

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
		dst := []byte{shardItemForm, itemRaws}
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
	if len(data) < 2 || data[0] != shardItemForm {
		return shardItem{}, errShardItem
	}
	switch data[1] {
	case itemBlock:
		b, err := records.DecodeBlock(data[2:])
		return shardItem{block: &b}, err
	case itemRaws:
		raws, err := decodeRaws(data[2:])
		return shardItem{raws: raws}, err
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

// fanOutFn sends every control record to every shard, since each holds the whole table. Those of a bundle travel together:
// a shard then writes its state once for all of them, and a burst of messages costs little more than one.
type fanOutFn struct {
	Shards int

	raws  []sideinput.Raw
	bytes int
	at    beam.EventTime // the least of their timestamps
}

// The most that travels together.
const (
	maxFanOutRecords = 1000
	maxFanOutBytes   = 1 << 20
)

// StartBundle begins with nothing: a bundle that failed may have left something.
func (f *fanOutFn) StartBundle(_ func(beam.EventTime, int64, shardItem)) { f.raws, f.bytes = nil, 0 }

// ProcessElement takes one record.
func (f *fanOutFn) ProcessElement(at beam.EventTime, r sideinput.Raw, emit func(beam.EventTime, int64, shardItem)) {
	if len(f.raws) == 0 || at < f.at {
		f.at = at
	}
	f.raws, f.bytes = append(f.raws, r), f.bytes+len(r.Data)
	if len(f.raws) >= maxFanOutRecords || f.bytes >= maxFanOutBytes {
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
		emit(f.at, int64(shard), shardItem{raws: f.raws})
	}
	f.raws, f.bytes = nil, 0
}

// launchFn turns the Impulse into the question what the messages known at launch do.
type launchFn struct{}

func (*launchFn) ProcessElement(_ []byte, emit func(int64, shardItem)) {
	emit(statusShard, shardItem{})
}

// shardBlocksFn sends a block to any shard, the same one when the block is read again, or those of one partition to one.
type shardBlocksFn struct {
	Shards  int
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
	emit(sideinput.ShardOf(key, f.Shards), shardItem{block: &b})
}
