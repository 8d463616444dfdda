package sideinput_test

import (
	"fmt"
	"testing"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

// parsed is a message given as a control record; at is in milliseconds.
func parsed(t *testing.T, at int64, members string) sideinput.Message {
	t.Helper()
	m, err := sideinput.ParseMessage([]byte("{"+members+"}"), at, true)
	if err != nil {
		t.Fatal(err)
	}
	m.HasRecordTime = false
	return m
}

func TestAliasOverTime(t *testing.T) {
	const fraud = `"model":"fraud",`
	table, _ := sideinput.NewTable().With([]sideinput.Message{
		parsed(t, 0, `"op":"ALIAS",`+fraud+`"alias":"champion","to":"1"`), // before the model is known
		parsed(t, 10, `"op":"ADD",`+fraud+`"version":"1","uri":"a"`),
		parsed(t, 20, `"op":"ADD",`+fraud+`"version":"2","uri":"b"`),
		parsed(t, 20, `"op":"ALIAS",`+fraud+`"alias":"challenger","to":"2"`),
		parsed(t, 30, `"op":"DEL",`+fraud+`"version":"1"`), // the label stays, its target is unknown
		parsed(t, 40, `"op":"UPDATE",`+fraud+`"version":"1","uri":"c"`),
		parsed(t, 50, `"op":"ALIAS",`+fraud+`"alias":"champion","to":[]`),
		parsed(t, 60, `"op":"ALIAS",`+fraud+`"alias":"champion","to":"2"`),
		parsed(t, 70, `"op":"DEL",`+fraud[:len(fraud)-1]),
		parsed(t, 80, `"op":"ADD",`+fraud+`"version":"2","uri":"d"`),
		parsed(t, 90, `"op":"ALIAS",`+fraud+`"alias":"champion","to":"2"`),
	}, sideinput.Bounds{})
	for _, c := range []struct {
		text string
		at   int64
		want string
	}{
		{"nobody:champion", 5, "unknown_model"},
		{"fraud:champion", -1, "unknown_model"},
		{"fraud:champion", 9, "unknown_model"}, // an ALIAS alone makes nothing known
		{"fraud:champion", 10, "a"},
		{"fraud:challenger", 10, "unknown_version"}, // never set
		{"fraud:challenger", 20, "b"},
		{"fraud:champion", 29, "a"},
		{"fraud:champion", 30, "unknown_version"},
		{"fraud:champion", 40, "c"},
		{"fraud:champion", 50, "deleted"},
		{"fraud:champion", 60, "b"},
		{"fraud:challenger", 69, "b"},
		{"fraud:challenger", 70, "deleted"}, // DEL of the model removes its labels
		{"fraud:champion", 80, "deleted"},
		{"fraud:never", 80, "unknown_version"},
		{"fraud:champion", 90, "d"},
		{"fraud:challenger", 90, "deleted"},
	} {
		got := table.Resolve(parse(t, c.text), c.at)
		answer := string(got.Reason)
		if got.Choice != nil {
			answer = got.Choice.URI
		}
		if answer != c.want {
			t.Errorf("%s at %d: %s, want %s", c.text, c.at, answer, c.want)
		}
		if list := table.Fallbacks(parse(t, c.text), c.at); list != nil {
			t.Errorf("%s at %d: fallbacks %v", c.text, c.at, list)
		}
	}
}

func TestAliasAloneIsNoModel(t *testing.T) {
	table, effects := sideinput.NewTable().With([]sideinput.Message{
		parsed(t, 1, `"op":"ALIAS","model":"m","alias":"a","to":"1"`),
		parsed(t, 2, `"op":"DEL","model":"m"`),
		parsed(t, 3, `"op":"ALIAS","model":"m","alias":"a","to":[]`),
	}, sideinput.Bounds{})
	for i, want := range []sideinput.EffectKind{sideinput.EffectAlias, sideinput.EffectDel, sideinput.EffectNone} {
		if effects[i].Kind != want {
			t.Errorf("message %d: %s, want %s", i+1, effects[i].Kind, want)
		}
	}
	for _, text := range []string{"m", "m@1", "m:a"} {
		for at := range int64(4) {
			if got := table.Resolve(parse(t, text), at); got.Reason != sideinput.UnknownModel {
				t.Errorf("%s at %d: %+v, want unknown_model", text, at, got)
			}
		}
	}
}

// A place is the first 16 hex digits of, for example,
// printf fraud:champion:e-17 | sha256sum
// modulo 100: of dbcb2ffde5ed1c00 that is 76.
func TestSplit(t *testing.T) {
	at := func(weights ...uint64) *sideinput.Table {
		msgs := []sideinput.Message{{Op: sideinput.Alias, Model: "fraud", Alias: "champion"}}
		for i, w := range weights {
			version := fmt.Sprint(i)
			msgs = append(msgs, sideinput.Message{Op: sideinput.Add, Model: "fraud", Version: version, URI: "f.pmml"})
			msgs[0].To = append(msgs[0].To, sideinput.Target{Version: version, Weight: w})
		}
		table, _ := sideinput.NewTable().With(msgs, sideinput.Bounds{})
		return table
	}
	for key, place := range map[string]uint64{"": 61, "e-17": 76, "e-18": 60, "a:b": 43} {
		for _, c := range []struct {
			weights []uint64
			want    string
		}{
			{[]uint64{place, 100 - place}, "1"},
			{[]uint64{place + 1, 99 - place}, "0"},
			{[]uint64{0, place, 0, 1, 99 - place}, "3"},
			{[]uint64{7}, "0"},
		} {
			ref := sideinput.AliasReference("fraud", "champion").WithKey([]byte(key))
			got := at(c.weights...).Resolve(ref, 0)
			if got.Choice == nil || got.Choice.Version != c.want {
				t.Errorf("key %q among %v: %+v, want version %s", key, c.weights, got, c.want)
			}
		}
	}
}

func TestAliasReference(t *testing.T) {
	if got := sideinput.AliasReference("eu/fraud", "champion"); got.String() != "eu/fraud:champion" || got.Name() != "eu/fraud" || got.Alias() != "champion" {
		t.Errorf("reference %s of name %q and label %q", got, got.Name(), got.Alias())
	}
	for _, parts := range [][2]string{{"", "a"}, {"m", ""}, {"m:a", "b"}, {"m", "a/b"}} {
		got := sideinput.NewTable().Resolve(sideinput.AliasReference(parts[0], parts[1]), 0)
		if got.Reason != sideinput.NoReference {
			t.Errorf("%q: %+v, want no_reference", parts, got)
		}
	}
}
