package value

import (
	"bytes"
	"math"
	"strconv"
)

// Parse reads text as a value of type t. Text that is not of that form gives an invalid value that keeps the text.
//
//   - string, and no type: the text as it is.
//   - integer: a whole number, also spelled as a real that is whole ("3.0", "1e1"); 64 bits.
//   - float, double: decimal or hexadecimal, "NaN", "INF" and "Infinity" with a sign in any case, a trailing f or d; float is rounded.
//   - boolean: true, false in any case, 1, 0.
//   - date, time, dateTime: ISO 8601 without a zone. Counts: the date or time itself, or the count.
//
// Blanks around a number are dropped (XML Schema collapses them), and true and false are the numbers 1 and 0.
func Parse(t Type, text []byte) Value {
	v := parse(t, text)
	if v.state == StateInvalid {
		v.text = string(text)
	}
	return v
}

// ParseString is Parse on a string, which a String value shares instead of copying.
func ParseString(t Type, text string) Value {
	if t == String || t == Untyped {
		return OfString(text)
	}
	return Parse(t, []byte(text))
}

func parse(t Type, text []byte) Value {
	switch t {
	case String, Untyped:
		return OfString(string(text))
	case Integer:
		if i, ok := parseInteger(text); ok {
			return OfInt(i)
		}
	case Float:
		if f, ok := ParseFloat(text, 32); ok {
			return OfSingle(f)
		}
	case Double:
		if f, ok := ParseFloat(text, 64); ok {
			return OfFloat(f)
		}
	case Boolean:
		if b, ok := parseBoolean(text); ok {
			return OfBool(b)
		}
	case Date, Time, DateTime:
		return parseCalendar(t, text)
	default:
		return parseCount(t, text)
	}
	return Value{state: StateInvalid}
}

// ParseFloat reads a real number of 32 or 64 bits, rounding once. Too large is infinite, too small is zero.
func ParseFloat(text []byte, bits int) (float64, bool) {
	text = trim(text)
	if len(text) == 0 {
		return 0, false
	}
	if f, ok := decimal(text, bits); ok {
		return f, true
	}
	last := text[len(text)-1]
	if endsNumber(last) {
		if len(text) < 2 || text[1] != 'x' && text[1] != 'X' && !hasUnderscore(text) {
			return parsePlain(text, bits)
		}
	}
	if f, ok := namedFloat(text); ok {
		return f, true
	}
	if hasUnderscore(text) {
		return 0, false
	}
	if last == 'f' || last == 'F' || last == 'd' || last == 'D' {
		if hex := bytes.ContainsAny(text, "xX"); !hex || bytes.ContainsAny(text, "pP") {
			text = text[:len(text)-1]
		}
	}
	if len(text) == 0 || !endsNumber(text[len(text)-1]) {
		return 0, false
	}
	return parsePlain(text, bits)
}

// endsNumber keeps the words that strconv knows beside numbers from being read: they end in letters.
func endsNumber(c byte) bool { return c >= '0' && c <= '9' || c == '.' }

func parsePlain(text []byte, bits int) (float64, bool) {
	f, err := strconv.ParseFloat(string(text), bits)
	if err != nil {
		return f, math.IsInf(f, 0)
	}
	return f + 0, true // -0 is 0
}

// namedFloat reads the numbers that have names.
func namedFloat(text []byte) (float64, bool) {
	sign := 1
	name := text
	if name[0] == '+' || name[0] == '-' {
		if name[0] == '-' {
			sign = -1
		}
		name = name[1:]
	}
	switch {
	case foldEqual(name, "nan"):
		return math.NaN(), true
	case foldEqual(name, "inf"), foldEqual(name, "infinity"):
		return math.Inf(sign), true
	case foldEqual(text, "true"):
		return 1, true
	case foldEqual(text, "false"):
		return 0, true
	}
	return 0, false
}

func parseInteger(text []byte) (int64, bool) {
	text = trim(text)
	if len(text) == 0 || hasUnderscore(text) {
		return 0, false
	}
	if i, err := strconv.ParseInt(string(text), 10, 64); err == nil {
		return i, true
	}
	f, ok := ParseFloat(text, 64)
	if !ok || bytes.ContainsAny(text, "xX") || f != math.Trunc(f) || math.Abs(f) >= 1<<63 {
		return 0, false
	}
	return int64(f), true
}

func parseBoolean(text []byte) (bool, bool) {
	switch {
	case foldEqual(text, "true"):
		return true, true
	case foldEqual(text, "false"):
		return false, true
	}
	if f, ok := ParseFloat(text, 64); ok && (f == 0 || f == 1) && trimmed(text) {
		return f == 1, true
	}
	return false, false
}

func trim(text []byte) []byte {
	for len(text) > 0 && text[0] <= ' ' {
		text = text[1:]
	}
	for len(text) > 0 && text[len(text)-1] <= ' ' {
		text = text[:len(text)-1]
	}
	return text
}

func trimmed(text []byte) bool { return len(trim(text)) == len(text) }

func hasUnderscore(text []byte) bool { return bytes.IndexByte(text, '_') >= 0 }

// foldEqual compares with a lower-case ASCII word.
func foldEqual(text []byte, word string) bool {
	if len(text) != len(word) {
		return false
	}
	for i := range text {
		c := text[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != word[i] {
			return false
		}
	}
	return true
}
