package kafka

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/twmb/franz-go/pkg/kgo"
)

// headers are the members of a line that its record repeats.
var headers = [...]string{"id", "source", "model", "version", "sha256"}

// mostText bounds a header and a key, which come of the events: an id can be as long as a record.
const mostText = 16 << 10

// lineFacts reads key and headers of lines. It belongs to one goroutine.
type lineFacts struct {
	keyField string
	source   bytes.Reader
	decoder  jsontext.Decoder
}

// facts are key and headers of a line, with bytes of their own.
type facts struct {
	key     []byte
	headers []kgo.RecordHeader
}

func newLineFacts(keyField string) *lineFacts { return &lineFacts{keyField: keyField} }

// read reads a line of this project's outputs. What is not an object has neither key nor headers.
func (f *lineFacts) read(line []byte) (out facts) {
	f.source.Reset(line)
	f.decoder.Reset(&f.source, jsontext.AllowDuplicateNames(true))
	if t, err := f.decoder.ReadToken(); err != nil || t.Kind() != '{' {
		return out
	}
	wanted := len(headers) + 1
	for wanted > 0 && f.decoder.PeekKind() == '"' {
		name, err := f.decoder.ReadToken()
		if err != nil {
			return out
		}
		isKey, isHeader := name.String() == f.keyField, headerOf(name.String())
		value, err := f.decoder.ReadValue()
		if err != nil {
			return out
		}
		if !isKey && isHeader == "" {
			continue
		}
		text := textOf(value)
		if isKey {
			out.key = text
			wanted--
		}
		if isHeader != "" {
			out.headers = append(out.headers, kgo.RecordHeader{Key: isHeader, Value: text})
			wanted--
		}
	}
	return out
}

func headerOf(name string) string {
	for _, h := range headers {
		if h == name {
			return h
		}
	}
	return ""
}

// textOf is what a value says: a string unescaped, anything else as it is written; bounded.
func textOf(value jsontext.Value) []byte {
	var text []byte
	if value.Kind() == '"' {
		text, _ = jsontext.AppendUnquote(nil, value) // it was read, so it is valid
	} else {
		text = bytes.Clone(value)
	}
	return text[:min(len(text), mostText)]
}
