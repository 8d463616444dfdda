package kafka

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/twmb/franz-go/pkg/kgo"
)

// headers are the members of a line that its record repeats, as names stand in a line.
var headers = map[string]string{
	`"id"`: "id", `"source"`: "source", `"model"`: "model", `"version"`: "version", `"sha256"`: "sha256",
}

// mostText bounds a header and a key, which come of the events: an id can be as long as a record.
const mostText = 16 << 10

// lineFacts reads key and headers of lines. It belongs to one goroutine.
type lineFacts struct {
	key     string // the name of the member, as it stands in a line
	source  bytes.Buffer
	decoder jsontext.Decoder
}

// facts are key and headers of a line. Their bytes may be the line's, which is never changed.
type facts struct {
	key     []byte
	headers []kgo.RecordHeader
}

func newLineFacts(keyField string) *lineFacts {
	name, _ := jsontext.AppendQuote(nil, keyField) // what is not UTF-8 is replaced: no member has such a name
	return &lineFacts{key: string(name)}
}

// read reads a line of this project's outputs. What is not an object has neither key nor headers.
func (f *lineFacts) read(line []byte) (out facts) {
	f.source = *bytes.NewBuffer(line) // the decoder reads a Buffer in place
	f.decoder.Reset(&f.source, jsontext.AllowDuplicateNames(true))
	if t, err := f.decoder.ReadToken(); err != nil || t.Kind() != '{' {
		return out
	}
	out.headers = make([]kgo.RecordHeader, 0, len(headers))
	for wanted := len(headers) + 1; wanted > 0 && f.decoder.PeekKind() == '"'; {
		name, err := f.decoder.ReadValue()
		if err != nil {
			return out
		}
		isKey, header := string(name) == f.key, headers[string(name)]
		value, err := f.decoder.ReadValue()
		if err != nil {
			return out
		}
		if !isKey && header == "" {
			continue
		}
		text := textOf(value)
		if isKey {
			out.key = text
			wanted--
		}
		if header != "" {
			out.headers = append(out.headers, kgo.RecordHeader{Key: header, Value: text})
			wanted--
		}
	}
	return out
}

// textOf is what a value says: a string unescaped, anything else as it is written; bounded.
func textOf(value jsontext.Value) []byte {
	text := []byte(value)
	if value.Kind() == '"' {
		text = text[1 : len(text)-1]
		if bytes.IndexByte(text, '\\') >= 0 {
			text, _ = jsontext.AppendUnquote(nil, value) // it was read, so it is valid
		}
	}
	n := min(len(text), mostText)
	return text[:n:n]
}
