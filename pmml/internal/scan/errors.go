package scan

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// Error is the first place at which a document is not well-formed or goes beyond a limit.
type Error struct {
	Offset       int // in bytes of the decoded document
	Line, Column int // from 1; a column is a character
	Message      string
}

func (e *Error) Error() string { return fmt.Sprintf("%s (%d:%d)", e.Message, e.Line, e.Column) }

// fail records an error and returns false.
func (s *Scanner) fail(offset int, message string) bool {
	line, column := s.Position(offset)
	s.err = &Error{Offset: offset, Line: line, Column: column, Message: message}
	return false
}

func (s *Scanner) failf(offset int, format string, args ...any) bool {
	return s.fail(offset, fmt.Sprintf(format, args...))
}

// mark is a place whose line is known.
type mark struct{ begin, lines int } // where a line begins, and how many lines stand before it

// Position returns the line and the column of a byte of the document, both from 1; columns count characters. It counts on from
// where it was asked last, so asking in the document's order is cheap, and scanning pays nothing for it.
func (s *Scanner) Position(offset int) (line, column int) {
	offset = min(max(offset, 0), len(s.doc))
	if offset < s.mark.begin {
		s.mark = mark{}
	}
	between := s.doc[s.mark.begin:offset]
	s.mark.lines += bytes.Count(between, []byte{'\n'})
	s.mark.begin += bytes.LastIndexByte(between, '\n') + 1
	return s.mark.lines + 1, utf8.RuneCount(s.doc[s.mark.begin:offset]) + 1
}

func (s *Scanner) line(offset int) int {
	line, _ := s.Position(offset)
	return line
}

// clip shortens what an error quotes of a document.
func clip(text []byte) []byte {
	const most = 40
	if len(text) <= most {
		return text
	}
	return append(bytes.ToValidUTF8(text[:most:most], nil), "…"...)
}
