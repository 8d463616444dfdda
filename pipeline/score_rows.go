package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

const (
	chunkBytes = 256 << 10 // read and scored together
	maxRow     = 64 << 20  // bytes of one row
)

// rowReader cuts rows into chunks of whole rows.
type rowReader struct {
	in     *bufio.Reader
	kind   records.Kind
	header string // csv: the line that names the columns
	missed []string
	rest   []byte // of the last chunk: the beginning of a row
	ended  bool
}

// newRowReader finds out the form of the rows and, for CSV, reads the names of the columns.
func newRowReader(in io.Reader, name string, o scoreOptions) (*rowReader, error) {
	plain, err := decompressed(bufio.NewReaderSize(in, 64<<10))
	if err != nil {
		return nil, err
	}
	r := &rowReader{in: plain, missed: o.missing}
	if mark, err := r.in.Peek(3); err == nil && string(mark) == "\ufeff" {
		if _, err := r.in.Discard(len(mark)); err != nil {
			return nil, failed(err)
		}
	}
	first, err := firstByte(r.in)
	if err != nil {
		return nil, failed(err)
	}
	if r.kind, err = rowKind(name, o, first); err != nil {
		return nil, err
	}
	if r.kind != records.CSV {
		return r, nil
	}
	chunk, err := r.next()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, failed(err)
	}
	end := rowEnd(chunk, records.CSV)
	if end < 0 {
		end = len(chunk)
	}
	r.header = trimLineEnd(chunk[:end])
	if r.header == "" {
		return nil, usage(errors.New("no line that names the columns"))
	}
	if name, twice := columnTwice(r.header); twice {
		return nil, usage(fmt.Errorf("the column %q is named twice", name))
	}
	r.rest = append(bytes.Clone(chunk[end:]), r.rest...)
	return r, nil
}

// decompressed looks for gzip's magic bytes and reads what they begin. Rows stream, so however much comes out, memory is
// bounded.
func decompressed(in *bufio.Reader) (*bufio.Reader, error) {
	magic, err := in.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, failed(err)
	}
	if len(magic) < 2 || magic[0] != 0x1f || magic[1] != 0x8b {
		return in, nil
	}
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, usage(fmt.Errorf("begins as gzip does: %w", err))
	}
	return bufio.NewReaderSize(z, 64<<10), nil
}

// columnTwice finds a name that the header gives to two columns.
func columnTwice(header string) (string, bool) {
	names, err := csv.NewReader(strings.NewReader(header)).Read()
	if err != nil {
		return "", false // the rows' errors tell
	}
	seen := make(map[string]bool, len(names))
	for _, name := range names {
		if seen[name] {
			return name, true
		}
		seen[name] = true
	}
	return "", false
}

func firstByte(in *bufio.Reader) (byte, error) {
	window, err := in.Peek(1024)
	if err != nil && err != io.EOF {
		return 0, err
	}
	if text := bytes.TrimLeft(window, " \t\r\n"); len(text) > 0 {
		return text[0], nil
	}
	return 0, nil
}

// next returns whole rows, of about chunkBytes, in memory of their own; io.EOF after the last. A last row may lack its line end.
func (r *rowReader) next() ([]byte, error) {
	chunk := append(make([]byte, 0, len(r.rest)+chunkBytes), r.rest...)
	r.rest = nil
	for !r.ended {
		// While no row ends, each step reads as much as there is already, so that looking through it again stays in proportion.
		step := max(chunkBytes, len(chunk))
		chunk = slices.Grow(chunk, step)
		n, err := io.ReadFull(r.in, chunk[len(chunk):len(chunk)+step])
		chunk = chunk[:len(chunk)+n]
		switch err {
		case nil:
		case io.EOF, io.ErrUnexpectedEOF:
			r.ended = true
			continue
		default:
			return nil, err
		}
		if end := lastRowEnd(chunk, r.kind); end > 0 {
			r.rest = chunk[end:]
			return chunk[:end:end], nil
		}
		if len(chunk) > maxRow {
			return nil, fmt.Errorf("a row of more than %d MiB: a quote that is not closed?", maxRow>>20)
		}
	}
	if len(chunk) == 0 {
		return nil, io.EOF
	}
	return chunk, nil
}

// lastRowEnd returns where the last whole row of chunk ends, 0 if none does.
func lastRowEnd(chunk []byte, kind records.Kind) int {
	if kind != records.CSV || bytes.IndexByte(chunk, '"') < 0 {
		return bytes.LastIndexByte(chunk, '\n') + 1
	}
	end := 0
	for {
		n := rowEnd(chunk[end:], kind)
		if n < 0 {
			return end
		}
		end += n
	}
}

// rowEnd returns where the first row of text ends, behind its line end; -1 if it is not there. A line break within the quotes of a CSV
// cell does not end a row. What is wrong with a row is for the conversion to say, so quotes elsewhere do not count.
func rowEnd(text []byte, kind records.Kind) int {
	line := bytes.IndexByte(text, '\n')
	if line < 0 {
		return -1
	}
	if kind != records.CSV || bytes.IndexByte(text[:line], '"') < 0 {
		return line + 1
	}
	for i := 0; i < len(text); {
		if text[i] == '"' {
			if i = closingQuote(text, i+1); i < 0 {
				return -1
			}
			i++
		}
		for ; i < len(text) && text[i] != ','; i++ {
			if text[i] == '\n' {
				return i + 1
			}
		}
		i++ // the comma
	}
	return -1
}

// closingQuote returns the index of the quote that ends a cell, from i on; -1 if it is not there.
func closingQuote(text []byte, i int) int {
	for ; i < len(text); i++ {
		n := bytes.IndexByte(text[i:], '"')
		if n < 0 {
			return -1
		}
		i += n
		if i+1 == len(text) || text[i+1] != '"' {
			return i
		}
		i++
	}
	return -1
}

func trimLineEnd(row []byte) string {
	return strings.TrimSuffix(strings.TrimSuffix(string(row), "\n"), "\r")
}

// anyColumn says whether a column of the header is a field of the model.
func anyColumn(header string, model *pmml.Model) bool {
	names, err := csv.NewReader(strings.NewReader(header)).Read()
	if err != nil {
		return true // the rows' errors tell
	}
	for _, name := range names {
		if _, ok := model.FieldIndex(name); ok {
			return true
		}
	}
	return false
}
