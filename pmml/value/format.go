package value

import (
	"math"
	"strconv"
	"unicode/utf8"
)

func appendInt(dst []byte, i int64) []byte { return strconv.AppendInt(dst, i, 10) }

// AppendText appends the value as a string field would hold it: whole numbers without a point, reals with at least one decimal
// (1.0, 2.5, 1.0E10) and otherwise the shortest digits that read back the same, true and false, ISO 8601. Nothing is appended
// for a missing value, and the text as it came for an invalid one.
func (v Value) AppendText(dst []byte) []byte {
	switch {
	case v.state == StateMissing:
		return dst
	case v.state == StateInvalid:
		return append(dst, v.text...)
	case v.list != nil:
		for i, m := range *v.list {
			if i > 0 {
				dst = append(dst, ' ')
			}
			dst = m.AppendText(dst)
		}
		return dst
	}
	switch v.typ {
	case String:
		return append(dst, v.text...)
	case Float:
		return appendReal(dst, math.Float64frombits(v.bits), 32)
	case Double:
		return appendReal(dst, math.Float64frombits(v.bits), 64)
	case Boolean:
		return strconv.AppendBool(dst, v.bits != 0)
	case Date, Time, DateTime:
		return v.appendCalendar(dst)
	}
	return appendInt(dst, int64(v.bits))
}

// String returns AppendText as a string; "missing" for a missing value.
func (v Value) String() string {
	if v.state == StateMissing {
		return "missing"
	}
	return string(v.AppendText(nil))
}

func (v Value) appendCalendar(dst []byte) []byte {
	n := int64(v.bits)
	switch v.typ {
	case Date:
		return appendDay(dst, n)
	case Time:
		return appendClock(dst, n)
	}
	days := floorDiv(n, microsPerDay)
	dst = append(appendDay(dst, days), 'T')
	return appendClock(dst, n-days*microsPerDay)
}

// appendReal spells a real as Java's Double.toString does, which is how producers and other engines turn numbers into categories.
func appendReal(dst []byte, f float64, bits int) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	}
	size := math.Abs(f)
	if size == 0 || size >= 1e-3 && size < 1e7 {
		start := len(dst)
		dst = strconv.AppendFloat(dst, f, 'f', -1, bits)
		for _, c := range dst[start:] {
			if c == '.' {
				return dst
			}
		}
		return append(dst, ".0"...)
	}
	var buf [32]byte
	text := strconv.AppendFloat(buf[:0], f, 'e', -1, bits)
	mark := 0
	for text[mark] != 'e' {
		mark++
	}
	point := false
	for _, c := range text[:mark] {
		point = point || c == '.'
	}
	dst = append(dst, text[:mark]...)
	if !point {
		dst = append(dst, ".0"...)
	}
	dst = append(dst, 'E')
	exponent := text[mark+1:]
	if exponent[0] == '-' {
		dst = append(dst, '-')
	}
	exponent = exponent[1:]
	for len(exponent) > 1 && exponent[0] == '0' {
		exponent = exponent[1:]
	}
	return append(dst, exponent...)
}

// AppendJSON appends the value as results show it: the shortest number that reads back as the same double (a float is widened first), "NaN",
// "Infinity" and "-Infinity" as strings, null for missing and invalid, dates in ISO 8601, a collection as an array.
func (v Value) AppendJSON(dst []byte) []byte {
	switch {
	case v.state != StateValid:
		return append(dst, "null"...)
	case v.list != nil:
		dst = append(dst, '[')
		for i, m := range *v.list {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = m.AppendJSON(dst)
		}
		return append(dst, ']')
	}
	switch v.typ {
	case String, Untyped:
		return AppendQuoted(dst, v.text)
	case Float, Double:
		return appendNumber(dst, math.Float64frombits(v.bits))
	case Boolean:
		return strconv.AppendBool(dst, v.bits != 0)
	case Date, Time, DateTime:
		return append(v.appendCalendar(append(dst, '"')), '"')
	}
	return appendInt(dst, int64(v.bits))
}

func appendNumber(dst []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, `"NaN"`...)
	case math.IsInf(f, 1):
		return append(dst, `"Infinity"`...)
	case math.IsInf(f, -1):
		return append(dst, `"-Infinity"`...)
	}
	if size := math.Abs(f); size != 0 && (size < 1e-6 || size >= 1e21) {
		return strconv.AppendFloat(dst, f, 'e', -1, 64)
	}
	return strconv.AppendFloat(dst, f, 'f', -1, 64)
}

// AppendQuoted appends s as a JSON string. Bytes that are not UTF-8 become U+FFFD.
func AppendQuoted(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r != utf8.RuneError || n != 1 {
				i += n
				continue
			}
			dst = append(append(dst, s[from:i]...), `\ufffd`...)
			i++
			from = i
			continue
		}
		dst = append(dst, s[from:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		i++
		from = i
	}
	return append(append(dst, s[from:]...), '"')
}
