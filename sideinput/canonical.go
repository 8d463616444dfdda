package sideinput

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
)

// canonicalForm is the first of a message's canonical bytes.
const canonicalForm = 1

// AppendCanonical appends the bytes that stand for the message in a table's
// digest: those of its identity and nothing else. See docs/protocol.md.
func (m Message) AppendCanonical(dst []byte) []byte {
	dst = append(dst, canonicalForm, byte(m.Op))
	for _, text := range [...]string{m.Model, m.Version, m.URI, m.SHA256} {
		dst = appendText(dst, text)
	}
	dst = binary.BigEndian.AppendUint64(dst, uint64(m.At))
	if m.HasSeq {
		dst = binary.BigEndian.AppendUint64(append(dst, 1), uint64(m.Seq))
	} else {
		dst = append(dst, 0)
	}
	if m.Op != Alias {
		return dst
	}
	return appendTargets(appendText(dst, m.Alias), m.To)
}

// digest is the sum modulo 2^128 of the first 16 bytes of the SHA-256 of the
// canonical bytes of each message of a set.
type digest struct{ high, low uint64 }

func (d digest) plus(m Message) digest {
	var buf [512]byte
	sum := sha256.Sum256(m.AppendCanonical(buf[:0]))
	low, carry := bits.Add64(d.low, binary.BigEndian.Uint64(sum[8:16]), 0)
	high, _ := bits.Add64(d.high, binary.BigEndian.Uint64(sum[:8]), carry)
	return digest{high, low}
}

func (d digest) bytes() (b [16]byte) {
	binary.BigEndian.PutUint64(b[:8], d.high)
	binary.BigEndian.PutUint64(b[8:], d.low)
	return b
}

func digestOf(b [16]byte) digest {
	return digest{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

func appendText(dst []byte, text string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(text))), text...)
}
