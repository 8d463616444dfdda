package records

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

// read is one record as a block has it.
type read struct {
	ref, id string
	time    int64
	reason  sideinput.Reason
	detail  string // a part of it
}

func readOne(t *testing.T, c Conversion, header, record string, recordTime int64) read {
	t.Helper()
	b, err := NewBuilder(c)
	if err != nil {
		t.Fatal(err)
	}
	b.Start("f", header, nil)
	b.Add([]byte(record), 7, recordTime)
	return readOf(b.Block(), 0)
}

func readOf(b Block, i int) read {
	r := &b.Records[i]
	return read{string(b.Reference(i)), string(b.AppendID(nil, i)), r.Time, r.Reason, r.Detail}
}

func expectRead(t *testing.T, got, want read) {
	t.Helper()
	if !strings.Contains(got.detail, want.detail) || (got.detail == "") != (want.detail == "") {
		t.Errorf("detail %q, want %q in it", got.detail, want.detail)
	}
	got.detail, want.detail = "", ""
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

const november = int64(1_793_491_200_000) // 2026-11-01T00:00:00Z

func TestNovember(t *testing.T) {
	if want := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).UnixMilli(); november != want {
		t.Fatalf("the constant is %d, November begins at %d", november, want)
	}
}

func TestJSONEnvelope(t *testing.T) {
	place := "f@7"
	const undecodable, noReference = sideinput.Undecodable, sideinput.NoReference
	for _, c := range []struct {
		name, record string
		recordTime   int64
		want         read
	}{
		{"all members", `{"model":"fraud@3","time":"2026-11-01T00:00:00Z","id":"e1","x":1}`, NoTime, read{"fraud@3", "e1", november, "", ""}},
		{"white space all over", " \t{ \"model\" : \"m\" ,\r\n \"time\" : 1 } ", NoTime, read{"m", place, 1, "", ""}},
		{"milliseconds as a number", `{"model":"m","time":1793491200001}`, NoTime, read{"m", place, november + 1, "", ""}},
		{"milliseconds as digits", `{"model":"m","time":"1793491200001"}`, NoTime, read{"m", place, november + 1, "", ""}},
		{"milliseconds before 1970", `{"model":"m","time":-1}`, NoTime, read{"m", place, -1, "", ""}},
		{"an offset from UTC", `{"model":"m","time":"2026-11-01T02:00:00.5+02:00"}`, NoTime, read{"m", place, november + 500, "", ""}},
		{"finer than milliseconds is cut off", `{"model":"m","time":"2026-11-01T00:00:00.000999999Z"}`, NoTime, read{"m", place, november, "", ""}},
		{"cut off downwards before 1970", `{"model":"m","time":"1969-12-31T23:59:59.9995Z"}`, NoTime, read{"m", place, -1, "", ""}},
		{"the record's own timestamp", `{"model":"m"}`, 42, read{"m", place, 42, "", ""}},
		{"the event's time goes before it", `{"model":"m","time":1}`, 42, read{"m", place, 1, "", ""}},
		{"null is absent", `{"model":"m","time":null,"id":null}`, 42, read{"m", place, 42, "", ""}},
		{"an empty time is absent", `{"model":"m","time":""}`, 42, read{"m", place, 42, "", ""}},
		{"a number as id", `{"model":"m","time":1,"id":12.50}`, NoTime, read{"m", "12.50", 1, "", ""}},
		{"an empty id is absent", `{"model":"m","time":1,"id":""}`, NoTime, read{"m", place, 1, "", ""}},
		{"escapes in values", `{"model":"a\u0062c","time":"\u0031","id":"x\"y\u00e9\ud83d\ude00"}`, NoTime, read{"abc", "x\"yé😀", 1, "", ""}},
		{"escapes in names", `{"mod\u0065l":"m","t\u0069me":1,"\u0069d":"e"}`, NoTime, read{"m", "e", 1, "", ""}},
		{"a reference of another form is for the table", `{"model":"a b","time":1}`, NoTime, read{"a b", place, 1, "", ""}},
		{"members within others are none", `{"f":{"model":"x","time":"y","id":[]},"model":"m","time":1}`, NoTime, read{"m", place, 1, "", ""}},

		{"no reference", `{"time":1,"id":"e"}`, NoTime, read{"", "e", 1, noReference, ""}},
		{"null reference", `{"model":null,"time":1}`, NoTime, read{"", place, 1, noReference, ""}},
		{"empty reference", `{"model":"","time":1}`, NoTime, read{"", place, 1, noReference, ""}},

		{"no time", `{"model":"m","id":"e"}`, NoTime, read{"m", "e", NoTime, undecodable, "no time"}},
		{"a time with a fraction", `{"model":"m","time":1.5,"id":"e"}`, NoTime, read{"m", "e", NoTime, undecodable, "byte 20: the time is not whole"}},
		{"a time with an exponent", `{"model":"m","time":1e3}`, NoTime, read{"m", place, NoTime, undecodable, "byte 20"}},
		{"a time that is none", `{"model":"m","time":"yesterday"}`, NoTime, read{"m", place, NoTime, undecodable, "byte 20: the time is neither"}},
		{"a bad time is not replaced", `{"model":"m","time":true}`, 42, read{"m", place, 42, undecodable, "byte 20: the time is neither"}},
		{"a date alone", `{"model":"m","time":"2026-11-01"}`, NoTime, read{"m", place, NoTime, undecodable, "byte 20"}},
		{"a time far away", `{"model":"m","time":999999999999999999}`, NoTime, read{"m", place, NoTime, undecodable, "years 1 to 9999"}},
		{"a number as reference", `{"model":3,"time":1}`, NoTime, read{"", place, 1, undecodable, `byte 9: the reference "model" is not a string`}},
		{"an object as id", `{"model":"m","time":1,"id":{}}`, NoTime, read{"m", place, 1, undecodable, "byte 27"}},
		{"a member twice", `{"model":"m","time":1,"x":1,"x":1}`, NoTime, read{"", place, NoTime, undecodable, `member "x" comes twice`}},
		{"a member twice in another spelling", `{"model":"m","mode\u006c":"n","time":1}`, NoTime, read{"", place, NoTime, undecodable, `"model" comes twice`}},
		{"a member twice, further in", `{"model":"m","time":1,"f":[{"a":1,"a":2}]}`, NoTime, read{"", place, NoTime, undecodable, `"a" comes twice`}},
		{"an array", `[1]`, NoTime, read{"", place, NoTime, undecodable, "byte 0: the record is not an object"}},
		{"nothing", ``, NoTime, read{"", place, NoTime, undecodable, "byte 0: there is no value"}},
		{"half a record", `{"model":"m","ti`, NoTime, read{"", place, NoTime, undecodable, "ends too early"}},
		{"two records", `{"model":"m","time":1} {}`, NoTime, read{"", place, NoTime, undecodable, "byte 23: there is data behind"}},
		{"invalid UTF-8", "{\"model\":\"m\xff\",\"time\":1}", NoTime, read{"", place, NoTime, undecodable, "UTF-8"}},
		{"half a surrogate pair", `{"model":"m","time":1,"x":"\ud800"}`, NoTime, read{"", place, NoTime, undecodable, "byte 27"}},
		{"NaN is no JSON", `{"model":"m","time":1,"x":NaN}`, NoTime, read{"", place, NoTime, undecodable, "byte 26"}},
	} {
		t.Run(c.name, func(t *testing.T) { expectRead(t, readOne(t, Conversion{}, "", c.record, c.recordTime), c.want) })
	}
}

// Names are compared as texts, however JSON spells them: some characters cannot be printed, some must have a backslash.
func TestEnvelopeUnderNamesThatAreSpelledOddly(t *testing.T) {
	c := Conversion{ModelField: "m\u200b", TimeField: `"at"`, IDField: `k\y`, FeaturesField: "f\u00ad", Reference: "usual"}
	for _, record := range []string{
		"{\"m\u200b\":\"m\",\"\\\"at\\\"\":1,\"k\\\\y\":\"e\",\"f\u00ad\":{\"a\":7}}",
		`{"m\u200b":"m","\u0022at\u0022":1,"k\\y":"e","f\u00ad":{"a":7}}`,
	} {
		expectRead(t, readOne(t, c, "", record, NoTime), read{"m", "e", 1, "", ""})
		in := &filled{fields: someFields}
		if err := c.bind(someFields).record("", []byte(record), in); err != nil || in.String() != "a=7" {
			t.Errorf("%s: features %s, %v", record, in, err)
		}
	}
}

func TestEnvelopeUnderOtherNames(t *testing.T) {
	c := Conversion{ModelField: "m", TimeField: "at", IDField: "key", Reference: "usual"}
	expectRead(t, readOne(t, c, "", `{"m":"a","at":1,"key":"k","model":3,"time":"-"}`, NoTime), read{"a", "k", 1, "", ""})
	expectRead(t, readOne(t, c, "", `{"at":1}`, NoTime), read{"usual", "f@7", 1, "", ""})
}

// Shapes that were seen are remembered; that must not let a name that comes twice pass in another shape.
func TestNamesTwiceAmongKnownShapes(t *testing.T) {
	b, err := NewBuilder(Conversion{})
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{
		`{"model":"m","time":1,"a":1}`,
		`{"model":"m","time":1,"a":1,"a":1}`,
		`{"model":"m","time":1,"f":{"a":1,"b":1}}`,
		`{"model":"m","time":1,"f":{"a":1,"a":1}}`,
		`{"model":"m","time":1,"f":[{"a":1},{"a":1}]}`,
		`{"model":"m","time":1,"f":{"a":1},"g":{"a":1}}`,
		`{"model":"m","time":1,"f":{"a":{"a":1}}}`,
	}
	want := []bool{true, false, true, false, true, true, true}
	b.Start("f", "", nil)
	for range 3 {
		for _, l := range lines {
			b.Add([]byte(l), 0, NoTime)
		}
	}
	block := b.Block()
	for i, r := range block.Records {
		if ok := r.Reason == ""; ok != want[i%len(want)] {
			t.Errorf("%s: accepted %v", block.Line(i), ok)
		}
	}
}

func TestCSVEnvelope(t *testing.T) {
	const header = `id,model,amount,"time"`
	const undecodable = sideinput.Undecodable
	for _, c := range []struct {
		name, header, record string
		recordTime           int64
		want                 read
	}{
		{"all columns", header, `e1,fraud,5,2026-11-01T00:00:00Z`, NoTime, read{"fraud", "e1", november, "", ""}},
		{"quotes", header, `"e,""1""","fraud",5,"1"`, NoTime, read{"fraud", `e,"1"`, 1, "", ""}},
		{"empty cells", header, `,,,`, 42, read{"", "f@7", 42, sideinput.NoReference, ""}},
		{"no time column", "model,x", `m,1`, 42, read{"m", "f@7", 42, "", ""}},
		{"no time at all", "model,x", `m,1`, NoTime, read{"m", "f@7", NoTime, undecodable, "no time"}},
		{"spaces belong to the cell", header, `e, m,,1`, NoTime, read{" m", "e", 1, "", ""}},
		{"too few cells", header, `e,m,1`, NoTime, read{"m", "e", NoTime, undecodable, "3 cells, where the first line names 4 columns"}},
		{"too many cells", header, `e,m,5,1,`, NoTime, read{"m", "e", 1, undecodable, "5 cells"}},
		{"a quote within a cell", header, `e,m"m,5,1`, NoTime, read{"", "e", NoTime, undecodable, "byte 3: a quote within"}},
		{"text behind a quote", header, `e,"m"m,5,1`, NoTime, read{"", "e", NoTime, undecodable, "byte 5: something stands behind"}},
		{"an open quote", header, `e,m,"5,1`, NoTime, read{"m", "e", NoTime, undecodable, "byte 4: a quoted cell does not end"}},
		{"a time that is none", header, `e,m,5,soon`, NoTime, read{"m", "e", NoTime, undecodable, "byte 6: the time"}},
		{"invalid UTF-8", header, "e,m,\xff,1", NoTime, read{"", "f@7", NoTime, undecodable, "UTF-8"}},
		{"a column twice", "a,a", `1,2`, NoTime, read{"", "f@7", NoTime, undecodable, `column "a" comes twice`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			expectRead(t, readOne(t, Conversion{Kind: CSV}, c.header, c.record, c.recordTime), c.want)
		})
	}
	expectRead(t, readOne(t, Conversion{Kind: CSV, Delimiter: ";"}, "model;time", "a,b;1", NoTime), read{"a,b", "f@7", 1, "", ""})
}

func TestVectorEnvelope(t *testing.T) {
	const undecodable = sideinput.Undecodable
	columns := []string{"model", "time", "id"}
	for _, c := range []struct {
		name       string
		c          Conversion
		record     string
		recordTime int64
		want       read
	}{
		{"dense in an object", Conversion{Kind: Dense}, `{"model":"m","time":1,"features":[1,2]}`, NoTime, read{"m", "f@7", 1, "", ""}},
		{"dense array", Conversion{Kind: Dense, Reference: "m"}, `[1,2]`, 42, read{"m", "f@7", 42, "", ""}},
		{"dense array without reference", Conversion{Kind: Dense}, `[1,2]`, 42, read{"", "f@7", 42, sideinput.NoReference, ""}},
		{"dense text", Conversion{Kind: Dense, Columns: columns}, `m, 1 ,e,0.5,0.25`, NoTime, read{"m", "e", 1, "", ""}},
		{"dense text without columns", Conversion{Kind: Dense, Reference: "m"}, `0.5,0.25`, 42, read{"m", "f@7", 42, "", ""}},
		{"sparse text", Conversion{Kind: Sparse, Columns: columns}, `m  1 e 3:0.5 7:1`, NoTime, read{"m", "e", 1, "", ""}},
		{"sparse in an object", Conversion{Kind: Sparse}, `{"model":"m","time":1,"features":{"3":0.5}}`, NoTime, read{"m", "f@7", 1, "", ""}},
		{"a line that ends too early", Conversion{Kind: Sparse, Columns: columns}, `m 1`, NoTime, read{"m", "f@7", 1, undecodable, "byte 3: the line ends before column id"}},
		{"a time that is none", Conversion{Kind: Dense, Columns: columns}, `m,now,e,1`, NoTime, read{"m", "e", NoTime, undecodable, "byte 2: the time"}},
		{"an object that is none", Conversion{Kind: Dense}, `{1,2}`, NoTime, read{"", "f@7", NoTime, undecodable, "byte 1"}},
	} {
		t.Run(c.name, func(t *testing.T) { expectRead(t, readOne(t, c.c, "", c.record, c.recordTime), c.want) })
	}
}

func TestConversionCheck(t *testing.T) {
	for _, c := range []struct {
		name string
		c    Conversion
		ok   bool
	}{
		{"nothing said", Conversion{}, true},
		{"a tab", Conversion{Kind: CSV, Delimiter: "\t"}, true},
		{"a kind that is none", Conversion{Kind: "xml"}, false},
		{"two characters", Conversion{Kind: CSV, Delimiter: "||"}, false},
		{"a quote", Conversion{Kind: CSV, Delimiter: `"`}, false},
		{"beyond ASCII", Conversion{Kind: CSV, Delimiter: "§"}, false},
		{"a colon between pairs", Conversion{Kind: Sparse, Delimiter: ":"}, false},
		{"an index base", Conversion{Kind: Sparse, IndexBase: 2}, false},
		{"a reference that is none", Conversion{Reference: "a b"}, false},
	} {
		if err := c.c.Check(); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// What is known of a record from outside counts where the record itself says nothing; in a partition the place is
// topic-partition-offset.
func TestBuilderOfAPartition(t *testing.T) {
	b, err := NewBuilder(Conversion{SplitField: "split"})
	if err != nil {
		t.Fatal(err)
	}
	outer := Outer{Reference: []byte("fraud"), ID: []byte("e1"), Split: []byte("k")}
	b.StartPartition("ev-3", "", 1, 8)
	b.AddWithOuter([]byte(`{}`), 17, 1000, outer)
	b.AddWithOuter([]byte(`{"model":"own","id":"own-id","split":"s","time":5}`), 18, 1000, outer)
	b.AddWithOuter([]byte(`{}`), 19, 1000, Outer{})
	b.AddFault([]byte("x"), 20, 1000, "why")
	block := b.Block()
	for i, want := range []string{"fraud e1 k 1000 ev-3-17 ", "own own-id s 5 ev-3-18 ", " ev-3-19 ev-3-19 1000 ev-3-19 ", " ev-3-20 ev-3-20 1000 ev-3-20 why"} {
		r := &block.Records[i]
		got := fmt.Sprintf("%s %s %s %d %s %s", block.Reference(i), block.AppendID(nil, i), block.AppendSplitKey(nil, i), r.Time, block.AppendPlace(nil, i), r.Detail)
		if got != want {
			t.Errorf("record %d: got %q, want %q", i, got, want)
		}
	}
}
