package transforms

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// Scored model by model, with waits, fallbacks and letters between: the lines leave as the records came.
func TestLinesOfABlockKeepTheirOrder(t *testing.T) {
	for _, order := range []Order{OrderFree, OrderPartition} {
		t.Run(string(order), func(t *testing.T) {
			inBubble(t, map[string]document{"3": {took: time.Second}, "4": {err: errGone}}, func(r *rig) {
				r.hear("ADD a 1 -60", "ADD b 2 -60", "ADD c 3 -60", "ADD d 2 -60", "UPDATE d 4 -60", "ALIAS a next:5 -60", "ADD a 5 -60")
				r.score(r.events("x a 0", "y a@5 0", "z d@2 0"))
				var events []string
				for i := range 100 {
					events = append(events, fmt.Sprintf("%03d %s 0", i, []string{"c", "a", "unknown", "d", "b", "d@4"}[i%6]))
				}
				block := r.events(events...)
				var got [3][]string
				keep := func(to *[]string) func(records.Lines) {
					return func(lines records.Lines) {
						for _, l := range r.read(lines) {
							*to = append(*to, l.ID)
						}
					}
				}
				r.emit(context.Background(), &block, r.table, outputs{keep(&got[0]), keep(&got[1]), keep(&got[2]), func(records.Lines) {}})
				if n := len(got[0]) + len(got[1]); n != 100 || len(got[2]) != 17 {
					t.Fatalf("%d lines for 100 records, %d of shadows", n, len(got[2]))
				}
				if sorted := slices.IsSorted(got[0]) && slices.IsSorted(got[1]); sorted != (order == OrderPartition) {
					t.Errorf("in order: %v; %v, %v", sorted, got[0], got[1])
				}
			}, WithOrder(order), WithResolution(Latest), WithShadow("next"))
		})
	}
}

func TestBlocksOfAPartitionGoOneWay(t *testing.T) {
	shards := func(ordered bool, blocks ...records.Block) int {
		seen := map[int64]bool{}
		f := &shardBlocksFn{Shards: 1000, Ordered: ordered}
		for _, b := range blocks {
			f.ProcessElement(b, func(shard int64, _ shardItem) { seen[shard] = true })
		}
		return len(seen)
	}
	at := func(source string, offset int64) records.Block {
		line := fmt.Sprint(source, offset)
		return records.Block{Source: source, Buf: []byte(line), Records: []records.Record{{End: uint32(len(line)), Offset: offset}}}
	}
	one := []records.Block{at("in/a~b.jsonl", 0), at("in/a~b.jsonl", 500), at("in/a~b.jsonl~1", 0), at("in/a~b.jsonl~12", 500)}
	if n := shards(true, one...); n != 1 {
		t.Errorf("blocks of one file went %d ways", n)
	}
	if n := shards(true, append(one, at("in/b.jsonl", 0), at("clicks-0", 1), at("clicks-1", 1))...); n != 4 {
		t.Errorf("blocks of four partitions went %d ways", n)
	}
	if n := shards(false, one...); n != 4 {
		t.Errorf("without an order, blocks of one file went %d ways", n)
	}
	// A user's collection has no places: its blocks must not all go to one shard.
	if n := shards(false, at("", 0), at("", 1), at("", 2)); n != 3 {
		t.Errorf("blocks without a source went %d ways", n)
	}
	if n := shards(false, at("", 1), at("", 1)); n != 1 {
		t.Errorf("a block that is read again went another way")
	}
}

func TestOrderNames(t *testing.T) {
	for name, ok := range map[string]bool{"free": true, "partition": true, "": false, "strict": false} {
		if _, err := newOptions([]Option{WithOrder(Order(name))}); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
}
