package function

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// MaxText is how many bytes concat and replace may make of their arguments: a longer result is invalid.
const MaxText = 1 << 20

// A value that is not a text is taken as the text that a string field would hold. Lengths and places count characters.
var texts = []*Builtin{
	{Name: "uppercase", MinArgs: 1, MaxArgs: 1, Type: always(value.String), Eval: textOf(upper)},
	{Name: "lowercase", MinArgs: 1, MaxArgs: 1, Type: always(value.String), Eval: textOf(lower)},
	{Name: "trimBlanks", MinArgs: 1, MaxArgs: 1, Type: always(value.String), Eval: textOf(trimBlanks)},
	{Name: "stringLength", MinArgs: 1, MaxArgs: 1, Type: always(value.Integer), Eval: fromText(func(args []value.Value) value.Value {
		return value.OfInt(int64(utf8.RuneCountInString(text(&args[0]))))
	})},
	{Name: "substring", MinArgs: 3, MaxArgs: 3, Type: always(value.String), Eval: fromText(substring)},
	{Name: "concat", MinArgs: 1, MaxArgs: Any, Type: always(value.String), Eval: concat},
}

// text returns a valid value as text.
func text(v *value.Value) string {
	if s, ok := v.Str(); ok {
		return s
	}
	var buf [64]byte
	return string(v.AppendText(buf[:0]))
}

func textOf(f func(string) string) func([]value.Value) value.Value {
	return fromText(func(args []value.Value) value.Value { return value.OfString(f(text(&args[0]))) })
}

// upper and lower follow Unicode's full mappings, without those of any one language: ß becomes SS, and a Σ at the end of a word ς.
func upper(s string) string {
	if isASCII(s) {
		return strings.ToUpper(s)
	}
	return cases.Upper(language.Und).String(s)
}

func lower(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	return cases.Lower(language.Und, cases.HandleFinalSigma(true)).String(s)
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// trimBlanks takes blanks and control characters off both ends.
func trimBlanks(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
}

// substring counts from 1. What lies beyond the end of the text is not there; a place before its beginning or a negative length is invalid.
func substring(args []value.Value) value.Value {
	s := text(&args[0])
	start, ok1 := integer(args[1])
	length, ok2 := integer(args[2])
	if !ok1 || !ok2 || start < 1 || length < 0 {
		return invalid()
	}
	s = s[offset(s, start-1):]
	return value.OfString(s[:offset(s, length)])
}

// integer returns a whole number given as any type of number.
func integer(v value.Value) (int64, bool) { return v.Convert(value.Integer).Int64() }

// offset returns where the n-th character begins, n from 0; the end of the text if it has no more than n.
func offset(s string, n int64) int {
	if isASCII(s) {
		return int(min(n, int64(len(s))))
	}
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}

// concat leaves missing arguments out, and is empty when all are missing (JPMML-Evaluator's reading).
func concat(args []value.Value) value.Value {
	var buf [128]byte
	joined := buf[:0]
	for i := range args {
		switch {
		case args[i].IsMissing():
			continue
		case args[i].IsInvalid():
			return invalid()
		}
		if joined = args[i].AppendText(joined); len(joined) > MaxText {
			return invalid()
		}
	}
	return value.OfString(string(joined))
}
