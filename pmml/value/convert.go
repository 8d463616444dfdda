package value

import "math"

// Convert returns the value as type t, as a derived field, a function's result or an output converts to its dataType. A value that has no
// counterpart in t becomes invalid: a real that is not whole has none among the integers, and a text only if it can be parsed.
func (v Value) Convert(t Type) Value {
	if v.state != StateValid || t == Untyped || v.typ == t && v.list == nil {
		return v
	}
	if v.list != nil {
		return v
	}
	switch t {
	case String:
		return OfString(string(v.AppendText(nil)))
	case Double:
		if f, ok := v.Float64(); ok {
			return OfFloat(f)
		}
	case Float:
		if f, ok := v.Float64(); ok {
			return OfSingle(f)
		}
	case Integer:
		if i, ok := v.Int64(); ok {
			return OfInt(i)
		}
		if f, ok := v.Float64(); ok && f == math.Trunc(f) && math.Abs(f) < 1<<63 {
			return OfInt(int64(f))
		}
	case Boolean:
		if f, ok := v.Float64(); ok && (f == 0 || f == 1) {
			return OfBool(f == 1)
		}
	case Date:
		if v.typ == DateTime {
			return OfDate(floorDiv(int64(v.bits), microsPerDay))
		}
	case Time:
		if v.typ == DateTime {
			micros := int64(v.bits)
			return OfTime(micros - floorDiv(micros, microsPerDay)*microsPerDay)
		}
	case DateTime:
		if v.typ == Date {
			return OfDateTime(int64(v.bits) * microsPerDay)
		}
	default:
		if v.typ.IsCount() {
			if c, ok := recount(t, v); ok {
				return c
			}
			break
		}
		if v.typ.IsCalendar() {
			if c := countOf(t, v); c.IsValid() {
				return c
			}
			break
		}
		if i, ok := v.Int64(); ok {
			return OfCount(t, i)
		}
		if f, ok := v.Float64(); ok && f == math.Trunc(f) && math.Abs(f) < 1<<63 {
			return OfCount(t, int64(f))
		}
	}
	if v.typ == String {
		return ParseString(t, v.text)
	}
	return Invalid(string(v.AppendText(nil)))
}
