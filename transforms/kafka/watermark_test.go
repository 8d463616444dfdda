package kafka

import (
	"testing"
	"time"

	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// Partition 0 was read up to offset 5 with time 1000, partition 1 up to 7 with time 2000.
func TestWatermark(t *testing.T) {
	p0, p1 := partition{"a", 0}, partition{"a", 1}
	two := Positions{Partitions: []Position{{Topic: "a", Next: 5, Latest: 1000}, {Topic: "a", Partition: 1, Next: 7, Latest: 2000}}}
	never := Positions{Partitions: []Position{{Topic: "a", Next: 0, Latest: records.NoTime}, {Topic: "a", Partition: 1, Next: 7, Latest: 2000}}}
	gone := Positions{Partitions: []Position{{Topic: "a", Next: 5, Latest: 1000, Gone: true}, {Topic: "a", Partition: 1, Next: 7, Latest: 2000}}}
	at := time.UnixMilli(9000)
	for _, c := range []struct {
		name string
		of   Positions
		v    *view
		idle time.Duration
		want int64
	}{
		{"nobody was asked", two, nil, time.Second, records.NoTime},
		{"more to read in both", two, &view{at: at, ends: map[partition]int64{p0: 6, p1: 8}}, time.Second, 1000},
		{"one idle", two, &view{at: at, ends: map[partition]int64{p0: 5, p1: 8}}, time.Second, 2000},
		{"both idle", two, &view{at: at, ends: map[partition]int64{p0: 5, p1: 7}}, time.Second, 8000},
		{"idle, but later than the clock", two, &view{at: time.UnixMilli(1500), ends: map[partition]int64{p0: 5, p1: 7}}, time.Second, 1000},
		{"one broker is silent", two, &view{at: at, ends: map[partition]int64{p1: 7}}, time.Second, 1000},
		{"idle partitions wait", two, &view{at: at, ends: map[partition]int64{p0: 5, p1: 7}}, -1, 1000},
		{"one never had a record", never, &view{at: at, ends: map[partition]int64{p0: 0, p1: 8}}, time.Second, 2000},
		{"one never had a record, and idle partitions wait", never, &view{at: at, ends: map[partition]int64{p0: 0, p1: 7}}, -1, 2000},
		{"one was never read", never, &view{at: at, ends: map[partition]int64{p0: 1, p1: 7}}, time.Second, records.NoTime},
		{"one is gone", gone, &view{at: at, ends: map[partition]int64{p1: 8}}, time.Second, 2000},
		{"no partition", begin(), &view{at: at}, time.Second, 8000},
		{"a partition that has not begun", begin(), &view{at: at, lane: []partition{p0}}, time.Second, records.NoTime},
		{"one of three has not begun", two, &view{at: at, lane: []partition{p0, p1, {"a", 2}}, ends: map[partition]int64{p0: 5, p1: 7}}, time.Second, records.NoTime},
	} {
		if got := c.of.watermark(c.v, c.idle); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}
