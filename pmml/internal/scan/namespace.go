package scan

import "bytes"

// The names that Namespaces in XML 1.0 reserves.
const (
	xmlSpace   = "http://www.w3.org/XML/1998/namespace"
	xmlnsSpace = "http://www.w3.org/2000/xmlns/"
)

// binding is a namespace declaration in force; the default namespace has no prefix.
type binding struct {
	prefix []byte
	uri    string
}

func isDeclaration(doc []byte, attr qname) bool {
	if attr.end-attr.begin < len("xmlns") || doc[attr.begin] != 'x' {
		return false
	}
	if attr.local != attr.begin {
		return string(doc[attr.begin:attr.local]) == "xmlns:"
	}
	return string(doc[attr.begin:attr.end]) == "xmlns"
}

// declare takes up the declaration attr="value" of the element whose own declarations begin at outer.
func (s *Scanner) declare(attr qname, value []byte, outer int) bool {
	var prefix []byte
	if attr.local != attr.begin {
		prefix = s.doc[attr.local:attr.end]
	}
	uri := s.intern(value)
	switch {
	case string(prefix) == "xmlns" || uri == xmlnsSpace:
		return s.fail(attr.begin, "xmlns cannot be declared")
	case (string(prefix) == "xml") != (uri == xmlSpace):
		return s.fail(attr.begin, "the prefix xml and its namespace belong together")
	case prefix != nil && uri == "":
		return s.failf(attr.begin, "the prefix %s is declared without a namespace", prefix)
	case len(s.bindings) >= s.lim.Namespaces:
		return s.failf(attr.begin, "more than %d namespace declarations in force", s.lim.Namespaces)
	}
	for _, b := range s.bindings[outer:] {
		if bytes.Equal(b.prefix, prefix) {
			return s.failf(attr.begin, "%s is declared twice", s.slice(attr))
		}
	}
	s.bindings = append(s.bindings, binding{prefix, uri})
	return true
}

// intern returns a namespace name as a string, one copy of each for the first few.
func (s *Scanner) intern(value []byte) string {
	for _, u := range s.uris {
		if u == string(value) {
			return u
		}
	}
	u := string(value)
	if len(s.uris) < 16 {
		s.uris = append(s.uris, u)
	}
	return u
}

// lookup returns the namespace name that a prefix stands for; nil is the default namespace.
func (s *Scanner) lookup(prefix []byte) (string, bool) {
	for i := len(s.bindings) - 1; i >= 0; i-- {
		if bytes.Equal(s.bindings[i].prefix, prefix) {
			return s.bindings[i].uri, true
		}
	}
	if string(prefix) == "xml" {
		return xmlSpace, true
	}
	return "", len(prefix) == 0
}

// resolve returns the namespace name of an element, or of an attribute with a prefix.
func (s *Scanner) resolve(n qname) (string, bool) {
	if n.local == n.begin {
		return s.fallback, true
	}
	prefix := s.doc[n.begin : n.local-1]
	space, ok := s.lookup(prefix)
	if !ok {
		return "", s.failf(n.begin, "the prefix %s is not declared", prefix)
	}
	return space, true
}
