package sideinput

import (
	"encoding/binary"
	"fmt"
)

// headForm is the first byte of an encoded head. decodeHead reads this form
// and the one before it, of which there is none yet.
const headForm = 1

const headSize = 1 + revisionSize + 8 + 5*4 // 61 bytes; at most 64

// A head is what a bundle reads of a key's table: which one it is, what the
// state around it looks like, and how it was cut into shards.
type head struct {
	revision  Revision
	pending   int64 // when the cut's timer fires, milliseconds since 1970 UTC; NoCut if none is set
	shards    uint32
	subShards uint32
	base      uint32 // bytes
	tail      uint32 // bytes
	messages  uint32 // in tail
}

func (h head) appendBinary(dst []byte) []byte {
	dst = appendRevision(append(dst, headForm), h.revision)
	dst = binary.BigEndian.AppendUint64(dst, uint64(h.pending))
	for _, n := range [...]uint32{h.shards, h.subShards, h.base, h.tail, h.messages} {
		dst = binary.BigEndian.AppendUint32(dst, n)
	}
	return dst
}

func decodeHead(data []byte) (h head, err error) {
	if len(data) != headSize || data[0] != headForm {
		return h, fmt.Errorf("head of a table: %w: want %d bytes of form %d", errEncoding, headSize, headForm)
	}
	h.revision = readRevision(data[1:])
	rest := data[1+revisionSize:]
	h.pending = int64(binary.BigEndian.Uint64(rest))
	for i, n := range [...]*uint32{&h.shards, &h.subShards, &h.base, &h.tail, &h.messages} {
		*n = binary.BigEndian.Uint32(rest[8+4*i:])
	}
	return h, nil
}
