package modelcache

import (
	"context"
	"strings"
	"testing"
)

// BenchmarkPin measures what a call pays for its model: looked up by identity, or an entry kept from before, with one model that
// all goroutines share.
func BenchmarkPin(b *testing.B) {
	key := Identity{Name: "fraud", Version: "2026-11-01", URI: "gs://models/fraud/2026-11-01.pmml", SHA256: strings.Repeat("9f", 32)}
	l := &loader{outcomes: map[string]outcome{"fraud": {size: 1 << 20}}}
	c := newCache(Config{}, l.load)
	entry, err := c.Load(key).Wait(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	entry.Unpin()
	lookup := func() {
		if e, ok := c.Pin(key); ok {
			e.Unpin()
		}
	}
	again := func() {
		if entry.Pin() {
			entry.Unpin()
		}
	}
	for _, way := range []struct {
		name string
		pin  func()
	}{{"lookup", lookup}, {"kept", again}} {
		b.Run(way.name+"/alone", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				way.pin()
			}
		})
		b.Run(way.name+"/contended", func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					way.pin()
				}
			})
		})
	}
}
