package transforms

import (
	"fmt"
	"slices"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// Where a message and an event of a model meet: both at the shard of its name, or of the hash.
func TestEventsMeetTheirMessages(t *testing.T) {
	const shards = 16
	for i := range 50 {
		model, version := fmt.Sprintf("model%d", i), "3"
		known := sideinput.Message{Op: sideinput.Add, Model: model, Version: version}.Shards(shards)
		removed := sideinput.Message{Op: sideinput.Del, Model: model, Version: version}.Shards(shards)
		gone := sideinput.Message{Op: sideinput.Del, Model: model}.Shards(shards)
		if len(known) > 2 || !slices.Equal(known, removed) || len(gone) != shards {
			t.Fatalf("%s: added on %v, removed on %v, all removed on %v", model, known, removed, gone)
		}
		for _, text := range []string{model, model + "@" + version, sideinput.HashReference(model, version)} {
			ref, err := sideinput.ParseReference([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if shard := ref.Shard(shards); !slices.Contains(known, shard) || !slices.Contains(gone, shard) {
				t.Errorf("%s: on shard %d; added on %v, removed on %v", text, shard, known, gone)
			}
		}
		if ref, _ := sideinput.ParseReference([]byte(model)); ref.Shard(shards) != known[0] || gone[0] != known[0] {
			t.Errorf("%s: the shard of the name is not the first", model)
		}
	}
}

// A block is cut by key; nothing is lost or repeated, and records that have no key go along.
func TestBlocksAreCutByKey(t *testing.T) {
	builder, err := records.NewBuilder(records.Conversion{})
	if err != nil {
		t.Fatal(err)
	}
	builder.Start("in", "", nil)
	for i := range 300 {
		line := fmt.Sprintf(`{"model":"model%d","id":"e%d","time":%d}`, i%7, i, i)
		if i%10 == 3 {
			line = "broken"
		}
		builder.Add([]byte(line), int64(i), records.NoTime)
	}
	whole := builder.Block()
	for _, subShards := range []int{1, 3} {
		f := &routeBlocksFn{Shards: 4, SubShards: subShards}
		seen, keys := map[string]int{}, map[int64]bool{}
		for range 2 { // the DoFn is used again
			clear(seen)
			f.ProcessElement(whole, func(key int64, it shardItem) {
				keys[key] = true
				for i := range it.block.Records {
					id := string(it.block.AppendID(nil, i))
					seen[id]++
					if ref := it.block.Reference(i); len(ref) > 0 && key/int64(subShards) != sideinput.ShardOf(ref, 4) {
						t.Errorf("%s is on key %d", id, key)
					}
					if subShards > 1 && it.block.Records[i].Reason == "" && key%int64(subShards) != sideinput.ShardOf([]byte(id), subShards) {
						t.Errorf("%s is on key %d", id, key)
					}
				}
			})
		}
		if len(seen) != 300 {
			t.Errorf("%d sub-shards: %d of 300 records arrive", subShards, len(seen))
		}
		for id, n := range seen {
			if n != 1 {
				t.Errorf("%s comes %d times", id, n)
			}
		}
		if len(keys) < 2*subShards {
			t.Errorf("%d sub-shards: all on keys %v", subShards, keys)
		}
	}
}

func TestMessagesOfABundleTravelTogether(t *testing.T) {
	f := &routeMessagesFn{Shards: 4, SubShards: 3}
	got := map[int64]int{}
	emit := func(_ beam.EventTime, key int64, it shardItem) { got[key] += len(it.raws) }
	f.StartBundle(nil)
	for _, text := range []string{
		`{"op":"DEL","model":"m","at":"2026-11-01T00:00:00Z"}`, `{"op":"DEL","model":"m","at":"2026-11-01T00:00:01Z"}`, `nonsense`,
	} {
		f.ProcessElement(0, sideinput.Raw{Data: []byte(text)}, emit)
	}
	if len(got) != 0 {
		t.Error("records went before the bundle ended")
	}
	f.FinishBundle(emit)
	for key := range int64(12) {
		want := 2
		if key < 3 {
			want = 3 // what is no message goes to shard 0
		}
		if got[key] != want {
			t.Errorf("key %d has %d records, want %d", key, got[key], want)
		}
	}
}

func BenchmarkRouteBlocks(b *testing.B) {
	builder, err := records.NewBuilder(records.Conversion{})
	if err != nil {
		b.Fatal(err)
	}
	builder.Start("in", "", nil)
	for i := range 100 {
		builder.Add(fmt.Appendf(nil, `{"model":"model%d","id":"e%d","time":%d,"x":1.5,"y":2.5}`, i%50, i, i), int64(i), records.NoTime)
	}
	block := builder.Block()
	for _, subShards := range []int{1, 4} {
		b.Run(fmt.Sprintf("%d sub-shards", subShards), func(b *testing.B) {
			f := &routeBlocksFn{Shards: 16, SubShards: subShards}
			b.ReportAllocs()
			for b.Loop() {
				f.ProcessElement(block, func(int64, shardItem) {})
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100, "ns/record")
		})
	}
}
