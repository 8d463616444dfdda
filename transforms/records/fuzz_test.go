package records

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

func isJSONNumber(s string) bool { return jsonNumber.MatchString(s) }

// loneSurrogate matches escapes of surrogates in a JSON text; pairs are taken out first.
var (
	surrogatePair = regexp.MustCompile(`\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}`)
	escape        = regexp.MustCompile(`\\[^u]`)
	loneSurrogate = regexp.MustCompile(`\\u[dD][89a-fA-F][0-9a-fA-F]{2}`)
)

// oracle reads an object by the standard library, which is more lenient in three points that are checked beside it:
// UTF-8, lone surrogates, and names that come twice.
func oracle(data []byte) (map[string]any, error) {
	rest := surrogatePair.ReplaceAllString(escape.ReplaceAllString(string(data), ""), "")
	if !utf8.Valid(data) || loneSurrogate.MatchString(rest) {
		return nil, errors.New("not Unicode")
	}
	if !json.Valid(data) {
		return nil, errors.New("not JSON")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	d = json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := noneTwice(d); err != nil {
		return nil, err
	}
	object, ok := v.(map[string]any)
	if !ok {
		return nil, errors.New("not an object")
	}
	return object, nil
}

// noneTwice reads one value and fails if an object in it has a name twice.
func noneTwice(d *json.Decoder) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	delim, ok := token.(json.Delim)
	if !ok {
		return nil
	}
	names := map[string]bool{}
	for d.More() {
		if delim == '{' {
			name, err := d.Token()
			if err != nil {
				return err
			}
			if names[name.(string)] {
				return errors.New("twice")
			}
			names[name.(string)] = true
		}
		if err := noneTwice(d); err != nil {
			return err
		}
	}
	_, err = d.Token()
	if err == io.EOF {
		err = nil
	}
	return err
}

var envelopeSeeds = []string{
	`{"model":"m","time":1,"id":"e","a":1.5,"b":"x","s":null}`, `{"f":{"a":[1,{"b":2}]},"model":"\u00e9"}`, ` { } `, `[]`, `{"a":1,"a":2}`,
	`{"a":"\ud83d\ude00"}`, `{"a":"\ud83d"}`, "{\"a\":\"\xff\"}", `{"a":01}`, `{"a":1}x`, `{"mod\u0065l":"m"}`, `{"a":tru}`, "{\"a\":\"\t\"}",
	`{"time":"2026-11-01T00:00:00Z","a":{"b":"}"}}`, `{"a":"\\ud800"}`, `{"model":7}`, `{"id":[]}`, `{"a":-0.0e-5}`,
}

// FuzzEnvelope holds what is accepted, and what is found, against the standard library.
func FuzzEnvelope(f *testing.F) {
	for _, s := range envelopeSeeds {
		f.Add([]byte(s))
	}
	c := newComparison(f)
	f.Fuzz(func(t *testing.T, data []byte) { c.check(t, data) })
}

// TestEnvelopeOfDamagedRecords is FuzzEnvelope for every run of the tests: seeds, cut, spliced and with wrong bytes.
func TestEnvelopeOfDamagedRecords(t *testing.T) {
	c := newComparison(t)
	r := rand.New(rand.NewPCG(5, 6))
	const alphabet = `{}[]":,\u0d8 eE-+.1antf/` + "\x00\x1f\xc3\xa9\xff"
	for range 40_000 {
		data := []byte(envelopeSeeds[r.IntN(len(envelopeSeeds))])
		for range 1 + r.IntN(3) {
			at := r.IntN(len(data) + 1)
			switch r.IntN(4) {
			case 0:
				other := envelopeSeeds[r.IntN(len(envelopeSeeds))]
				data = append(data[:at:at], other[r.IntN(len(other)):]...)
			case 1:
				data = slices.Insert(data, at, alphabet[r.IntN(len(alphabet))])
			case 2:
				data = data[:at]
			case 3:
				if at < len(data) {
					data = slices.Delete(data, at, at+1)
				}
			}
		}
		c.check(t, data)
		if t.Failed() {
			t.Fatalf("record %q", data)
		}
	}
}

// comparison compares with the standard library.
type comparison struct {
	builder *Builder
	filler  *Filler
}

func newComparison(tb testing.TB) *comparison {
	tb.Helper()
	builder, err := NewBuilder(Conversion{})
	if err != nil {
		tb.Fatal(err)
	}
	return &comparison{builder, Conversion{}.bind(someFields)}
}

func (c *comparison) check(t *testing.T, data []byte) {
	t.Helper()
	c.builder.Start("f", "", nil)
	c.builder.Add(data, 0, 42)
	b := c.builder.Block()
	r := b.Records[0]
	if _, err := DecodeBlock(b.AppendBinary(nil)); err != nil {
		t.Fatal(err)
	}
	object, err := oracle(data)
	if err != nil {
		if r.Reason != sideinput.Undecodable {
			t.Fatalf("%q: accepted, but it is %v", data, err)
		}
		return
	}
	if wrong := wrongEnvelope(object); (r.Reason == sideinput.Undecodable) != wrong {
		t.Fatalf("%q: reason %q %s, wrong envelope: %v", data, r.Reason, r.Detail, wrong)
	} else if wrong {
		return
	}
	if ref, _ := object["model"].(string); string(b.Reference(0)) != ref || (r.Reason == sideinput.NoReference) != (ref == "") {
		t.Fatalf("%q: reference %q, want %q", data, b.Reference(0), ref)
	}
	compareFeatures(t, c.filler, b.Line(0), object)
}

// wrongEnvelope says whether the envelope of a valid object cannot be read.
func wrongEnvelope(object map[string]any) bool {
	for name, v := range map[string]any{"model": object["model"], "id": object["id"], "time": object["time"]} {
		switch v := v.(type) {
		case nil:
		case string:
			if _, err := parseTime([]byte(v)); name == "time" && v != "" && err != nil {
				return true
			}
		case json.Number:
			if _, err := parseTime([]byte(v)); name == "model" || name == "time" && err != nil {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// compareFeatures holds what a Filler gives against the object.
func compareFeatures(t *testing.T, filler *Filler, line []byte, object map[string]any) {
	t.Helper()
	want := &filled{fields: someFields}
	want.Clear()
	fault := false
	for i, field := range someFields {
		switch v := object[field.Name].(type) {
		case nil:
		case string:
			want.SetText(i, []byte(v))
		case bool:
			want.SetText(i, map[bool][]byte{true: []byte("true"), false: []byte("false")}[v])
		case json.Number:
			if n, err := v.Float64(); err == nil && field.Name == "a" {
				want.SetFloat(i, n)
			} else {
				want.SetText(i, []byte(v))
			}
		default:
			fault = true
		}
	}
	got := &filled{fields: someFields}
	err := filler.record("", line, got)
	if (err != nil) != fault {
		t.Fatalf("error %v, want one: %v", err, fault)
	}
	if err == nil && got.String() != want.String() {
		t.Fatalf("got %s, want %s", got, want)
	}
}

// FuzzDecodeBlock feeds hostile bytes; what is accepted must be whole, and come out the same again.
func FuzzDecodeBlock(f *testing.F) {
	for _, seed := range blockSeeds(f) {
		f.Add(seed)
	}
	f.Fuzz(checkDecodeBlock)
}

func blockSeeds(tb testing.TB) [][]byte {
	tb.Helper()
	seeds := [][]byte{{blockForm, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f}}
	for _, b := range goldenBlocks(tb) {
		seeds = append(seeds, b.AppendBinary(nil))
		b.Records = slices.Clone(b.Records)
		for i := range b.Records {
			b.Records[i].Split, b.Records[i].Resolution = b.Records[i].Ref, Latest
		}
		seeds = append(seeds, b.AppendBinary(nil))
	}
	return seeds
}

func checkDecodeBlock(t *testing.T, data []byte) {
	b, err := DecodeBlock(bytes.Clone(data))
	if err != nil {
		return
	}
	for i := range b.Records {
		b.Line(i)
		b.Reference(i)
		b.AppendID(nil, i)
		b.AppendSplitKey(nil, i)
	}
	data[0] = blockForm // what there is in the form before is alike in this one
	if again := b.AppendBinary(nil); !bytes.Equal(again, data) {
		t.Fatalf("%x became %x", data, again)
	}
}

// FuzzDecodeLines is FuzzDecodeBlock for lines.
func FuzzDecodeLines(f *testing.F) {
	for _, seed := range linesSeeds {
		f.Add(seed)
	}
	f.Fuzz(checkDecodeLines)
}

var linesSeeds = [][]byte{{linesForm, 2, 2, 1, 'a', '\n', '\n'}, {linesForm, 0}}

func checkDecodeLines(t *testing.T, data []byte) {
	l, err := DecodeLines(bytes.Clone(data))
	if err != nil {
		return
	}
	for i := range l.Len() {
		l.Line(i)
	}
	if again := l.AppendBinary(nil); !bytes.Equal(again, data) {
		t.Fatalf("%x became %x", data, again)
	}
}

// FuzzFill feeds records of all kinds that no strict pass has seen: there is no right answer, but there is an end.
func FuzzFill(f *testing.F) {
	for _, seed := range fillSeeds {
		f.Add([]byte(seed), "a,b")
	}
	f.Fuzz(func(_ *testing.T, data []byte, header string) { fillAll(data, header) })
}

var fillSeeds = []string{
	`{"a":1,"features":[1,{"b":"\"}"}],"\u0061":2}`, `{"features":{"0":1,"1":"x"}}`, `[1,"2",null,{}]`, `"1,""2""",3`, `0:1 1:"x`, `{"`, `{"a`, `{"a":"`, `{"a":`,
}

func fillAll(data []byte, header string) {
	for _, kind := range []Kind{JSON, CSV, Dense, Sparse} {
		c := Conversion{Kind: kind}
		_ = c.bind(someFields).record(header, data, &filled{fields: someFields})
		c.FeaturesField = "a"
		_ = c.bind(someFields).record(header, data, &filled{fields: someFields})
	}
}

// TestHostileBytes is the fuzzing of decoders and fillers for every run of the tests.
func TestHostileBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	damage := func(data []byte) []byte {
		data = bytes.Clone(data)
		for range 1 + r.IntN(3) {
			switch at := r.IntN(len(data) + 1); {
			case r.IntN(4) == 0 || at == len(data):
				data = data[:at]
			case r.IntN(2) == 0:
				data[at] = byte(r.Uint32())
			default:
				data[at] += byte(1 - 2*r.IntN(2))
			}
		}
		return data
	}
	blocks := blockSeeds(t)
	for range 50_000 {
		checkDecodeBlock(t, damage(blocks[r.IntN(len(blocks))]))
		checkDecodeLines(t, damage(linesSeeds[r.IntN(len(linesSeeds))]))
	}
	for range 5_000 {
		fillAll(damage([]byte(fillSeeds[r.IntN(len(fillSeeds))])), string(damage([]byte(`a,"b""",time`))))
	}
}

func goldenBlocks(tb testing.TB) []Block {
	tb.Helper()
	b, err := NewBuilder(Conversion{})
	if err != nil {
		tb.Fatal(err)
	}
	b.Start("events.jsonl", "", nil)
	b.Add([]byte(`{"model":"fraud@3","time":1793491200000,"id":"e1","x":1}`), 0, NoTime)
	b.Add([]byte(`{"model":"fr\u0061ud","time":1793491199000}`), 57, NoTime)
	b.Add([]byte(`{"time":1}`), 101, NoTime)
	b.Add([]byte(`{]`), 112, NoTime)
	first := b.Block()
	first.Table = sideinput.ID{Digest: [16]byte{1, 2, 15: 16}, Cut: -5}
	c, err := NewBuilder(Conversion{Kind: CSV})
	if err != nil {
		tb.Fatal(err)
	}
	c.Start("rows.csv~2", "model,x", nil)
	c.Add([]byte(`m,1`), 8, november)
	return []Block{first, c.Block(), {}}
}

func TestFuzzOracle(t *testing.T) {
	for s, ok := range map[string]bool{`{"a":[{"b":1},{"b":2}]}`: true, `{"a":{"b":1,"b":2}}`: false, `{"a":"\\ud800"}`: true, `{"a":"\ud800"}`: false, `[]`: false} {
		if _, err := oracle([]byte(s)); (err == nil) != ok {
			t.Errorf("%s: %v", s, err)
		}
	}
}
