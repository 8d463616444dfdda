package pmml

import (
	"fmt"

	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Input is one row. It belongs to one goroutine. Each value is checked and treated as the MiningSchema says when it is given.
type Input struct {
	model *Model
	frame *program.Frame
}

// NewInput returns an empty input for this model. An Input belongs to one goroutine and may be used again after Clear.
func (m *Model) NewInput() *Input { return &Input{model: m, frame: m.program.NewFrame()} }

// Clear makes all fields missing.
func (in *Input) Clear() { in.frame.Clear() }

// SetText gives field i as text, parsed by the field's dataType (a JSON number or a CSV cell go through here alike). Text that
// cannot be parsed is an invalid value, which the document's treatment decides about. The bytes are copied where they are kept.
func (in *Input) SetText(i int, text []byte) { in.frame.SetText(i, text) }

// SetFloat gives field i as a number.
func (in *Input) SetFloat(i int, f float64) { in.frame.SetFloat(i, f) }

// SetMissing makes field i missing.
func (in *Input) SetMissing(i int) { in.frame.SetMissing(i) }

// SetValue gives field i as a value, which is converted to the field's dataType; a collection is taken as it is.
func (in *Input) SetValue(i int, v value.Value) { in.frame.SetValue(i, v) }

// SetValues gives field i as a collection, which keeps the slice.
func (in *Input) SetValues(i int, members []value.Value) { in.frame.SetValue(i, value.OfList(members)) }

// Set gives field i as a value of one of Go's basic types; nil is missing, and a []any or []string of such values a collection. Other types are an
// error.
func (in *Input) Set(i int, v any) error {
	switch v := v.(type) {
	case nil:
		in.SetMissing(i)
		return nil
	case float64:
		in.SetFloat(i, v)
		return nil
	case []any:
		members := make([]value.Value, 0, len(v))
		for _, member := range v {
			x, ok := basic(member)
			if !ok {
				return in.cannot(i, member)
			}
			members = append(members, x)
		}
		in.SetValues(i, members)
		return nil
	case []string:
		members := make([]value.Value, 0, len(v))
		for _, text := range v {
			members = append(members, value.OfString(text))
		}
		in.SetValues(i, members)
		return nil
	}
	x, ok := basic(v)
	if !ok {
		return in.cannot(i, v)
	}
	in.SetValue(i, x)
	return nil
}

func (in *Input) cannot(i int, v any) error {
	return fmt.Errorf("pmml: field %s: a value of type %T cannot be given", in.model.fields[i].Name, v)
}

// basic makes a value of one of Go's basic types; nil is missing.
func basic(v any) (value.Value, bool) {
	switch v := v.(type) {
	case nil:
		return value.Missing(), true
	case float64:
		return value.OfFloat(v), true
	case float32:
		return value.OfFloat(float64(v)), true
	case int:
		return value.OfInt(int64(v)), true
	case int32:
		return value.OfInt(int64(v)), true
	case int64:
		return value.OfInt(v), true
	case bool:
		return value.OfBool(v), true
	case string:
		return value.OfString(v), true
	case value.Value:
		return v, true
	}
	return value.Missing(), false
}
