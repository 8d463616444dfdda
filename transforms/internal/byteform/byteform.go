// Package byteform takes byte forms of this project apart: numbers as varints, texts with their length before them.
package byteform

import "encoding/binary"

// Reader takes a byte form apart. After the first thing that is not there, or not a shortest varint, it is Failed and
// gives zeros. It belongs to one goroutine.
type Reader struct {
	Rest   []byte
	Failed bool
}

// Fail ends the reading.
func (r *Reader) Fail() { r.Failed, r.Rest = true, nil }

// Byte reads one byte.
func (r *Reader) Byte() byte {
	if len(r.Rest) == 0 {
		r.Fail()
		return 0
	}
	b := r.Rest[0]
	r.Rest = r.Rest[1:]
	return b
}

// Bytes reads n bytes, which stay those of Rest.
func (r *Reader) Bytes(n uint64) []byte {
	if n > uint64(len(r.Rest)) {
		r.Fail()
		return nil
	}
	b := r.Rest[:n:n]
	r.Rest = r.Rest[n:]
	return b
}

// String reads a text with its length before it.
func (r *Reader) String() string { return string(r.Bytes(r.Uvarint())) }

// Uvarint reads an unsigned varint.
func (r *Reader) Uvarint() uint64 {
	v, n := binary.Uvarint(r.Rest)
	if n <= 0 || n > 1 && r.Rest[n-1] == 0 {
		r.Fail()
		return 0
	}
	r.Rest = r.Rest[n:]
	return v
}

// Varint reads a signed varint.
func (r *Reader) Varint() int64 {
	u := r.Uvarint()
	v := int64(u >> 1)
	if u&1 != 0 {
		v = ^v
	}
	return v
}

// AppendString appends a text with its length before it.
func AppendString(dst []byte, s string) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}
