package scan

import (
	"bytes"
	"unicode/utf8"
)

// characters reads the text at p, up to the next tag. A text of one piece is a slice of the document.
func (s *Scanner) characters(p int) bool {
	doc := s.doc
	s.offset = p
	end, blank := plainText(doc, p)
	if end < len(doc) && doc[end] == '<' && end > p {
		if next := peek(doc, end+1); next != '!' && next != '?' {
			if end-p > s.lim.Token {
				return s.failf(p, "a text is longer than %d bytes", s.lim.Token)
			}
			s.text, s.blank, s.pos = doc[p:end:end], blank, end
			return true
		}
	}
	return s.pieces(p)
}

// plainText returns the end of the characters at p that stand for themselves, and whether they are white space only.
func plainText(doc []byte, p int) (end int, blank bool) {
	rest := doc[p:]
	n := 0
	for n < len(rest) && class[rest[n]]&plainSpace != 0 {
		n++
	}
	spaces := n
	for n < len(rest) && class[rest[n]]&plainInText != 0 {
		n++
	}
	return p + n, n == spaces
}

// pieces puts a text together from what stands between two tags.
func (s *Scanner) pieces(p int) bool {
	doc := s.doc
	buf := s.textBuf[:0]
	ok := true
	for p < len(doc) && ok {
		if len(buf) > s.lim.Token {
			return s.failf(s.offset, "a text is longer than %d bytes", s.lim.Token)
		}
		switch c := doc[p]; {
		case c == '<' && hasPrefix(doc, p, "<![CDATA["):
			buf, p, ok = s.cdata(buf, p)
		case c == '<' && peek(doc, p+1) == '!':
			ok = s.declaration(p)
			p = s.pos
		case c == '<' && peek(doc, p+1) == '?':
			ok = s.instruction(p)
			p = s.pos
		case c == '<':
			s.textBuf, s.text, s.pos = buf, buf[:len(buf):len(buf)], p
			s.blank = len(bytes.Trim(buf, " \t\r\n")) == 0
			return true
		case c == '&':
			buf, p, ok = s.reference(buf, p)
		case c == ']' && hasPrefix(doc, p, "]]>"):
			return s.fail(p, "]]> outside of a CDATA section")
		case c == '\r':
			buf = appendLineEnds(buf, doc[p:p+1], peek(doc, p+1))
			p++
		case c < ' ' && !isSpace(c):
			return s.fail(p, badCharacter(doc[p:]))
		default:
			end, _ := plainText(doc, p)
			end = max(end, p+1) // a lone ] is not plain
			buf = append(buf, doc[p:end]...)
			p = end
		}
	}
	if !ok {
		return false
	}
	return s.unclosed()
}

// appendLineEnds appends text with \r\n and \r as \n (XML 1.0, 2.11); next is the byte that follows text.
func appendLineEnds(buf, text []byte, next byte) []byte {
	for i, c := range text {
		if c == '\r' {
			after := next
			if i+1 < len(text) {
				after = text[i+1]
			}
			if after == '\n' {
				continue
			}
			c = '\n'
		}
		buf = append(buf, c)
	}
	return buf
}

// cdata appends the CDATA section at p.
func (s *Scanner) cdata(buf []byte, p int) ([]byte, int, bool) {
	begin := p + len("<![CDATA[")
	n := bytes.Index(s.doc[begin:], []byte("]]>"))
	if n < 0 {
		return buf, p, s.fail(p, "a CDATA section without end")
	}
	section := s.doc[begin : begin+n]
	if i := control(section); i >= 0 {
		return buf, p, s.fail(begin+i, badCharacter(section[i:]))
	}
	return appendLineEnds(buf, section, ']'), begin + n + len("]]>"), true
}

// declaration passes over the comment at p; anything else that begins with <! is refused.
func (s *Scanner) declaration(p int) bool {
	doc := s.doc
	if !hasPrefix(doc, p, "<!--") {
		if hasPrefix(doc, p, "<!DOCTYPE") {
			return s.fail(p, "a document type declaration (DOCTYPE) is not allowed")
		}
		return s.fail(p, "expected a comment after <!")
	}
	begin := p + len("<!--")
	n := bytes.Index(doc[begin:], []byte("--"))
	if n < 0 {
		return s.fail(p, "a comment without end")
	}
	if i := control(doc[begin : begin+n]); i >= 0 {
		return s.fail(begin+i, badCharacter(doc[begin+i:]))
	}
	if peek(doc, begin+n+2) != '>' {
		return s.fail(begin+n, "-- within a comment")
	}
	s.pos = begin + n + len("-->")
	return true
}

// instruction passes over the processing instruction at p.
func (s *Scanner) instruction(p int) bool {
	doc := s.doc
	target, ok := s.readName(p + 2)
	if !ok {
		return false
	}
	if bytes.EqualFold(s.slice(target), []byte("xml")) {
		return s.fail(p, "an XML declaration is allowed only at the very beginning of the document")
	}
	n := bytes.Index(doc[target.end:], []byte("?>"))
	if n < 0 {
		return s.fail(p, "a processing instruction without end")
	}
	if i := control(doc[target.end : target.end+n]); i >= 0 {
		return s.fail(target.end+i, badCharacter(doc[target.end+i:]))
	}
	if n > 0 && !isSpace(doc[target.end]) {
		return s.fail(target.end, "expected white space after the target of a processing instruction")
	}
	s.pos = target.end + n + len("?>")
	return true
}

// reference appends what the character or entity reference at p stands for, and returns the offset after it.
func (s *Scanner) reference(buf []byte, p int) ([]byte, int, bool) {
	doc := s.doc
	if peek(doc, p+1) == '#' {
		return s.characterReference(buf, p)
	}
	end := p + 1
	for end < len(doc) && isName(doc[end]) && end-p <= s.lim.Name {
		end++
	}
	if end == p+1 || peek(doc, end) != ';' {
		return buf, p, s.fail(p, "& must begin a reference such as &amp;")
	}
	c := predefined(doc[p+1 : end])
	if c == 0 {
		return buf, p, s.failf(p, "entity %s is not defined", clip(doc[p:end+1]))
	}
	return append(buf, c), end + 1, true
}

func predefined(name []byte) byte {
	switch string(name) {
	case "lt":
		return '<'
	case "gt":
		return '>'
	case "amp":
		return '&'
	case "quot":
		return '"'
	case "apos":
		return '\''
	}
	return 0
}

func (s *Scanner) characterReference(buf []byte, p int) ([]byte, int, bool) {
	doc := s.doc
	end, base := p+2, rune(10)
	if peek(doc, end) == 'x' {
		end, base = end+1, 16
	}
	first, r := end, rune(0)
	for ; end < len(doc); end++ {
		d := digit(doc[end])
		if d >= base {
			break
		}
		if r <= utf8.MaxRune {
			r = r*base + d
		}
	}
	if end == first || peek(doc, end) != ';' {
		return buf, p, s.fail(p, "damaged character reference")
	}
	if !isCharacter(r) {
		return buf, p, s.failf(p, "%s is not a character of XML", clip(doc[p:end+1]))
	}
	return utf8.AppendRune(buf, r), end + 1, true
}

// digit returns the value of a hexadecimal digit, or a number above all bases.
func digit(c byte) rune {
	switch {
	case '0' <= c && c <= '9':
		return rune(c - '0')
	case 'a' <= c && c <= 'f':
		return rune(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return rune(c-'A') + 10
	}
	return 99
}
