package transforms

import (
	"encoding/binary"

	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// heldForm is the first byte of an entry of held records and of what is known of a key's. Decoders read this form and the
// one before it, of which there is none yet. docs/protocol.md describes both.
const heldForm byte = 1

// encode makes form, since, wait and the block in its own form.
func (e *heldEntry) encode() []byte {
	dst := binary.AppendVarint([]byte{heldForm}, e.since)
	dst = binary.AppendUvarint(dst, uint64(e.wait))
	return e.block.AppendBinary(dst)
}

func decodeHeldEntry(data []byte) (e heldEntry, err error) {
	if len(data) == 0 || data[0] != heldForm {
		return e, errHeld
	}
	d := heldDecoder{rest: data[1:]}
	e.since, e.wait = d.varint(), int64(d.uvarint())
	if d.failed || e.wait < 0 || e.wait > maxHold.Milliseconds() {
		return e, errHeld
	}
	if e.block, err = records.DecodeBlock(d.rest); err != nil {
		return e, err
	}
	for i := range e.block.Records {
		if !canWait(e.block.Records[i].Time) {
			return e, errHeld
		}
	}
	return e, nil
}

// encode makes what is known of a key's held records.
func (k *heldKey) encode() []byte {
	dst := binary.AppendVarint([]byte{heldForm}, k.reached)
	for i := range k.rings {
		dst = k.timers[i].appendBinary(dst)
		dst = k.rings[i].appendBinary(dst)
	}
	return dst
}

func (t heldTimer) appendBinary(dst []byte) []byte {
	if t.set {
		return binary.AppendVarint(binary.AppendVarint(append(dst, 1), t.fire), t.hold)
	}
	return append(dst, 0)
}

func (r *heldRing) appendBinary(dst []byte) []byte {
	var used uint64
	for i := range r.slots {
		if r.slots[i].records > 0 {
			used |= 1 << i
		}
	}
	dst = binary.AppendUvarint(dst, used)
	if used == 0 {
		return dst
	}
	dst = binary.AppendVarint(dst, r.first)
	for i := range r.slots {
		if r.slots[i].records > 0 {
			dst = r.slots[i].appendBinary(dst)
		}
	}
	return dst
}

func (s *heldSlot) appendBinary(dst []byte) []byte {
	dst = binary.AppendUvarint(binary.AppendUvarint(dst, uint64(s.records)), uint64(s.bytes))
	dst = binary.AppendVarint(binary.AppendVarint(dst, s.leastDue), s.leastHold)
	if s.concerns.any {
		return append(dst, mostConcerns+1)
	}
	dst = append(dst, byte(len(s.concerns.list)))
	for _, x := range s.concerns.list {
		dst = binary.BigEndian.AppendUint64(dst, x)
	}
	return dst
}

func decodeHeldKey(data []byte) (*heldKey, error) {
	if len(data) == 0 || data[0] != heldForm {
		return nil, errHeld
	}
	d := heldDecoder{rest: data[1:]}
	k := newHeldKey()
	k.reached = d.varint()
	for i := range k.rings {
		switch d.byte() {
		case 0:
		case 1:
			k.timers[i] = heldTimer{set: true, fire: d.varint(), hold: d.varint()}
		default:
			d.fail()
		}
		d.ring(&k.rings[i])
	}
	if d.failed || len(d.rest) > 0 {
		return nil, errHeld
	}
	return k, nil
}

// heldDecoder takes bytes apart. After the first thing that is not there it has failed and gives zeros.
type heldDecoder struct {
	rest   []byte
	failed bool
}

func (d *heldDecoder) fail() { d.failed, d.rest = true, nil }

func (d *heldDecoder) ring(r *heldRing) {
	used := d.uvarint()
	if used >= 1<<len(r.slots) {
		d.fail()
	}
	if used == 0 || d.failed {
		return
	}
	r.first = d.varint()
	for i := range r.slots {
		if used&(1<<i) != 0 {
			d.slot(&r.slots[i])
		}
	}
}

func (d *heldDecoder) slot(s *heldSlot) {
	s.records, s.bytes = int64(d.uvarint()), int64(d.uvarint())
	s.leastDue, s.leastHold = d.varint(), d.varint()
	n := int(d.byte())
	switch {
	case s.records <= 0 || s.bytes < 0 || n > mostConcerns+1:
		d.fail()
	case n > mostConcerns:
		s.concerns.any = true
	default:
		for range n {
			s.concerns.list = append(s.concerns.list, d.uint64())
		}
	}
}

func (d *heldDecoder) byte() byte {
	if len(d.rest) == 0 {
		d.fail()
		return 0
	}
	b := d.rest[0]
	d.rest = d.rest[1:]
	return b
}

func (d *heldDecoder) uint64() uint64 {
	if len(d.rest) < 8 {
		d.fail()
		return 0
	}
	x := binary.BigEndian.Uint64(d.rest)
	d.rest = d.rest[8:]
	return x
}

func (d *heldDecoder) uvarint() uint64 {
	x, n := binary.Uvarint(d.rest)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.rest = d.rest[n:]
	return x
}

func (d *heldDecoder) varint() int64 {
	x, n := binary.Varint(d.rest)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.rest = d.rest[n:]
	return x
}
