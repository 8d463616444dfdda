package records

import (
	"bytes"
	"errors"
	"io"

	"github.com/beam-pmml/beam-pmml/pmml/value"
	"github.com/go-json-experiment/json/jsontext"
)

// jsonFill remembers which fields the members of the last record were, by their place: most records have the members
// of the one before, in the same order, and then no name is looked up.
type jsonFill struct {
	expected []expectedMember
}

type expectedMember struct {
	name  []byte // in quotes, as it stands
	field int    // -1: none of the model's
}

// Bounds of what is remembered. Members beyond them are looked up each time.
const (
	mostExpected      = 4096
	mostExpectedBytes = 256 // of one name
)

func (f *Filler) fillJSON(_ string, line []byte, in setter) error {
	var s skimmer
	if f.c.FeaturesField == "" {
		if !s.open(line, 0) {
			return &FieldError{Message: "the record is not an object"}
		}
		return f.members(&s, in)
	}
	m, ok := f.featuresMember(line)
	if !ok || m.kind == 'n' {
		return nil
	}
	if !s.open(line[:m.end], m.begin) {
		return &FieldError{f.c.FeaturesField, "not an object"}
	}
	return f.members(&s, in)
}

// featuresMember finds the member that holds the features.
func (f *Filler) featuresMember(line []byte) (member, bool) {
	var s skimmer
	var m member
	if !s.open(line, 0) {
		return m, false
	}
	for s.next(&m) {
		name := m.name[1 : len(m.name)-1]
		if m.escaped {
			name = f.unquoted(m.name)
		}
		if string(name) == f.c.FeaturesField {
			return m, true
		}
	}
	return m, false
}

// members fills in the members of the object that s has entered.
func (f *Filler) members(s *skimmer, in setter) error {
	var m member
	for n := 0; s.next(&m); n++ {
		i := f.memberField(n, &m)
		if i < 0 {
			continue
		}
		if err := f.jsonValue(in, i, s.text, &m); err != nil {
			return err
		}
	}
	return nil
}

// memberField returns the index of the field that the n-th member of a record is, -1 if it is none.
func (f *Filler) memberField(n int, m *member) int {
	e := f.json.expected
	if n < len(e) && bytes.Equal(e[n].name, m.name) {
		return e[n].field
	}
	name := m.name[1 : len(m.name)-1]
	if m.escaped {
		name = f.unquoted(m.name)
	}
	field := f.index(name)
	if n < mostExpected && len(m.name) <= mostExpectedBytes {
		if n == len(e) {
			e = append(e, expectedMember{})
			f.json.expected = e
		}
		if n < len(e) {
			x := &e[n]
			x.name, x.field = append(x.name[:0], m.name...), field
		}
	}
	return field
}

func (f *Filler) jsonValue(in setter, i int, line []byte, m *member) error {
	switch m.kind {
	case 'n':
	case '"':
		if m.strEscaped {
			in.SetText(i, f.unquoted(line[m.begin:m.end]))
		} else {
			in.SetText(i, line[m.begin+1:m.end-1])
		}
	case '[':
		if f.fields[i].list {
			return f.array(in, i, line[m.begin:m.end])
		}
		return f.fault(i, "an array, where one value is wanted")
	case '{':
		return f.fault(i, "an object, where one value is wanted")
	default:
		f.number(in, i, line[m.begin:m.end])
	}
	return nil
}

// array gives field i the members of an array as a collection: texts as they are, numbers and truth values by their spelling, null as missing.
func (f *Filler) array(in setter, i int, text []byte) error {
	d := jsontext.NewDecoder(bytes.NewReader(text)) // valid: the record was checked
	var members []value.Value
	for {
		token, err := d.ReadToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return f.fault(i, "an array that cannot be read: %v", err)
		}
		switch token.Kind() {
		case '"', '0', 't', 'f':
			members = append(members, value.OfString(token.String()))
		case 'n':
			members = append(members, value.Missing())
		case '[', '{':
			if d.StackDepth() > 1 {
				return f.fault(i, "an array of arrays or objects, where values are wanted")
			}
		}
	}
	in.SetValues(i, members)
	return nil
}

// unquoted returns the text of a JSON string in quotes; it is good until the next call.
func (f *Filler) unquoted(quoted []byte) []byte {
	f.scratch, _ = jsontext.AppendUnquote(f.scratch[:0], quoted) // valid: the record was checked
	return f.scratch
}
