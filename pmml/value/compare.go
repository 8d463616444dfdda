package value

import (
	"cmp"
	"math"
	"strings"
)

// Compare orders two valid values: -1, 0 or 1, and whether they can be compared at all. Numbers (booleans among them, as 0 and
// 1) compare by size whatever their types, whole numbers without rounding; strings by code points; dates and times with their own kind, a date
// and a dateTime as dateTimes.
// A string compares with another type by being read as that type. NaN compares with nothing.
func Compare(a, b Value) (int, bool) {
	if a.state != StateValid || b.state != StateValid || a.list != nil || b.list != nil {
		return 0, false
	}
	if a.typ == b.typ {
		return compareSame(a, b)
	}
	if a.typ == String {
		if a = ParseString(b.typ, a.text); !a.IsValid() {
			return 0, false
		}
		return compareSame(a, b)
	}
	if b.typ == String {
		if b = ParseString(a.typ, b.text); !b.IsValid() {
			return 0, false
		}
		return compareSame(a, b)
	}
	if a.typ == Date && b.typ == DateTime || a.typ == DateTime && b.typ == Date {
		return compareSame(a.Convert(DateTime), b.Convert(DateTime))
	}
	if x, ok := a.Int64(); ok {
		if y, ok := b.Int64(); ok {
			return cmp.Compare(x, y), true
		}
	}
	x, ok1 := a.Float64()
	y, ok2 := b.Float64()
	if !ok1 || !ok2 {
		return 0, false
	}
	return compareFloats(x, y)
}

func compareSame(a, b Value) (int, bool) {
	switch a.typ {
	case String:
		return strings.Compare(a.text, b.text), true
	case Float, Double:
		return compareFloats(math.Float64frombits(a.bits), math.Float64frombits(b.bits))
	}
	return cmp.Compare(int64(a.bits), int64(b.bits)), true
}

func compareFloats(x, y float64) (int, bool) {
	switch {
	case x < y:
		return -1, true
	case x > y:
		return 1, true
	case x == y:
		return 0, true
	}
	return 0, false
}

// Equal says whether two values are the same value in PMML's sense. Missing and invalid values equal nothing.
func Equal(a, b Value) bool {
	if a.symbol != 0 && b.symbol != 0 {
		return a.symbol == b.symbol
	}
	if a.list != nil && b.list != nil {
		x, y := *a.list, *b.list
		if len(x) != len(y) {
			return false
		}
		for i := range x {
			if !Equal(x[i], y[i]) && (!x[i].IsMissing() || !y[i].IsMissing()) {
				return false
			}
		}
		return true
	}
	c, ok := Compare(a, b)
	return ok && c == 0
}
