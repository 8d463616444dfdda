// Package scan reads an XML document as a row of tokens: start tags with attributes, end tags and text.
//
// It is a pull scanner over the whole document in memory. Tokens are slices of the document wherever nothing had to be
// unescaped, so that scanning allocates nothing per token. It checks what XML 1.0 (fifth edition) and Namespaces in XML 1.0
// ask of a well-formed document, and refuses every document type declaration: there are no entities but the five predefined
// ones, and nothing outside the document is ever read.
//
// The stages of the engine that follow know nothing of XML but these tokens.
package scan

// Kind is what a token is.
type Kind uint8

// The kinds of tokens. Comments and processing instructions are skipped. A CDATA section is text. An element closed in its
// start tag gives Start, then End.
const (
	EOF Kind = iota
	Start
	End
	Text
)

// String returns the name of the kind.
func (k Kind) String() string { return [...]string{"EOF", "Start", "End", "Text"}[k] }

// Limits bounds what a document may ask of its reader. A field that is zero stands for the default.
type Limits struct {
	Depth      int // elements open at once; 1000
	Attributes int // attributes of one element, namespace declarations included; 128
	Name       int // bytes of a name; 1024
	Token      int // bytes of a text or of an attribute's value; 64 Mi
	Namespaces int // namespace declarations in force at once; 64
}

func (l Limits) withDefaults() Limits {
	set := func(v *int, otherwise int) {
		if *v <= 0 {
			*v = otherwise
		}
	}
	set(&l.Depth, 1000)
	set(&l.Attributes, 128)
	set(&l.Name, 1024)
	set(&l.Token, 64<<20)
	set(&l.Namespaces, 64)
	return l
}

// Scanner gives the tokens of one document. It belongs to one goroutine.
type Scanner struct {
	doc    []byte
	lim    Limits
	pos    int // where the next token is looked for
	bad    int // offset of the first byte that is not UTF-8 or not a character of XML; nowhere without one
	err    *Error
	rooted bool // the root element has been opened
	closed bool // the current Start closed itself: the next token is its End

	// The current token.
	offset   int
	name     qname
	space    string
	attrs    []Attr
	text     []byte
	blank    bool
	textBuf  []byte // texts that had to be put together
	valueBuf []byte // values of attributes that had to be unescaped

	open     []element
	bindings []binding
	fallback string   // the default namespace in force
	uris     []string // namespace names met so far, so that repeating one does not allocate

	mark mark // where Position counted to last
}

// element is one that is open.
type element struct {
	name     qname
	space    string
	bindings int // declarations in force outside of it
}

// qname is a name as written, by offsets into the document.
type qname struct{ begin, local, end int }

// New returns a scanner at the beginning of doc, which must be UTF-8 (see Decode) and must not change while it is scanned.
func New(doc []byte, lim Limits) *Scanner {
	return &Scanner{doc: doc, lim: lim.withDefaults(), bad: firstBad(doc)}
}

// Next moves to the next token. After the root element has ended it returns EOF. An error is a *Error, and is returned again by
// every later call.
func (s *Scanner) Next() (Kind, error) {
	if s.err != nil {
		return EOF, s.err
	}
	kind, ok := s.next()
	if s.bad != nowhere && s.passedBad() {
		ok = s.fail(s.bad, badCharacter(s.doc[s.bad:]))
	}
	if !ok {
		return EOF, s.err
	}
	return kind, nil
}

// passedBad says whether the bad byte lies before what the latest step ended or failed at.
func (s *Scanner) passedBad() bool {
	if s.err != nil {
		return s.err.Offset >= s.bad
	}
	return s.pos > s.bad
}

// next is Next without the check of characters. It returns false after setting err.
func (s *Scanner) next() (Kind, bool) {
	if s.closed {
		s.closed = false
		s.offset = s.pos - len("/>")
		s.pop()
		return End, true
	}
	if len(s.open) == 0 {
		return s.outside()
	}
	doc := s.doc
	for p := s.pos; p < len(doc); p = s.pos {
		if doc[p] != '<' {
			return Text, s.characters(p)
		}
		switch peek(doc, p+1) {
		case '/':
			return End, s.endTag(p)
		case '?':
			if !s.instruction(p) {
				return EOF, false
			}
		case '!':
			if !hasPrefix(doc, p, "<![CDATA[") {
				if !s.declaration(p) {
					return EOF, false
				}
				continue
			}
			if !s.characters(p) {
				return EOF, false
			}
			if len(s.text) > 0 {
				return Text, true
			}
		default:
			return Start, s.startTag(p)
		}
	}
	return EOF, s.unclosed()
}

// outside reads what may stand before and after the root element.
func (s *Scanner) outside() (Kind, bool) {
	doc := s.doc
	if s.pos == 0 && hasPrefix(doc, 0, "<?xml") && isSpace(peek(doc, len("<?xml"))) && !s.xmlDeclaration() {
		return EOF, false
	}
	for s.pos < len(doc) {
		p := s.pos
		c := doc[p]
		switch {
		case isSpace(c):
			s.pos++
		case c != '<' && s.rooted:
			return EOF, s.fail(p, "text after the root element")
		case c != '<':
			return EOF, s.fail(p, "not an XML document: text before the root element")
		case peek(doc, p+1) == '?':
			if !s.instruction(p) {
				return EOF, false
			}
		case peek(doc, p+1) == '!':
			if !s.declaration(p) {
				return EOF, false
			}
		case peek(doc, p+1) == '/':
			return EOF, s.fail(p, "end tag without a start tag")
		case s.rooted:
			return EOF, s.fail(p, "second root element")
		default:
			s.rooted = true
			return Start, s.startTag(p)
		}
	}
	if !s.rooted {
		return EOF, s.fail(len(doc), "not an XML document: no root element")
	}
	s.offset = len(doc)
	return EOF, true
}

// Name returns the local name of the current Start or End. It stays valid as long as the document does.
func (s *Scanner) Name() []byte { return s.doc[s.name.local:s.name.end] }

// Prefix returns the prefix of the current Start or End as it is written, empty without one.
func (s *Scanner) Prefix() []byte { return s.doc[s.name.begin:max(s.name.begin, s.name.local-1)] }

// Space returns the namespace name of the current Start or End; empty without one.
func (s *Scanner) Space() string { return s.space }

// Attrs returns the attributes of the current Start in the document's order, without namespace declarations. They are valid
// until Next.
func (s *Scanner) Attrs() []Attr { return s.attrs }

// Text returns the characters of the current Text: all that stands between two tags, with references resolved, CDATA
// sections opened, and line ends as \n. It is never empty, and valid until Next.
func (s *Scanner) Text() []byte { return s.text }

// Blank says whether the current Text is white space only.
func (s *Scanner) Blank() bool { return s.blank }

// Offset returns where the current token begins, in bytes.
func (s *Scanner) Offset() int { return s.offset }

// Depth returns how many elements are open: 1 after the Start of the root, 0 after its End.
func (s *Scanner) Depth() int { return len(s.open) }

// Skip moves to the End of the element whose Start is the current token. What it passes over is checked all the same.
func (s *Scanner) Skip() error {
	for depth := 1; depth > 0; {
		kind, err := s.Next()
		switch {
		case err != nil:
			return err
		case kind == Start:
			depth++
		case kind == End:
			depth--
		}
	}
	return nil
}

// unclosed records that the document ends within an element.
func (s *Scanner) unclosed() bool {
	last := s.open[len(s.open)-1].name
	return s.failf(len(s.doc), "the document ends before </%s>, opened at line %d", s.slice(last), s.line(last.begin))
}

func (s *Scanner) slice(n qname) []byte { return s.doc[n.begin:n.end] }

// push opens the element that is the current token; outer declarations are in force outside of it.
func (s *Scanner) push(name qname, outer int) {
	n := len(s.open)
	if n == cap(s.open) {
		s.open = append(s.open, element{})
	}
	s.open = s.open[:n+1]
	e := &s.open[n]
	e.name, e.space, e.bindings = name, s.space, outer
}

// pop closes the innermost element, which becomes the current token.
func (s *Scanner) pop() {
	last := &s.open[len(s.open)-1]
	s.open = s.open[:len(s.open)-1]
	s.name, s.space = last.name, last.space
	s.attrs = s.attrs[:0]
	if len(s.bindings) > last.bindings {
		s.bindings = s.bindings[:last.bindings]
		s.fallback, _ = s.lookup(nil)
	}
}
