package records

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// filled is a setter that shows what it was given: name=number for a number, name='text' for a text.
type filled struct {
	fields []pmml.Field
	given  []string
}

func (f *filled) Clear() { f.given = make([]string, len(f.fields)) }
func (f *filled) SetText(i int, text []byte) {
	f.given[i] = fmt.Sprintf("%s='%s'", f.fields[i].Name, text)
}
func (f *filled) SetFloat(i int, v float64) {
	f.given[i] = f.fields[i].Name + "=" + strconv.FormatFloat(v, 'g', -1, 64)
}

func (f *filled) SetValues(i int, members []value.Value) {
	f.given[i] = fmt.Sprintf("%s=%v", f.fields[i].Name, members)
}

func (f *filled) String() string {
	var b strings.Builder
	for _, g := range f.given {
		if g != "" {
			b.WriteString(g + " ")
		}
	}
	return strings.TrimSpace(b.String())
}

// someFields has fields of several types; s is not active, so vectors do not count it.
var someFields = []pmml.Field{
	{Name: "a", Type: value.Double, Usage: "active"},
	{Name: "b", Type: value.Integer, Usage: "active"},
	{Name: "s", Type: value.String, Usage: "supplementary"},
	{Name: "ä\"", Type: value.String, Usage: "active"},
	{Name: "time", Type: value.DateTime, Usage: "active"},
}

func TestFill(t *testing.T) {
	json, csv, dense, sparse := Conversion{}, Conversion{Kind: CSV}, Conversion{Kind: Dense}, Conversion{Kind: Sparse}
	nested := Conversion{FeaturesField: "f"}
	zero := 0.0
	for _, c := range []struct {
		name           string
		c              Conversion
		header, record string
		want           string // what was given, or "field: a part of the error"
	}{
		{"numbers", json, "", `{"a":-1.50e1,"b":1.50}`, "a=-15 b='1.50'"},
		{"strings", json, "", `{"a":"1.5","s":"x y"}`, "a='1.5' s='x y'"},
		{"escapes", json, "", `{"s":"\u0041\n","\u00e4\"":"v"}`, "s='A\n' ä\"='v'"},
		{"null is missing", json, "", `{"a":null,"b":null,"s":null}`, ""},
		{"truth", json, "", `{"s":true,"b":false}`, "b='false' s='true'"},
		{"the envelope's members are features, too", json, "", `{"time":"2026-11-01T00:00:00Z"}`, "time='2026-11-01T00:00:00Z'"},
		{"other members count for nothing", json, "", `{"x":{"a":1},"y":[1,{"a":2}],"a":3}`, "a=3"},
		{"beyond a double, the model decides", json, "", `{"a":1e999}`, "a='1e999'"},
		{"an array", json, "", `{"a":[1]}`, "a: an array"},
		{"an object", json, "", `{"b":{}}`, "b: an object"},
		{"a member of the features", nested, "", `{"a":1,"f":{"a":2}}`, "a=2"},
		{"no features", nested, "", `{"a":1}`, ""},
		{"features are null", nested, "", `{"f":null}`, ""},
		{"features are no object", nested, "", `{"f":[1]}`, "f: not an object"},

		{"cells", csv, "b,a,zzz,s", `1,2.50,3,"x ""y"", z"`, `a=2.5 b='1' s='x "y", z'`},
		{"empty cells are missing", csv, "b,a,s", `,,""`, ""},
		{"words for missing", Conversion{Kind: CSV, Missing: []string{"NA", "-"}}, "b,a,s", `NA,-,N/A`, "s='N/A'"},
		{"a cell that is no number", csv, "a", `1x`, "a='1x'"},
		{"words that Go takes for numbers", csv, "a", `0x1p3`, "a='0x1p3'"},
		{"a word for infinity", csv, "a", `Inf`, "a='Inf'"},

		{"by position", dense, "", `{"features":[1,"2",null,true]}`, "a=1 b='2' time='true'"},
		{"an array alone", dense, "", `[1,2]`, "a=1 b='2'"},
		{"a string of numbers", dense, "", `{"features":"1, 2,,x"}`, "a=1 b='2' time='x'"},
		{"numbers as text", dense, "", `1,2,,x`, "a=1 b='2' time='x'"},
		{"numbers behind columns", Conversion{Kind: Dense, Columns: []string{"model", "time"}}, "", `m,1,1,2`, "a=1 b='2'"},
		{"more numbers than fields", dense, "", `1,2,3,4,5`, ": more values than the 4 active"},
		{"more values than fields", dense, "", `[1,2,3,4,5]`, ": more values than the 4 active"},
		{"no array", dense, "", `{"features":{"1":1}}`, "features: neither an array nor a string"},
		{"an array within", dense, "", `[1,[2]]`, "b: an array"},
		{"what is missing is replaced", Conversion{Kind: Dense, Replacement: &zero}, "", `[null,2]`, "a=0 b='2' ä\"=0 time=0"},

		{"by index", sparse, "", `0:1.5 3:x`, "a=1.5 time='x'"},
		{"by index in an object", sparse, "", `{"features":{"1":2,"0":null}}`, "b='2'"},
		{"by index in a string", sparse, "", `{"features":"1:2 0:1"}`, "a=1 b='2'"},
		{"from one", Conversion{Kind: Sparse, IndexBase: 1}, "", `1:1.5 4:x`, "a=1.5 time='x'"},
		{"an index too far", sparse, "", `4:1`, `: index "4"`},
		{"an index before the first", Conversion{Kind: Sparse, IndexBase: 1}, "", `0:1`, `: index "0"`},
		{"an index twice", sparse, "", `1:1 1:2`, "b: index"},
		{"no index", sparse, "", `1`, `: "1" is not index:value`},
		{"sparse and replaced", Conversion{Kind: Sparse, Replacement: &zero}, "", `1:2`, "a=0 b='2' ä\"=0 time=0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := c.c.bind(someFields)
			for range 2 { // the second time what the first has taught is used
				in := &filled{fields: someFields}
				err := f.record(c.header, []byte(c.record), in)
				if err != nil {
					fault, ok := errors.AsType[*FieldError](err)
					if !ok {
						t.Fatalf("%T: %v", err, err)
					}
					field, message, ok := strings.Cut(c.want, ": ")
					if !ok || fault.Field != field || !strings.Contains(fault.Message, message) {
						t.Errorf("error %q, want %q", err, c.want)
					}
				} else if in.String() != c.want {
					t.Errorf("got %s, want %s", in, c.want)
				}
			}
		})
	}
}

// Records of different members in turn: what is remembered of one must not be used for another.
func TestFillInTurn(t *testing.T) {
	f := Conversion{}.bind(someFields)
	for range 2 {
		for record, want := range map[string]string{
			`{"a":1,"b":2}`:       "a=1 b='2'",
			`{"b":2,"a":1}`:       "a=1 b='2'",
			`{"x":0,"a":1,"b":2}`: "a=1 b='2'",
			`{"b":7}`:             "b='7'",
			`{}`:                  "",
		} {
			in := &filled{fields: someFields}
			if err := f.record("", []byte(record), in); err != nil || in.String() != want {
				t.Errorf("%s: got %s, %v, want %s", record, in, err, want)
			}
		}
	}
	c := Conversion{Kind: CSV}.bind(someFields)
	for _, header := range []string{"a,b", "b,a", "x,b"} {
		in := &filled{fields: someFields}
		if err := c.record(header, []byte("1,2"), in); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"a,b": "a=1 b='2'", "b,a": "a=2 b='1'", "x,b": "b='2'"}[header]
		if in.String() != want {
			t.Errorf("under %s: got %s, want %s", header, in, want)
		}
	}
}

func TestFillAllocatesNothing(t *testing.T) {
	block := benchmarkBlock(t, 10)
	f := Conversion{}.bind(benchmarkFields())
	in := &nothing{}
	fill := func() {
		for i := range block.Records {
			if err := f.record("", block.Line(i), in); err != nil {
				t.Fatal(err)
			}
		}
	}
	fill()
	if n := testing.AllocsPerRun(20, fill); n > 0 {
		t.Errorf("%v allocations for 10 records", n)
	}
}

func TestParseDouble(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	texts := []string{
		"0", "-0", "0.0", "1e5", "1E+5", "1e-5", "123456789012345", "1234567890123456", "9007199254740993", "0.1", "1.7976931348623157e308",
		"1e309", "5e-324", "2e-324", "0.000000000000000000000001", "1.0000000000000000000000", "123456789012345678901234567890",
		"", "-", ".5", "5.", "01", "-01", "1e", "1e+", "+1", "1_0", "0x1", "Inf", "NaN", "1 ", " 1", "1.2.3", "1e1.5", "--1",
	}
	for range 20000 {
		f := math.Float64frombits(r.Uint64())
		if !math.IsNaN(f) && !math.IsInf(f, 0) {
			texts = append(texts, strconv.FormatFloat(f, 'g', r.IntN(18), 64))
		}
		texts = append(texts, strconv.FormatFloat(r.NormFloat64()*math.Pow(10, float64(r.IntN(12))), 'f', r.IntN(16), 64))
	}
	for _, s := range texts {
		want, err := strconv.ParseFloat(s, 64)
		ok := err == nil && isJSONNumber(s)
		got, gotOK := parseDouble([]byte(s))
		if gotOK != ok || ok && math.Float64bits(got) != math.Float64bits(want) {
			t.Fatalf("%q: got %v %v, want %v %v", s, got, gotOK, want, ok)
		}
	}
}

// Numbers that lie at, just below and just above the half between two singles, among them ones of which the nearest double
// is that half.
func TestRoundsOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	var texts []string
	for range 20000 {
		single := math.Float32frombits(r.Uint32())
		if f := float64(single); !math.IsNaN(f) && !math.IsInf(f, 0) {
			half := new(big.Float).SetFloat64((f + float64(math.Nextafter32(single, single*2))) / 2)
			digits := half.Text('e', 60)
			mantissa, exponent, _ := strings.Cut(digits, "e")
			texts = append(texts, strconv.FormatFloat(f, 'g', -1, 32), digits, mantissa+"1e"+exponent, half.Text('g', 18), half.Text('g', 8))
		}
		texts = append(texts, strconv.FormatFloat(r.NormFloat64(), 'f', r.IntN(16), 64))
	}
	twice, once := 0, 0
	for _, s := range texts {
		f, ok := parseDouble([]byte(s))
		if !ok {
			continue
		}
		want, _ := strconv.ParseFloat(s, 32) // too large is infinite
		switch wrong := float64(float32(f)) != want; {
		case !roundsOnce(f):
			if wrong {
				twice++
			}
		case wrong:
			t.Fatalf("%s: by a double %v, want %v", s, float32(f), want)
		default:
			once++
		}
	}
	if twice == 0 || once < len(texts)/4 {
		t.Errorf("of %d numbers %d rounded once, %d would have been rounded twice", len(texts), once, twice)
	}
}
