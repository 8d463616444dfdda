package sideinput_test

import (
	"bytes"
	"fmt"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

// A small world, so that messages meet: few models, versions, documents and times.
var (
	worldModels   = []string{"churn", "fraud", "fraud/eu"}
	worldVersions = []string{"1", "2", "3", "2026-11-01"}
	worldURIs     = []string{"a.pmml", "b.pmml"}
	worldDigests  = []string{"", digestA, digestB}
	worldLabels   = []string{"champion", "challenger"}
	worldKeys     = []string{"", "e-17"}
)

const (
	digestA = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	digestB = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
)

func drawMessage(t *rapid.T) sideinput.Message {
	m := sideinput.Message{
		Op:    rapid.SampledFrom([]sideinput.Op{sideinput.Del, sideinput.Add, sideinput.Add, sideinput.Update, sideinput.Alias}).Draw(t, "op"),
		Model: rapid.SampledFrom(worldModels).Draw(t, "model"),
		At:    rapid.Int64Range(0, 5).Draw(t, "hour")*anHour + rapid.Int64Range(0, 3).Draw(t, "ms"),
	}
	switch {
	case m.Op.HasDocument():
		m.Version = rapid.SampledFrom(worldVersions).Draw(t, "version")
		m.URI = rapid.SampledFrom(worldURIs).Draw(t, "uri")
		m.SHA256 = rapid.SampledFrom(worldDigests).Draw(t, "sha256")
		m.Preload = rapid.Bool().Draw(t, "preload")
	case m.Op == sideinput.Alias:
		m.Alias = rapid.SampledFrom(worldLabels).Draw(t, "alias")
		m.To = drawTargets(t)
	case rapid.Bool().Draw(t, "one version"):
		m.Version = rapid.SampledFrom(worldVersions).Draw(t, "version")
	}
	if rapid.Bool().Draw(t, "has seq") {
		m.HasSeq, m.Seq = true, rapid.Int64Range(-1, 2).Draw(t, "seq")
	}
	return m
}

func drawTargets(t *rapid.T) (to []sideinput.Target) {
	for _, version := range rapid.SliceOfNDistinct(rapid.SampledFrom(worldVersions), 0, 3, rapid.ID).Draw(t, "to") {
		to = append(to, sideinput.Target{Version: version, Weight: rapid.Uint64Range(0, 3).Draw(t, "weight")})
	}
	if len(to) > 0 {
		to[0].Weight++
	}
	return to
}

func drawMessages(t *rapid.T, most int) []sideinput.Message {
	return rapid.SliceOfN(rapid.Custom(drawMessage), 0, most).Draw(t, "messages")
}

// collidingHash has four values, so that versions of the small world share them.
func collidingHash(name, version string) uint64 { return sideinput.Hash(name, version) % 4 }

// references lists all that an event can ask for in the small world, and a little more.
func references() []reference {
	var refs []reference
	for _, name := range append([]string{"nobody"}, worldModels...) {
		refs = append(refs, reference{text: name, name: name})
		for _, version := range append([]string{"none"}, worldVersions...) {
			refs = append(refs, reference{text: name + "@" + version, name: name, version: version})
		}
		refs = append(refs, reference{text: name + ":none", name: name, label: "none"})
		for _, label := range worldLabels {
			for _, key := range worldKeys {
				refs = append(refs, reference{text: name + ":" + label, name: name, label: label, key: key})
			}
		}
	}
	for hash := range uint64(5) {
		refs = append(refs, reference{text: fmt.Sprintf("#%016x", hash), hash: hash, byHash: true})
	}
	return refs
}

// times lists those at which something may change, and those around them.
func times(msgs []sideinput.Message, cut int64) []int64 {
	at := []int64{-1, 1 << 50}
	if cut != sideinput.NoCut {
		at = append(at, cut-1, cut, cut+1)
	}
	for _, m := range msgs {
		at = append(at, m.At-1, m.At, m.At+1)
	}
	slices.Sort(at)
	return slices.Compact(at)
}

func parse(t interface{ Fatalf(string, ...any) }, text string) sideinput.Reference {
	ref, err := sideinput.ParseReference([]byte(text))
	if err != nil {
		t.Fatalf("reference %q: %v", text, err)
	}
	return ref
}

// compareWithModel asks table and model every question of the small world.
func compareWithModel(t *rapid.T, table *sideinput.Table, m *model) {
	t.Helper()
	for _, at := range times(m.messages, m.cut) {
		for _, r := range references() {
			ref := parse(t, r.text).WithKey([]byte(r.key))
			got := table.Resolve(ref, at)
			reason, fact := m.resolve(r, at)
			compareChoice(t, fmt.Sprintf("%s at %d", r.text, at), got, reason, fact)
			latest := table.ResolveLatest(ref, at, at+2)
			if at >= m.cut {
				reason, fact = m.resolve(r, at+2)
			}
			compareChoice(t, fmt.Sprintf("latest %s at %d", r.text, at), latest, reason, fact)
			reason, fact = m.resolve(r, at)
			compareChoice(t, fmt.Sprintf("latest %s at %d, the clock behind", r.text, at), table.ResolveLatest(ref, at, at-2), reason, fact)
		}
		for _, name := range worldModels {
			compareState(t, table.StateOf(name, at), m, name, at)
			got := table.Fallbacks(parse(t, name), at)
			want := m.fallbacks(name, at)
			if len(got) != len(want) {
				t.Fatalf("fallbacks of %s at %d: %d, want %d", name, at, len(got), len(want))
			}
			for i, c := range got {
				compareChoice(t, "fallback", sideinput.Resolution{Choice: c}, "", want[i])
			}
		}
	}
	all := times(m.messages, m.cut)
	comparePreloads(t, table, m, all[0])
	comparePreloads(t, table, m, all[len(all)/2])
	comparePreloads(t, table, m, all[len(all)-1])
}

func comparePreloads(t *rapid.T, table *sideinput.Table, m *model, at int64) {
	t.Helper()
	want := m.preloads(at)
	got := table.Preloads(at)
	for i, c := range got {
		text := choiceText(*c)
		if !want[text] {
			t.Fatalf("at %d %s is to be loaded ahead, among %v", at, text, want)
		}
		delete(want, text)
		if i > 0 && (got[i-1].Name > c.Name || got[i-1].Name == c.Name && got[i-1].Version > c.Version) {
			t.Fatalf("preloads out of order: %+v", got)
		}
	}
	if len(want) > 0 {
		t.Fatalf("at %d %v are not to be loaded ahead", at, want)
	}
}

func choiceText(c sideinput.Choice) string { return fmt.Sprintf("%+v", c) }

func compareState(t *rapid.T, got sideinput.State, m *model, name string, at int64) {
	t.Helper()
	want := emptyState()
	if at >= m.cut {
		want, _, _ = m.state(name, at)
	}
	if len(got.Known) != len(want.known) || len(got.Served) != len(want.served) || len(got.Aliases) != len(want.aliases) {
		t.Fatalf("state of %s at %d: %+v, want %+v", name, at, got, want)
	}
	for i, c := range got.Known {
		compareChoice(t, "known", sideinput.Resolution{Choice: c}, "", want.known[c.Version])
		if i > 0 && got.Known[i-1].Version >= c.Version {
			t.Fatalf("known out of order: %+v", got.Known)
		}
	}
	for i, a := range got.Aliases {
		if !sameMessage(a, want.aliases[a.Alias]) || i > 0 && got.Aliases[i-1].Alias >= a.Alias {
			t.Fatalf("aliases of %s at %d: %+v, want %+v", name, at, got.Aliases, want.aliases)
		}
	}
	for i, c := range got.Served {
		compareChoice(t, "served", sideinput.Resolution{Choice: c}, "", want.known[want.served[len(want.served)-1-i]])
	}
	if (got.Serves != nil) != (len(want.served) > 0) || got.Serves != nil && got.Serves != got.Served[0] {
		t.Fatalf("%s at %d: serves %+v", name, at, got.Serves)
	}
}

func compareChoice(t *rapid.T, what string, got sideinput.Resolution, reason sideinput.Reason, fact sideinput.Message) {
	t.Helper()
	if got.Reason != reason || (got.Choice == nil) != (reason != "") {
		t.Fatalf("%s: reason %q, want %q", what, got.Reason, reason)
	}
	if got.Choice == nil {
		return
	}
	if want := choiceOf(fact); *got.Choice != want {
		t.Fatalf("%s: served by %+v, want %+v", what, *got.Choice, want)
	}
}

func choiceOf(m sideinput.Message) sideinput.Choice {
	return sideinput.Choice{Name: m.Model, Version: m.Version, URI: m.URI, SHA256: m.SHA256, At: m.At, Seq: m.Seq, HasSeq: m.HasSeq}
}

// shuffled repeats some messages and mixes the order.
func shuffled(t *rapid.T, msgs []sideinput.Message) []sideinput.Message {
	if len(msgs) > 0 {
		msgs = append(slices.Clone(msgs), rapid.SliceOfN(rapid.SampledFrom(msgs), 0, 5).Draw(t, "repeated")...)
	}
	return rapid.Permutation(msgs).Draw(t, "order")
}

// folded gives messages to a table in batches of drawn sizes.
func folded(t *rapid.T, table *sideinput.Table, msgs []sideinput.Message) *sideinput.Table {
	for len(msgs) > 0 {
		n := rapid.IntRange(1, len(msgs)).Draw(t, "batch")
		table, _ = table.With(msgs[:n], sideinput.Bounds{})
		msgs = msgs[n:]
	}
	return table
}

func TestTableAnswersAsTheProtocolSays(t *testing.T) {
	defer sideinput.SetHash(collidingHash)()
	rapid.Check(t, func(t *rapid.T) {
		m := &model{cut: sideinput.NoCut, hash: collidingHash}
		msgs := drawMessages(t, 25)
		table := folded(t, sideinput.NewTable(), msgs)
		for _, msg := range msgs {
			m.keep(msg)
		}
		if got := table.Revision().Number; got != uint64(len(m.messages)) {
			t.Fatalf("number %d, want %d", got, len(m.messages))
		}
		compareWithModel(t, table, m)
	})
}

func TestAnyOrderRepetitionAndSplitGiveOneTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		msgs := drawMessages(t, 40)
		one, _ := sideinput.NewTable().With(msgs, sideinput.Bounds{})
		other := folded(t, sideinput.NewTable(), shuffled(t, msgs))
		if one.Revision() != other.Revision() {
			t.Fatalf("revision %+v, want %+v", other.Revision(), one.Revision())
		}
		if !bytes.Equal(one.AppendBinary(nil), other.AppendBinary(nil)) {
			t.Fatalf("equal revisions, unlike tables")
		}
	})
}

// Tables that come from one another share memory. Each still answers as it
// did, whatever has come of it since.
func TestWithLeavesTheReceiverAsItWas(t *testing.T) {
	defer sideinput.SetHash(collidingHash)()
	rapid.Check(t, func(t *rapid.T) {
		type kept struct {
			table *sideinput.Table
			model *model
		}
		all := []kept{{sideinput.NewTable(), &model{cut: sideinput.NoCut, hash: collidingHash}}}
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			// Mostly the last table goes on, now and then an older one.
			from := all[len(all)-1]
			if rapid.IntRange(0, 3).Draw(t, "which") == 0 {
				from = rapid.SampledFrom(all).Draw(t, "from")
			}
			msgs := drawMessages(t, 5)
			if rapid.Bool().Draw(t, "later") {
				for i := range msgs {
					msgs[i].At += int64(len(all)) * anHour
				}
			}
			next := kept{model: &model{messages: slices.Clone(from.model.messages), cut: from.model.cut, hash: collidingHash}}
			next.table, _ = from.table.With(msgs, sideinput.Bounds{})
			for _, msg := range msgs {
				next.model.keep(msg)
			}
			all = append(all, next)
		}
		for _, k := range all {
			compareWithModel(t, k.table, k.model)
		}
	})
}

// A long history grows by one message at a time while its older tables are read.
func TestOldTablesAreReadWhileNewOnesAreMade(t *testing.T) {
	ref := parse(t, "fraud")
	table := sideinput.NewTable()
	var reading sync.WaitGroup
	for i := range 300 {
		m := sideinput.Message{Op: sideinput.Update, Model: "fraud", Version: fmt.Sprint(i % 9), URI: "f.pmml", At: int64(i / 2), HasSeq: true, Seq: int64(i)}
		table, _ = table.With([]sideinput.Message{m}, sideinput.Bounds{})
		table := table
		reading.Go(func() {
			got := table.Resolve(ref, int64(i))
			if got.Choice == nil || got.Choice.Seq != int64(i) {
				t.Errorf("table %d: %+v", i, got)
			}
		})
	}
	reading.Wait()
}

// Messages and cuts in any interleaving: whatever is kept, the table is that
// of the messages kept and the last cut.
func TestCutAnswersAsTheProtocolSays(t *testing.T) {
	defer sideinput.SetHash(collidingHash)()
	rapid.Check(t, func(t *rapid.T) {
		m := &model{cut: sideinput.NoCut, hash: collidingHash}
		table := sideinput.NewTable()
		for range rapid.IntRange(1, 4).Draw(t, "steps") {
			msgs := drawMessages(t, 12)
			table = folded(t, table, msgs)
			for _, msg := range msgs {
				m.keep(msg)
			}
			at := rapid.Int64Range(-anHour, 6*anHour).Draw(t, "cut")
			table, _ = table.CutTo(at)
			if whole := (at+anHour)/anHour*anHour - anHour; whole > m.cut {
				m.cut = whole
			}
			if table.Revision().Cut != m.cut {
				t.Fatalf("cut %d, want %d", table.Revision().Cut, m.cut)
			}
			compareWithModel(t, table, m)
		}
	})
}

func TestPathOfTheCutDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// One model with more versions than a cut keeps, rarely deleted.
		var msgs []sideinput.Message
		for range rapid.IntRange(60, 140).Draw(t, "n") {
			msgs = append(msgs, sideinput.Message{
				Op:      rapid.SampledFrom([]sideinput.Op{sideinput.Add, sideinput.Add, sideinput.Add, sideinput.Add, sideinput.Update}).Draw(t, "op"),
				Model:   "fraud",
				Version: fmt.Sprint(rapid.IntRange(0, 90).Draw(t, "version")),
				URI:     "a.pmml",
				At:      rapid.Int64Range(0, 5).Draw(t, "hour")*anHour + rapid.Int64Range(0, 9).Draw(t, "ms"),
			})
		}
		for range rapid.IntRange(0, 4).Draw(t, "deletions") {
			version := fmt.Sprint(rapid.IntRange(0, 90).Draw(t, "version"))
			msgs = append(msgs, sideinput.Message{Op: sideinput.Del, Model: "fraud", Version: version, At: drawMessage(t).At})
		}
		// More labels than a cut keeps, which keep versions.
		for range rapid.IntRange(0, 90).Draw(t, "aliases") {
			m := sideinput.Message{Op: sideinput.Alias, Model: "fraud", Alias: fmt.Sprint("label-", rapid.IntRange(0, 50).Draw(t, "label")), At: drawMessage(t).At}
			for v := range rapid.IntRange(0, 2).Draw(t, "targets") {
				m.To = append(m.To, sideinput.Target{Version: fmt.Sprint(v + rapid.IntRange(0, 1).Draw(t, "which")*50), Weight: 1})
			}
			msgs = append(msgs, m)
		}
		table, _ := sideinput.NewTable().With(msgs, sideinput.Bounds{})
		last := rapid.Int64Range(0, 7).Draw(t, "last") * anHour
		inOne, _ := table.CutTo(last)
		inSteps := table
		for _, hour := range rapid.SliceOfN(rapid.Int64Range(-1, 7), 0, 5).Draw(t, "stops") {
			inSteps, _ = inSteps.CutTo(min(hour*anHour, last))
		}
		inSteps, _ = inSteps.CutTo(last)
		if !bytes.Equal(inOne.AppendBinary(nil), inSteps.AppendBinary(nil)) {
			t.Fatal("one long step and short ones give unlike tables")
		}
		m := &model{messages: nil, cut: sideinput.NoCut, hash: sideinput.Hash}
		for _, msg := range msgs {
			m.keep(msg)
		}
		m.cut = last
		state, _, _ := m.state("fraud", last)
		for v := range 91 {
			text := fmt.Sprintf("fraud@%d", v)
			got := inOne.Resolve(parse(t, text), last)
			fact, isKnown := state.known[fmt.Sprint(v)]
			if (got.Choice != nil) != isKnown || isKnown && (got.Choice.At != fact.At || got.Choice.Version != fact.Version) {
				t.Fatalf("%s: %+v; should be known: %v", text, got, isKnown)
			}
		}
		for label := range 51 {
			text := fmt.Sprintf("label-%d", label)
			want, isSet := state.aliases[text]
			i := slices.IndexFunc(inOne.StateOf("fraud", last).Aliases, func(m sideinput.Message) bool { return m.Alias == text })
			if (i >= 0) != isSet || isSet && !sameMessage(inOne.StateOf("fraud", last).Aliases[i], want) {
				t.Fatalf("%s: set is %v, want %+v", text, i >= 0, want)
			}
		}
	})
}

func TestEncodedTableIsTheTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table, _ := sideinput.NewTable().With(drawMessages(t, 20), sideinput.Bounds{})
		if rapid.Bool().Draw(t, "is cut") {
			table, _ = table.CutTo(rapid.Int64Range(0, 6*anHour).Draw(t, "cut"))
		}
		data := table.AppendBinary(nil)
		back, err := sideinput.DecodeTable(data)
		if err != nil {
			t.Fatalf("decode: %v", err)
		}
		if back.Revision() != table.Revision() || !bytes.Equal(back.AppendBinary(nil), data) {
			t.Fatal("encoding and decoding changed the table")
		}
		more := drawMessages(t, 10)
		a, _ := table.With(more, sideinput.Bounds{})
		b, _ := back.With(more, sideinput.Bounds{})
		if !bytes.Equal(a.AppendBinary(nil), b.AppendBinary(nil)) {
			t.Fatal("a decoded table goes on in another way")
		}
		for _, at := range times(more, sideinput.NoCut) {
			for _, r := range references() {
				ref := parse(t, r.text).WithKey([]byte(r.key))
				x, y := a.Resolve(ref, at), b.Resolve(ref, at)
				if x.Reason != y.Reason || (x.Choice == nil) != (y.Choice == nil) || x.Choice != nil && *x.Choice != *y.Choice {
					t.Fatalf("%s at %d: %+v and %+v", r.text, at, x, y)
				}
			}
		}
	})
}

// Whoever listens to the effects knows, at any time, which kept messages are
// in conflict.
func TestEffectsTellEveryJudgement(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &model{cut: sideinput.NoCut, hash: sideinput.Hash}
		table := sideinput.NewTable()
		conflicts := map[string]bool{}
		for _, msg := range shuffled(t, drawMessages(t, 25)) {
			kept := len(m.messages)
			m.keep(msg)
			isNew := len(m.messages) > kept
			var effects []sideinput.Effect
			table, effects = table.With([]sideinput.Message{msg}, sideinput.Bounds{})
			for _, e := range effects {
				switch e.Kind {
				case sideinput.EffectConflict:
					conflicts[identity(e.Message)] = true
				case sideinput.EffectCleared:
					delete(conflicts, identity(e.Message))
				}
			}
			_, judgements, judged := m.state(msg.Model, 1<<50)
			i := slices.IndexFunc(judged, func(other sideinput.Message) bool { return sameMessage(other, msg) })
			want := judgements[i]
			if !isNew {
				want = sideinput.EffectNone
			}
			if effects[0].Kind != want || effects[0].Index != 0 || effects[0].Repeat == isNew {
				t.Fatalf("%+v: effect %+v, want %s", msg, effects[0], want)
			}
			tied := isNew && slices.ContainsFunc(judged, func(other sideinput.Message) bool {
				return !sameMessage(other, msg) && other.At == msg.At && other.HasSeq == msg.HasSeq && other.Seq == msg.Seq
			})
			if got := slices.ContainsFunc(effects, func(e sideinput.Effect) bool { return e.Kind == sideinput.EffectTie }); got != tied {
				t.Fatalf("%+v: TIE is %v, want %v", msg, got, tied)
			}
		}
		want := map[string]bool{}
		for _, name := range m.names() {
			_, judgements, judged := m.state(name, 1<<50)
			for i, j := range judgements {
				if j == sideinput.EffectConflict {
					want[identity(judged[i])] = true
				}
			}
		}
		if fmt.Sprint(conflicts) != fmt.Sprint(want) {
			t.Fatalf("conflicts told %v, there are %v", conflicts, want)
		}
	})
}

func identity(m sideinput.Message) string { return fmt.Sprintf("%x", m.AppendCanonical(nil)) }
