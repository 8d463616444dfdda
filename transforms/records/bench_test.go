package records

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// benchmarkFields are 30 fields of type double.
func benchmarkFields() []pmml.Field {
	fields := make([]pmml.Field, 30)
	for i := range fields {
		fields[i] = pmml.Field{Name: fmt.Sprintf("feature%02d", i), Type: value.Double, Usage: "active"}
	}
	return fields
}

// benchmarkEvent is an event of 30 numbers of 11 digits, about 770 bytes.
func benchmarkEvent(r *rand.Rand) []byte {
	line := fmt.Appendf(nil, `{"time":"2026-11-01T00:00:%02d.123Z","id":"e%09d","model":"fraud@3"`, r.IntN(60), r.IntN(1e9))
	for i := range 30 {
		line = fmt.Appendf(line, `,"feature%02d":%s`, i, strconv.FormatFloat(r.Float64(), 'f', 11, 64))
	}
	return append(line, '}')
}

func benchmarkBlock(tb testing.TB, records int) Block {
	tb.Helper()
	b, err := NewBuilder(Conversion{})
	if err != nil {
		tb.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	b.Start("events.jsonl", "", nil)
	for i := range records {
		b.Add(benchmarkEvent(r), int64(i*770), NoTime)
	}
	return b.Block()
}

// nothing is a setter that keeps nothing.
type nothing struct{ sum float64 }

func (*nothing) Clear()                       {}
func (*nothing) SetText(int, []byte)          {}
func (*nothing) SetValues(int, []value.Value) {}
func (n *nothing) SetFloat(_ int, f float64)  { n.sum += f }

// BenchmarkEnvelope reads the envelopes of blocks of 100 events; ns/event is of one.
func BenchmarkEnvelope(b *testing.B) {
	block := benchmarkBlock(b, 100)
	builder, _ := NewBuilder(Conversion{})
	b.ReportAllocs()
	for b.Loop() {
		builder.Start(block.Source, "", block.Buf)
		for i := range block.Records {
			r := &block.Records[i]
			builder.AddRange(int(r.Begin), int(r.End), r.Offset, NoTime)
		}
		builder.Block()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*100), "ns/event")
}

// BenchmarkFill fills in 30 doubles.
func BenchmarkFill(b *testing.B) {
	block := benchmarkBlock(b, 100)
	f := Conversion{}.bind(benchmarkFields())
	in := &nothing{}
	b.ReportAllocs()
	for b.Loop() {
		for i := range block.Records {
			if err := f.record("", block.Line(i), in); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*100), "ns/event")
}

func BenchmarkBlockEncode(b *testing.B) {
	block := benchmarkBlock(b, 100)
	b.ReportAllocs()
	b.SetBytes(int64(len(block.Buf)))
	for b.Loop() {
		block.AppendBinary(nil)
	}
}

func BenchmarkBlockDecode(b *testing.B) {
	block := benchmarkBlock(b, 100)
	data := block.AppendBinary(nil)
	b.ReportAllocs()
	b.SetBytes(int64(len(block.Buf)))
	for b.Loop() {
		if _, err := DecodeBlock(data); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReadFile cuts a file of 10,000 events into blocks and reads their envelopes.
func BenchmarkReadFile(b *testing.B) {
	path := filepath.Join(b.TempDir(), "events.jsonl")
	r := rand.New(rand.NewPCG(1, 2))
	var text []byte
	for range 10_000 {
		text = append(append(text, benchmarkEvent(r)...), '\n')
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		b.Fatal(err)
	}
	fn := &readFn{Source: FileSource{}.withDefaults()}
	if err := fn.Setup(); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		records := 0
		err := fn.ProcessElement(Work{Path: path, To: math.MaxInt64}, func(_ beam.EventTime, block Block) { records += len(block.Records) })
		if err != nil || records != 10_000 {
			b.Fatalf("%d records, %v", records, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*10_000), "ns/event")
}
