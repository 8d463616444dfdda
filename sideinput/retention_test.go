package sideinput_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

// Fifty versions are added, then versions 1 to 12 are served one after the
// other; the first ADD serves until then. At the cut stay the one that serves
// (12), the 8 served before it (4 to 11) and the newest 32 of the rest: of the
// versions 1 to 3, whose newest facts are their UPDATEs, and of 0 and 13 to 49,
// whose facts are their ADDs, that is 1, 2, 3 and 21 to 49.
func TestCutKeepsWhatServesAndTheNewest(t *testing.T) {
	var msgs []sideinput.Message
	add := func(op sideinput.Op, version int) {
		msgs = append(msgs, sideinput.Message{Op: op, Model: "fraud", Version: fmt.Sprint(version), URI: "f.pmml", At: int64(len(msgs))})
	}
	for v := range 50 {
		add(sideinput.Add, v)
	}
	for v := 1; v <= 12; v++ {
		add(sideinput.Update, v)
	}
	table, _ := sideinput.NewTable().With(msgs, sideinput.Bounds{})
	table, effects := table.CutTo(anHour)

	stays := func(v int) bool { return 1 <= v && v <= 12 || 21 <= v }
	retired := map[string]bool{}
	for _, e := range effects {
		if e.Kind != sideinput.EffectRetired || retired[e.Message.Version] {
			t.Errorf("unexpected effect %+v", e)
		}
		retired[e.Message.Version] = true
	}
	for v := range 50 {
		version := fmt.Sprint(v)
		got := table.Resolve(parse(t, "fraud@"+version), anHour)
		if (got.Choice != nil) != stays(v) || retired[version] == stays(v) {
			t.Errorf("version %d: %+v, retired %v; stays should be %v", v, got, retired[version], stays(v))
		}
		if !stays(v) && got.Reason != sideinput.UnknownVersion {
			t.Errorf("version %d: reason %q, want unknown_version", v, got.Reason)
		}
	}
	if got := table.Resolve(parse(t, "fraud"), anHour); got.Choice == nil || got.Choice.Version != "12" {
		t.Errorf("serves %+v, want version 12", got)
	}
	if got := table.Resolve(parse(t, "fraud"), anHour-1); got.Reason != sideinput.BeforeHorizon {
		t.Errorf("before the cut: %+v", got)
	}
	var fallbacks []string
	for _, c := range table.Fallbacks(parse(t, "fraud"), anHour) {
		fallbacks = append(fallbacks, c.Version)
	}
	// Version 0 was the first to serve and is retired; the rest of the list stands.
	if got, want := fmt.Sprint(fallbacks), "[11 10 9 8 7 6 5 4 3 2 1]"; got != want {
		t.Errorf("fallbacks %s, want %s", got, want)
	}
}

// Sixty versions are added, each under a label of its own, after which the
// labels 0 to 9 are set anew and label 59 is removed. At the cut stay the
// newest 32 labels: those 10, and of the others the last, 37 to 58. They keep
// their versions; of the rest stay version 0, which serves, and the newest 32 of
// 10 to 36 and 59, which are all of these.
func TestCutKeepsTheNewestLabelsAndTheirVersions(t *testing.T) {
	var msgs []sideinput.Message
	message := func(m sideinput.Message) {
		m.Model, m.At = "fraud", int64(len(msgs))
		msgs = append(msgs, m)
	}
	label := func(v int) {
		message(sideinput.Message{Op: sideinput.Alias, Alias: fmt.Sprint("is-", v), To: []sideinput.Target{{Version: fmt.Sprint(v), Weight: 1}}})
	}
	for v := range 60 {
		message(sideinput.Message{Op: sideinput.Add, Version: fmt.Sprint(v), URI: "f.pmml"})
		label(v)
	}
	for v := range 10 {
		label(v)
	}
	message(sideinput.Message{Op: sideinput.Alias, Alias: "is-59"})
	table, _ := sideinput.NewTable().With(msgs, sideinput.Bounds{})
	table, effects := table.CutTo(anHour)

	retired := map[string]bool{}
	for _, e := range effects {
		if e.Kind != sideinput.EffectRetired || e.Message.Op != sideinput.Alias || retired[e.Message.Alias] {
			t.Errorf("unexpected effect %+v", e)
		}
		retired[e.Message.Alias] = true
	}
	for v := range 60 {
		text := fmt.Sprint("is-", v)
		stays := v < 10 || 37 <= v && v < 59
		got := table.Resolve(sideinput.AliasReference("fraud", text), anHour)
		if (got.Choice != nil) != stays || got.Choice == nil && got.Reason != sideinput.UnknownVersion {
			t.Errorf("%s: %+v; stays should be %v", text, got, stays)
		}
		if retired[text] != (!stays && v != 59) {
			t.Errorf("%s: retired is %v", text, retired[text])
		}
	}

	// Versions that labels point at take no place among the 32 others.
	msgs = nil
	for v := range 50 {
		message(sideinput.Message{Op: sideinput.Add, Version: fmt.Sprint(v), URI: "f.pmml"})
	}
	message(sideinput.Message{Op: sideinput.Alias, Alias: "a", To: []sideinput.Target{{Version: "1", Weight: 1}, {Version: "2"}, {Version: "none"}}})
	table, _ = sideinput.NewTable().With(msgs, sideinput.Bounds{})
	table, _ = table.CutTo(anHour)
	for v := range 50 {
		got := table.Resolve(parse(t, fmt.Sprint("fraud@", v)), anHour)
		if stays := v <= 2 || 18 <= v; (got.Choice != nil) != stays {
			t.Errorf("version %d: %+v; stays should be %v", v, got, stays)
		}
	}
}

func TestLabelsAtTheCut(t *testing.T) {
	table, _ := sideinput.NewTable().With([]sideinput.Message{
		parsed(t, 1, `"op":"ADD","model":"fraud","version":"1","uri":"f"`),
		parsed(t, 2, `"op":"ALIAS","model":"fraud","alias":"removed","to":"1"`),
		parsed(t, 3, `"op":"ALIAS","model":"fraud","alias":"removed","to":[]`),
		parsed(t, 4, `"op":"ALIAS","model":"nobody","alias":"waits","to":"1"`),
		parsed(t, 5, `"op":"ALIAS","model":"gone","alias":"a","to":"1"`),
		parsed(t, 6, `"op":"DEL","model":"gone"`),
		parsed(t, anHour, `"op":"ADD","model":"nobody","version":"1","uri":"n"`),
	}, sideinput.Bounds{})
	table, _ = table.CutTo(anHour)
	if got := table.Resolve(parse(t, "fraud:removed"), anHour); got.Reason != sideinput.UnknownVersion {
		t.Errorf("a label that was removed before the cut: %+v", got)
	}
	if got := table.Resolve(parse(t, "nobody:waits"), anHour); got.Choice == nil || got.Choice.URI != "n" {
		t.Errorf("a label in force at the cut, of a model that was not known there: %+v", got)
	}
	if got := fmt.Sprint(table.Names()); got != "[fraud nobody]" {
		t.Errorf("names %s, want those of which something is left", got)
	}
}

func TestDeletedNamesLeaveNothingAtTheCut(t *testing.T) {
	table, _ := sideinput.NewTable().With([]sideinput.Message{
		{Op: sideinput.Add, Model: "fraud", Version: "1", URI: "f.pmml", At: 1},
		{Op: sideinput.Del, Model: "fraud", At: 2},
		{Op: sideinput.Del, Model: "never", At: 2},
	}, sideinput.Bounds{})
	table, _ = table.CutTo(anHour)
	if got := table.Resolve(parse(t, "fraud"), anHour); got.Reason != sideinput.UnknownModel {
		t.Errorf("reason %q, want unknown_model", got.Reason)
	}
	// Both have made room: one name fits a table of one.
	_, effects := table.With([]sideinput.Message{{Op: sideinput.Add, Model: "churn", Version: "1", URI: "c.pmml", At: anHour}}, sideinput.Bounds{Names: 1})
	if effects[0].Kind != sideinput.EffectAdd {
		t.Errorf("effect %+v, want ADD", effects[0])
	}
}

func TestBounds(t *testing.T) {
	const day = 24 * anHour
	add := sideinput.Message{Op: sideinput.Add, Model: "fraud", Version: "1", URI: "f.pmml", At: 500 * day}
	at := func(m sideinput.Message, at int64) sideinput.Message { m.At = at; return m }
	recorded := func(m sideinput.Message, at int64) sideinput.Message {
		m.RecordTime, m.HasRecordTime = at, true
		return m
	}
	named := func(m sideinput.Message, name string) sideinput.Message { m.Model = name; return m }
	cut, _ := sideinput.NewTable().CutTo(day + 10)
	full, _ := sideinput.NewTable().With([]sideinput.Message{add, named(add, "churn")}, sideinput.Bounds{})
	for _, c := range []struct {
		name   string
		table  *sideinput.Table
		m      sideinput.Message
		bounds sideinput.Bounds
		want   sideinput.EffectKind
	}{
		{"at the cut", cut, at(add, day), sideinput.Bounds{}, sideinput.EffectAdd},
		{"before the cut", cut, at(add, day-1), sideinput.Bounds{}, sideinput.EffectTooLate},
		{"400 days ahead", sideinput.NewTable(), recorded(add, 100*day), sideinput.Bounds{}, sideinput.EffectAdd},
		{"more than 400 days ahead", sideinput.NewTable(), recorded(add, 100*day-1), sideinput.Bounds{}, sideinput.EffectFarAhead},
		{"ahead of a bound of our own", sideinput.NewTable(), recorded(add, 499*day), sideinput.Bounds{FarAhead: 3_600_000_000_000}, sideinput.EffectFarAhead},
		{"far ahead of the least record time", sideinput.NewTable(), recorded(add, -1<<63), sideinput.Bounds{}, sideinput.EffectFarAhead},
		{"a line of a file is never far ahead", sideinput.NewTable(), add, sideinput.Bounds{FarAhead: 1_000_000}, sideinput.EffectAdd},
		{"one name too many", full, named(add, "third"), sideinput.Bounds{Names: 2}, sideinput.EffectTableFull},
		{"one message too many", full, at(add, 1), sideinput.Bounds{Facts: 1}, sideinput.EffectNameFull},
		{"another model's message", full, named(add, "third"), sideinput.Bounds{Facts: 1}, sideinput.EffectAdd},
		{"the last message that fits", full, at(add, 1), sideinput.Bounds{Facts: 2}, sideinput.EffectAdd},
		{"a known name in a full table", full, at(add, 1), sideinput.Bounds{Names: 2}, sideinput.EffectAdd},
	} {
		t.Run(c.name, func(t *testing.T) {
			after, effects := c.table.With([]sideinput.Message{c.m}, c.bounds)
			if effects[0].Kind != c.want {
				t.Fatalf("effect %s, want %s", effects[0].Kind, c.want)
			}
			if c.want.Refused() != (after.Revision() == c.table.Revision()) {
				t.Errorf("refused messages, and only they, leave the table: %+v", after.Revision())
			}
		})
	}
}

func TestNamesOfOneBatchCountAgainstTheBound(t *testing.T) {
	var msgs []sideinput.Message
	for _, name := range []string{"a", "b", "a", "c"} {
		msgs = append(msgs, sideinput.Message{Op: sideinput.Del, Model: name, At: int64(len(msgs))})
	}
	_, effects := sideinput.NewTable().With(msgs, sideinput.Bounds{Names: 2})
	for i, want := range []sideinput.EffectKind{sideinput.EffectNone, sideinput.EffectNone, sideinput.EffectNone, sideinput.EffectTableFull} {
		if effects[i].Kind != want {
			t.Errorf("message %d: %s, want %s", i, effects[i].Kind, want)
		}
	}
}

func TestDefaultBoundOfMessagesOfOneModel(t *testing.T) {
	msgs := make([]sideinput.Message, 10_001)
	for i := range msgs {
		msgs[i] = sideinput.Message{Op: sideinput.Del, Model: "fraud", At: int64(i)}
	}
	table, effects := sideinput.NewTable().With(msgs, sideinput.Bounds{})
	for i, e := range effects {
		if e.Kind.Refused() != (i == 10_000) {
			t.Fatalf("message %d: %s", i, e.Kind)
		}
	}
	// What the cut has passed does not count.
	table, _ = table.CutTo(anHour)
	if _, effects = table.With([]sideinput.Message{{Op: sideinput.Del, Model: "fraud", At: anHour}}, sideinput.Bounds{Facts: 1}); effects[0].Kind.Refused() {
		t.Errorf("after the cut: %s", effects[0].Kind)
	}
}

// A full model refuses what is new to it, one message at a time or all at
// once, and the table is that of what was kept.
func TestFullModelKeepsTheSameHoweverMessagesAreSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bounds := sideinput.Bounds{Facts: rapid.IntRange(1, 4).Draw(t, "bound")}
		msgs := shuffled(t, drawMessages(t, 15))
		var kept []sideinput.Message
		one := sideinput.NewTable()
		for _, m := range msgs {
			var effects []sideinput.Effect
			one, effects = one.With([]sideinput.Message{m}, bounds)
			isKept := slices.ContainsFunc(kept, func(other sideinput.Message) bool { return sameMessage(m, other) })
			ofName := 0
			seen := map[string]bool{}
			for _, other := range kept {
				if other.Model == m.Model && !seen[identity(other)] {
					seen[identity(other)] = true
					ofName++
				}
			}
			if refused := effects[0].Kind == sideinput.EffectNameFull; refused != (!isKept && ofName == bounds.Facts) {
				t.Fatalf("%+v with %d kept: %s", m, ofName, effects[0].Kind)
			} else if !refused {
				kept = append(kept, m)
			}
		}
		want, _ := sideinput.NewTable().With(kept, sideinput.Bounds{})
		other := sideinput.NewTable()
		for rest := msgs; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "batch")
			other, _ = other.With(rest[:n], bounds)
			rest = rest[n:]
		}
		for _, table := range []*sideinput.Table{one, other} {
			if !bytes.Equal(table.AppendBinary(nil), want.AppendBinary(nil)) {
				t.Fatal("a full model is another table than that of what was kept")
			}
		}
	})
}

func TestUnpinned(t *testing.T) {
	for _, c := range []struct {
		uri, sha256 string
		want        bool
	}{
		{"fraud/3.pmml", "", true},
		{"fraud/3.pmml", digestA, false},
		{"gs://models/3.pmml", "", true},
		{"gs://models/3.pmml?generation=17", "", false},
		{"s3://models/3.pmml?versionId=x", "", false},
		{"fraud/3.pmml?generation=17", "", true}, // a file has no generations
	} {
		_, effects := sideinput.NewTable().With([]sideinput.Message{
			{Op: sideinput.Add, Model: "fraud", Version: "3", URI: c.uri, SHA256: c.sha256},
		}, sideinput.Bounds{})
		got := len(effects) == 2 && effects[1].Kind == sideinput.EffectUnpinned
		if got != c.want {
			t.Errorf("%s with digest %q: effects %+v, want UNPINNED %v", c.uri, c.sha256, effects, c.want)
		}
	}
}
