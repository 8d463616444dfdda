package function

import (
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

func TestTexts(t *testing.T) {
	run(t, []test{
		{"uppercase", args("aBc1"), "ABC1"}, {"uppercase", args("naïve"), "NAÏVE"}, {"uppercase", args("straße"), "STRASSE"}, {"uppercase", args(nil), nil}, {"uppercase", args(bad{}), bad{}}, {"uppercase", args(1.5), "1.5"},
		{"lowercase", args("aBc1"), "abc1"}, {"lowercase", args("Ünï"), "ünï"}, {"lowercase", args("ΣΑΣ"), "σας"}, {"lowercase", args(nil), nil},
		{"trimBlanks", args("  a b \t\n"), "a b"}, {"trimBlanks", args("   "), ""}, {"trimBlanks", args(""), ""}, {"trimBlanks", args(nil), nil}, {"trimBlanks", args("\u00a0a"), "\u00a0a"},
		{"stringLength", args("naïve"), 5}, {"stringLength", args(""), 0}, {"stringLength", args("😀"), 1}, {"stringLength", args(nil), nil}, {"stringLength", args(123), 3},

		// The specification's example: substring("aBc9x", 2, 3) is "Bc9".
		{"substring", args("aBc9x", 2, 3), "Bc9"}, {"substring", args("naïve", 2, 3), "aïv"}, {"substring", args("x", 2, 3), ""}, {"substring", args("abc", 2, 100), "bc"}, {"substring", args("é", 9, 1), ""},
		{"substring", args("abc", 1, 0), ""}, {"substring", args("abc", 0, 1), bad{}}, {"substring", args("abc", 1, -1), bad{}}, {"substring", args("abc", 1.5, 1), bad{}}, {"substring", args("abc", 2.0, 1.0), "b"},
		{"substring", args(nil, 1, 1), nil}, {"substring", args("abc", nil, 1), nil}, {"substring", args("abc", 1, nil), nil}, {"substring", args("abc", bad{}, 1), bad{}}, {"substring", args(20240131, 5, 2), "01"},

		{"concat", args("a", "-", 3), "a-3"}, {"concat", args("a"), "a"}, {"concat", args(1, 2), "12"}, {"concat", args("x", 2.5), "x2.5"}, {"concat", args("x", true), "xtrue"},
		{"concat", args("a", "-", nil), "a-"}, {"concat", args(nil, nil), ""}, {"concat", args("a", bad{}), bad{}}, {"concat", args("", ""), ""}, {"concat", args(date("2020-02-29"), "!"), "2020-02-29!"},
	})
}

func TestPatterns(t *testing.T) {
	run(t, []test{
		// Found anywhere, not only as the whole text.
		{"matches", args("Hello World", "o"), true}, {"matches", args("abc", "^b"), false}, {"matches", args(" trim me ", `^\s.*\s$`), true}, {"matches", args("", "x*"), true}, {"matches", args("ABC", "(?i)b"), true}, {"matches", args("größe", `(?u)^\S+$`), true},
		{"matches", args(2020, "^20"), true}, {"matches", args(nil, "o"), nil}, {"matches", args("o", nil), nil}, {"matches", args(bad{}, "o"), bad{}}, {"matches", args("o", "("), bad{}}, {"matches", args("aa", `(a)\1`), bad{}},

		{"replace", args("Hello World", "[aeiou]", "*"), "H*ll* W*rld"}, {"replace", args("Hello World", `(\w)(\w)`, "$2$1"), "eHllo oWlrd"}, {"replace", args(" trim me ", `\s+`, ""), "trimme"},
		{"replace", args("naïve", `(\w)(\w)`, "$2$1"), "anïev"}, {"replace", args("x", "y", "z"), "x"}, {"replace", args("abc", "x*", "-"), "-a-b-c-"},
		{"replace", args("abc", "(b)", "$12"), "ab2c"}, {"replace", args("abc", "b", "$0$0"), "abbc"}, {"replace", args("abc", "(?P<n>b)", "<${n}>"), "a<b>c"},
		{"replace", args("abc", "b", "$$"), "a$c"}, {"replace", args("abc", "b", `\$\\`), `a$\c`}, {"replace", args("abc", "(x)?b", "[$1]"), "a[]c"},
		{"replace", args("abc", "b", "$1"), bad{}}, {"replace", args("abc", "b", "$"), bad{}}, {"replace", args("abc", "b", `\`), bad{}}, {"replace", args("abc", "b", "${n}"), bad{}}, {"replace", args("abc", "(", "x"), bad{}},
		{"replace", args(nil, "a", "b"), nil}, {"replace", args("a", nil, "b"), nil}, {"replace", args("a", "a", nil), nil}, {"replace", args("a", "a", bad{}), bad{}},
	})
}

// A text of more than a million bytes is not made, whether of one argument or of many.
func TestTextsOfBoundedLength(t *testing.T) {
	most, half := strings.Repeat("a", MaxText), strings.Repeat("a", MaxText/2)
	run(t, []test{
		{"concat", args(most), most}, {"concat", args(half, half), most}, {"concat", args(most, "a"), bad{}},
		{"replace", args(half, "a+", "$0$0"), most}, {"replace", args(half, "a+", "$0$0b"), bad{}}, {"replace", args(most, "b", "c"), most},
		{"replace", args(half, "a", "b"), bad{}}, // more places than there is room for
	})
}

func TestConstantPatternsAreCheckedAtOnce(t *testing.T) {
	missing := value.Missing()
	for _, test := range []struct {
		function string
		consts   []value.Value
		message  string
	}{
		{"matches", []value.Value{missing, value.OfString("a(")}, "missing closing )"},
		{"matches", []value.Value{missing, value.OfString("(?=a)")}, "invalid or unsupported Perl syntax"},
		{"matches", []value.Value{missing, value.OfString(strings.Repeat("a", 10_001))}, "at most 10000"},
		{"replace", []value.Value{missing, value.OfString("["), missing}, "missing closing ]"},
		{"replace", []value.Value{missing, value.OfString("b"), value.OfString("$1")}, "$ without a group"},
		{"formatNumber", []value.Value{missing, value.OfString("%y")}, "%y is not known"},
		{"formatDatetime", []value.Value{missing, value.OfString("%Q")}, "%Q is not known"},
	} {
		b, _ := Lookup(test.function)
		if _, err := b.Compile(test.consts); err == nil || !strings.Contains(err.Error(), test.message) {
			t.Errorf("%s%v: error %v, want %q", test.function, test.consts, err, test.message)
		}
	}
}
