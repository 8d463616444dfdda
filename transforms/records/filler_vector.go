package records

import (
	"bytes"
	"fmt"
)

// vectorFill knows the active fields, which vectors count, and notes which of them a record has given.
type vectorFill struct {
	active []int
	given  []bool
}

func (f *Filler) fillVector(_ string, line []byte, in setter) error {
	clear(f.vector.given)
	if err := f.vectorRecord(line, in); err != nil {
		return err
	}
	if f.c.Replacement != nil {
		for n, i := range f.vector.active {
			if !f.vector.given[n] {
				in.SetFloat(i, *f.c.Replacement)
			}
		}
	}
	return nil
}

func (f *Filler) vectorRecord(line []byte, in setter) error {
	if !isJSONVector(f.c.Kind, line) {
		rest := vectorCells{line: line, delim: f.c.delimiter()}
		for range f.c.Columns {
			if _, ok := rest.next(); !ok {
				return nil
			}
		}
		return f.vectorText(&rest, in)
	}
	if at := skipSpace(line, 0); line[at] == '[' {
		return f.denseArray(line, at, in)
	}
	m, ok := f.featuresMember(line)
	switch {
	case !ok || m.kind == 'n':
		return nil
	case m.kind == '[' && f.c.Kind == Dense:
		return f.denseArray(line[:m.end], m.begin, in)
	case m.kind == '{' && f.c.Kind == Sparse:
		return f.sparseObject(line[:m.end], m.begin, in)
	case m.kind == '"':
		text := line[m.begin+1 : m.end-1]
		if m.strEscaped {
			text = bytes.Clone(f.unquoted(line[m.begin:m.end]))
		}
		return f.vectorText(&vectorCells{line: text, delim: f.c.delimiter()}, in)
	}
	if f.c.Kind == Dense {
		return &FieldError{f.c.FeaturesField, "neither an array nor a string"}
	}
	return &FieldError{f.c.FeaturesField, "neither an object nor a string"}
}

// vectorText fills in the cells that are left.
func (f *Filler) vectorText(rest *vectorCells, in setter) error {
	for n := 0; ; n++ {
		c, ok := rest.next()
		if !ok {
			return nil
		}
		text := rest.line[c.begin:c.end]
		if f.c.Kind == Sparse {
			if err := f.pair(in, text); err != nil {
				return err
			}
			continue
		}
		if n >= len(f.vector.active) {
			return f.tooMany()
		}
		f.vector.given[n] = f.cell(in, f.vector.active[n], text)
	}
}

// pair fills in one index:value.
func (f *Filler) pair(in setter, text []byte) error {
	if len(text) == 0 {
		return nil
	}
	index, value, ok := bytes.Cut(text, []byte{':'})
	if !ok {
		return &FieldError{Message: fmt.Sprintf("%q is not index:value", text)}
	}
	n, err := f.position(index)
	if err != nil {
		return err
	}
	f.vector.given[n] = f.cell(in, f.vector.active[n], value)
	return nil
}

// position reads an index and returns the place among the active fields.
func (f *Filler) position(index []byte) (int, error) {
	n, ok := wholeNumber(index)
	n -= int64(f.c.IndexBase)
	if !ok || n < 0 || n >= int64(len(f.vector.active)) {
		return 0, &FieldError{Message: fmt.Sprintf("index %q: there are %d active fields, from %d", index, len(f.vector.active), f.c.IndexBase)}
	}
	if f.vector.given[n] {
		return 0, f.fault(f.vector.active[n], "index %q comes twice", index)
	}
	return int(n), nil
}

func (f *Filler) tooMany() error {
	return &FieldError{Message: fmt.Sprintf("more values than the %d active fields", len(f.vector.active))}
}

func (f *Filler) denseArray(t []byte, at int, in setter) error {
	i := at + 1
	for n := 0; ; n++ {
		for i < len(t) && (t[i] <= ' ' || t[i] == ',') {
			i++
		}
		if i >= len(t) || t[i] == ']' {
			return nil
		}
		if n >= len(f.vector.active) {
			return f.tooMany()
		}
		var m member
		if !m.value(t, i, nil) {
			return nil
		}
		if err := f.jsonValue(in, f.vector.active[n], t, &m); err != nil {
			return err
		}
		f.vector.given[n] = m.kind != 'n'
		i = m.end
	}
}

func (f *Filler) sparseObject(t []byte, at int, in setter) error {
	var s skimmer
	s.open(t, at)
	var m member
	for s.next(&m) {
		name := m.name[1 : len(m.name)-1]
		if m.escaped {
			name = f.unquoted(m.name)
		}
		n, err := f.position(name)
		if err != nil {
			return err
		}
		if err := f.jsonValue(in, f.vector.active[n], t, &m); err != nil {
			return err
		}
		f.vector.given[n] = m.kind != 'n'
	}
	return nil
}
