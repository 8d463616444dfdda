package main

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// describeFaults shows each fault as a message with its place, the line of the document, and a mark below the column:
//
//	unknown function frobnicate (12:9)
//	 | <Apply function="frobnicate">
//	 | ........^
func describeFaults(text []byte, faults []pmml.Fault) string {
	var out strings.Builder
	lines := lineIndex{text: text}
	for _, f := range faults {
		out.WriteString(f.String())
		out.WriteByte('\n')
		if line, ok := lines.at(f.Line); ok && len(line) > 0 {
			shown, mark := excerpt(line, f.Column)
			fmt.Fprintf(&out, " | %s\n | %s^\n", shown, strings.Repeat(".", mark))
		}
	}
	return out.String()
}

// lineIndex finds lines by their numbers, in one pass as long as they are asked for in order.
type lineIndex struct {
	text        []byte
	line, begin int // begin is where line+1 begins
}

// at returns the n-th line, n from 1. Documents in UTF-16 have no lines that could be shown as they are.
func (l *lineIndex) at(n int) ([]byte, bool) {
	if n < 1 || bytes.IndexByte(l.text[:min(len(l.text), 4)], 0) >= 0 {
		return nil, false
	}
	if n <= l.line {
		l.line, l.begin = 0, 0
	}
	rest := bytes.TrimPrefix(l.text, []byte("\ufeff"))
	for l.line < n-1 {
		next := bytes.IndexByte(rest[l.begin:], '\n')
		if next < 0 {
			return nil, false
		}
		l.begin += next + 1
		l.line++
	}
	line := rest[l.begin:]
	if end := bytes.IndexByte(line, '\n'); end >= 0 {
		line = line[:end]
	}
	return bytes.TrimSuffix(line, []byte{'\r'}), true
}

// excerpt cuts a line to what surrounds a column, and returns how many characters of it stand before the column. Indentation and what is
// left out at the front do not count.
func excerpt(line []byte, column int) (shown string, before int) {
	const most = 100
	// Bytes that are not UTF-8 belong to another encoding, where one byte is one character.
	chars := make([]rune, 0, most)
	start := max(column-most/2, 1)
	at := 0
	for at < len(line) && len(chars) < start-1+most {
		r, size := utf8.DecodeRune(line[at:])
		if r < ' ' || r == 0x7F {
			r = ' '
		}
		chars = append(chars, r)
		at += size
	}
	first := start - 1
	for first < len(chars) && first < column-1 && chars[first] == ' ' {
		first++
	}
	first = min(first, len(chars))
	shown = strings.TrimRight(string(chars[first:]), " ")
	if start > 1 {
		return "…" + shown, column - first
	}
	return shown, column - 1 - first
}
