package transforms

import (
	"crypto/sha256"
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
}

// shardItem is what a shard takes: a block of events, a control record, or neither: then it is asked to tell what the
// messages known at launch do. All come through one Flatten, since only one collection can reach a stateful DoFn.
type shardItem struct {
	block *records.Block
	raw   *sideinput.Raw
}

// shardItemForm is the first byte of an encoded shardItem. decodeShardItem reads this form and the one before it, of which
// there is none yet. Behind it stands what the item is, then the block or the record in its own form, which has a version.
const shardItemForm byte = 1

const (
	itemBlock  byte = 'B'
	itemRaw    byte = 'M'
	itemLaunch byte = 'L'
)

var errShardItem = errors.New("transforms: not an item of a shard")

func encodeShardItem(it shardItem) []byte {
	switch {
	case it.block != nil:
		return it.block.AppendBinary([]byte{shardItemForm, itemBlock})
	case it.raw != nil:
		return it.raw.AppendBinary([]byte{shardItemForm, itemRaw})
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
	case itemRaw:
		r, err := sideinput.DecodeRaw(data[2:])
		return shardItem{raw: &r}, err
	case itemLaunch:
		return shardItem{}, nil
	}
	return shardItem{}, errShardItem
}

// fanOutFn sends every control record to every shard, since each holds the whole table.
type fanOutFn struct{ Shards int }

func (f *fanOutFn) ProcessElement(r sideinput.Raw, emit func(int64, shardItem)) {
	for shard := range f.Shards {
		emit(int64(shard), shardItem{raw: &r})
	}
}

// launchFn turns the Impulse into the question what the messages known at launch do.
type launchFn struct{}

func (*launchFn) ProcessElement(_ []byte, emit func(int64, shardItem)) {
	emit(statusShard, shardItem{})
}

// shardBlocksFn sends a block to any shard, the same one when the block is read again.
type shardBlocksFn struct{ Shards int }

func (f *shardBlocksFn) ProcessElement(b records.Block, emit func(int64, shardItem)) {
	var key []byte
	if len(b.Records) > 0 {
		key = b.AppendPlace(nil, 0)
	}
	emit(shardOf(key, f.Shards), shardItem{block: &b})
}

// shardOf is the first 8 bytes of the SHA-256 of x, big-endian, modulo the number of shards.
func shardOf(x []byte, shards int) int64 {
	sum := sha256.Sum256(x)
	return int64(binary.BigEndian.Uint64(sum[:8]) % uint64(shards))
}
