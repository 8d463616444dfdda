package records

import (
	"bytes"
	"errors"
	"io"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// strict holds a JSON text to RFC 8259 and I-JSON: one value and nothing behind it, valid UTF-8, no lone surrogates,
// no name twice in one object. Looking for names that come twice costs more than everything else together, so it is
// done once for each shape that texts have, not for each text.
type strict struct {
	decoder *jsontext.Decoder
	source  bytes.Buffer
	known   map[string]bool // shapes without a name twice
	bytes   int             // of all known shapes
	last    []byte          // the known shape that was seen last
	shape   []byte
}

// Bounds of what is remembered about shapes. A text beyond them is only slower.
const (
	mostShapes     = 256
	mostShapeBytes = 1 << 20
)

var (
	allowTwice  = jsontext.AllowDuplicateNames(true)
	forbidTwice = jsontext.AllowDuplicateNames(false)
)

func newStrict() *strict {
	return &strict{decoder: jsontext.NewDecoder(bytes.NewReader(nil)), known: map[string]bool{}}
}

// value checks text and returns the kind of its value, '{' for an object. The error is a *placedError.
func (s *strict) value(text []byte) (jsontext.Kind, error) { return s.check(text, allowTwice) }

func (s *strict) check(text []byte, option jsontext.Options) (jsontext.Kind, error) {
	s.source = *bytes.NewBuffer(text) // a bytes.Buffer is read in place
	s.decoder.Reset(&s.source, option)
	v, err := s.decoder.ReadValue()
	if err != nil {
		return 0, jsonError(err, len(text))
	}
	kind := v.Kind()
	if rest := skipJSONSpace(text, int(s.decoder.InputOffset())); rest < len(text) {
		return 0, &placedError{rest, "there is data behind the value"}
	}
	return kind, nil
}

// names checks that no name comes twice in an object of text, a valid text of the shape in s.shape.
func (s *strict) names(text []byte) error {
	if bytes.Equal(s.shape, s.last) {
		return nil
	}
	if !s.known[string(s.shape)] {
		if _, err := s.check(text, forbidTwice); err != nil {
			return err
		}
		if len(s.known) >= mostShapes || s.bytes+len(s.shape) > mostShapeBytes {
			clear(s.known)
			s.bytes = 0
		}
		if len(s.shape) <= mostShapeBytes {
			s.known[string(s.shape)] = true
			s.bytes += len(s.shape)
		}
	}
	if len(s.shape) <= mostShapeBytes {
		s.last = append(s.last[:0], s.shape...)
	}
	return nil
}

// skipJSONSpace is skipSpace for text that has not been checked.
func skipJSONSpace(t []byte, i int) int {
	for i < len(t) && (t[i] == ' ' || t[i] == '\t' || t[i] == '\n' || t[i] == '\r') {
		i++
	}
	return i
}

func jsonError(err error, size int) *placedError {
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.As(err, &syntactic):
		message := "invalid JSON"
		if syntactic.Err != nil {
			message = syntactic.Err.Error()
		}
		if errors.Is(err, io.ErrUnexpectedEOF) {
			message = "the text ends too early"
		}
		if errors.Is(err, jsontext.ErrDuplicateName) {
			message = "member " + strconv.Quote(syntactic.JSONPointer.LastToken()) + " comes twice"
		}
		return &placedError{int(syntactic.ByteOffset), message}
	case errors.Is(err, io.EOF):
		return &placedError{size, "there is no value"}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &placedError{size, "the text ends too early"}
	}
	return &placedError{0, err.Error()}
}
