package sideinput_test

import (
	"fmt"
	"testing"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

func largeTable(names int) *sideinput.Table {
	var msgs []sideinput.Message
	for i := range names {
		for v := range 4 {
			msgs = append(msgs, sideinput.Message{Op: sideinput.Update, Model: fmt.Sprintf("model-%05d", i), Version: fmt.Sprint(v),
				URI: fmt.Sprintf("gs://models/%05d/%d.pmml", i, v), SHA256: digestA, At: int64(v)})
		}
	}
	t, _ := sideinput.NewTable().With(msgs, sideinput.Bounds{})
	return t
}

func BenchmarkWithOneMessageIn10000Names(b *testing.B) {
	table := largeTable(10_000)
	m := []sideinput.Message{{Op: sideinput.Update, Model: "model-07777", Version: "9", URI: "f.pmml", At: 9}}
	b.ReportAllocs()
	for b.Loop() {
		table.With(m, sideinput.Bounds{})
	}
}

func BenchmarkDecode10000Names(b *testing.B) {
	data := largeTable(10_000).AppendBinary(nil)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := sideinput.DecodeTable(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode10000Names(b *testing.B) {
	table := largeTable(10_000)
	var data []byte
	b.ReportAllocs()
	for b.Loop() {
		data = table.AppendBinary(data[:0])
	}
	b.SetBytes(int64(len(data)))
}
