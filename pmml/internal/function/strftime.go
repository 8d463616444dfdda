package function

import (
	"fmt"
	"strconv"
	"time"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// parseStrftime reads a pattern of C's strftime (ISO C 9899:1999, 7.23.3.5), in the locale "C". The modifiers E and O change
// nothing there. Values have no zone: %z and %Z are empty.
func parseStrftime(pattern string) (format, error) {
	conversions, err := strftimeConversions(pattern)
	if err != nil {
		return nil, err
	}
	return func(dst []byte, v value.Value) ([]byte, bool) {
		t, ok := calendar(v, value.DateTime, value.Date, value.Time).Calendar()
		if !ok {
			return dst, false
		}
		for _, c := range conversions {
			dst = append(dst, c.literal...)
			dst = appendStrftime(dst, t, c.verb)
		}
		return dst, true
	}, nil
}

// conversion is one conversion of a pattern after the text before it; the last may have no verb.
type conversion struct {
	literal string
	verb    byte
}

func strftimeConversions(pattern string) ([]conversion, error) {
	var out []conversion
	literal := ""
	for i := 0; i < len(pattern); i++ {
		if pattern[i] != '%' {
			literal += pattern[i : i+1]
			continue
		}
		i++
		if i < len(pattern) && (pattern[i] == 'E' || pattern[i] == 'O') {
			i++
		}
		if i == len(pattern) {
			return nil, fmt.Errorf("date pattern %q ends within a conversion", pattern)
		}
		out = append(out, conversion{literal, pattern[i]})
		literal = ""
		if !isStrftimeVerb(pattern[i]) {
			return nil, fmt.Errorf("date pattern %q: conversion %%%c is not known", pattern, pattern[i])
		}
	}
	return append(out, conversion{literal, 0}), nil
}

func isStrftimeVerb(c byte) bool {
	for _, known := range []byte("aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%") {
		if c == known {
			return true
		}
	}
	return false
}

func appendStrftime(dst []byte, t time.Time, verb byte) []byte {
	switch verb {
	case 'a':
		return t.AppendFormat(dst, "Mon")
	case 'A':
		return t.AppendFormat(dst, "Monday")
	case 'b', 'h':
		return t.AppendFormat(dst, "Jan")
	case 'B':
		return t.AppendFormat(dst, "January")
	case 'c':
		return t.AppendFormat(dst, "Mon Jan _2 15:04:05 2006")
	case 'C':
		return appendPadded(dst, t.Year()/100, 2)
	case 'd':
		return appendPadded(dst, t.Day(), 2)
	case 'D', 'x':
		return t.AppendFormat(dst, "01/02/06")
	case 'e':
		return t.AppendFormat(dst, "_2")
	case 'F':
		return t.AppendFormat(dst, "2006-01-02")
	case 'g':
		year, _ := t.ISOWeek()
		return appendPadded(dst, year%100, 2)
	case 'G':
		year, _ := t.ISOWeek()
		return appendPadded(dst, year, 4)
	case 'H':
		return appendPadded(dst, t.Hour(), 2)
	case 'I':
		return t.AppendFormat(dst, "03")
	case 'j':
		return appendPadded(dst, t.YearDay(), 3)
	case 'm':
		return appendPadded(dst, int(t.Month()), 2)
	case 'M':
		return appendPadded(dst, t.Minute(), 2)
	case 'n':
		return append(dst, '\n')
	case 'p':
		return t.AppendFormat(dst, "PM")
	case 'r':
		return t.AppendFormat(dst, "03:04:05 PM")
	case 'R':
		return t.AppendFormat(dst, "15:04")
	case 'S':
		return appendPadded(dst, t.Second(), 2)
	case 't':
		return append(dst, '\t')
	case 'T', 'X':
		return t.AppendFormat(dst, "15:04:05")
	case 'u': // Monday 1 to Sunday 7
		return strconv.AppendInt(dst, int64((t.Weekday()+6)%7+1), 10)
	case 'U': // weeks begin on Sunday
		return appendPadded(dst, (t.YearDay()+6-int(t.Weekday()))/7, 2)
	case 'V':
		_, week := t.ISOWeek()
		return appendPadded(dst, week, 2)
	case 'w': // Sunday 0 to Saturday 6
		return strconv.AppendInt(dst, int64(t.Weekday()), 10)
	case 'W': // weeks begin on Monday
		return appendPadded(dst, (t.YearDay()+6-int(t.Weekday()+6)%7)/7, 2)
	case 'y':
		return appendPadded(dst, t.Year()%100, 2)
	case 'Y': // with four digits, as ISO 8601 writes years; C leaves it open
		return appendPadded(dst, t.Year(), 4)
	case '%':
		return append(dst, '%')
	}
	return dst // z, Z, and the end of the pattern
}

func appendPadded(dst []byte, n, width int) []byte {
	if n < 0 {
		dst, n = append(dst, '-'), -n
	}
	digits := strconv.Itoa(n)
	for i := len(digits); i < width; i++ {
		dst = append(dst, '0')
	}
	return append(dst, digits...)
}
