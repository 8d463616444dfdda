package records

import (
	"bytes"
	"fmt"
	"os"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/mtime"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

func init() {
	beam.RegisterDoFn(&readFn{})
	register.Emitter2[beam.EventTime, Block]()
}

// readFn reads ranges of files.
type readFn struct {
	Source FileSource

	blocks *blockReader
}

// Setup prepares the reading of envelopes.
func (f *readFn) Setup() (err error) {
	f.blocks, err = newBlockReader(f.Source)
	return err
}

// ProcessElement reads the lines that begin in one range.
func (f *readFn) ProcessElement(w Work, emit func(beam.EventTime, Block)) error {
	table, err := w.TableID()
	if err != nil {
		return err
	}
	file, info, err := openRegular(folder(f.Source.Folder).at(w.Path))
	if err != nil {
		return err
	}
	defer file.Close()
	return f.blocks.readRange(file, info.Size(), w, table, emit)
}

// blockReader makes blocks of files' lines.
type blockReader struct {
	source  FileSource
	builder *Builder
}

func newBlockReader(source FileSource) (*blockReader, error) {
	builder, err := NewBuilder(source.Conversion)
	return &blockReader{source, builder}, err
}

func (b *blockReader) readRange(file *os.File, size int64, w Work, table sideinput.ID, emit func(beam.EventTime, Block)) error {
	r := &lineReader{file: file, size: size, most: b.source.RecordBytes}
	header, _, err := b.header(r, true)
	if err != nil {
		return err
	}
	if w.From > r.at {
		if err := r.seek(w.From); err != nil {
			return err
		}
	}
	for !stopping.isSet() {
		g, err := r.next(b.source.BlockRecords, b.source.BlockBytes, w.To, true)
		if err != nil || g.next == g.at {
			return err
		}
		if block := b.block(g, w.Path, header, table); len(block.Records) > 0 {
			emit(blockTime(&block, mtime.MinTimestamp), block)
		}
	}
	return nil
}

// header reads the line that names the columns, where records have one, and moves r behind it. It is not whole while
// the line has no end, unless last. A line that names none is the fault of each record below it: one damaged file does
// not end a job.
func (b *blockReader) header(r *lineReader, last bool) (header string, whole bool, err error) {
	if b.source.Conversion.Kind != CSV {
		return "", true, nil
	}
	r.most = mostHeader + len(byteOrderMark) + 1
	g, err := r.next(1, 1, 1, last)
	r.most = b.source.RecordBytes
	if err != nil || g.next == g.at {
		return "", false, err
	}
	for _, l := range g.lines {
		header = string(withoutMark(g.data[l.begin:l.end]))
	}
	return header, true, nil
}

// block makes a block of a group of lines. They have no timestamps of their own.
func (b *blockReader) block(g group, source, header string, table sideinput.ID) Block {
	b.builder.Start(source, header, g.data)
	for _, l := range g.lines {
		offset := g.at + int64(l.begin)
		if offset == 0 {
			l.begin = l.end - len(withoutMark(g.data[l.begin:l.end]))
		}
		if l.long {
			b.builder.addFault(l.begin, l.end, offset, NoTime, fmt.Sprintf("the record is longer than %d bytes", b.source.RecordBytes))
			continue
		}
		b.builder.AddRange(l.begin, l.end, offset, NoTime)
	}
	block := b.builder.Block()
	block.Table = table
	return block
}

// byteOrderMark is what some programs put at the front of a file.
const byteOrderMark = "\xEF\xBB\xBF"

func withoutMark(line []byte) []byte { return bytes.TrimPrefix(line, []byte(byteOrderMark)) }

// blockTime is the timestamp of a block as an element, otherwise where no record has a time.
func blockTime(b *Block, otherwise mtime.Time) mtime.Time {
	if t := b.Time(); t != NoTime {
		return mtime.FromMilliseconds(t)
	}
	return otherwise
}
