package records

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// envelope is what an envelopeReader found in one record. Positions count from the record's first byte.
type envelope struct {
	ref, id, split piece
	time           int64 // NoTime: there is none
	resolution     Resolution
}

// piece is a part of a record that is a text.
type piece struct {
	begin, end int
	form       pieceForm
}

func (p piece) absent() bool { return p.begin >= p.end }

// pieceForm says how a text stands in its record.
type pieceForm uint8

const (
	plain       pieceForm = iota // as it is
	jsonEscapes                  // a JSON string with its quotes, with escapes
	csvQuotes                    // the inside of a quoted CSV cell, with doubled quotes
)

// envelopeReader reads envelopes in one strict pass over each record. What it found before an error stays in e. It
// belongs to one goroutine.
type envelopeReader interface {
	// start is called when the records that follow are of another source; header is its line of column names.
	start(header string)
	read(line []byte, e *envelope) error
}

func (c Conversion) envelopeReader() envelopeReader {
	switch c.Kind {
	case CSV:
		return &csvEnvelope{c: c}
	case Dense, Sparse:
		return &vectorEnvelope{c: c, object: newJSONEnvelope(c)}
	}
	return newJSONEnvelope(c)
}

// setTime reads the text of an event time that stands at a byte of the record.
func (e *envelope) setTime(text []byte, at int) error {
	ms, err := parseTime(text)
	if err != nil {
		return &placedError{at, err.Error()}
	}
	e.time = ms
	return nil
}

// setResolution reads the word of a resolution that stands at a byte of the record.
func (e *envelope) setResolution(word []byte, at int) (err error) {
	if e.resolution, err = ParseResolution(string(word)); err != nil {
		return &placedError{at, err.Error()}
	}
	return nil
}

// placedError says what is wrong at which byte of a record.
type placedError struct {
	offset  int
	message string
}

func (e *placedError) Error() string { return fmt.Sprintf("byte %d: %s", e.offset, e.message) }

// mostDetail bounds the bytes of a Record's Detail.
const mostDetail = 300

// detail is an error's text, valid UTF-8 and bounded.
func detail(err error) string {
	s := err.Error()
	if len(s) > mostDetail {
		s = s[:mostDetail]
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "?")
	}
	return s
}
