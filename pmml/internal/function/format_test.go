package function

import (
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// What C's printf writes (checked against the shell's, which is C's).
func TestFormatNumber(t *testing.T) {
	run(t, []test{
		{"formatNumber", args(2, "%3d"), "  2"}, // the specification's example
		{"formatNumber", args(-42, "%d"), "-42"}, {"formatNumber", args(42, "%+d"), "+42"}, {"formatNumber", args(42, "% d"), " 42"}, {"formatNumber", args(42, "%06d"), "000042"}, {"formatNumber", args(-42, "%06d"), "-00042"},
		{"formatNumber", args(42, "%-6d|"), "42    |"}, {"formatNumber", args(42, "%.5d"), "00042"}, {"formatNumber", args(42, "%08.5d"), "   00042"}, {"formatNumber", args(0, "[%.0d]"), "[]"}, {"formatNumber", args(42, "%ld"), "42"}, {"formatNumber", args(42, "%i"), "42"},
		{"formatNumber", args(255, "%x"), "ff"}, {"formatNumber", args(255, "%#X"), "0XFF"}, {"formatNumber", args(8, "%o"), "10"}, {"formatNumber", args(8, "%#o"), "010"}, {"formatNumber", args(7, "%u"), "7"},
		{"formatNumber", args(3.14159, "%.2f"), "3.14"}, {"formatNumber", args(3.14159, "%8.2f"), "    3.14"}, {"formatNumber", args(-3.14159, "%08.2f"), "-0003.14"}, {"formatNumber", args(2, "%f"), "2.000000"}, {"formatNumber", args(2.5, "%.0f"), "2"},
		{"formatNumber", args(12345.678, "%e"), "1.234568e+04"}, {"formatNumber", args(12345.678, "%.1E"), "1.2E+04"}, {"formatNumber", args(12345.678, "%g"), "12345.7"}, {"formatNumber", args(0.00001234, "%g"), "1.234e-05"},
		{"formatNumber", args(100000, "%g"), "100000"}, {"formatNumber", args(1000000, "%g"), "1e+06"}, {"formatNumber", args(2.0, "%g"), "2"}, {"formatNumber", args(2.0, "%#.3g"), "2.00"},
		{"formatNumber", args(inf, "%5.1f"), "  inf"}, {"formatNumber", args(-inf, "%F"), "-INF"}, {"formatNumber", args(nan, "%f"), "nan"},
		{"formatNumber", args(12.5, "%.1f%%"), "12.5%"}, {"formatNumber", args(12.5, "about %.0f EUR"), "about 12 EUR"}, {"formatNumber", args(12, "<%s>"), "<12>"}, {"formatNumber", args("abc", "%5.2s"), "   ab"},
		{"formatNumber", args(2.0, "%d"), "2"}, {"formatNumber", args(2.5, "%d"), bad{}}, {"formatNumber", args(-1, "%u"), bad{}}, {"formatNumber", args("x", "%d"), bad{}}, {"formatNumber", args(date("2020-01-01"), "%f"), bad{}},
		{"formatNumber", args(1, "no"), bad{}}, {"formatNumber", args(1, "%d%d"), bad{}}, {"formatNumber", args(1, "%"), bad{}}, {"formatNumber", args(1, "%5"), bad{}}, {"formatNumber", args(1, "%99999d"), bad{}}, {"formatNumber", args(1, "%.99999f"), bad{}},
		{"formatNumber", args(nil, "%d"), nil}, {"formatNumber", args(1, nil), nil}, {"formatNumber", args(bad{}, "%d"), bad{}},
	})
}

// What C's strftime writes (checked against the shell's date).
func TestFormatDatetime(t *testing.T) {
	at := stamp("2024-02-05T14:03:09") // a Monday
	run(t, []test{
		{"formatDatetime", args(date("2024-02-15"), "%Y/%m/%d"), "2024/02/15"}, {"formatDatetime", args(date("2024-02-15"), "%d.%m.%y"), "15.02.24"}, {"formatDatetime", args(date("2024-02-15"), "%j"), "046"},
		{"formatDatetime", args(stamp("2000-05-25T12:41:56"), "%B %A"), "May Thursday"}, {"formatDatetime", args(stamp("2000-05-25T12:41:56"), "%H:%M:%S"), "12:41:56"},
		{"formatDatetime", args(at, "%a %A %b %h %B"), "Mon Monday Feb Feb February"}, {"formatDatetime", args(at, "%c"), "Mon Feb  5 14:03:09 2024"}, {"formatDatetime", args(at, "%C %e %I %p %r"), "20  5 02 PM 02:03:09 PM"},
		{"formatDatetime", args(at, "%D %x %F %T %X %R"), "02/05/24 02/05/24 2024-02-05 14:03:09 14:03:09 14:03"}, {"formatDatetime", args(at, "%u %w %U %W %V %G %g"), "1 1 05 06 06 2024 24"},
		{"formatDatetime", args(at, "%n%t%%%z%Z!"), "\n\t%!"}, {"formatDatetime", args(at, "%Ey-%Om"), "24-02"}, {"formatDatetime", args(at, ""), ""}, {"formatDatetime", args(at, "Jahr"), "Jahr"},
		{"formatDatetime", args(date("2024-02-04"), "%u %w %U %W"), "7 0 05 05"},
		{"formatDatetime", args(date("2023-01-01"), "%U %W"), "01 00"}, {"formatDatetime", args(date("2024-01-01"), "%U %W"), "00 01"}, {"formatDatetime", args(date("2021-01-01"), "%U %W %V %G"), "00 00 53 2020"}, {"formatDatetime", args(date("2018-12-31"), "%U %W %V %G %j"), "52 53 01 2019 365"},
		{"formatDatetime", args(clock("00:30:33"), "%I:%M %p"), "12:30 AM"}, {"formatDatetime", args(date("2024-02-15"), "%H"), "00"}, {"formatDatetime", args("2024-02-15", "%d"), "15"}, {"formatDatetime", args("2024-02-15T10:11:12", "%M"), "11"},
		{"formatDatetime", args(date("0001-01-01"), "%Y/%m/%d"), "0001/01/01"},
		{"formatDatetime", args("x", "%d"), bad{}}, {"formatDatetime", args(1, "%d"), bad{}}, {"formatDatetime", args(at, "%Q"), bad{}}, {"formatDatetime", args(at, "%"), bad{}}, {"formatDatetime", args(at, "%E"), bad{}},
		{"formatDatetime", args(nil, "%d"), nil}, {"formatDatetime", args(at, nil), nil}, {"formatDatetime", args(bad{}, "%d"), bad{}},
	})
}

// The first rows are the specification's: 3 April 2003 is 15798 days after 1960; 3 January 1960, 03:30:03 is 185403 s after it;
// and 05:23:30 is 19410 s after midnight.
func TestDates(t *testing.T) {
	run(t, []test{
		{"dateDaysSinceYear", args(date("2003-04-03"), 1960), 15798}, {"dateSecondsSinceYear", args(stamp("1960-01-03T03:30:03"), 1960), 185403}, {"dateSecondsSinceMidnight", args(clock("05:23:30")), 19410},
		{"dateDaysSinceYear", args(date("1959-12-31"), 1960), -1}, {"dateDaysSinceYear", args(stamp("1960-01-02T23:59:59"), 1960), 1}, {"dateDaysSinceYear", args(stamp("1959-12-31T23:59:59.5"), 1960), -1}, {"dateDaysSinceYear", args("2003-04-03", 1960), 15798},
		{"dateDaysSinceYear", args(date("2003-04-03"), 1960.0), 15798}, {"dateDaysSinceYear", args(date("2003-04-03"), "1960"), 15798}, {"dateDaysSinceYear", args(date("2003-04-03"), 1960.5), bad{}}, {"dateDaysSinceYear", args(date("2003-04-03"), 1<<60), bad{}},
		{"dateSecondsSinceYear", args(date("1960-01-02"), 1960), 86400}, {"dateSecondsSinceYear", args(stamp("2020-02-29T12:00:00.5"), 1970), 1582977600}, {"dateSecondsSinceMidnight", args(stamp("2020-02-29T12:00:00.5")), 43200},
		{"dateDaysSinceYear", args(clock("05:23:30"), 1960), bad{}}, {"dateSecondsSinceMidnight", args(date("2020-02-29")), bad{}}, {"dateDaysSinceYear", args(1, 1960), bad{}}, {"dateSecondsSinceMidnight", args("05:23:30"), 19410},
		{"dateDaysSinceYear", args(nil, 1960), nil}, {"dateDaysSinceYear", args(date("2003-04-03"), nil), nil}, {"dateSecondsSinceMidnight", args(nil), nil}, {"dateSecondsSinceYear", args(bad{}, 1960), bad{}},
	})
}

func TestCompiledFormatIsUsed(t *testing.T) {
	b, _ := Lookup("formatNumber")
	f, err := b.Compile([]value.Value{value.Missing(), value.OfString("%03d")})
	if err != nil {
		t.Fatal(err)
	}
	// The pattern that counts is the constant, not the argument.
	if got := f([]value.Value{value.OfInt(7), value.OfString("%d")}); got.String() != "007" {
		t.Errorf("got %v", got)
	}
}
