package records

import (
	"bytes"
	"math"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

// Builder makes blocks: it reads the envelope of each record that is added. It belongs to one goroutine.
//
//	b.Start(source, header, nil)
//	b.Add(record, offset, recordTime) // for each record
//	block := b.Block()
type Builder struct {
	c         Conversion
	envelopes envelopeReader
	block     Block
	envelope  envelope // of the record that is being added
	records   int      // of the last block, which the next is likely to have
	reference Span     // of the conversion's Reference, once it is in the block
}

// NewBuilder returns a builder of blocks, or what Check says.
func NewBuilder(c Conversion) (*Builder, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	return &Builder{c: c, envelopes: c.envelopeReader()}, nil
}

// Start begins a block. source is the place of its records, header the line of column names (csv only).
// data, if not nil, becomes the front of its Buf and is owned by the block from then on.
func (b *Builder) Start(source, header string, data []byte) {
	b.block = Block{Source: source, Header: header, Buf: data[:len(data):len(data)]}
	b.reference = Span{}
	b.block.Records = make([]Record, 0, max(b.records, 4))
	b.envelopes.start(header)
}

// StartPartition begins a block of a partition of a topic, of which source is "topic-partition". It makes room for so many
// records and bytes; there may be more of both.
func (b *Builder) StartPartition(source, header string, records, size int) {
	b.records = records
	b.Start(source, header, nil)
	b.block.Buf, b.block.Partition = make([]byte, 0, size), true
}

// Add adds a record of which the bytes are copied. recordTime is its timestamp in milliseconds, NoTime if it has none:
// the event time of a record that says none itself.
func (b *Builder) Add(record []byte, offset, recordTime int64) {
	begin := len(b.block.Buf)
	b.block.Buf = append(b.block.Buf, record...)
	b.add(begin, len(b.block.Buf), offset, recordTime, Outer{})
}

// Outer is what is known of a record from outside its bytes, as from the headers of a message: it counts where the
// record itself says nothing. An empty field says nothing.
type Outer struct{ Reference, ID, Split []byte }

// AddWithOuter is Add for a record about which something is known from outside.
func (b *Builder) AddWithOuter(record []byte, offset, recordTime int64, outer Outer) {
	begin := len(b.block.Buf)
	b.block.Buf = append(b.block.Buf, record...)
	b.add(begin, len(b.block.Buf), offset, recordTime, outer)
}

// AddFault adds a record, of which the bytes are copied, that is undecodable because of what message says.
func (b *Builder) AddFault(record []byte, offset, recordTime int64, message string) {
	begin := len(b.block.Buf)
	b.block.Buf = append(b.block.Buf, record...)
	b.addFault(begin, len(b.block.Buf), offset, recordTime, message)
}

// AddRange adds the record that Start was given at data[begin:end]. Records are added in their order.
func (b *Builder) AddRange(begin, end int, offset, recordTime int64) {
	b.add(begin, end, offset, recordTime, Outer{})
}

// Len returns the number of records added since Start.
func (b *Builder) Len() int { return len(b.block.Records) }

// Size returns the number of bytes of the block so far. It must stay below 4 GiB.
func (b *Builder) Size() int { return len(b.block.Buf) }

// Block returns what was added since Start and gives it away.
func (b *Builder) Block() Block {
	block := b.block
	b.block, b.records = Block{}, len(block.Records)
	return block
}

func (b *Builder) add(begin, end int, offset, recordTime int64, outer Outer) {
	if end > math.MaxUint32 {
		panic("records: a block of 4 GiB")
	}
	e := &b.envelope
	*e = envelope{time: NoTime}
	err := b.envelopes.read(b.block.Buf[begin:end], e)
	r := Record{
		Begin: uint32(begin), End: uint32(end), Offset: offset,
		Ref: b.span(begin, e.ref), ID: b.span(begin, e.id), Split: b.span(begin, e.split),
		Time: e.time, Resolution: e.resolution,
	}
	if r.Time == NoTime {
		r.Time = recordTime
	}
	b.complete(&r.Ref, outer.Reference)
	b.complete(&r.ID, outer.ID)
	b.complete(&r.Split, outer.Split)
	switch {
	case err != nil:
		r.Reason, r.Detail = sideinput.Undecodable, detail(err)
	case r.Time == NoTime:
		r.Reason, r.Detail = sideinput.Undecodable, "the record has no time"
	case r.Ref.Empty() && b.c.Reference != "":
		r.Ref = b.defaultReference()
	case r.Ref.Empty():
		r.Reason = sideinput.NoReference
	}
	b.append(r)
}

// addFault adds a record that was not read.
func (b *Builder) addFault(begin, end int, offset, recordTime int64, message string) {
	b.append(Record{
		Begin: uint32(begin), End: uint32(end), Offset: offset, Time: recordTime,
		Reason: sideinput.Undecodable, Detail: message,
	})
}

func (b *Builder) append(r Record) {
	b.block.Records = append(b.block.Records, r)
}

// complete puts a text that is known from outside in the place of one that the record has not.
func (b *Builder) complete(p *Span, text []byte) {
	if p.Empty() && len(text) > 0 {
		begin := len(b.block.Buf)
		b.block.Buf = append(b.block.Buf, text...)
		*p = Span{uint32(begin), uint32(len(b.block.Buf))}
	}
}

func (b *Builder) defaultReference() Span {
	if b.reference.Empty() {
		begin := len(b.block.Buf)
		b.block.Buf = append(b.block.Buf, b.c.Reference...)
		b.reference = Span{uint32(begin), uint32(len(b.block.Buf))}
	}
	return b.reference
}

// span returns where a text of the record at begin is, after appending it if it stands otherwise in the record.
func (b *Builder) span(begin int, t piece) Span {
	if t.absent() {
		return Span{}
	}
	raw := b.block.Buf[begin+t.begin : begin+t.end]
	at := len(b.block.Buf)
	switch t.form {
	case plain:
		return Span{uint32(begin + t.begin), uint32(begin + t.end)}
	case jsonEscapes:
		b.block.Buf, _ = jsontext.AppendUnquote(b.block.Buf, raw) // valid: the envelope was read
	case csvQuotes:
		b.block.Buf = appendUndoubled(b.block.Buf, raw)
	}
	return Span{uint32(at), uint32(len(b.block.Buf))}
}

// isBlankLine says whether a line is no record at all.
func isBlankLine(line []byte) bool { return len(bytes.TrimSpace(line)) == 0 }
