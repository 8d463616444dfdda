package kafka

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// mostMember bounds a text in a line that is too long for a broker.
const mostMember = 16 << 10

// shorten returns a line that a broker takes: of members that are long, a text is cut, as that of the original record, and
// anything else becomes null. The member "shortened" lists them. So an outcome is never lost for its length.
func shorten(line []byte) []byte {
	d := jsontext.NewDecoder(bytes.NewReader(line), jsontext.AllowDuplicateNames(true))
	if t, err := d.ReadToken(); err != nil || t.Kind() != '{' {
		return line[:min(len(line), mostMember)]
	}
	out, names := []byte{'{'}, []byte{'['}
	for d.PeekKind() == '"' {
		name, err := d.ReadValue()
		if err != nil {
			break
		}
		name = bytes.Clone(name)
		value, err := d.ReadValue()
		if err != nil {
			break
		}
		out = append(append(out, name...), ':')
		if len(value) <= mostMember {
			out = append(out, value...)
		} else {
			out = appendCut(out, value)
			if len(names) > 1 {
				names = append(names, ',')
			}
			names = append(names, name...)
		}
		out = append(out, ',')
	}
	out = append(append(out, `"shortened":`...), names...)
	return append(out, "]}"...)
}

func appendCut(dst []byte, value jsontext.Value) []byte {
	if value.Kind() != '"' {
		return append(dst, "null"...)
	}
	text, _ := jsontext.AppendUnquote(nil, value) // it was read, so it is valid
	text = append(bytes.ToValidUTF8(text[:min(len(text), mostMember)], nil), "…"...)
	dst, _ = jsontext.AppendQuote(dst, text) // of text that is UTF-8
	return dst
}
