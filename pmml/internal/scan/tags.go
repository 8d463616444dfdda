package scan

import "bytes"

// Attr is an attribute of a start tag.
type Attr struct {
	Name   []byte // local name
	Space  string // namespace name; empty for a name without prefix
	Value  []byte // with references resolved and white space as blanks (XML 1.0, 3.3.3)
	Offset int    // where the name begins, in bytes
}

// unresolved stands for the namespace of an attribute with a prefix until all declarations of its tag have been read.
const unresolved = "\x00"

// startTag reads the start tag whose < stands at p.
func (s *Scanner) startTag(p int) bool {
	doc := s.doc
	s.offset = p
	name, ok := s.readName(p + 1)
	if !ok {
		return false
	}
	if len(s.open) >= s.lim.Depth {
		return s.failf(p, "elements are nested deeper than %d", s.lim.Depth)
	}
	s.attrs, s.valueBuf = s.attrs[:0], s.valueBuf[:0]
	outer := len(s.bindings)
	prefixed, declared := false, 0
	for p = name.end; ; {
		before := p
		p = skipSpace(doc, p)
		c := peek(doc, p)
		if c == '>' {
			p++
			break
		}
		if c == '/' && peek(doc, p+1) == '>' {
			s.closed = true
			p += 2
			break
		}
		if p == before || c == 0 {
			return s.badTag(p, name)
		}
		if len(s.attrs)+declared >= s.lim.Attributes {
			return s.failf(p, "more than %d attributes in one element", s.lim.Attributes)
		}
		if after := s.plainAttr(p); after > 0 {
			p = after
			continue
		}
		attr, value, after, ok := s.readAttr(p)
		if !ok {
			return false
		}
		p = after
		switch {
		case isDeclaration(doc, attr):
			declared++
			if !s.declare(attr, value, outer) {
				return false
			}
		case attr.local != attr.begin:
			prefixed = true
			s.addAttr(doc[attr.local:attr.end:attr.end], unresolved, value, attr.begin)
		default:
			s.addAttr(doc[attr.local:attr.end:attr.end], "", value, attr.begin)
		}
	}
	s.pos = p
	if declared > 0 {
		s.fallback, _ = s.lookup(nil)
	}
	if s.space, ok = s.resolve(name); !ok {
		return false
	}
	s.name = name
	s.push(name, outer)
	if prefixed && !s.resolveAttrs() {
		return false
	}
	return len(s.attrs) < 2 || s.distinct()
}

// badTag says what is wrong at p, where neither an attribute nor the end of the tag is.
func (s *Scanner) badTag(p int, name qname) bool {
	if p >= len(s.doc) {
		return s.failf(p, "the document ends within the tag <%s>", s.slice(name))
	}
	return s.failf(p, "expected white space, > or /> in the tag <%s>", s.slice(name))
}

// plainAttr reads the attribute at p if it has the form that nearly all have: a name of ASCII characters without colon, and a
// value in double quotes that needs no unescaping. It returns the offset after it, or 0.
func (s *Scanner) plainAttr(p int) int {
	rest := s.doc[p:]
	n := 0
	for n < len(rest) && class[rest[n]]&asciiNameByte != 0 {
		n++
	}
	if n == 0 || n > s.lim.Name || n+2 > len(rest) || rest[n] != '=' || rest[n+1] != '"' || !isNameStart(rest[0]) || string(rest[:n]) == "xmlns" {
		return 0
	}
	value := rest[n+2:]
	m := plainValue(value)
	if m >= len(value) || value[m] != '"' || m > s.lim.Token {
		return 0
	}
	s.addAttr(rest[:n:n], "", value[:m:m], p)
	return p + n + len(`="`) + m + len(`"`)
}

// addAttr appends an attribute in place: writing field by field spares a copy that would cost more than reading the attribute does.
func (s *Scanner) addAttr(name []byte, space string, value []byte, offset int) {
	n := len(s.attrs)
	if n == cap(s.attrs) {
		s.attrs = append(s.attrs, Attr{})
	}
	s.attrs = s.attrs[:n+1]
	a := &s.attrs[n]
	a.Name, a.Space, a.Value, a.Offset = name, space, value, offset
}

// readAttr reads the attribute at p, whatever its form, and returns the offset after it.
func (s *Scanner) readAttr(p int) (attr qname, value []byte, after int, ok bool) {
	doc := s.doc
	if attr, ok = s.readName(p); !ok {
		return attr, nil, 0, false
	}
	p = skipSpace(doc, attr.end)
	if peek(doc, p) != '=' {
		return attr, nil, 0, s.failf(p, "expected = after the attribute's name %s", s.slice(attr))
	}
	value, after, ok = s.readValue(skipSpace(doc, p+1), attr)
	return attr, value, after, ok
}

func (s *Scanner) resolveAttrs() bool {
	for i := range s.attrs {
		a := &s.attrs[i]
		if a.Space != unresolved {
			continue
		}
		local := a.Offset + bytes.IndexByte(s.doc[a.Offset:], ':') + 1
		space, ok := s.resolve(qname{a.Offset, local, local + len(a.Name)})
		if !ok {
			return false
		}
		a.Space = space
	}
	return true
}

// distinct refuses an attribute given twice. The limit on attributes bounds its work.
func (s *Scanner) distinct() bool {
	for i := 1; i < len(s.attrs); i++ {
		name := s.attrs[i].Name
		for j := range s.attrs[:i] {
			other := s.attrs[j].Name
			if len(other) == len(name) && other[0] == name[0] && bytes.Equal(other, name) && s.attrs[j].Space == s.attrs[i].Space {
				return s.failf(s.attrs[i].Offset, "attribute %s is given twice", name)
			}
		}
	}
	return true
}

// endTag reads the end tag whose < stands at p.
func (s *Scanner) endTag(p int) bool {
	doc := s.doc
	s.offset = p
	last := s.open[len(s.open)-1].name
	want := doc[last.begin:last.end]
	end := p + 2 + len(want)
	if end >= len(doc) && bytes.HasPrefix(want, doc[p+2:]) || end == len(doc) {
		return s.unclosed()
	}
	if end > len(doc) || !bytes.Equal(doc[p+2:end], want) || isName(doc[end]) {
		name, ok := s.readName(p + 2)
		if !ok {
			return false
		}
		return s.failf(p, "</%s> does not close <%s>, opened at line %d", s.slice(name), want, s.line(last.begin))
	}
	end = skipSpace(doc, end)
	if peek(doc, end) != '>' {
		return s.failf(end, "expected > in the end tag of %s", want)
	}
	s.pos = end + 1
	s.pop()
	return true
}

// readName reads a qualified name: one colon at most, with something on both sides.
func (s *Scanner) readName(p int) (qname, bool) {
	doc := s.doc
	n := qname{begin: p, local: p}
	rest := doc[min(p, len(doc)):]
	short := 0
	for short < len(rest) && class[rest[short]]&asciiNameByte != 0 {
		short++
	}
	if short > 0 && short < len(rest) && !isName(rest[short]) && isNameStart(rest[0]) && short <= s.lim.Name {
		n.end = p + short
		return n, true
	}
	seen := byte(0)
	for p < len(doc) && isName(doc[p]) {
		c := doc[p]
		seen |= c
		p++
		if c == ':' {
			if n.local != n.begin {
				return n, s.fail(p-1, "more than one colon in a name")
			}
			n.local = p
		}
	}
	n.end = p
	switch {
	case p == n.begin:
		return n, s.fail(p, "expected a name")
	case n.local == p || n.local == n.begin+1:
		return n, s.failf(n.begin, "the name %s has nothing on one side of its colon", s.slice(n))
	case !isNameStart(doc[n.begin]) || !isNameStart(doc[n.local]):
		return n, s.failf(n.begin, "a name cannot begin like %s", clip(s.slice(n)))
	case p-n.begin > s.lim.Name:
		return n, s.failf(n.begin, "a name is longer than %d bytes", s.lim.Name)
	case seen >= 0x80:
		return n, s.wideName(n)
	}
	return n, true
}

// readValue reads the quoted value at p of the named attribute and returns the offset after it.
func (s *Scanner) readValue(p int, attr qname) (value []byte, after int, ok bool) {
	doc := s.doc
	quote := peek(doc, p)
	if quote != '"' && quote != '\'' {
		return nil, 0, s.failf(p, "the value of %s is not in quotes", s.slice(attr))
	}
	begin := p + 1
	p = begin + plainValue(doc[min(begin, len(doc)):])
	if p < len(doc) && doc[p] == quote {
		if p-begin > s.lim.Token {
			return nil, 0, s.failf(begin, "the value of %s is longer than %d bytes", s.slice(attr), s.lim.Token)
		}
		return doc[begin:p:p], p + 1, true
	}
	return s.unescapeValue(begin, p, quote, attr)
}

// unescapeValue is readValue from p, the first byte that needs a closer look, on.
func (s *Scanner) unescapeValue(begin, p int, quote byte, attr qname) (value []byte, after int, ok bool) {
	doc := s.doc
	from := len(s.valueBuf)
	s.valueBuf = append(s.valueBuf, doc[begin:p]...)
	for p < len(doc) {
		c := doc[p]
		switch {
		case c == quote:
			return s.valueBuf[from:len(s.valueBuf):len(s.valueBuf)], p + 1, true
		case c == '<':
			return nil, 0, s.failf(p, "< within the value of %s", s.slice(attr))
		case c == '&':
			if s.valueBuf, p, ok = s.reference(s.valueBuf, p); !ok {
				return nil, 0, false
			}
			continue
		case c == '\r' && peek(doc, p+1) == '\n':
			// The two are one line end, and that one blank: the \n gives it.
		case isSpace(c):
			s.valueBuf = append(s.valueBuf, ' ')
		case c < ' ':
			return nil, 0, s.fail(p, badCharacter(doc[p:]))
		default:
			s.valueBuf = append(s.valueBuf, c)
		}
		p++
		if len(s.valueBuf)-from > s.lim.Token {
			return nil, 0, s.failf(begin, "the value of %s is longer than %d bytes", s.slice(attr), s.lim.Token)
		}
	}
	return nil, 0, s.failf(len(doc), "the document ends within the value of %s", s.slice(attr))
}
