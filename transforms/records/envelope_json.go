package records

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// jsonEnvelope reads the envelope from the members of a JSON object. The record is checked whole, features and all, so
// that what comes after may skim it.
type jsonEnvelope struct {
	c       Conversion
	strict  *strict
	scratch []byte
	anyKind bool          // a value other than an object is no error: it has no envelope
	kind    jsontext.Kind // of the record read last
}

func newJSONEnvelope(c Conversion) *jsonEnvelope {
	return &jsonEnvelope{c: c.withDefaults(), strict: newStrict()}
}

func (j *jsonEnvelope) start(string) {}

func (j *jsonEnvelope) read(line []byte, e *envelope) error {
	kind, err := j.strict.value(line)
	if err != nil {
		return err
	}
	if j.kind = kind; kind != '{' {
		if j.anyKind {
			return nil
		}
		return &placedError{skipJSONSpace(line, 0), "the record is not an object"}
	}
	j.strict.shape = j.strict.shape[:0]
	s := skimmer{shape: &j.strict.shape}
	s.open(line, 0)
	var m member
	var fault error // the first; names that come twice go before it
	for s.next(&m) {
		if err := j.member(line, &m, e); err != nil && fault == nil {
			fault = err
		}
	}
	if err := j.strict.names(line); err != nil {
		*e = envelope{time: NoTime} // which of two ids is meant is anyone's guess
		return err
	}
	return fault
}

// member takes what belongs to the envelope.
func (j *jsonEnvelope) member(line []byte, m *member, e *envelope) error {
	name := m.name[1 : len(m.name)-1]
	if m.escaped {
		unquoted, err := jsontext.AppendUnquote(j.scratch[:0], m.name)
		if err != nil {
			return &placedError{m.begin, err.Error()} // cannot be: the text was checked
		}
		j.scratch, name = unquoted, unquoted
	}
	if string(name) == j.c.ModelField {
		ref, err := stringMember(m, false)
		if err != nil {
			return &placedError{m.begin, fmt.Sprintf("the reference %q is not a string", name)}
		}
		e.ref = ref
	}
	if string(name) == j.c.IDField {
		id, err := stringMember(m, true)
		if err != nil {
			return &placedError{m.begin, fmt.Sprintf("the id %q is neither string nor number", name)}
		}
		e.id = id
	}
	if string(name) == j.c.SplitField && j.c.SplitField != "" {
		key, err := stringMember(m, true)
		if err != nil {
			return &placedError{m.begin, fmt.Sprintf("the split key %q is neither string nor number", name)}
		}
		e.split = key
	}
	if string(name) == j.c.TimeField {
		return j.eventTime(line, m, e)
	}
	if string(name) == j.c.ResolutionField && j.c.ResolutionField != "" {
		return j.resolution(line, m, e)
	}
	return nil
}

func (j *jsonEnvelope) resolution(line []byte, m *member, e *envelope) error {
	word, err := stringMember(m, false)
	if err != nil {
		return &placedError{m.begin, errResolution.Error()}
	}
	if word.absent() {
		return nil
	}
	text, err := j.text(line, word)
	if err != nil {
		return &placedError{m.begin, errResolution.Error()}
	}
	return e.setResolution(text, m.begin)
}

func (j *jsonEnvelope) eventTime(line []byte, m *member, e *envelope) error {
	t, err := stringMember(m, true)
	if err != nil {
		return &placedError{m.begin, errTime.Error()}
	}
	if t.absent() {
		return nil
	}
	raw, err := j.text(line, t)
	if err != nil {
		return &placedError{m.begin, errTime.Error()}
	}
	ms, err := parseTime(raw)
	if m.kind != '"' && errors.Is(err, errTime) {
		err = errTimeNumber
	}
	if err != nil {
		return &placedError{m.begin, err.Error()}
	}
	e.time = ms
	return nil
}

// text is what a piece says; it is good until the next call.
func (j *jsonEnvelope) text(line []byte, p piece) (text []byte, err error) {
	text = line[p.begin:p.end]
	if p.form == jsonEscapes {
		j.scratch, err = jsontext.AppendUnquote(j.scratch[:0], text)
		text = j.scratch
	}
	return text, err
}

// stringMember returns where the text of a string, or of a number where one will do, is; null is absent.
func stringMember(m *member, numbers bool) (piece, error) {
	switch {
	case m.kind == 'n':
		return piece{}, nil
	case m.kind == '"' && m.strEscaped:
		return piece{m.begin, m.end, jsonEscapes}, nil
	case m.kind == '"':
		return piece{m.begin + 1, m.end - 1, plain}, nil
	case numbers && (m.kind == '-' || isDigit(m.kind)):
		return piece{m.begin, m.end, plain}, nil
	}
	return piece{}, errTime
}
