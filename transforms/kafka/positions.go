package kafka

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/beam-pmml/beam-pmml/transforms/internal/byteform"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

func init() {
	beam.RegisterType(reflect.TypeFor[Positions]())
	beam.RegisterCoder(reflect.TypeFor[Positions](), encodePositions, decodePositions)
}

// Positions is the restriction of a following source: how far each partition of a lane was read. A checkpoint restores
// it exactly.
type Positions struct {
	Partitions []Position // by topic and partition
	Watermark  int64      // reached; records.NoTime before the first
	Ended      bool       // there is nothing left to do
}

// Position is how far one partition was read.
type Position struct {
	Topic      string
	Partition  int32
	ID         [16]byte // of the topic, which tells it from one that took its name; zero where the brokers know none
	Generation int64    // topics that had the name before
	Next       int64    // offset of the first record not read
	Latest     int64    // greatest time of what was read, as far as it moves the watermark; records.NoTime before the first
	Gone       bool     // the topic is not there; if it comes back, reading goes on
}

func (p *Position) partition() partition { return partition{p.Topic, p.Partition} }

// name is the topic, or topic~n if topics of the name were deleted n times before: offsets begin anew then. A topic's own
// name has no "~".
func (p *Position) name() string {
	if p.Generation == 0 {
		return p.Topic
	}
	return p.Topic + "~" + strconv.FormatInt(p.Generation, 10)
}

// source is the place of a partition's records: topic-partition.
func (p *Position) source() string {
	return p.name() + "-" + strconv.FormatInt(int64(p.Partition), 10)
}

func comparePositions(a, b Position) int {
	return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Partition, b.Partition))
}

// of returns the position of a partition, nil where it has none.
func (p *Positions) of(at partition) *Position {
	i, ok := slices.BinarySearchFunc(p.Partitions, Position{Topic: at.topic, Partition: at.number}, comparePositions)
	if !ok {
		return nil
	}
	return &p.Partitions[i]
}

// set notes how far a partition was read.
func (p *Positions) set(at Position) {
	i, ok := slices.BinarySearchFunc(p.Partitions, at, comparePositions)
	if !ok {
		p.Partitions = slices.Insert(p.Partitions, i, Position{})
	}
	p.Partitions[i] = at
}

func (p Positions) clone() Positions {
	p.Partitions = slices.Clone(p.Partitions)
	return p
}

// next is what is read next: positions that agree in it can be read by the same connection.
func (p Positions) next() string {
	var key []byte
	for i := range p.Partitions {
		if at := &p.Partitions[i]; !at.Gone {
			key = byteform.AppendString(key, at.source())
			key = binary.AppendUvarint(key, uint64(at.Next))
		}
	}
	return string(key)
}

// positionsForm is the first byte of the byte form of Positions. Then come 1 byte: ended, the watermark, u number of
// partitions, and of each u length and bytes of the topic, u partition, 1 byte: + 1 gone, + 2 with an id, the id's 16 bytes, u
// generation, u next offset, the greatest time.
const positionsForm = 1

const (
	positionGone = 1 << iota
	positionHasID
)

func encodePositions(p Positions) []byte {
	dst := []byte{positionsForm, 0}
	if p.Ended {
		dst[1] = 1
	}
	dst = binary.AppendVarint(dst, p.Watermark)
	dst = binary.AppendUvarint(dst, uint64(len(p.Partitions)))
	for i := range p.Partitions {
		dst = p.Partitions[i].appendBinary(dst)
	}
	return dst
}

func (p *Position) appendBinary(dst []byte) []byte {
	dst = byteform.AppendString(dst, p.Topic)
	dst = binary.AppendUvarint(dst, uint64(p.Partition))
	flags := byte(0)
	if p.Gone {
		flags |= positionGone
	}
	if p.ID != ([16]byte{}) {
		flags |= positionHasID
	}
	dst = append(dst, flags)
	if flags&positionHasID != 0 {
		dst = append(dst, p.ID[:]...)
	}
	dst = binary.AppendUvarint(dst, uint64(p.Generation))
	dst = binary.AppendUvarint(dst, uint64(p.Next))
	return binary.AppendVarint(dst, p.Latest)
}

var errDamagedPositions = errors.New("kafka: damaged bytes of a source's positions")

// leastPositionBytes is the length of the shortest position in the byte form; it bounds what a damaged count can allocate.
const leastPositionBytes = 6

func decodePositions(data []byte) (Positions, error) {
	in := byteform.Reader{Rest: data}
	if form := in.Byte(); form != positionsForm {
		return Positions{}, fmt.Errorf("kafka: positions of form %d; this program reads form %d", form, positionsForm)
	}
	ended := in.Byte()
	p := Positions{Ended: ended == 1, Watermark: in.Varint()}
	n := in.Uvarint()
	if ended > 1 || in.Failed || n > uint64(len(in.Rest))/leastPositionBytes {
		return Positions{}, errDamagedPositions
	}
	if n > 0 {
		p.Partitions = make([]Position, n)
	}
	for i := range p.Partitions {
		at := &p.Partitions[i]
		if !at.decode(&in) || i > 0 && comparePositions(p.Partitions[i-1], *at) >= 0 {
			return Positions{}, errDamagedPositions
		}
	}
	if len(in.Rest) > 0 {
		return Positions{}, errDamagedPositions
	}
	return p, nil
}

func (p *Position) decode(in *byteform.Reader) bool {
	p.Topic = in.String()
	number := in.Uvarint()
	flags := in.Byte()
	if flags&positionHasID != 0 {
		copy(p.ID[:], in.Bytes(16))
	}
	generation, next := in.Uvarint(), in.Uvarint()
	p.Partition, p.Gone = int32(number), flags&positionGone != 0
	p.Generation, p.Next, p.Latest = int64(generation), int64(next), in.Varint()
	hasID := p.ID != [16]byte{}
	return !in.Failed && number <= math.MaxInt32 && generation <= math.MaxInt64 && next <= math.MaxInt64 &&
		flags <= positionGone|positionHasID && hasID == (flags&positionHasID != 0)
}

// begin is what a lane begins with: it has read nothing, and knows no partition.
func begin() Positions { return Positions{Watermark: records.NoTime} }
