package sideinput

import (
	"encoding/binary"
	"fmt"
	"reflect"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
)

func init() {
	beam.RegisterType(reflect.TypeFor[Raw]())
	beam.RegisterCoder(reflect.TypeFor[Raw](), encodeRaw, DecodeRaw)
}

// Raw is one control record as read: the element of a control collection. The
// zero Raw says nothing; it asks a fold for a snapshot.
type Raw struct {
	Data    []byte
	Source  string // where it was read: path@offset, or topic-partition-offset
	Time    int64  // the record's own timestamp, milliseconds since 1970 UTC
	HasTime bool   // false for a line of a file
}

// Message reads the record. Its error is a *MessageError.
func (r Raw) Message() (Message, error) { return ParseMessage(r.Data, r.Time, r.HasTime) }

func (r Raw) isSeed() bool { return len(r.Data) == 0 && r.Source == "" && !r.HasTime }

// rawForm is the first byte of an encoded Raw. DecodeRaw reads this form and
// the one before it, of which there is none yet.
const rawForm = 1

// AppendBinary appends the record's byte form to dst.
func (r Raw) AppendBinary(dst []byte) []byte {
	dst = append(dst, rawForm)
	if r.HasTime {
		dst = binary.AppendVarint(append(dst, 1), r.Time)
	} else {
		dst = append(dst, 0)
	}
	return append(appendText(dst, r.Source), r.Data...)
}

func encodeRaw(r Raw) []byte { return r.AppendBinary(nil) }

// DecodeRaw reads what AppendBinary wrote.
func DecodeRaw(data []byte) (Raw, error) {
	if len(data) == 0 || data[0] != rawForm {
		return Raw{}, fmt.Errorf("control record: %w: not of form %d", errEncoding, rawForm)
	}
	d := decoder{rest: string(data[1:])}
	var r Raw
	switch d.byte() {
	case 0:
	case 1:
		r.HasTime, r.Time = true, d.varint()
	default:
		d.fail("time")
	}
	r.Source = d.text()
	if d.err != nil {
		return Raw{}, fmt.Errorf("control record: %w", d.err)
	}
	if d.rest != "" {
		r.Data = []byte(d.rest)
	}
	return r, nil
}
