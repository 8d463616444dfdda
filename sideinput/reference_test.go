package sideinput_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

func TestParseReference(t *testing.T) {
	for _, c := range []struct{ text, name, version, alias string }{
		{"fraud", "fraud", "", ""},
		{"fraud@3", "fraud", "3", ""},
		{"eu/fraud.v1-x_y@2026-11-01", "eu/fraud.v1-x_y", "2026-11-01", ""},
		{"#00ff00ff00ff00ff", "", "", ""},
		{strings.Repeat("a", 200) + "@" + strings.Repeat("b", 200), strings.Repeat("a", 200), strings.Repeat("b", 200), ""},
		{"eu/fraud:champion.2", "eu/fraud", "", "champion.2"},
		{strings.Repeat("a", 200) + ":" + strings.Repeat("b", 200), strings.Repeat("a", 200), "", strings.Repeat("b", 200)},
	} {
		ref, err := sideinput.ParseReference([]byte(c.text))
		if err != nil || ref.Name() != c.name || ref.Version() != c.version || ref.Alias() != c.alias || ref.String() != c.text {
			t.Errorf("%q: %v, name %q, version %q, alias %q, err %v", c.text, ref, ref.Name(), ref.Version(), ref.Alias(), err)
		}
	}
}

func TestParseReferenceRefuses(t *testing.T) {
	if _, err := sideinput.ParseReference(nil); !errors.Is(err, sideinput.ErrNoReference) {
		t.Errorf("an empty reference: %v", err)
	}
	for _, text := range []string{
		"@", "a@", "@1", "a@1@2", "a@1/2", "a b", "é", " ", ":", "a:", ":b", "a:b:c", "a:b/c", "a:b@1", "a@1:b", "a:é", "#", "#00FF00FF00FF00FF", "#00ff00ff00ff00f", "#00ff00ff00ff00ff0", "a#b",
		strings.Repeat("a", 201), "a@" + strings.Repeat("b", 201), "a:" + strings.Repeat("b", 201),
	} {
		if _, err := sideinput.ParseReference([]byte(text)); !errors.Is(err, sideinput.ErrReference) {
			t.Errorf("%q: %v, want ErrReference", text, err)
		}
	}
}

// The digits are the first 16 of: printf fraud@3 | sha256sum
func TestHashReference(t *testing.T) {
	const want = "#17414e7086f129d4"
	if got := sideinput.HashReference("fraud", "3"); got != want {
		t.Errorf("HashReference = %s, want %s", got, want)
	}
	ref := parse(t, "fraud@3")
	if hash, ok := ref.Hash(); !ok || hash != sideinput.Hash("fraud", "3") {
		t.Errorf("hash of fraud@3 is %x, %v", hash, ok)
	}
	table, _ := sideinput.NewTable().With([]sideinput.Message{{Op: sideinput.Add, Model: "fraud", Version: "3", URI: "f.pmml"}}, sideinput.Bounds{})
	if got := table.Resolve(parse(t, want), 0); got.Choice == nil || got.Choice.Name != "fraud" {
		t.Errorf("by hash: %+v", got)
	}
}

func TestResolvingAllocatesNothing(t *testing.T) {
	table, _ := sideinput.NewTable().With([]sideinput.Message{
		{Op: sideinput.Add, Model: "fraud", Version: "1", URI: "f.pmml", At: 1},
		{Op: sideinput.Update, Model: "fraud", Version: "2", URI: "g.pmml", At: 5},
		{Op: sideinput.Del, Model: "fraud", At: 9},
		{Op: sideinput.Alias, Model: "fraud", Alias: "one", To: []sideinput.Target{{Version: "1", Weight: 1}}, At: 1},
		{Op: sideinput.Alias, Model: "fraud", Alias: "both", To: []sideinput.Target{{Version: "1", Weight: 1}, {Version: "2", Weight: 200}}, At: 3},
	}, sideinput.Bounds{})
	key := []byte(strings.Repeat("k", 200))
	for _, text := range []string{"fraud", "fraud@1", "fraud@none", "nobody", "fraud:one", "fraud:both", "fraud:none", "nobody:one", sideinput.HashReference("fraud", "2")} {
		data := []byte(text)
		if n := testing.AllocsPerRun(100, func() {
			ref, err := sideinput.ParseReference(data)
			if err != nil {
				t.Fatal(err)
			}
			ref = ref.WithKey(key)
			for at := range int64(12) {
				table.Resolve(ref, at)
				table.ResolveLatest(ref, at, 6)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", text, n)
		}
	}
}

func BenchmarkResolve(b *testing.B) {
	var msgs []sideinput.Message
	for i := range 10_000 {
		msgs = append(msgs, sideinput.Message{Op: sideinput.Update, Model: "model-" + strings.Repeat("x", i%7) + string(rune('a'+i%26)), Version: strings.Repeat("v", 1+i%9), URI: "f.pmml", At: int64(i)})
	}
	table, _ := sideinput.NewTable().With(msgs, sideinput.Bounds{})
	text := []byte("model-xxd")
	b.ReportAllocs()
	for b.Loop() {
		ref, _ := sideinput.ParseReference(text)
		table.Resolve(ref, 7_000)
	}
}
