package sideinput

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
)

// tableForm is the first byte of an encoded table. DecodeTable reads this form
// and the one before it, which has neither labels nor hints.
const tableForm = 2

// Encoded table, form 2 (docs/protocol.md): form, digest, cut, number, hints,
// names; of each name the facts that are known and not served at the cut, those
// served, the labels in force there, and those after the cut.

// AppendBinary appends the table's byte form to dst. Equal tables have equal
// bytes.
func (t *Table) AppendBinary(dst []byte) []byte {
	dst = appendRevision(append(dst, tableForm), t.revision)
	dst = binary.BigEndian.AppendUint64(dst, uint64(t.preloads))
	dst = binary.AppendUvarint(dst, uint64(t.names.size))
	for _, h := range t.names.all() {
		dst = appendText(dst, h.name)
		for _, list := range [...][]*fact{h.others, h.served, h.labels(), h.facts} {
			dst = binary.AppendUvarint(dst, uint64(len(list)))
			for _, f := range list {
				dst = f.appendBinary(dst)
			}
		}
	}
	return dst
}

// revisionSize is the length of an encoded revision.
const revisionSize = 16 + 8 + 8

func appendRevision(dst []byte, r Revision) []byte {
	dst = append(dst, r.Digest[:]...)
	dst = binary.BigEndian.AppendUint64(dst, uint64(r.Cut))
	return binary.BigEndian.AppendUint64(dst, r.Number)
}

// Marks of an encoded fact, beside its op.
const (
	factOp      = 0x0f
	factSeq     = 0x10
	factDigest  = 0x20
	factPreload = 0x40
	factMarks   = factOp | factSeq | factDigest | factPreload
)

// appendBinary appends a fact without its name.
func (f *fact) appendBinary(dst []byte) []byte {
	marks := byte(f.op)
	if f.HasSeq {
		marks |= factSeq
	}
	if f.SHA256 != "" {
		marks |= factDigest
	}
	if f.preload {
		marks |= factPreload
	}
	dst = binary.AppendVarint(append(dst, marks), f.At)
	if f.HasSeq {
		dst = binary.AppendVarint(dst, f.Seq)
	}
	dst = appendText(appendText(dst, f.Version), f.URI)
	if f.SHA256 != "" {
		dst, _ = hex.AppendDecode(dst, []byte(f.SHA256)) // 64 digits: checked when the message was read
	}
	return dst
}

// errEncoding is what all errors of decoders are.
var errEncoding = errors.New("damaged bytes")

// DecodeTable reads what AppendBinary wrote. Bytes of a form that it does not
// know and damaged bytes are errors; no bytes make it panic, or keep more than
// a small multiple of their length.
func DecodeTable(data []byte) (*Table, error) {
	front, err := decodeFront(data)
	if err != nil {
		return nil, fmt.Errorf("table: %w", err)
	}
	d := decoder{rest: string(data[front.size:]), old: front.old}
	e := NewTable().edit()
	last := ""
	for n := d.count(); n > 0 && d.err == nil; n-- {
		name := d.text()
		if !isName(name) || name <= last {
			d.fail("names")
			break
		}
		last = name
		h := d.history(name, front.revision.Cut)
		if d.err == nil {
			e.replace(nil, h)
		}
	}
	if d.err == nil && d.rest != "" {
		d.fail("something follows the table")
	}
	if d.err == nil && uint64(e.preloads) != front.preloads {
		d.fail("number of hints")
	}
	if d.err != nil {
		return nil, fmt.Errorf("table: %w", d.err)
	}
	return e.table(front.revision), nil
}

// A tableFront is what an encoded table begins with: which table it is, and how
// many hints it has.
type tableFront struct {
	revision Revision
	preloads uint64
	old      bool // of the form before the present one
	size     int  // bytes
}

func decodeFront(data []byte) (front tableFront, err error) {
	if len(data) == 0 {
		return front, fmt.Errorf("%w: empty", errEncoding)
	}
	if data[0] != tableForm && data[0] != tableForm-1 {
		return front, fmt.Errorf("%w: form %d, want %d; was it written by a later version of this program?", errEncoding, data[0], tableForm)
	}
	front = tableFront{old: data[0] != tableForm, size: 1 + revisionSize}
	if !front.old {
		front.size += 8
	}
	if len(data) < front.size {
		return front, fmt.Errorf("%w: too short", errEncoding)
	}
	front.revision = readRevision(data[1:])
	if !front.old {
		front.preloads = binary.BigEndian.Uint64(data[1+revisionSize:])
	}
	return front, nil
}

// readRevision reads revisionSize bytes.
func readRevision(data []byte) (r Revision) {
	copy(r.Digest[:], data)
	r.Cut = int64(binary.BigEndian.Uint64(data[16:]))
	r.Number = binary.BigEndian.Uint64(data[24:])
	return r
}

// A decoder reads from the front of a text. After a failure it gives zeros.
type decoder struct {
	rest string
	old  bool // facts are of the form before the present one
	err  error
}

func (d *decoder) fail(what string) {
	if d.err == nil {
		d.err = fmt.Errorf("%w: %s", errEncoding, what)
	}
	d.rest = ""
}

func (d *decoder) history(name string, cut int64) *history {
	others := d.facts(name)
	served := d.facts(name)
	var labels []*fact
	if !d.old {
		labels = d.facts(name)
	}
	facts := d.facts(name)
	if d.err != nil {
		return nil
	}
	versions := make(map[string]bool, len(others)+len(served))
	for i, list := range [...][]*fact{others, served} {
		for j, f := range list {
			if !f.op.HasDocument() || f.At >= cut || versions[f.Version] || i == 0 && j > 0 && list[j-1].Version >= f.Version {
				d.fail("state at the cut")
				return nil
			}
			versions[f.Version] = true
		}
	}
	for i, f := range labels {
		if f.op != Alias || f.targets() == "" || f.At >= cut || i > 0 && labels[i-1].label() >= f.label() {
			d.fail("labels at the cut")
			return nil
		}
	}
	for i, f := range facts {
		if f.At < cut || i > 0 && compareFacts(facts[i-1], f) >= 0 {
			d.fail("facts out of order")
			return nil
		}
	}
	if len(versions)+len(labels)+len(facts) == 0 {
		d.fail("a name without facts")
		return nil
	}
	return newHistory(name, others, served, labels, facts)
}

func (d *decoder) facts(name string) []*fact {
	n := d.count()
	list := make([]*fact, 0, min(n, 1024))
	for ; n > 0 && d.err == nil; n-- {
		f := new(fact)
		d.fact(f, name)
		list = append(list, f)
	}
	return list
}

// fact reads a fact of a name.
func (d *decoder) fact(f *fact, name string) {
	f.Name = name
	marks := d.byte()
	f.op, f.HasSeq, f.preload = Op(marks&factOp), marks&factSeq != 0, marks&factPreload != 0
	f.At = d.varint()
	if f.HasSeq {
		f.Seq = d.varint()
	}
	f.Version, f.URI = d.text(), d.text()
	if marks&factDigest != 0 {
		f.SHA256 = d.hex(32)
	}
	if d.err == nil && (marks&^factMarks != 0 || d.old && (f.preload || f.op > Update) || f.check() != nil) {
		d.fail("fact")
	}
}

// check says why a fact that was read cannot be used.
func (f *fact) check() error {
	if f.op == Alias {
		if _, err := decodeTargets(f.targets()); err != nil {
			return err
		}
	}
	return f.message().check()
}

// hex reads n bytes, at most 32, as hex digits.
func (d *decoder) hex(n int) string {
	const digits = "0123456789abcdef"
	var text [64]byte
	raw := d.take(n)
	for i := range len(raw) {
		text[2*i], text[2*i+1] = digits[raw[i]>>4], digits[raw[i]&15]
	}
	return string(text[:2*len(raw)])
}

// count reads how many things follow. Each takes at least a byte, which bounds
// it.
func (d *decoder) count() int {
	n := d.uvarint()
	if n > uint64(len(d.rest)) {
		d.fail("too short")
		return 0
	}
	return int(n)
}

func (d *decoder) text() string { return d.take(d.count()) }

func (d *decoder) take(n int) string {
	if n > len(d.rest) {
		d.fail("too short")
		return ""
	}
	text := d.rest[:n]
	d.rest = d.rest[n:]
	return text
}

func (d *decoder) byte() byte {
	if b := d.take(1); b != "" {
		return b[0]
	}
	return 0
}

func (d *decoder) varint() int64 {
	u := d.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

// uvarint reads the shortest form only, so that equal tables have equal bytes.
func (d *decoder) uvarint() (v uint64) {
	for shift := 0; shift < 64; shift += 7 {
		b := d.byte()
		if d.err != nil {
			return 0
		}
		if shift == 63 && b > 1 || shift > 0 && b == 0 {
			break
		}
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
	d.fail("number")
	return 0
}
