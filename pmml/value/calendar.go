package value

import (
	"math"
	"time"
)

const (
	microsPerSecond = 1_000_000
	secondsPerDay   = 86_400
	microsPerDay    = secondsPerDay * microsPerSecond
)

// OfDate returns a date, given as days since 1970-01-01.
func OfDate(days int64) Value { return Value{state: StateValid, typ: Date, bits: uint64(days)} }

// OfTime returns a time of day, given as microseconds since midnight.
func OfTime(micros int64) Value { return Value{state: StateValid, typ: Time, bits: uint64(micros)} }

// OfDateTime returns a dateTime, given as microseconds since 1970-01-01T00:00:00. PMML's dateTime has no zone.
func OfDateTime(micros int64) Value {
	return Value{state: StateValid, typ: DateTime, bits: uint64(micros)}
}

// Calendar returns a Date (at midnight), a Time (on 1970-01-01) or a DateTime as a time in UTC, and whether the value is one of them.
func (v Value) Calendar() (time.Time, bool) {
	if v.state != StateValid || v.list != nil {
		return time.Time{}, false
	}
	switch v.typ {
	case Date:
		return time.Unix(int64(v.bits)*secondsPerDay, 0).UTC(), true
	case Time, DateTime:
		return time.UnixMicro(int64(v.bits)).UTC(), true
	}
	return time.Time{}, false
}

// baseDay is the first day of a count's calendar, in days since 1970-01-01. Year 0 is the proleptic year before year 1.
func baseDay(t Type) int64 {
	switch t {
	case DateDaysSince0, DateTimeSecondsSince0:
		return daysOf(0, 1, 1)
	case DateDaysSince1960, DateTimeSecondsSince1960:
		return daysOf(1960, 1, 1)
	case DateDaysSince1980, DateTimeSecondsSince1980:
		return daysOf(1980, 1, 1)
	}
	return 0
}

// DaysSinceYear returns the days from the first of January of the year to a Date or DateTime.
func (v Value) DaysSinceYear(year int64) (int64, bool) {
	switch {
	case v.state != StateValid || v.list != nil:
	case v.typ == Date:
		return int64(v.bits) - daysOf(year, 1, 1), true
	case v.typ == DateTime:
		return floorDiv(int64(v.bits), microsPerDay) - daysOf(year, 1, 1), true
	}
	return 0, false
}

// SecondsSinceYear returns the whole seconds from the beginning of the year to a Date or DateTime.
func (v Value) SecondsSinceYear(year int64) (int64, bool) {
	switch {
	case v.state != StateValid || v.list != nil:
	case v.typ == Date:
		return (int64(v.bits) - daysOf(year, 1, 1)) * secondsPerDay, true
	case v.typ == DateTime:
		return floorDiv(int64(v.bits), microsPerSecond) - daysOf(year, 1, 1)*secondsPerDay, true
	}
	return 0, false
}

// SecondsSinceMidnight returns the whole seconds of the day of a Time or DateTime.
func (v Value) SecondsSinceMidnight() (int64, bool) {
	switch {
	case v.state != StateValid || v.list != nil:
	case v.typ == Time:
		return int64(v.bits) / microsPerSecond, true
	case v.typ == DateTime:
		micros := int64(v.bits)
		return (micros - floorDiv(micros, microsPerDay)*microsPerDay) / microsPerSecond, true
	}
	return 0, false
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// daysOf returns the days from 1970-01-01 to a day of the proleptic Gregorian calendar (Howard Hinnant, days_from_civil).
func daysOf(year, month, day int64) int64 {
	if month <= 2 {
		year--
	}
	era := floorDiv(year, 400)
	ofEra := year - era*400
	shifted := month - 3
	if month <= 2 {
		shifted = month + 9
	}
	ofYear := (153*shifted+2)/5 + day - 1
	return era*146097 + ofEra*365 + ofEra/4 - ofEra/100 + ofYear - 719468
}

// civil is the inverse of daysOf.
func civil(days int64) (year, month, day int64) {
	days += 719468
	era := floorDiv(days, 146097)
	ofEra := days - era*146097
	yearOfEra := (ofEra - ofEra/1460 + ofEra/36524 - ofEra/146096) / 365
	ofYear := ofEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	shifted := (5*ofYear + 2) / 153
	day = ofYear - (153*shifted+2)/5 + 1
	month = shifted + 3
	if shifted >= 10 {
		month = shifted - 9
	}
	year = yearOfEra + era*400
	if month <= 2 {
		year++
	}
	return year, month, day
}

func daysIn(year, month int64) int64 {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// digits reads exactly n decimal digits.
func digits(text []byte, n int) (number int64, rest []byte, ok bool) {
	if len(text) < n {
		return 0, text, false
	}
	for _, c := range text[:n] {
		if c < '0' || c > '9' {
			return 0, text, false
		}
		number = number*10 + int64(c-'0')
	}
	return number, text[n:], true
}

func after(text []byte, c byte) ([]byte, bool) {
	if len(text) == 0 || text[0] != c {
		return text, false
	}
	return text[1:], true
}

// parseDay reads YYYY-MM-DD and returns days since 1970-01-01.
func parseDay(text []byte) (days int64, rest []byte, ok bool) {
	year, rest, ok1 := digits(text, 4)
	rest, ok2 := after(rest, '-')
	month, rest, ok3 := digits(rest, 2)
	rest, ok4 := after(rest, '-')
	day, rest, ok5 := digits(rest, 2)
	ok = ok1 && ok2 && ok3 && ok4 && ok5 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
	if !ok {
		return 0, text, false
	}
	return daysOf(year, month, day), rest, true
}

// parseClock reads HH:MM[:SS[.fraction]] and returns microseconds since midnight.
func parseClock(text []byte) (micros int64, rest []byte, ok bool) {
	hour, rest, ok1 := digits(text, 2)
	rest, ok2 := after(rest, ':')
	minute, rest, ok3 := digits(rest, 2)
	if !ok1 || !ok2 || !ok3 || hour > 23 || minute > 59 {
		return 0, text, false
	}
	micros = (hour*3600 + minute*60) * microsPerSecond
	rest, hasSeconds := after(rest, ':')
	if !hasSeconds {
		return micros, rest, true
	}
	second, rest, ok4 := digits(rest, 2)
	if !ok4 || second > 59 {
		return 0, text, false
	}
	micros += second * microsPerSecond
	if fraction, has := after(rest, '.'); has {
		scale, n := int64(microsPerSecond), 0
		for n < len(fraction) && n < 9 && fraction[n] >= '0' && fraction[n] <= '9' {
			scale /= 10
			micros += int64(fraction[n]-'0') * scale
			n++
		}
		if n == 0 {
			return 0, text, false
		}
		rest = fraction[n:]
	}
	return micros, rest, true
}

func parseCalendar(t Type, text []byte) Value {
	switch t {
	case Date:
		if days, rest, ok := parseDay(text); ok && len(rest) == 0 {
			return OfDate(days)
		}
	case Time:
		if micros, rest, ok := parseClock(text); ok && len(rest) == 0 {
			return OfTime(micros)
		}
	case DateTime:
		if days, rest, ok := parseDay(text); ok {
			if rest, ok = after(rest, 'T'); ok {
				if micros, rest, ok := parseClock(rest); ok && len(rest) == 0 {
					return OfDateTime(days*microsPerDay + micros)
				}
			}
		}
	}
	return Value{state: StateInvalid}
}

// parseCount reads a count of days or seconds: ISO text of the date or time itself (a date for days, a dateTime for its seconds), or the count as a number.
func parseCount(t Type, text []byte) Value {
	var v Value
	switch {
	case t <= DateDaysSince1980:
		v = parseCalendar(Date, text)
	case t == TimeSeconds:
		v = parseCalendar(Time, text)
	default:
		v = parseCalendar(DateTime, text)
	}
	if v.IsValid() {
		return countOf(t, v)
	}
	if i, ok := parseInteger(text); ok {
		return OfCount(t, i)
	}
	return Value{state: StateInvalid}
}

// countOf turns a date or time into a count of type t.
func countOf(t Type, v Value) Value {
	switch {
	case t == TimeSeconds:
		if n, ok := v.SecondsSinceMidnight(); ok {
			return OfCount(t, n)
		}
	case t <= DateDaysSince1980:
		if n, ok := v.DaysSinceYear(1970); ok {
			return OfCount(t, n-baseDay(t))
		}
	default:
		if n, ok := v.SecondsSinceYear(1970); ok {
			return OfCount(t, n-baseDay(t)*secondsPerDay)
		}
	}
	return Value{state: StateInvalid}
}

// recount turns a count of days or seconds into a count of type t of the same moment. Seconds of a day have no day, and days none of theirs
// but midnight.
func recount(t Type, v Value) (Value, bool) {
	from, n := v.typ, int64(v.bits)
	switch {
	case from == TimeSeconds:
		return Value{}, false
	case from <= DateDaysSince1980:
		return countOf(t, OfDate(n+baseDay(from))), t != TimeSeconds
	case n < math.MinInt64/(2*microsPerSecond) || n > math.MaxInt64/(2*microsPerSecond):
		return Value{}, false
	}
	return countOf(t, OfDateTime((n+baseDay(from)*secondsPerDay)*microsPerSecond)), true
}

func appendTwo(dst []byte, n int64) []byte { return append(dst, byte('0'+n/10), byte('0'+n%10)) }

func appendDay(dst []byte, days int64) []byte {
	year, month, day := civil(days)
	if year < 0 {
		dst = append(dst, '-')
		year = -year
	}
	if year < 10000 {
		dst = appendTwo(dst, year/100)
		dst = appendTwo(dst, year%100)
	} else {
		dst = appendInt(dst, year)
	}
	dst = append(dst, '-')
	dst = appendTwo(dst, month)
	dst = append(dst, '-')
	return appendTwo(dst, day)
}

func appendClock(dst []byte, micros int64) []byte {
	seconds := micros / microsPerSecond
	dst = appendTwo(dst, seconds/3600)
	dst = append(dst, ':')
	dst = appendTwo(dst, seconds/60%60)
	dst = append(dst, ':')
	dst = appendTwo(dst, seconds%60)
	fraction := micros % microsPerSecond
	if fraction == 0 {
		return dst
	}
	dst = append(dst, '.')
	for scale := int64(microsPerSecond / 10); fraction > 0; scale /= 10 {
		dst = append(dst, byte('0'+fraction/scale))
		fraction %= scale
	}
	return dst
}
