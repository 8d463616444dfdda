package value_test

import (
	"math"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		t    value.Type
		text string
		want string // AppendText of the value; "!" for invalid
	}{
		{value.Double, "1.5", "1.5"}, {value.Double, " 1.5 ", "1.5"}, {value.Double, "1e0", "1.0"}, {value.Double, "+.5", "0.5"}, {value.Double, "-0", "0.0"},
		{value.Double, "0x1p3", "8.0"}, {value.Double, "1.5f", "1.5"}, {value.Double, "2d", "2.0"}, {value.Double, "1e400", "Infinity"}, {value.Double, "1e-400", "0.0"},
		{value.Double, "INF", "Infinity"}, {value.Double, "-Infinity", "-Infinity"}, {value.Double, "nan", "NaN"}, {value.Double, "true", "1.0"},
		{value.Double, "", "!"}, {value.Double, "1,5", "!"}, {value.Double, "1_0", "!"}, {value.Double, "1/2", "!"}, {value.Double, "abc", "!"}, {value.Double, "f", "!"}, {value.Double, "0x1", "!"},
		{value.Float, "0.1", "0.1"}, {value.Float, "16777217", "1.6777216E7"},
		{value.Integer, "007", "7"}, {value.Integer, "3.0", "3"}, {value.Integer, "1e1", "10"}, {value.Integer, "-0", "0"}, {value.Integer, "2147483648", "2147483648"},
		{value.Integer, "2.5", "!"}, {value.Integer, "0x10", "!"}, {value.Integer, "1e19", "!"}, {value.Integer, "NaN", "!"}, {value.Integer, "1,000", "!"},
		{value.Boolean, "TRUE", "true"}, {value.Boolean, "0", "false"}, {value.Boolean, "1.0", "true"}, {value.Boolean, " true", "!"}, {value.Boolean, "yes", "!"}, {value.Boolean, "2", "!"},
		{value.String, " a ", " a "}, {value.String, "", ""},
		{value.Date, "2020-02-29", "2020-02-29"}, {value.Date, "2019-02-29", "!"}, {value.Date, "1900-02-29", "!"}, {value.Date, "2000-02-29", "2000-02-29"},
		{value.Date, "0001-01-01", "0001-01-01"}, {value.Date, "2020-2-9", "!"}, {value.Date, "2020-02-29T00:00:00", "!"}, {value.Date, "2020-13-01", "!"},
		{value.Time, "12:34:56", "12:34:56"}, {value.Time, "12:34", "12:34:00"}, {value.Time, "12:34:56.25", "12:34:56.25"}, {value.Time, "24:00:00", "!"}, {value.Time, "12:60", "!"},
		{value.DateTime, "1969-12-31T23:59:59", "1969-12-31T23:59:59"}, {value.DateTime, "2020-02-29 12:00:00", "!"}, {value.DateTime, "2020-02-29T12:00:00Z", "!"},
		{value.DateDaysSince1970, "1970-01-02", "1"}, {value.DateDaysSince1960, "1959-12-31", "-1"}, {value.DateDaysSince1980, "1980-03-01", "60"}, {value.DateDaysSince1970, "17", "17"},
		{value.DateDaysSince0, "0000-01-01", "0"}, {value.DateDaysSince0, "0001-01-01", "366"}, // year 0 is a leap year
		{value.TimeSeconds, "01:00:01", "3601"}, {value.DateTimeSecondsSince1970, "1970-01-02T00:00:01", "86401"}, {value.DateTimeSecondsSince1960, "1960-01-01T00:00:00", "0"},
	} {
		v := value.Parse(c.t, []byte(c.text))
		got := string(v.AppendText(nil))
		if v.IsInvalid() {
			if got != c.text {
				t.Errorf("%v %q: an invalid value keeps its text, not %q", c.t, c.text, got)
			}
			got = "!"
		}
		if got != c.want {
			t.Errorf("%v %q: %s, want %s", c.t, c.text, got, c.want)
		}
	}
}

func TestTypeNames(t *testing.T) {
	for _, name := range []string{"string", "integer", "float", "double", "boolean", "date", "time", "dateTime", "dateDaysSince[1960]", "timeSeconds", "dateTimeSecondsSince[1980]"} {
		typ, ok := value.TypeOf(name)
		if !ok || typ.String() != name {
			t.Errorf("%s: %v, %v", name, typ, ok)
		}
	}
	if _, ok := value.TypeOf(""); ok {
		t.Error("no name is no type")
	}
}

func TestCompare(t *testing.T) {
	parse := func(typ value.Type, text string) value.Value { return value.Parse(typ, []byte(text)) }
	for _, c := range []struct {
		name string
		a, b value.Value
		want int
		ok   bool
	}{
		{"whole numbers without rounding", value.OfInt(1<<53 + 1), value.OfInt(1 << 53), 1, true},
		{"integer and real", value.OfInt(1), value.OfFloat(1.5), -1, true},
		{"boolean and integer", value.OfBool(true), value.OfInt(1), 0, true},
		{"strings by code point", value.OfString("B"), value.OfString("a"), -1, true},
		{"text read as a number", value.OfString("1.0"), value.OfInt(1), 0, true},
		{"text that is no number", value.OfString("one"), value.OfInt(1), 0, false},
		{"dates", parse(value.Date, "2020-01-01"), parse(value.Date, "2019-12-31"), 1, true},
		{"a date and its text", parse(value.Date, "2020-01-01"), value.OfString("2020-01-01"), 0, true},
		{"a date and a number", parse(value.Date, "2020-01-01"), value.OfInt(1), 0, false},
		{"not a number", value.OfFloat(math.NaN()), value.OfFloat(1), 0, false},
		{"missing", value.Missing(), value.OfInt(1), 0, false},
	} {
		if got, ok := value.Compare(c.a, c.b); got != c.want || ok != c.ok {
			t.Errorf("%s: %d %v, want %d %v", c.name, got, ok, c.want, c.ok)
		}
	}
	if !value.Equal(value.OfSymbol("x", 7), value.OfString("x")) || value.Equal(value.OfSymbol("x", 7), value.OfSymbol("y", 8)) {
		t.Error("strings are equal by text, or by number where both have one")
	}
}

func TestConvert(t *testing.T) {
	for _, c := range []struct {
		v    value.Value
		to   value.Type
		want string // "!" for invalid
	}{
		{value.OfFloat(3), value.Integer, "3"}, {value.OfFloat(2.5), value.Integer, "!"}, {value.OfInt(3), value.Double, "3.0"}, {value.OfFloat(0.1), value.Float, "0.1"},
		{value.OfFloat(1), value.Boolean, "true"}, {value.OfFloat(2), value.Boolean, "!"}, {value.OfBool(true), value.Integer, "1"},
		{value.OfFloat(1), value.String, "1.0"}, {value.OfFloat(1e-300), value.String, "1.0E-300"}, {value.OfFloat(123456789.5), value.String, "1.234567895E8"}, {value.OfInt(-7), value.String, "-7"},
		{value.OfString("4.5"), value.Double, "4.5"}, {value.OfString("x"), value.Double, "!"},
		{value.OfDate(1), value.DateTime, "1970-01-02T00:00:00"}, {value.OfDateTime(-1), value.Date, "1969-12-31"}, {value.OfDateTime(-1), value.Time, "23:59:59.999999"},
		{value.OfDate(3653), value.DateDaysSince1980, "1"}, {value.OfDate(1), value.Double, "!"},
	} {
		v := c.v.Convert(c.to)
		got := string(v.AppendText(nil))
		if v.IsInvalid() {
			got = "!"
		}
		if got != c.want {
			t.Errorf("%v to %v: %s, want %s", c.v, c.to, got, c.want)
		}
	}
}

func TestAppendJSON(t *testing.T) {
	for _, c := range []struct {
		v    value.Value
		want string
	}{
		{value.Missing(), "null"}, {value.Invalid("x"), "null"}, {value.OfFloat(1), "1"}, {value.OfFloat(0.1), "0.1"}, {value.OfSingle(0.1), "0.10000000149011612"},
		{value.OfFloat(1e21), "1e+21"}, {value.OfFloat(5e-324), "5e-324"}, {value.OfFloat(math.NaN()), `"NaN"`}, {value.OfFloat(math.Inf(-1)), `"-Infinity"`},
		{value.OfInt(-3), "-3"}, {value.OfBool(false), "false"}, {value.OfString("a\"\\\n\u00e9\x01\xff"), "\"a\\\"\\\\\\n\u00e9\\u0001\\ufffd\""},
		{value.OfDate(0), `"1970-01-01"`}, {value.OfList([]value.Value{value.OfInt(1), value.Missing()}), "[1,null]"},
	} {
		if got := string(c.v.AppendJSON(nil)); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}
