package records

import (
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/beam-pmml/beam-pmml/transforms/internal/byteform"
)

// linesForm is the first byte of the byte form of Lines. Then come the number of lines, the length of each with its
// '\n' (both as unsigned varints), and Buf.
const linesForm = 1

func init() {
	beam.RegisterType(reflect.TypeFor[Lines]())
	beam.RegisterCoder(reflect.TypeFor[Lines](), encodeLines, DecodeLines)
}

func encodeLines(l Lines) []byte { return l.AppendBinary(nil) }

// AppendBinary appends the byte form.
func (l *Lines) AppendBinary(dst []byte) []byte {
	dst = slices.Grow(dst, len(l.Buf)+8+3*len(l.Ends))
	dst = append(dst, linesForm)
	dst = binary.AppendUvarint(dst, uint64(len(l.Ends)))
	before := uint32(0)
	for _, end := range l.Ends {
		dst = binary.AppendUvarint(dst, uint64(end-before))
		before = end
	}
	return append(dst, l.Buf...)
}

var errDamagedLines = errors.New("records: damaged bytes of lines")

// DecodeLines reads the byte form of Lines, which keep data. Damaged data gives an error, never a panic, and memory
// in proportion to its length.
func DecodeLines(data []byte) (Lines, error) {
	in := byteform.Reader{Rest: data}
	if form := in.Byte(); form != linesForm {
		return Lines{}, fmt.Errorf("records: lines of form %d; this program reads form %d", form, linesForm)
	}
	n := in.Uvarint()
	if in.Failed || n > uint64(len(in.Rest))/2 { // a line has its length and at least its '\n'
		return Lines{}, errDamagedLines
	}
	l := Lines{}
	if n > 0 {
		l.Ends = make([]uint32, n)
	}
	end := uint64(0)
	for i := range l.Ends {
		size := in.Uvarint()
		if end += size; size == 0 || size > uint64(len(data)) || end > uint64(len(data)) {
			return Lines{}, errDamagedLines
		}
		l.Ends[i] = uint32(end)
	}
	if in.Failed || uint64(len(in.Rest)) != end {
		return Lines{}, errDamagedLines
	}
	l.Buf = in.Rest[:end:end]
	for _, end := range l.Ends {
		if l.Buf[end-1] != '\n' {
			return Lines{}, errDamagedLines
		}
	}
	return l, nil
}
