package kafka

import (
	"fmt"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// BenchmarkBlock makes a block of 100 records as they are fetched: the cost of the source beside fetching.
func BenchmarkBlock(b *testing.B) {
	source := (Source{}).withDefaults()
	blocks, err := newBlockBuilder(&source)
	if err != nil {
		b.Fatal(err)
	}
	var group []*kgo.Record
	for i := range 100 {
		group = append(group, &kgo.Record{Topic: "ev", Offset: int64(i), Timestamp: time.Unix(1000, 0),
			Value: fmt.Appendf(nil, `{"id":"e-%06d","model":"fraud","time":1793491200000,"amount":12.5,"country":"DE"}`, i)})
	}
	b.ReportAllocs()
	for b.Loop() {
		if block := blocks.block("ev-0", group, sideinput.ID{}); len(block.Records) != 100 || block.Records[0].Reason != "" {
			b.Fatal(block.Records[0].Detail)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(100*b.N), "ns/record")
}

// BenchmarkRecord makes records of 100 result lines: the cost of the sink beside sending.
func BenchmarkRecord(b *testing.B) {
	w := &writeFn{Sink: (Sink{Topic: "out"}).withDefaults()}
	w.facts = newLineFacts(w.Sink.KeyField)
	var l records.Lines
	for i := range 100 {
		l.Buf = fmt.Appendf(l.Buf, `{"v":1,"id":"e-%06d","source":"ev-0-%d","ref":"fraud","time":"2026-11-01T21:05:28.894Z","model":"fraud","version":"3",`+
			`"sha256":"a1ad7eee4abe3e3e78caf46403dbecdb78d283f998d9959a03983a365b28ddd2","at":"2026-11-01T00:00:00Z","seq":17,"revision":3,"outputs":{"risk":0.25},"types":{"risk":"double"}}`, i, i)
		l.End()
	}
	b.ReportAllocs()
	for b.Loop() {
		for i := range l.Len() {
			if r := w.record(l.Line(i)); len(r.Headers) != 5 {
				b.Fatalf("%d headers", len(r.Headers))
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(100*b.N), "ns/record")
}
