package sideinput_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

const recordTime = 1_793_491_200_000 // 2026-11-01T00:00:00Z: date -u -d @1793491200

func TestParseMessage(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       sideinput.Message
	}{
		{"everything", `{"op":"ADD","model":"fraud/eu","version":"3","uri":"gs://models/fraud/3.pmml","sha256":"` + digestB + `","at":"2026-11-01T00:00:00.25Z","seq":-17,"preload":true,"v":1,"labels":{"actor":"ann","ticket":""}}`,
			sideinput.Message{Op: sideinput.Add, Model: "fraud/eu", Version: "3", URI: "gs://models/fraud/3.pmml", SHA256: digestB, At: recordTime + 250, Seq: -17, HasSeq: true, Preload: true, Labels: map[string]string{"actor": "ann", "ticket": ""}}},
		{"any order, escapes and space", " { \"uri\" : \"a\\u002fb c.pmml\", \"version\":\"1\",\"\\u006dodel\":\"m\", \"op\":\"UPDATE\" } \n",
			sideinput.Message{Op: sideinput.Update, Model: "m", Version: "1", URI: "a/b c.pmml", At: recordTime}},
		{"DEL of a version", `{"op":"DEL","model":"m","version":"1","at":"1970-01-01T00:00:00Z"}`,
			sideinput.Message{Op: sideinput.Del, Model: "m", Version: "1"}},
		{"DEL of a model", `{"op":"DEL","model":"m","at":"1969-12-31T23:59:59.999Z"}`,
			sideinput.Message{Op: sideinput.Del, Model: "m", At: -1}},
		{"ALIAS of one version", `{"op":"ALIAS","model":"m","alias":"champion","to":"3","at":"1970-01-01T00:00:00Z"}`,
			sideinput.Message{Op: sideinput.Alias, Model: "m", Alias: "champion", To: []sideinput.Target{{Version: "3", Weight: 1}}}},
		{"ALIAS of two", `{"to":[{"version":"3","weight":0}, {"weight":1000000000,"version":"4"}],"op":"ALIAS","model":"m","alias":"a.b","at":"1970-01-01T00:00:00Z","seq":2}`,
			sideinput.Message{Op: sideinput.Alias, Model: "m", Alias: "a.b", To: []sideinput.Target{{Version: "3"}, {Version: "4", Weight: 1_000_000_000}}, Seq: 2, HasSeq: true}},
		{"ALIAS of none", `{"op":"ALIAS","model":"m","alias":"champion","to":[ ],"at":"1970-01-01T00:00:00Z"}`,
			sideinput.Message{Op: sideinput.Alias, Model: "m", Alias: "champion"}},
		{"the largest seq", `{"op":"DEL","model":"m","at":"1970-01-01T00:00:00Z","seq":9223372036854775807}`,
			sideinput.Message{Op: sideinput.Del, Model: "m", Seq: 1<<63 - 1, HasSeq: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.want.RecordTime, c.want.HasRecordTime = recordTime, true
			got, err := sideinput.ParseMessage([]byte(c.text), recordTime, true)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// place is where in text the error should point: the offset of the first "⇒", which is taken out.
func place(text string) (string, int) {
	i := strings.Index(text, "⇒")
	if i < 0 {
		return text, -1
	}
	return text[:i] + text[i+len("⇒"):], i
}

func TestParseMessageRefuses(t *testing.T) {
	const rest = `"model":"m","version":"1","uri":"u","at":"2026-11-01T00:00:00Z"`
	long := strings.Repeat("a", 201)
	var labels, targets []string
	for i := range 17 {
		labels = append(labels, fmt.Sprintf(`"l%d":""`, i))
		targets = append(targets, fmt.Sprintf(`{"version":"%d","weight":1}`, i))
	}
	alias := func(to string) string {
		return `{"op":"ALIAS","model":"m","alias":"a","to":` + to + `,"at":"2026-11-01T00:00:00Z"}`
	}
	for _, c := range []struct {
		name, text, key, says string
	}{
		{"nothing", "", "", "empty"},
		{"space alone", " \n", "", "empty"},
		{"half an object", `{"op":"ADD",⇒`, "", "too early"},
		{"half a string", `{"op":"AD⇒`, "", "too early"},
		{"an array", `⇒["ADD"]`, "", "not a JSON object"},
		{"no JSON", `⇒ADD fraud 3`, "", "invalid"},
		{"trailing data", `{"op":"ADD",` + rest + `}⇒ {}`, "", "follows"},
		{"trailing garbage", `{"op":"ADD",` + rest + `}⇒ x`, "", "follows"},
		{"not UTF-8", "{\"op\":\"ADD\",\"model\":\"⇒\xff\"}", "", "UTF-8"},
		{"a key twice", `{"op":"ADD",⇒"op":"ADD",` + rest + `}`, "op", "twice"},
		{"a key twice, once escaped", `{"op":"ADD",⇒"\u006fp":"ADD",` + rest + `}`, "op", "twice"},
		{"an unknown key", `{"op":"ADD","colour"⇒:"red",` + rest + `}`, "colour", "no such key"},
		{"a key in capitals", `{"OP"⇒:"ADD",` + rest + `}`, "OP", "no such key"},
		{"no op", `{` + rest + `}⇒`, "op", "missing"},
		{"an unknown op", `{"op":⇒"PUT",` + rest + `}`, "op", "unknown op"},
		{"an op in small letters", `{"op":⇒"add",` + rest + `}`, "op", "unknown op"},
		{"op a number", `{"op":⇒1,` + rest + `}`, "op", "not a string"},
		{"no model", `{"op":"DEL"}⇒`, "model", "missing"},
		{"model null", `{"op":"DEL","model":⇒null}`, "model", "not a string"},
		{"model empty", `{"op":"DEL","model":⇒""}`, "model", "not a name"},
		{"model with a space", `{"op":"DEL","model":⇒"a b"}`, "model", "not a name"},
		{"model too long", `{"op":"DEL","model":⇒"` + long + `"}`, "model", "not a name"},
		{"model not ASCII", `{"op":"DEL","model":⇒"é"}`, "model", "not a name"},
		{"model with @", `{"op":"DEL","model":⇒"a@1"}`, "model", "not a name"},
		{"version with a slash", `{"op":"DEL","model":"m","version":⇒"1/2"}`, "version", "not a version"},
		{"version a number", `{"op":"DEL","model":"m","version":⇒3}`, "version", "not a string"},
		{"ADD without version", `{"op":"ADD","model":"m","uri":"u","at":"2026-11-01T00:00:00Z"}⇒`, "version", "missing"},
		{"UPDATE without uri", `{"op":"UPDATE","model":"m","version":"1","at":"2026-11-01T00:00:00Z"}⇒`, "uri", "missing"},
		{"uri empty", `{"op":"ADD","uri":⇒""}`, "uri", "empty"},
		{"uri with a line feed", `{"op":"ADD","uri":⇒"a\nb"}`, "uri", "control"},
		{"DEL with uri", `{"op":"DEL","model":"m","uri":⇒"u","at":"2026-11-01T00:00:00Z"}`, "uri", "does not take"},
		{"DEL with sha256", `{"sha256":⇒"` + digestA + `","op":"DEL","model":"m","at":"2026-11-01T00:00:00Z"}`, "sha256", "does not take"},
		{"DEL with preload", `{"op":"DEL","model":"m","preload":⇒false,"at":"2026-11-01T00:00:00Z"}`, "preload", "does not take"},
		{"ALIAS with version", `{"op":"ALIAS","model":"m","version":⇒"1","alias":"a","to":"1"}`, "version", "ALIAS does not take"},
		{"ALIAS with uri", `{"op":"ALIAS","model":"m","alias":"a","to":"1","uri":⇒"u"}`, "uri", "ALIAS does not take"},
		{"ALIAS with sha256", `{"op":"ALIAS","model":"m","alias":"a","to":"1","sha256":⇒"` + digestA + `"}`, "sha256", "ALIAS does not take"},
		{"ALIAS with preload", `{"op":"ALIAS","model":"m","alias":"a","to":"1","preload":⇒true}`, "preload", "ALIAS does not take"},
		{"ADD with alias", `{"op":"ADD","alias":⇒"a",` + rest + `}`, "alias", "ADD does not take"},
		{"UPDATE with to", `{"op":"UPDATE","to":⇒[],` + rest + `}`, "to", "UPDATE does not take"},
		{"DEL with alias", `{"op":"DEL","model":"m","alias":⇒"a"}`, "alias", "DEL does not take"},
		{"ALIAS without alias", `{"op":"ALIAS","model":"m","to":"1"}⇒`, "alias", "missing"},
		{"ALIAS without to", `{"op":"ALIAS","model":"m","alias":"a"}⇒`, "to", "missing"},
		{"alias with a colon", `{"op":"ALIAS","alias":⇒"a:b"}`, "alias", "not a label"},
		{"alias with a slash", `{"op":"ALIAS","alias":⇒"a/b"}`, "alias", "not a label"},
		{"alias empty", `{"op":"ALIAS","alias":⇒""}`, "alias", "not a label"},
		{"alias a number", `{"op":"ALIAS","alias":⇒1}`, "alias", "not a string"},
		{"to null", alias(`⇒null`), "to", "neither"},
		{"to an object", alias(`⇒{"version":"1","weight":1}`), "to", "neither"},
		{"to no version", alias(`⇒"1/2"`), "to", "not a version"},
		{"to empty", alias(`⇒""`), "to", "not a version"},
		{"to a list of texts", alias(`[⇒"1"]`), "to", "not an object"},
		{"target without weight", alias(`[{"version":"1","weight":1},⇒{"version":"2"}]`), "to", "without version or weight"},
		{"target without version", alias(`[⇒{"weight":2}]`), "to", "without version or weight"},
		{"target with another key", alias(`[{"version":"1","weight":1,"colour":⇒2}]`), "to", "colour"},
		{"target of no version", alias(`[{"weight":1,"version":⇒"a:b"}]`), "to", "not a version"},
		{"target a number", alias(`[{"weight":1,"version":⇒3}]`), "to", "not a version"},
		{"weight a text", alias(`[{"version":"1","weight":⇒"1"}]`), "to", "not a weight"},
		{"weight with a fraction", alias(`[{"version":"1","weight":⇒1.0}]`), "to", "not a weight"},
		{"weight with an exponent", alias(`[{"version":"1","weight":⇒1e1}]`), "to", "not a weight"},
		{"weight negative", alias(`[{"version":"1","weight":⇒-1}]`), "to", "not a weight"},
		{"weight too large", alias(`[{"version":"1","weight":⇒1000000001}]`), "to", "not a weight"},
		{"weight beyond 64 bits", alias(`[{"version":"1","weight":⇒18446744073709551617}]`), "to", "not a weight"},
		{"all weights 0", alias(`⇒[{"version":"1","weight":0},{"version":"2","weight":0}]`), "to", "all weights are 0"},
		{"a version twice", alias(`[{"version":"1","weight":1},⇒{"version":"1","weight":2}]`), "to", "twice"},
		{"a target's key twice", alias(`[{"version":"1",⇒"version":"2","weight":2}]`), "version", "twice"},
		{"17 targets", alias(`[` + strings.Join(targets[:16], ",") + `,⇒` + targets[16] + `]`), "to", "16"},
		{"sha256 short", `{"op":"ADD","sha256":⇒"aa",` + rest + `}`, "sha256", "64"},
		{"sha256 in capitals", `{"op":"ADD","sha256":⇒"` + strings.ToUpper(digestA) + `",` + rest + `}`, "sha256", "64"},
		{"seq a string", `{"op":"ADD","seq":⇒"1",` + rest + `}`, "seq", "64-bit"},
		{"seq with a fraction", `{"op":"ADD","seq":⇒1.0,` + rest + `}`, "seq", "64-bit"},
		{"seq with an exponent", `{"op":"ADD","seq":⇒1e3,` + rest + `}`, "seq", "64-bit"},
		{"seq too large", `{"op":"ADD","seq":⇒9223372036854775808,` + rest + `}`, "seq", "64-bit"},
		{"seq null", `{"op":"ADD","seq":⇒null,` + rest + `}`, "seq", "64-bit"},
		{"form 2", `{"op":"ADD","v":⇒2,` + rest + `}`, "v", "form"},
		{"preload a string", `{"op":"ADD","preload":⇒"yes",` + rest + `}`, "preload", "true or false"},
		{"labels an array", `{"op":"ADD","labels":⇒[],` + rest + `}`, "labels", "not an object"},
		{"a label a number", `{"op":"ADD","labels":⇒{"a":1},` + rest + `}`, "labels", "not a string"},
		{"a label without a name", `{"op":"ADD","labels":⇒{"":""},` + rest + `}`, "labels", "no name"},
		{"a label twice", `{"op":"ADD","labels":{"a":"",⇒"a":""},` + rest + `}`, "a", "twice"},
		{"17 labels", `{"op":"ADD","labels":⇒{` + strings.Join(labels, ",") + `},` + rest + `}`, "labels", "16"},
		{"at without zone", `{"op":"DEL","model":"m","at":⇒"2026-11-01T00:00:00"}`, "at", "ends in Z"},
		{"at with an offset", `{"op":"DEL","model":"m","at":⇒"2026-11-01T00:00:00+01:00"}`, "at", "ends in Z"},
		{"at with four digits", `{"op":"DEL","model":"m","at":⇒"2026-11-01T00:00:00.0001Z"}`, "at", "fraction"},
		{"at with a comma", `{"op":"DEL","model":"m","at":⇒"2026-11-01T00:00:00,5Z"}`, "at", "fraction"},
		{"at with a bare point", `{"op":"DEL","model":"m","at":⇒"2026-11-01T00:00:00.Z"}`, "at", "fraction"},
		{"at on no day", `{"op":"DEL","model":"m","at":⇒"2026-02-30T00:00:00Z"}`, "at", "not a time"},
		{"at at no hour", `{"op":"DEL","model":"m","at":⇒"2026-11-01T24:00:00Z"}`, "at", "not a time"},
		{"at in small letters", `{"op":"DEL","model":"m","at":⇒"2026-11-01t00:00:00z"}`, "at", "ends in Z"},
		{"at a number", `{"op":"DEL","model":"m","at":⇒1793491200000}`, "at", "not a string"},
		{"no at", `{"op":"DEL","model":"m"}⇒`, "at", "missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text, offset := place(c.text)
			_, err := sideinput.ParseMessage([]byte(text), 0, false)
			var e *sideinput.MessageError
			if !errors.As(err, &e) {
				t.Fatalf("error %v, want a *MessageError", err)
			}
			if e.Key != c.key || !strings.Contains(e.Error(), c.says) {
				t.Errorf("error of key %q: %v; want key %q and %q", e.Key, e, c.key, c.says)
			}
			if offset >= 0 && e.Offset != offset {
				t.Errorf("offset %d (%v), want %d", e.Offset, e, offset)
			}
			if e.Next == "" {
				t.Error("the error does not say what to do next")
			}
		})
	}
}

func TestMessageSize(t *testing.T) {
	message := func(size int) []byte {
		text := `{"op":"ADD","model":"m","version":"1","uri":"","at":"2026-11-01T00:00:00Z"}`
		return []byte(strings.Replace(text, `"uri":"`, `"uri":"`+strings.Repeat("u", size-len(text)), 1))
	}
	if _, err := sideinput.ParseMessage(message(8192), 0, false); err != nil {
		t.Errorf("8192 bytes: %v", err)
	}
	if _, err := sideinput.ParseMessage(message(8193), 0, false); err == nil {
		t.Error("8193 bytes are taken")
	}
}

func TestRecordTimeOutsideOfCalendar(t *testing.T) {
	for _, at := range []int64{-1 << 63, 1<<63 - 1} {
		if _, err := sideinput.ParseMessage([]byte(`{"op":"DEL","model":"m"}`), at, true); err == nil {
			t.Errorf("a record time of %d is taken for at", at)
		}
	}
}

func TestTimesReadAsWritten(t *testing.T) {
	for _, c := range []struct {
		text string
		ms   int64
	}{
		{"1970-01-01T00:00:00Z", 0},
		{"1970-01-01T00:00:00.001Z", 1},
		{"1969-12-31T23:59:59.99Z", -10},
		{"2026-11-01T00:00:00.5Z", recordTime + 500},
		{"0000-01-01T00:00:00Z", -62167219200000},
		{"9999-12-31T23:59:59.999Z", 253402300799999},
	} {
		got, err := sideinput.ParseTime(c.text)
		if err != nil || got != c.ms {
			t.Errorf("ParseTime(%s) = %d, %v; want %d", c.text, got, err, c.ms)
		}
		if text := sideinput.FormatTime(c.ms); text != c.text {
			t.Errorf("FormatTime(%d) = %s, want %s", c.ms, text, c.text)
		}
	}
}

func FuzzParseMessage(f *testing.F) {
	f.Add([]byte(`{"op":"ADD","model":"m","version":"1","uri":"u","sha256":"` + digestA + `","at":"2026-11-01T00:00:00Z","seq":1,"labels":{"a":"b"}}`))
	f.Add([]byte(`{"op":"DEL","model":"m"`))
	f.Add([]byte(`{"op":"ALIAS","model":"m","alias":"a","to":[{"version":"1","weight":9},{"version":"2","weight":0}],"at":"2026-11-01T00:00:00Z"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := sideinput.ParseMessage(data, 0, true)
		if err != nil {
			var e *sideinput.MessageError
			if !errors.As(err, &e) || e.Offset < 0 || e.Offset > len(data) || len(e.Error()) > 1000 {
				t.Fatalf("%q: error %v", data, err)
			}
			return
		}
		if again, err := sideinput.ParseMessage(m.AppendJSON(nil), 0, true); err != nil || sideinput.Compare(m, again) != 0 {
			t.Fatalf("%q: written and read again it is %+v, %v", data, again, err)
		}
		m.HasRecordTime = false // else it may be far ahead
		if _, effects := sideinput.NewTable().With([]sideinput.Message{m}, sideinput.Bounds{}); effects[0].Kind.Refused() {
			t.Fatalf("%q: %+v", data, effects)
		}
	})
}
