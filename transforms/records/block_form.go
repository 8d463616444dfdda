package records

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/internal/byteform"
)

// blockForm is the first byte of a block's byte form. What follows, all numbers as varints (u: unsigned):
//
//	flags        1 byte: 1 a table, 2 a partition of a topic
//	table        if flagged: 16 bytes of digest, and the cut
//	source       u length, bytes
//	header       u length, bytes
//	u bytes of Buf, u number of records, and for each record
//	  u gap to the end of the record before, u length
//	  flags: 1 reference, 2 id, 4 time, 8 reason, 16 split key, 32 as of, 64 latest
//	  offset, as the difference to the offset of the record before
//	  reference, id and split key: begin as the difference to the record's begin, u length
//	  time, as the difference to the time before
//	  reason code; u length of the detail, bytes
//	Buf
//
// Form 2 had no partitions.
const (
	blockForm       = 3
	blockFormBefore = 2
)

const (
	blockHasTable = 1 << iota
	blockIsPartition
	allBlockFlags       = blockHasTable | blockIsPartition
	allBlockFlagsBefore = blockHasTable
)

const (
	hasRef = 1 << iota
	hasID
	hasTime
	hasReason
	hasSplit
	isAsOf
	isLatest
	allFlags = hasRef | hasID | hasTime | hasReason | hasSplit | isAsOf | isLatest
)

// leastRecordBytes is the length of the shortest record in the byte form; it bounds what a damaged count can allocate.
const leastRecordBytes = 4

// reasonCodes gives each reason its number in byte forms. Only ever append.
var reasonCodes = [...]sideinput.Reason{
	"", sideinput.Undecodable, sideinput.NoReference, sideinput.UnknownModel, sideinput.UnknownVersion,
	sideinput.AmbiguousReference, sideinput.Deleted, sideinput.BeforeHorizon, sideinput.LoadFailed,
	sideinput.InvalidInput, sideinput.NoResult, sideinput.Limit, sideinput.HoldFull, sideinput.Internal,
}

func init() {
	beam.RegisterType(reflect.TypeFor[Block]())
	beam.RegisterCoder(reflect.TypeFor[Block](), encodeBlock, DecodeBlock)
}

func encodeBlock(b Block) []byte { return b.AppendBinary(nil) }

// AppendBinary appends the byte form of a block that a Builder made or DecodeBlock gave.
func (b *Block) AppendBinary(dst []byte) []byte {
	dst = slices.Grow(dst, len(b.Buf)+len(b.Source)+len(b.Header)+48+24*len(b.Records))
	dst = append(dst, blockForm, b.flags())
	if b.Table != (sideinput.ID{}) {
		dst = append(dst, b.Table.Digest[:]...)
		dst = binary.AppendVarint(dst, b.Table.Cut)
	}
	dst = byteform.AppendString(dst, b.Source)
	dst = byteform.AppendString(dst, b.Header)
	dst = binary.AppendUvarint(dst, uint64(len(b.Buf)))
	dst = binary.AppendUvarint(dst, uint64(len(b.Records)))
	var before Record
	for i := range b.Records {
		dst = b.Records[i].appendBinary(dst, &before)
	}
	return append(dst, b.Buf...)
}

func (b *Block) flags() (flags byte) {
	if b.Table != (sideinput.ID{}) {
		flags |= blockHasTable
	}
	if b.Partition {
		flags |= blockIsPartition
	}
	return flags
}

// appendBinary appends the record's form and moves before on to it.
func (r *Record) appendBinary(dst []byte, before *Record) []byte {
	dst = binary.AppendUvarint(dst, uint64(r.Begin-before.End))
	dst = binary.AppendUvarint(dst, uint64(r.End-r.Begin))
	flags := byte(0)
	if !r.Ref.Empty() {
		flags |= hasRef
	}
	if !r.ID.Empty() {
		flags |= hasID
	}
	if r.Time != NoTime {
		flags |= hasTime
	}
	if r.Reason != "" {
		flags |= hasReason
	}
	if !r.Split.Empty() {
		flags |= hasSplit
	}
	switch r.Resolution {
	case AsOf:
		flags |= isAsOf
	case Latest:
		flags |= isLatest
	}
	dst = append(dst, flags)
	dst = binary.AppendVarint(dst, r.Offset-before.Offset)
	if flags&hasRef != 0 {
		dst = r.appendSpan(dst, r.Ref)
	}
	if flags&hasID != 0 {
		dst = r.appendSpan(dst, r.ID)
	}
	if flags&hasSplit != 0 {
		dst = r.appendSpan(dst, r.Split)
	}
	if flags&hasTime != 0 {
		dst = binary.AppendVarint(dst, r.Time-before.Time)
		before.Time = r.Time
	}
	if flags&hasReason != 0 {
		dst = append(dst, byte(slices.Index(reasonCodes[:], r.Reason)))
		dst = byteform.AppendString(dst, r.Detail)
	}
	before.End, before.Offset = r.End, r.Offset
	return dst
}

func (r *Record) appendSpan(dst []byte, p Span) []byte {
	dst = binary.AppendVarint(dst, int64(p.Begin)-int64(r.Begin))
	return binary.AppendUvarint(dst, uint64(p.End-p.Begin))
}

// DecodeBlock reads the byte form of a block. The block keeps data: its Buf is the end of it. Damaged data gives an
// error, never a panic, and memory in proportion to its length.
func DecodeBlock(data []byte) (Block, error) {
	in := byteform.Reader{Rest: data}
	var b Block
	form := in.Byte()
	allowed := byte(allBlockFlags)
	switch form {
	case blockForm:
	case blockFormBefore:
		allowed = allBlockFlagsBefore
	default:
		return b, fmt.Errorf("records: a block of form %d; this program reads forms %d and %d", form, blockFormBefore, blockForm)
	}
	flags := in.Byte()
	if flags&^allowed != 0 {
		in.Fail()
	}
	if flags&blockHasTable != 0 {
		copy(b.Table.Digest[:], in.Bytes(16))
		b.Table.Cut = in.Varint()
		if b.Table == (sideinput.ID{}) {
			in.Fail()
		}
	}
	b.Partition = flags&blockIsPartition != 0
	b.Source = in.String()
	b.Header = in.String()
	buf, n := in.Uvarint(), in.Uvarint()
	if buf > math.MaxUint32 || buf > uint64(len(in.Rest)) || n > uint64(len(in.Rest))/leastRecordBytes {
		in.Fail()
	}
	if in.Failed {
		return Block{}, errDamagedBlock
	}
	if n > 0 {
		b.Records = make([]Record, n)
	}
	before := Record{}
	for i := range b.Records {
		if err := b.Records[i].decode(&in, &before, int(buf)); err != nil {
			return Block{}, err
		}
	}
	if uint64(len(in.Rest)) != buf {
		return Block{}, errDamagedBlock
	}
	b.Buf = in.Rest[:len(in.Rest):len(in.Rest)]
	return b, nil
}

var errDamagedBlock = errors.New("records: damaged bytes of a block")

// decode reads the record's form and moves before on to it.
func (r *Record) decode(in *byteform.Reader, before *Record, buf int) error {
	begin := uint64(before.End) + in.Uvarint()
	end := begin + in.Uvarint()
	flags := in.Byte()
	if in.Failed || begin < uint64(before.End) || begin > uint64(buf) || end < begin || end > uint64(buf) || flags&^byte(allFlags) != 0 || flags&(isAsOf|isLatest) == isAsOf|isLatest {
		return errDamagedBlock
	}
	r.Begin, r.End = uint32(begin), uint32(end)
	r.Offset = before.Offset + in.Varint()
	if flags&hasRef != 0 {
		r.Ref = r.decodeSpan(in, buf)
	}
	if flags&hasID != 0 {
		r.ID = r.decodeSpan(in, buf)
	}
	if flags&hasSplit != 0 {
		r.Split = r.decodeSpan(in, buf)
	}
	switch {
	case flags&isAsOf != 0:
		r.Resolution = AsOf
	case flags&isLatest != 0:
		r.Resolution = Latest
	}
	r.Time = NoTime
	if flags&hasTime != 0 {
		r.Time = before.Time + in.Varint()
		before.Time = r.Time
		if r.Time == NoTime {
			in.Fail()
		}
	}
	if flags&hasReason != 0 {
		code := int(in.Byte())
		if code == 0 || code >= len(reasonCodes) {
			return errDamagedBlock
		}
		r.Reason = reasonCodes[code]
		r.Detail = in.String()
	}
	before.End, before.Offset = r.End, r.Offset
	if in.Failed {
		return errDamagedBlock
	}
	return nil
}

func (r *Record) decodeSpan(in *byteform.Reader, buf int) Span {
	begin, n := in.Varint(), in.Uvarint()
	begin += int64(r.Begin)
	if begin < 0 || n == 0 || begin > int64(buf) || n > uint64(int64(buf)-begin) {
		in.Fail()
		return Span{}
	}
	return Span{uint32(begin), uint32(begin + int64(n))}
}
