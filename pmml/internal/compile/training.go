package compile

import (
	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// training reads TrainingInstances: for each row the values of the fields that a model asks for.
type training struct {
	c       *compiler
	m       *model
	d       *document.TrainingInstances
	columns map[string]string // by field
}

func (c *compiler) training(m *model, d *document.TrainingInstances) *training {
	t := &training{c: c, m: m, d: d, columns: map[string]string{}}
	for _, f := range d.Fields {
		if t.columns[f.Field] != "" {
			c.fault(f.At, "InstanceField %q is listed twice", f.Field)
		}
		t.columns[f.Field] = f.Column
	}
	return t
}

// values are those of a field in all rows. Of rows that are not transformed, derived fields are computed as they are for a row to be scored.
func (t *training) values(f *field, at document.Offset) []value.Value {
	out := make([]value.Value, len(t.d.Rows))
	column := t.columns[f.name]
	if column == "" {
		if t.d.Transformed || f.ref == program.NoRef {
			t.c.fault(at, "TrainingInstances has no field %q", f.name)
			return out
		}
		t.compute(f, at, out)
		return out
	}
	for i, row := range t.d.Rows {
		text, ok := row.Lookup(column)
		if !ok {
			continue
		}
		if out[i] = t.c.constant(f.typ, text); out[i].IsInvalid() {
			t.c.fault(row.At, "%q of field %q is not of type %s", text, f.name, f.typ)
		}
	}
	return out
}

// compute fills the values of a derived field by running what has been compiled so far on each row.
func (t *training) compute(f *field, at document.Offset, out []value.Value) {
	if len(t.c.faults) > 0 { // of a program with faults parts are missing
		return
	}
	frame := t.c.prog.NewFrame()
	for i, row := range t.d.Rows {
		frame.Clear()
		for j := range t.c.prog.Inputs {
			if column := t.columns[t.c.prog.Inputs[j].Name]; column != "" {
				if text, ok := row.Lookup(column); ok {
					frame.SetText(j, []byte(text))
				}
			}
		}
		frame.Begin()
		v := *frame.At(f.ref)
		if failure := frame.Failure(); failure != nil {
			t.c.fault(row.At, "field %q of this row: %s", f.name, failure.Message)
			return
		}
		if !v.IsValid() {
			t.c.fault(at, "TrainingInstances has no field %q, nor what it is derived from", f.name)
			return
		}
		out[i] = v
	}
}

// numbers are values of a field that must be there and be numbers.
func (t *training) numbers(f *field, at document.Offset) []float64 {
	values := t.values(f, at)
	out := make([]float64, len(values))
	for i, v := range values {
		x, ok := v.Float64()
		if !ok && len(t.c.faults) == 0 {
			t.c.fault(t.d.Rows[i].At, "field %q of this row is not a number", f.name)
		}
		out[i] = x
	}
	return out
}
