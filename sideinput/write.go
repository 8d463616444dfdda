package sideinput

import (
	"maps"
	"slices"
	"strconv"
)

// AppendJSON appends the message as a control record, without a line's end.
func (m Message) AppendJSON(dst []byte) []byte {
	dst = m.appendMembers(append(dst, '{'), m.URI)
	if m.Preload {
		dst = append(dst, `,"preload":true`...)
	}
	return append(appendLabels(dst, m.Labels), '}')
}

// appendMembers appends the members that are the message's identity, with its
// uri as it may be shown.
func (m Message) appendMembers(dst []byte, uri string) []byte {
	dst = appendMember(dst, "op", m.Op.String())
	dst = appendMember(dst, "model", m.Model)
	if m.Version != "" {
		dst = appendMember(dst, "version", m.Version)
	}
	if uri != "" {
		dst = appendMember(dst, "uri", uri)
	}
	if m.SHA256 != "" {
		dst = appendMember(dst, "sha256", m.SHA256)
	}
	if m.Op == Alias {
		dst = appendTo(appendMember(dst, "alias", m.Alias), m.To)
	}
	dst = appendMember(dst, "at", FormatTime(m.At))
	if m.HasSeq {
		dst = strconv.AppendInt(append(dst, `,"seq":`...), m.Seq, 10)
	}
	return dst
}

// appendLabels appends the member labels, if there are any.
func appendLabels(dst []byte, labels map[string]string) []byte {
	if len(labels) == 0 {
		return dst
	}
	dst = append(dst, `,"labels":{`...)
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		dst = appendMember(dst, name, labels[name])
	}
	return append(dst, '}')
}
