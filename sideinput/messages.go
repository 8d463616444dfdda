package sideinput

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
)

// messagesForm is the first byte of encoded messages. decodeMessages reads this
// form and the one before it, in which a message's hint is a mark of its own.
const messagesForm = 2

// Marks of an encoded message.
const (
	messageRecordTime = 0x01
	messagePreload    = 0x02 // form 1
)

// encodeMessages keeps messages whole: what travels with a pipeline as its
// base, and what lies in a table's tail.
func encodeMessages(msgs []Message) []byte {
	dst := binary.AppendUvarint([]byte{messagesForm}, uint64(len(msgs)))
	for _, m := range msgs {
		var marks byte
		if m.HasRecordTime {
			marks |= messageRecordTime
		}
		dst = append(dst, marks)
		if m.HasRecordTime {
			dst = binary.AppendVarint(dst, m.RecordTime)
		}
		dst = factOf(m).appendBinary(appendText(dst, m.Model))
		dst = binary.AppendUvarint(dst, uint64(len(m.Labels)))
		for _, name := range slices.Sorted(maps.Keys(m.Labels)) {
			dst = appendText(appendText(dst, name), m.Labels[name])
		}
	}
	return dst
}

func decodeMessages(data []byte) ([]Message, error) {
	if len(data) == 0 || data[0] != messagesForm && data[0] != messagesForm-1 {
		return nil, fmt.Errorf("messages: %w: not of form %d", errEncoding, messagesForm)
	}
	d := decoder{rest: string(data[1:]), old: data[0] != messagesForm}
	n := d.count()
	msgs := make([]Message, 0, min(n, 1024))
	for ; n > 0 && d.err == nil; n-- {
		msgs = append(msgs, d.message())
	}
	if d.err == nil && d.rest != "" {
		d.fail("something follows the messages")
	}
	if d.err != nil {
		return nil, fmt.Errorf("messages: %w", d.err)
	}
	return msgs, nil
}

func (d *decoder) message() Message {
	marks := d.byte()
	if marks > messageRecordTime && !d.old || marks > messageRecordTime|messagePreload {
		d.fail("marks of a message")
	}
	var recordTime int64
	if marks&messageRecordTime != 0 {
		recordTime = d.varint()
	}
	var f fact
	d.fact(&f, d.text())
	m := f.message()
	m.RecordTime, m.HasRecordTime = recordTime, marks&messageRecordTime != 0
	if d.old {
		m.Preload = marks&messagePreload != 0
	}
	if n := d.count(); n > MaxLabels {
		d.fail("labels")
	} else if n > 0 {
		m.Labels = make(map[string]string, n)
		for ; n > 0 && d.err == nil; n-- {
			name := d.text()
			m.Labels[name] = d.text()
		}
	}
	return m
}
