package sideinput_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

func TestMessagesReadAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawMessage(t)
		m.At = rapid.Int64Range(-62_167_219_200_000, 253_402_300_799_999).Draw(t, "at")
		if m.HasSeq {
			m.Seq = rapid.Int64Range(math.MinInt64, math.MaxInt64).Draw(t, "any seq")
		}
		for i := range m.To {
			m.To[i].Weight = rapid.Uint64Range(1, sideinput.MaxWeight).Draw(t, "any weight")
		}
		if m.Op.HasDocument() {
			m.URI = rapid.StringMatching(`[ -~äß☃]{1,30}`).Draw(t, "any uri")
		}
		labels := rapid.MapOfN(rapid.StringN(1, 8, 16), rapid.StringN(0, 8, 16), 0, 16).Draw(t, "labels")
		if len(labels) > 0 {
			m.Labels = labels
		}
		text := m.AppendJSON(nil)
		got, err := sideinput.ParseMessage(text, 0, false)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if diff := cmp.Diff(m, got); diff != "" {
			t.Fatalf("%s: %s", text, diff)
		}
	})
}
