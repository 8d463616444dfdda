package transforms

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	beammetrics "github.com/apache/beam/sdks/v2/go/pkg/beam/core/metrics"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/modelstore"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// BenchmarkMeter is what metrics cost a block of 100 records that one small model scores: the whole block with them, and
// the reports by themselves.
func BenchmarkMeter(b *testing.B) {
	dir := b.TempDir()
	document, err := os.ReadFile(filepath.Join("..", "testdata", "demo", "models", "visits-2026-10.pmml"))
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "m.pmml"), document, 0o644); err != nil {
		b.Fatal(err)
	}
	s, err := newScorer(Scoring{Models: modelstore.Config{Models: dir}})
	if err != nil {
		b.Fatal(err)
	}
	table, _ := sideinput.NewTable().With([]sideinput.Message{{Op: sideinput.Add, Model: "m", Version: "1", URI: "m.pmml"}}, sideinput.Bounds{})
	builder, err := records.NewBuilder(records.Conversion{})
	if err != nil {
		b.Fatal(err)
	}
	builder.Start("bench", "", nil)
	for i := range 100 {
		builder.Add(fmt.Appendf(nil, `{"id":"%d","model":"m","time":%d,"x":1}`, i, 1000+i), int64(i), records.NoTime)
	}
	block := builder.Block()
	ctx := beammetrics.SetPTransformID(beammetrics.SetBundleID(context.Background(), "bundle"), "score")
	b.Run("block", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if results, _ := scoreBlock(ctx, s, &block, table); results.Len() != 100 {
				b.Fatal("not all were scored")
			}
		}
	})
	choice, scored := table.StateOf("m", sideinput.Latest).Serves, map[ModelVersion]int64{{"m", "1"}: 100}
	b.Run("reports", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			s.meter.serve(choice, 1000)
			s.meter.block(ctx, s.cache, table, scored, nil)
		}
	})
}
