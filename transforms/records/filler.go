package records

import (
	"errors"
	"fmt"
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Filler puts the features of records into a model's input, straight from their bytes and without allocating. It
// belongs to one goroutine.
type Filler struct {
	c       Conversion
	fields  []field
	byName  map[string]int
	fill    func(header string, line []byte, in setter) error
	scratch []byte

	json    jsonFill
	columns csvFill
	vector  vectorFill
}

// field is what the filling of a field needs to know.
type field struct {
	name string
	typ  value.Type
	list bool // takes an array
}

// setter is what is filled: a *pmml.Input.
type setter interface {
	Clear()
	SetText(i int, text []byte)
	SetFloat(i int, f float64)
	SetValues(i int, members []value.Value)
}

// FieldError says which feature of a record cannot be read, and why. The record's reason is invalid_input.
type FieldError struct {
	Field   string // empty if the fault is of no one field
	Message string
}

func (e *FieldError) Error() string {
	if e.Field == "" {
		return e.Message
	}
	return e.Field + ": " + e.Message
}

func (c Conversion) bind(fields []pmml.Field) *Filler {
	f := &Filler{c: c.withDefaults(), byName: make(map[string]int, len(fields))}
	for i, d := range fields {
		f.fields = append(f.fields, field{d.Name, d.Type, d.IsList})
		f.byName[d.Name] = i
		if d.Usage == "active" {
			f.vector.active = append(f.vector.active, i)
		}
	}
	f.vector.given = make([]bool, len(f.vector.active))
	switch f.c.Kind {
	case CSV:
		f.fill = f.fillCSV
	case Dense, Sparse:
		f.fill = f.fillVector
	default:
		f.fill = f.fillJSON
	}
	return f
}

// Fill clears in and gives it the features of record i of b. The record must be one of which the envelope was read:
// its Reason is empty, or no_reference. The error is a *FieldError.
func (f *Filler) Fill(b *Block, i int, in *pmml.Input) error {
	return f.record(b.Header, b.Line(i), in)
}

func (f *Filler) record(header string, line []byte, in setter) error {
	in.Clear()
	err := f.fill(header, line, in)
	if err == nil {
		return nil
	}
	var field *FieldError
	if !errors.As(err, &field) {
		err = &FieldError{Message: err.Error()}
	}
	return err
}

// index returns the index of the named field, -1 if the model has none of that name.
func (f *Filler) index(name []byte) int {
	if i, ok := f.byName[string(name)]; ok {
		return i
	}
	return -1
}

// cell gives field i the text of a cell, which is missing if it is empty or says so.
func (f *Filler) cell(in setter, i int, text []byte) (given bool) {
	if len(text) == 0 || len(f.c.Missing) > 0 && slices.Contains(f.c.Missing, string(text)) {
		return false
	}
	f.number(in, i, text)
	return true
}

// number gives field i a text that is likely to be a number.
func (f *Filler) number(in setter, i int, text []byte) {
	if t := f.fields[i].typ; t == value.Double || t == value.Float {
		if n, ok := parseDouble(text); ok && (t == value.Double || roundsOnce(n)) {
			in.SetFloat(i, n)
			return
		}
	}
	in.SetText(i, text)
}

func (f *Filler) fault(i int, format string, args ...any) error {
	return &FieldError{f.fields[i].name, fmt.Sprintf(format, args...)}
}
