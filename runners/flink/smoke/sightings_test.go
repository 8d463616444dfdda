package main

import (
	"fmt"
	"testing"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

func TestSightings(t *testing.T) {
	results := func(n int, revision uint64) (all []attempt) {
		for i := range n {
			all = append(all, attempt{outcome: outcome{Source: fmt.Sprint("f@", i)}, Revision: revision})
		}
		return all
	}
	const many = 200 // at 4 keys: that one is never met has a chance of 1 in 10^24
	parts := mechanism{join: keyed, shards: 2, subShards: 2}
	spread := func(names ...string) (all []attempt) { // over sub-shards, by the id
		for i := range many {
			all = append(all, attempt{ID: fmt.Sprint("e", i), Ref: names[i%len(names)], Revision: 7})
		}
		return all
	}
	one, other := "a", "a"
	for i := 0; sideinput.ShardOf([]byte(one), 2) == sideinput.ShardOf([]byte(other), 2); i++ {
		other = fmt.Sprint("b", i)
	}
	for _, c := range []struct {
		name     string
		of       mechanism
		attempts []attempt
		enough   bool
	}{
		{"nothing", mechanism{join: state, shards: 4}, nil, false},
		{"nothing of a side input", mechanism{join: sideInput, shards: 4}, nil, false},
		{"each shard", mechanism{join: state, shards: 4}, results(many, 7), true},
		{"one shard", mechanism{join: state, shards: 4}, results(1, 7), false},
		{"an older table", mechanism{join: state, shards: 4}, results(many, 6), false},
		{"dead letters", mechanism{join: state, shards: 4}, results(many, 0), false},
		{"a side input, eight in a row", mechanism{join: sideInput, shards: 4}, results(inRowEnough, 7), true},
		{"a side input, seven", mechanism{join: sideInput, shards: 4}, results(inRowEnough-1, 7), false},
		{"a side input, then an older one", mechanism{join: sideInput, shards: 4}, append(results(many, 7), results(1, 6)...), false},
		{"parts, one name", parts, spread(one), false},
		{"parts, a name of each shard", parts, spread(one, other), true},
	} {
		s := sightings{of: c.of}
		for _, a := range c.attempts {
			s.add(a, 7)
		}
		if s.enough() != c.enough {
			t.Errorf("%s: enough %v", c.name, s.enough())
		}
	}
}
