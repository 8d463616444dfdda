package function

import (
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// formatNumber takes a number and a pattern of C's printf, formatDatetime a date, time or dateTime and one of C's strftime.
var formats = []*Builtin{
	{Name: "formatNumber", MinArgs: 2, MaxArgs: 2, Type: always(value.String), Eval: formatAny(parsePrintf), Compile: compileFormat(parsePrintf)},
	{Name: "formatDatetime", MinArgs: 2, MaxArgs: 2, Type: always(value.String), Eval: formatAny(parseStrftime), Compile: compileFormat(parseStrftime)},
}

// format appends a value under a pattern that has been read; false if the value does not fit it.
type format func(dst []byte, v value.Value) ([]byte, bool)

func (f format) apply(args []value.Value) value.Value {
	var buf [64]byte
	if out, ok := f(buf[:0], args[0]); ok {
		return value.OfString(string(out))
	}
	return invalid()
}

func formatAny(parse func(pattern string) (format, error)) func([]value.Value) value.Value {
	return fromText(func(args []value.Value) value.Value {
		f, err := parse(text(&args[1]))
		if err != nil {
			return invalid()
		}
		return f.apply(args)
	})
}

func compileFormat(parse func(pattern string) (format, error)) func([]value.Value) (func([]value.Value) value.Value, error) {
	return func(consts []value.Value) (func([]value.Value) value.Value, error) {
		if !consts[1].IsValid() {
			return formatAny(parse), nil
		}
		f, err := parse(text(&consts[1]))
		if err != nil {
			return nil, err
		}
		return fromText(f.apply), nil
	}
}
