package transforms

import (
	"context"
	"fmt"
	"testing"

	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// A panic costs the record in which it happens, whichever of a group that is.
func TestAPanicCostsItsRecord(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.hear("ADD m 1 -60", "ADD n 2 -60")
		for hostile, id := range []string{"a", "b", "c"} {
			r.fill["1"] = func(i int) {
				if i == hostile {
					panic("hostile")
				}
			}
			want := map[string]string{"a": "m@1=1", "b": "m@1=1", "c": "m@1=1", "d": "n@2=2"}
			want[id] = "internal m@1"
			r.expect(r.events("a m 0", "b m 0", "c m 0", "d n 0"), want)
		}
	})
}

// Events choose among the targets of a label by their own split key, or else by their id.
func TestEventsSplitByTheirKey(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.hear("ADD m 1 -60", "ADD m 2 -60", "ALIAS m both:1=1,2=1 -60")
		event := func(id, customer string) string {
			return fmt.Sprintf(`{"id":%q,"model":"m:both","time":%d,"customer":%s,"x":1}`, id, millis(0), customer)
		}
		versions := map[string]bool{}
		for i := range 50 {
			got := r.score(r.lines(event("a", fmt.Sprint(i)), event("b", fmt.Sprintf("%q", fmt.Sprint(i)))))
			if got["a"] != got["b"] {
				t.Fatalf("customer %d: %v", i, got)
			}
			versions[got["a"]] = true
		}
		byID := map[string]bool{}
		for i := range 50 {
			id := fmt.Sprint(i)
			byID[r.score(r.lines(event(id, "null")))[id]] = true
		}
		if len(versions) != 2 || len(byID) != 2 {
			t.Errorf("customers got %v, ids %v", versions, byID)
		}
	}, WithConversion(records.Conversion{SplitField: "customer"}))
}

// Many versions in one block are as quick to tell apart as few.
func BenchmarkGroups(b *testing.B) {
	for _, versions := range []int{1, 8, 100, 1000} {
		b.Run(fmt.Sprint(versions), func(b *testing.B) {
			r := newRig(&testing.T{}, nil)
			var messages, events []string
			for i := range versions {
				messages = append(messages, fmt.Sprintf("ADD m%d 1 -60", i))
			}
			const rows = 1000
			for i := range rows {
				events = append(events, fmt.Sprintf("e%d m%d 0", i, i%versions))
			}
			r.hear(messages...)
			block := r.events(events...)
			if results, _ := scoreBlock(context.Background(), r.scorer, &block, r.table); results.Len() != rows {
				b.Fatal("not all were scored")
			}
			t := r.turn(&block, r.table)
			b.ReportAllocs()
			for b.Loop() {
				r.resolve(&t)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
		})
	}
}
