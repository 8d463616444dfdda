package records

import (
	"errors"
	"time"
)

// Event times lie in the years 1 to 9999, as RFC 3339 can write them.
const (
	leastTime = -62_135_596_800_000
	mostTime  = 253_402_300_799_999
)

var (
	errTime       = errors.New("the time is neither RFC 3339 nor whole epoch milliseconds")
	errTimeNumber = errors.New("the time is not whole epoch milliseconds")
	errTimeRange  = errors.New("the time lies outside the years 1 to 9999")
)

// parseTime reads an event time: whole epoch milliseconds, or RFC 3339, of which what is finer than a millisecond is
// cut off.
func parseTime(text []byte) (int64, error) {
	if ms, ok := wholeNumber(text); ok {
		if ms < leastTime || ms > mostTime {
			return 0, errTimeRange
		}
		return ms, nil
	}
	var t time.Time
	if err := t.UnmarshalText(text); err != nil {
		return 0, errTime
	}
	ms := t.UnixMilli()
	if ms < leastTime || ms > mostTime {
		return 0, errTimeRange
	}
	return ms, nil
}

// wholeNumber reads an optional minus and 1 to 18 digits.
func wholeNumber(text []byte) (int64, bool) {
	digits := text
	if len(digits) > 0 && digits[0] == '-' {
		digits = digits[1:]
	}
	if len(digits) == 0 || len(digits) > 18 {
		return 0, false
	}
	n := int64(0)
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int64(c-'0')
	}
	if len(digits) < len(text) {
		n = -n
	}
	return n, true
}
