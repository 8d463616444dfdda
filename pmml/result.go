package pmml

import (
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Result is what scoring one row gave. It belongs to one goroutine.
type Result struct {
	model  *Model
	values []value.Value
	empty  bool
}

// NewResult returns an empty result for this model. A Result belongs to one goroutine and is overwritten by each Score.
func (m *Model) NewResult() *Result {
	return &Result{model: m, values: make([]value.Value, len(m.outputs)), empty: true}
}

// take computes the results of a frame that has been scored.
func (r *Result) take(f *program.Frame) *program.Failure {
	for i := range r.values {
		r.values[i] = f.Result(i)
		if r.values[i].IsValid() {
			r.empty = false
		}
	}
	return f.Failure()
}

func (r *Result) clear() {
	clear(r.values)
	r.empty = true
}

// Value returns the i-th output, in the order of Model.Outputs.
func (r *Result) Value(i int) value.Value { return r.values[i] }

// Empty says whether no target and no output has a value.
func (r *Result) Empty() bool { return r.empty }

// AppendJSON appends all outputs as one JSON object, names in the order of Model.Outputs.
func (r *Result) AppendJSON(dst []byte) []byte {
	dst = append(dst, '{')
	for i := range r.values {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = value.AppendQuoted(dst, r.model.outputs[i].Name)
		dst = append(dst, ':')
		dst = r.values[i].AppendJSON(dst)
	}
	return append(dst, '}')
}

// Map returns the outputs by name as Go values: float64, int64, bool, string (dates in ISO 8601), []any, nil for missing.
func (r *Result) Map() map[string]any {
	out := make(map[string]any, len(r.values))
	for i, v := range r.values {
		out[r.model.outputs[i].Name] = plain(v)
	}
	return out
}

func plain(v value.Value) any {
	if members, ok := v.List(); ok {
		list := make([]any, len(members))
		for i, m := range members {
			list[i] = plain(m)
		}
		return list
	}
	if !v.IsValid() {
		return nil
	}
	if b, ok := v.Bool(); ok {
		return b
	}
	if i, ok := v.Int64(); ok {
		return i
	}
	if f, ok := v.Float64(); ok {
		return f
	}
	return v.String()
}
