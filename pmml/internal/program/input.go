package program

import (
	"math"
	"strconv"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Treatment of invalid values, or of outliers.
type Treatment uint8

// The treatments (specification, MiningSchema).
const (
	ReturnInvalid Treatment = iota
	AsIs
	AsMissing
	AsValue
	AsExtreme
)

// Input is a field that a caller gives, with the treatments of its MiningField: section 1.4 of the specification's order of preparation.
// Exactly one of the treatments for missing, invalid and valid values is entered.
type Input struct {
	Name          string
	Type          value.Type
	Checks        Checks
	Missing       value.Value // what stands in for a missing value
	RefuseMissing bool
	Replaces      bool // Missing stands in for what is treated as missing, though a value that is missing itself is refused
	Invalid       Treatment
	InvalidValue  value.Value
	Outliers      Treatment // AsIs, AsMissing, AsExtreme
	Low, High     float64
	Collection    bool // the program reads a collection
	unchecked     bool // any number but NaN is valid as it comes
}

// Checks class a value as missing, invalid or valid.
type Checks struct {
	MissingValues []value.Value
	MissingTexts  []string // values declared missing that are not of the field's type
	InvalidValues []value.Value
	Listed        []value.Value // valid values; empty: no list
	Symbols       map[uint32]struct{}
	Intervals     []Interval
}

// Interval of valid numbers.
type Interval struct {
	Left, Right         float64
	LeftOpen, RightOpen bool
}

// Holds says whether x lies in the interval.
func (i *Interval) Holds(x float64) bool {
	return (x > i.Left || x == i.Left && !i.LeftOpen) && (x < i.Right || x == i.Right && !i.RightOpen)
}

// Ready finds out what can be left out when values are given. Compile calls it once the input is complete.
func (in *Input) Ready() {
	c := &in.Checks
	in.unchecked = in.Type.IsReal() && len(c.MissingValues) == 0 && len(c.InvalidValues) == 0 && len(c.Listed) == 0 && len(c.Intervals) == 0 && in.Outliers == AsIs
}

// state classes a converted value. text is how it came.
func (c *Checks) state(v *value.Value, text string) value.State {
	for i := range c.MissingValues {
		if same(v, &c.MissingValues[i]) {
			return value.StateMissing
		}
	}
	if v.IsInvalid() {
		for _, t := range c.MissingTexts {
			if t == text {
				return value.StateMissing
			}
		}
		return value.StateInvalid
	}
	if v.Type().IsReal() && math.IsNaN(v.Number()) {
		for _, t := range c.MissingTexts {
			if t == "NaN" {
				return value.StateMissing
			}
		}
		return value.StateInvalid
	}
	for i := range c.InvalidValues {
		if same(v, &c.InvalidValues[i]) {
			return value.StateInvalid
		}
	}
	if len(c.Listed) == 0 && len(c.Intervals) == 0 {
		return value.StateValid
	}
	if c.Symbols != nil {
		if _, ok := c.Symbols[v.Symbol()]; ok {
			return value.StateValid
		}
		return value.StateInvalid
	}
	if len(c.Intervals) > 0 {
		if x, ok := v.Float64(); ok {
			for i := range c.Intervals {
				if c.Intervals[i].Holds(x) {
					return value.StateValid
				}
			}
		}
	}
	for i := range c.Listed {
		if same(v, &c.Listed[i]) {
			return value.StateValid
		}
	}
	return value.StateInvalid
}

// Accepts says whether a value is valid for the field, or what stands in for a missing one.
func (in *Input) Accepts(v value.Value) bool {
	return in.Checks.state(&v, v.Raw()) == value.StateValid || same(&v, &in.Missing)
}

func same(a, b *value.Value) bool { return value.Equal(*a, *b) }

// SetMissing makes input i missing.
func (f *Frame) SetMissing(i int) {
	in := &f.program.Inputs[i]
	f.slots[i] = in.Missing
	f.setRefused(i, in.RefuseMissing)
}

func (f *Frame) setRefused(i int, refused bool) {
	if f.refused[i] == refused {
		return
	}
	f.refused[i] = refused
	if refused {
		f.refusals++
	} else {
		f.refusals--
	}
}

// SetFloat gives input i as a number.
func (f *Frame) SetFloat(i int, x float64) {
	in := &f.program.Inputs[i]
	if in.unchecked && x == x {
		if in.Type == value.Double {
			f.slots[i] = value.OfFloat(x)
		} else {
			f.slots[i] = value.OfSingle(x)
		}
		if f.refused[i] {
			f.setRefused(i, false)
		}
		return
	}
	switch in.Type {
	case value.Double:
		f.treat(i, value.OfFloat(x))
	case value.Float:
		f.treat(i, value.OfSingle(x))
	case value.String:
		f.text = appendShort(f.text[:0], x)
		f.SetText(i, f.text)
	default:
		v := value.OfFloat(x).Convert(in.Type)
		if v.IsInvalid() {
			v = value.Invalid(string(appendShort(nil, x)))
		}
		f.treat(i, v)
	}
}

func appendShort(dst []byte, x float64) []byte {
	if x == math.Trunc(x) && math.Abs(x) < 1e15 {
		return strconv.AppendInt(dst, int64(x), 10)
	}
	return value.OfFloat(x).AppendText(dst)
}

// SetText gives input i as text.
func (f *Frame) SetText(i int, text []byte) {
	in := &f.program.Inputs[i]
	if in.Type == value.String {
		f.treat(i, f.program.Texts.Value(text))
		return
	}
	f.treat(i, value.Parse(in.Type, text))
}

// SetValue gives input i as a value, which is converted to the field's type.
func (f *Frame) SetValue(i int, v value.Value) {
	if v.IsMissing() {
		f.SetMissing(i)
		return
	}
	in := &f.program.Inputs[i]
	if members, isList := v.List(); isList {
		f.setMembers(i, members)
		return
	}
	if s, ok := v.Str(); ok {
		if in.Type == value.String {
			f.treat(i, f.program.Texts.ValueString(s))
			return
		}
		f.treat(i, value.ParseString(in.Type, s))
		return
	}
	f.treat(i, f.program.Texts.Known(v.Convert(in.Type)))
}

// setMembers gives input i a collection. Each member is treated as a value is; one that the treatment refuses refuses the row.
func (f *Frame) setMembers(i int, members []value.Value) {
	in := &f.program.Inputs[i]
	out := f.members(in.Type, members)
	for j := range out {
		v, refused := in.member(out[j])
		if refused {
			f.slots[i] = v
			f.setRefused(i, true)
			return
		}
		out[j] = v
	}
	f.slots[i] = value.OfList(out)
	f.setRefused(i, false)
}

// member prepares a member of a collection, which may have been prepared before: what stands in for another value is not checked.
func (in *Input) member(v value.Value) (value.Value, bool) {
	switch {
	case v.IsMissing():
		return in.Missing, in.RefuseMissing
	case same(&v, &in.Missing), in.Invalid == AsValue && same(&v, &in.InvalidValue):
		return v, false
	}
	return in.prepare(v)
}

// members converts the values of a collection to the field's type.
func (f *Frame) members(t value.Type, members []value.Value) []value.Value {
	out := make([]value.Value, len(members))
	for i, v := range members {
		text, isText := v.Str()
		switch {
		case !v.IsValid() || v.Type() == t && !isText:
			out[i] = v
		case isText && t == value.String:
			out[i] = f.program.Texts.ValueString(text)
		case isText:
			out[i] = value.ParseString(t, text)
		default:
			out[i] = f.program.Texts.Known(v.Convert(t))
		}
	}
	return out
}

func (f *Frame) treat(i int, v value.Value) {
	in := &f.program.Inputs[i]
	out, refused := in.prepare(v)
	f.slots[i] = out
	f.setRefused(i, refused)
}

// prepare applies the treatments to a converted value that is not missing.
func (in *Input) prepare(v value.Value) (value.Value, bool) {
	switch in.Checks.state(&v, v.Raw()) {
	case value.StateMissing:
		return in.Missing, in.RefuseMissing
	case value.StateInvalid:
		switch in.Invalid {
		case AsIs:
			return v, false
		case AsMissing:
			return in.Missing, in.RefuseMissing && !in.Replaces
		case AsValue:
			return in.InvalidValue, false
		}
		return v, true
	}
	if in.Outliers == AsIs {
		return v, false
	}
	x, ok := v.Float64()
	if !ok || x >= in.Low && x <= in.High {
		return v, false
	}
	if in.Outliers == AsMissing {
		return in.Missing, in.RefuseMissing && !in.Replaces
	}
	if x < in.Low {
		x = in.Low
	} else {
		x = in.High
	}
	return value.OfFloat(x).Convert(in.Type), false
}

// Treat is the preparation of a field that an enclosing model has already prepared.
func (in *Input) Treat(f *Frame, v value.Value) value.Value {
	out, refused := in.Missing, in.RefuseMissing
	if !v.IsMissing() {
		out, refused = in.prepare(v)
	}
	if refused {
		f.Fail(InvalidInput, in.Name, in.refusal(out))
	}
	return out
}

func (in *Input) refusal(v value.Value) string {
	if v.IsMissing() {
		return "the value is missing, which the document refuses"
	}
	return "invalid value " + strconv.Quote(v.String())
}

// refuse records the first input that the document's treatment refuses.
func (f *Frame) refuse() {
	for i, refused := range f.refused {
		if refused {
			in := &f.program.Inputs[i]
			f.Fail(InvalidInput, in.Name, in.refusal(f.slots[i]))
			return
		}
	}
}
