package function

import "github.com/beam-pmml/beam-pmml/pmml/value"

// These count from a date or dateTime, or a text that is one; what is left over is dropped. The specification's names are kept:
// dateSecondsSinceMidnight takes a time as well.
var dates = []*Builtin{
	{Name: "dateDaysSinceYear", MinArgs: 2, MaxArgs: 2, Type: always(value.Integer), Eval: sinceYear(value.Value.DaysSinceYear)},
	{Name: "dateSecondsSinceYear", MinArgs: 2, MaxArgs: 2, Type: always(value.Integer), Eval: sinceYear(value.Value.SecondsSinceYear)},
	{Name: "dateSecondsSinceMidnight", MinArgs: 1, MaxArgs: 1, Type: always(value.Integer), Eval: fromText(func(args []value.Value) value.Value {
		if n, ok := calendar(args[0], value.DateTime, value.Time).SecondsSinceMidnight(); ok {
			return value.OfInt(n)
		}
		return invalid()
	})},
}

func sinceYear(count func(v value.Value, year int64) (int64, bool)) func([]value.Value) value.Value {
	return fromText(func(args []value.Value) value.Value {
		year, ok := integer(args[1])
		if !ok || year < -9999 || year > 9999 {
			return invalid()
		}
		if n, ok := count(calendar(args[0], value.Date, value.DateTime), year); ok {
			return value.OfInt(n)
		}
		return invalid()
	})
}

// calendar reads a text as the first of the types that it is; other values stay as they are.
func calendar(v value.Value, types ...value.Type) value.Value {
	s, ok := v.Str()
	if !ok {
		return v
	}
	for _, t := range types {
		if read := value.ParseString(t, s); read.IsValid() {
			return read
		}
	}
	return v
}
