package scan

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
)

// ErrTooLarge is returned by Decode for a document of more bytes than its caller allows, as read or as UTF-8.
// The caller may raise its limit; nothing of the document has been looked at.
var ErrTooLarge = errors.New("the document is too large")

// Decode reads a whole document and returns it as UTF-8 without byte order mark, of at most maxBytes.
//
// UTF-8 and UTF-16 are known by their byte order mark or their first characters (XML 1.0, appendix F), other encodings by the
// XML declaration, under the names of the WHATWG encoding standard (so that ISO-8859-1 means windows-1252). An encoding that is
// not known, one that contradicts the bytes, and bytes that mean nothing in it are errors, of type *Error where they have a
// place. Whether bytes said to be UTF-8 are so is left to the Scanner, which knows the place.
func Decode(r io.Reader, maxBytes int64) ([]byte, error) {
	raw, err := readAll(r, maxBytes)
	if err != nil {
		return nil, err
	}
	form, mark := detect(raw)
	body := raw[mark:]
	switch form {
	case utf16LittleEndian, utf16BigEndian:
		doc, err := decodeUTF16(body, form == utf16BigEndian, maxBytes)
		if err != nil {
			return nil, err
		}
		return doc, agree(doc, "UTF-16", isUTF16)
	case utf8Marked:
		return body, agree(body, "UTF-8", isUTF8)
	}
	declared := declaredEncoding(body)
	if declared.encoding == "" || isUTF8(declared.encoding) {
		return body, nil
	}
	return decodeNamed(body, declared, maxBytes)
}

type form uint8

const (
	unmarked form = iota
	utf8Marked
	utf16LittleEndian
	utf16BigEndian
)

// detect returns the form of the bytes and the length of a byte order mark.
func detect(raw []byte) (form, int) {
	for _, f := range []struct {
		first string
		form  form
		mark  int
	}{
		{"\xEF\xBB\xBF", utf8Marked, 3},
		{"\xFF\xFE", utf16LittleEndian, 2},
		{"\xFE\xFF", utf16BigEndian, 2},
		{"<\x00?\x00", utf16LittleEndian, 0},
		{"\x00<\x00?", utf16BigEndian, 0},
	} {
		if hasPrefix(raw, 0, f.first) {
			return f.form, f.mark
		}
	}
	return unmarked, 0
}

func isUTF8(name string) bool {
	return strings.EqualFold(name, "utf-8") || strings.EqualFold(name, "utf8")
}

func isUTF16(name string) bool { return len(name) >= 6 && strings.EqualFold(name[:6], "utf-16") }

// declaredEncoding reads the XML declaration as far as it can; a damaged one is the Scanner's to report.
func declaredEncoding(doc []byte) xmlDecl {
	if !hasPrefix(doc, 0, "<?xml") || !isSpace(peek(doc, len("<?xml"))) {
		return xmlDecl{}
	}
	d, fault := parseXMLDeclaration(doc)
	if fault != nil {
		return xmlDecl{}
	}
	return d
}

// agree refuses a document that is not in the encoding that it declares.
func agree(doc []byte, found string, is func(string) bool) error {
	d := declaredEncoding(doc)
	if d.encoding == "" || is(d.encoding) {
		return nil
	}
	return encodingError(d, fmt.Sprintf("the document is %s but declares %s", found, d.encoding))
}

func encodingError(d xmlDecl, message string) error {
	return &Error{Offset: d.encodingAt, Line: 1, Column: d.encodingAt + 1, Message: message}
}

func decodeNamed(body []byte, d xmlDecl, maxBytes int64) ([]byte, error) {
	if isUTF16(d.encoding) {
		return nil, encodingError(d, "the document declares "+d.encoding+" but is not")
	}
	enc, err := htmlindex.Get(d.encoding)
	if err != nil {
		return nil, encodingError(d, "encoding "+d.encoding+" is not known")
	}
	doc, err := readAll(enc.NewDecoder().Reader(bytes.NewReader(body)), maxBytes)
	if err != nil {
		return nil, err
	}
	if i := bytes.Index(doc, []byte(string(utf8.RuneError))); i >= 0 {
		s := Scanner{doc: doc}
		line, column := s.Position(i)
		return nil, &Error{Offset: i, Line: line, Column: column, Message: "bytes that mean nothing in " + d.encoding}
	}
	return doc, nil
}

func decodeUTF16(body []byte, bigEndian bool, maxBytes int64) ([]byte, error) {
	low, high := 0, 1
	if bigEndian {
		low, high = 1, 0
	}
	unit := func(i int) rune { return rune(body[i+low]) | rune(body[i+high])<<8 }
	doc := make([]byte, 0, min(int64(len(body)/2+len(body)/16), maxBytes))
	for i := 0; i < len(body); i += 2 {
		if i+1 == len(body) {
			return nil, errors.New("the UTF-16 document ends within a character")
		}
		r := unit(i)
		if utf16.IsSurrogate(r) {
			if i+3 < len(body) {
				r = utf16.DecodeRune(r, unit(i+2))
			} else {
				r = utf8.RuneError
			}
			if r == utf8.RuneError {
				s := Scanner{doc: doc}
				line, column := s.Position(len(doc))
				return nil, &Error{Offset: len(doc), Line: line, Column: column, Message: "half a character in the UTF-16 document"}
			}
			i += 2
		}
		if doc = utf8.AppendRune(doc, r); int64(len(doc)) > maxBytes {
			return nil, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, maxBytes)
		}
	}
	return doc, nil
}

// readAll reads everything, of at most maxBytes. A reader that knows its length spares it the copying.
func readAll(r io.Reader, maxBytes int64) ([]byte, error) {
	size := int64(64 << 10)
	if l, ok := r.(interface{ Len() int }); ok {
		size = int64(l.Len()) + 1
	}
	buf := make([]byte, 0, max(min(size, maxBytes+1), bytes.MinRead))
	for {
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if int64(len(buf)) > maxBytes {
			return nil, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, maxBytes)
		}
		if errors.Is(err, io.EOF) {
			return buf, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading the document: %w", err)
		}
		if len(buf) == cap(buf) {
			grown := make([]byte, len(buf), min(int64(2*cap(buf)), maxBytes+bytes.MinRead))
			copy(grown, buf)
			buf = grown
		}
	}
}
