package records

// The skimmer walks over text that a strict pass has found to be valid JSON, so it looks only for what it must: where
// names and values begin and end. On text that is not valid it may find nonsense, but never reads out of bounds and
// always ends.

// member is one member of an object: its name with quotes, as it stands, and where its value is.
type member struct {
	name       []byte
	escaped    bool // the name has escapes
	begin, end int  // of the value
	kind       byte // first byte of the value
	strEscaped bool // the value is a string with escapes
}

// skimmer yields the members of one object.
type skimmer struct {
	text []byte
	at   int
	// shape, if not nil, collects the raw names and braces of the object and all it holds, in order. Two texts of one
	// shape have the same names in the same objects.
	shape *[]byte
}

// open moves into the object that begins at or after position at, behind white space.
func (s *skimmer) open(text []byte, at int) bool {
	s.text, s.at = text, skipSpace(text, at)
	if s.at >= len(text) || text[s.at] != '{' {
		return false
	}
	s.at++
	return true
}

// next finds the next member; false at the end of the object.
func (s *skimmer) next(m *member) bool {
	t, i := s.text, s.at
	for i < len(t) && (t[i] <= ' ' || t[i] == ',') {
		i++
	}
	if i >= len(t) || t[i] != '"' {
		s.at = i
		return false
	}
	end, escaped, ok := stringEnd(t, i)
	if !ok {
		s.at = end
		return false
	}
	m.name, m.escaped = t[i:end], escaped
	if s.shape != nil {
		*s.shape = append(*s.shape, m.name...)
	}
	i = end
	for i < len(t) && (t[i] <= ' ' || t[i] == ':') {
		i++
	}
	if i >= len(t) {
		s.at = i
		return false
	}
	ok = m.value(t, i, s.shape)
	s.at = m.end
	return ok
}

// value sets the value of m to the one that begins at i; false if there is none.
func (m *member) value(t []byte, i int, shape *[]byte) (ok bool) {
	m.begin, m.kind, m.strEscaped = i, t[i], false
	switch m.kind {
	case '"':
		m.end, m.strEscaped, ok = stringEnd(t, i)
		return ok
	case '{', '[':
		m.end = nestedEnd(t, i, shape)
	default:
		m.end = scalarEnd(t, i)
	}
	return m.end > i
}

func skipSpace(t []byte, i int) int {
	for i < len(t) && t[i] <= ' ' {
		i++
	}
	return i
}

// stringEnd returns the position behind the string that begins at i, and whether it has escapes; not
// ok if it does not end.
func stringEnd(t []byte, i int) (end int, escaped, ok bool) {
	for i++; i < len(t); i++ {
		switch t[i] {
		case '"':
			return i + 1, escaped, true
		case '\\':
			escaped = true
			i++
		}
	}
	return len(t), escaped, false
}

// scalarEnd returns the position behind the number or literal that begins at i.
func scalarEnd(t []byte, i int) int {
	for i < len(t) {
		switch t[i] {
		case ',', '}', ']', ' ', '\t', '\n', '\r':
			return i
		}
		i++
	}
	return i
}

// nestedEnd returns the position behind the object or array that begins at i.
func nestedEnd(t []byte, i int, shape *[]byte) int {
	depth := 0
	for i < len(t) {
		switch c := t[i]; c {
		case '"':
			end, _, _ := stringEnd(t, i)
			if shape != nil {
				if colon := skipSpace(t, end); colon < len(t) && t[colon] == ':' {
					*shape = append(*shape, t[i:end]...)
				}
			}
			i = end
			continue
		case '{', '[':
			depth++
			if shape != nil && c == '{' {
				*shape = append(*shape, c)
			}
		case '}', ']':
			depth--
			if shape != nil && c == '}' {
				*shape = append(*shape, c)
			}
			if depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return i
}
