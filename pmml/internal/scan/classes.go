package scan

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"unicode/utf8"
)

// What a byte may be, as bits. Bytes from 0x80 on are taken for name and text here; that they make up characters, and that
// a name's characters may stand in a name, is checked apart, so that the loops over bytes need one look each.
const (
	nameByte uint8 = 1 << iota
	nameStartByte
	asciiNameByte // a name's byte but for the colon and what is not ASCII
	spaceByte
	plainSpace   // white space that stands for itself in text: not \r
	plainInText  // stands for itself in text
	plainInValue // stands for itself in an attribute's value, whichever its quotes
)

var class = func() (t [256]uint8) {
	for i := range t {
		c := byte(i)
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' || c == ':' || c >= 0x80
		if letter {
			t[i] |= nameByte | nameStartByte
		}
		if '0' <= c && c <= '9' || c == '-' || c == '.' {
			t[i] |= nameByte
		}
		if t[i]&nameByte != 0 && c != ':' && c < 0x80 {
			t[i] |= asciiNameByte
		}
		if c == ' ' || c == '\t' || c == '\n' || c == '\r' {
			t[i] |= spaceByte
		}
		if c == ' ' || c == '\t' || c == '\n' {
			t[i] |= plainSpace | plainInText
		}
		if c >= ' ' && c != '<' && c != '&' {
			if c != ']' {
				t[i] |= plainInText
			}
			if c != '"' && c != '\'' {
				t[i] |= plainInValue
			}
		}
	}
	return t
}()

func isName(c byte) bool      { return class[c]&nameByte != 0 }
func isNameStart(c byte) bool { return class[c]&nameStartByte != 0 }
func isSpace(c byte) bool     { return class[c]&spaceByte != 0 }

// skipSpace returns the offset of the first byte at p or after that is not white space.
func skipSpace(doc []byte, p int) int {
	for p < len(doc) && class[doc[p]]&spaceByte != 0 {
		p++
	}
	return p
}

// plainValue returns how many bytes at the beginning of value stand for themselves in an attribute's value. It looks at eight
// bytes at once for one that is below 0x28, where the quotes, & and all control characters lie, or is <; most values have none
// but the quote that ends them. Of the marks that this arithmetic makes only the lowest is sure to be right, and only that one is used.
func plainValue(value []byte) int {
	const each = 0x0101010101010101
	n := 0
	for n+8 <= len(value) {
		word := binary.LittleEndian.Uint64(value[n:])
		less := word ^ '<'*each
		marks := ((word-0x28*each)&^word | (less-each)&^less) & (0x80 * each)
		if marks == 0 {
			n += 8
			continue
		}
		n += bits.TrailingZeros64(marks) / 8
		if class[value[n]]&plainInValue == 0 {
			return n
		}
		n++
	}
	for n < len(value) && class[value[n]]&plainInValue != 0 {
		n++
	}
	return n
}

// peek returns the byte at p, or 0, which stands nowhere in a well-formed document.
func peek(doc []byte, p int) byte {
	if uint(p) < uint(len(doc)) {
		return doc[p]
	}
	return 0
}

func hasPrefix(doc []byte, p int, prefix string) bool {
	return len(doc)-p >= len(prefix) && string(doc[p:p+len(prefix)]) == prefix
}

// control returns the index of the first control character that XML does not allow, or -1.
func control(text []byte) int {
	for i, c := range text {
		if c < ' ' && !isSpace(c) {
			return i
		}
	}
	return -1
}

// isCharacter says whether XML allows the character (XML 1.0, 2.2).
func isCharacter(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= utf8.MaxRune
}

// nowhere is an offset that no document reaches.
const nowhere = math.MaxInt

// firstBad returns the offset of the first byte that is not UTF-8 or begins U+FFFE or U+FFFF. Control characters are found
// while scanning, where most bytes are looked at in any case.
func firstBad(doc []byte) int {
	if !utf8.Valid(doc) {
		for i := 0; ; {
			r, size := utf8.DecodeRune(doc[i:])
			if r == utf8.RuneError && size == 1 || r == 0xFFFE || r == 0xFFFF {
				return i
			}
			i += size
		}
	}
	for from := 0; ; from++ {
		n := bytes.IndexByte(doc[from:], 0xEF)
		if n < 0 {
			return nowhere
		}
		from += n
		if doc[from+1] == 0xBF && doc[from+2] >= 0xBE {
			return from
		}
	}
}

func badCharacter(text []byte) string {
	r, size := utf8.DecodeRune(text)
	if r == utf8.RuneError && size <= 1 {
		return fmt.Sprintf("byte 0x%02X is not UTF-8 here", text[0])
	}
	return fmt.Sprintf("character U+%04X is not allowed in XML", r)
}

// wideName checks the characters of a name that are not ASCII (XML 1.0, 2.3).
func (s *Scanner) wideName(n qname) bool {
	for i := n.begin; i < n.end; {
		r, size := utf8.DecodeRune(s.doc[i:])
		first := i == n.begin || i == n.local
		if r == utf8.RuneError && size == 1 || r >= 0x80 && !isWideNameStart(r) && (first || !isWideName(r)) {
			return s.failf(i, "character U+%04X cannot stand here in a name", r)
		}
		i += size
	}
	return true
}

func isWideNameStart(r rune) bool {
	switch {
	case r >= 0xC0 && r <= 0x2FF:
		return r != 0xD7 && r != 0xF7
	case r >= 0x370 && r <= 0x1FFF:
		return r != 0x37E
	}
	return r == 0x200C || r == 0x200D || r >= 0x2070 && r <= 0x218F || r >= 0x2C00 && r <= 0x2FEF || r >= 0x3001 && r <= 0xD7FF ||
		r >= 0xF900 && r <= 0xFDCF || r >= 0xFDF0 && r <= 0xFFFD || r >= 0x10000 && r <= 0xEFFFF
}

// isWideName is for what may follow the first character, besides what may be first.
func isWideName(r rune) bool {
	return r == 0xB7 || r >= 0x300 && r <= 0x36F || r == 0x203F || r == 0x2040
}
