package main

import (
	"fmt"
	"testing"
)

func TestSightings(t *testing.T) {
	results := func(n int, revision uint64) (all []attempt) {
		for i := range n {
			all = append(all, attempt{outcome: outcome{Source: fmt.Sprint("f@", i)}, Revision: revision})
		}
		return all
	}
	const many = 200 // at 4 shards: that one is never met has a chance of 1 in 10^24
	for _, c := range []struct {
		name     string
		sharded  bool
		attempts []attempt
		enough   bool
	}{
		{"nothing", true, nil, false},
		{"nothing of a side input", false, nil, false},
		{"each shard", true, results(many, 7), true},
		{"one shard", true, results(1, 7), false},
		{"an older table", true, results(many, 6), false},
		{"dead letters", true, results(many, 0), false},
		{"a side input, eight in a row", false, results(inRowEnough, 7), true},
		{"a side input, seven", false, results(inRowEnough-1, 7), false},
		{"a side input, then an older one", false, append(results(many, 7), results(1, 6)...), false},
	} {
		s := sightings{sharded: c.sharded}
		for _, a := range c.attempts {
			s.add(a, 7)
		}
		if s.enough() != c.enough {
			t.Errorf("%s: enough %v", c.name, s.enough())
		}
	}
}
