package records

import (
	"math"
	"strconv"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

// NoTime is the Time of a record whose event time could not be read.
const NoTime int64 = math.MinInt64

// Span is a piece of a block's Buf, [Begin, End). An empty span means that there is no such thing.
type Span struct{ Begin, End uint32 }

// Empty says whether the span holds no bytes.
func (p Span) Empty() bool { return p.Begin >= p.End }

// Record is one event of a block: where its bytes are and what its envelope says.
type Record struct {
	Begin, End uint32 // the original bytes in Buf, without the line's end
	Ref, ID    Span   // unescaped; an empty ID means that the place is the id
	Split      Span   // unescaped: what an alias splits by; empty: the id
	Time       int64  // event time, milliseconds of the epoch; NoTime where it could not be read
	Offset     int64  // the place within the block's Source: a byte offset for files, the record's offset in a partition
	Reason     sideinput.Reason
	Detail     string // for a Reason: what is wrong and where
	Resolution Resolution
}

// Block is a number of records that were read together and travel as one element of a PCollection.
//
// A block is never changed after it was emitted and its Buf is never used again by its source: a fused stage passes
// it on by reference. Whoever keeps a block, or a slice of its Buf, may do so for ever; whoever wants to change one
// makes a copy.
type Block struct {
	Source  string // where the records come from: a path as given, plus ~n after the n-th truncation or rotation; or topic-partition
	Header  string // csv: the line that names the columns; empty otherwise
	Buf     []byte // the records' bytes; after them unescaped references and ids that differ from how they stand in the record
	Records []Record
	Table   sideinput.ID // the table that was given to the source (option After); zero: none

	Partition bool // Source is a partition of a topic: the place is topic-partition-offset
}

// Line returns the original bytes of record i.
func (b *Block) Line(i int) []byte {
	r := &b.Records[i]
	return b.Buf[r.Begin:r.End:r.End]
}

// Reference returns the reference of record i, empty where it has none.
func (b *Block) Reference(i int) []byte { return b.span(b.Records[i].Ref) }

// AppendID appends the record id of record i: the envelope's where it has one, else the place.
func (b *Block) AppendID(dst []byte, i int) []byte {
	if id := b.Records[i].ID; !id.Empty() {
		return append(dst, b.span(id)...)
	}
	return b.AppendPlace(dst, i)
}

// AppendSplitKey appends what an alias chooses by for record i: the envelope's split key where it has one, else the id.
func (b *Block) AppendSplitKey(dst []byte, i int) []byte {
	if key := b.Records[i].Split; !key.Empty() {
		return append(dst, b.span(key)...)
	}
	return b.AppendID(dst, i)
}

// AppendPlace appends the place of record i: Source, "@" or, in a partition of a topic, "-", and the offset.
func (b *Block) AppendPlace(dst []byte, i int) []byte {
	mark := byte('@')
	if b.Partition {
		mark = '-'
	}
	dst = append(append(dst, b.Source...), mark)
	return strconv.AppendInt(dst, b.Records[i].Offset, 10)
}

// Time returns the least event time of the block in milliseconds, which is the timestamp that the block has as an
// element; without any, it returns NoTime.
func (b *Block) Time() int64 {
	least := NoTime
	for i := range b.Records {
		if t := b.Records[i].Time; t != NoTime && (least == NoTime || t < least) {
			least = t
		}
	}
	return least
}

func (b *Block) span(p Span) []byte { return b.Buf[p.Begin:p.End:p.End] }
