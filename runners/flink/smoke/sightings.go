package main

import "github.com/beam-pmml/beam-pmml/sideinput"

// Sightings of the complete table, each by an event that was fed and scored alone. In keyed state every key holds a table
// of its own, and the event tells which one it met. A side input is one for all events of a worker; with one followed file
// all are read in one place.
type sightings struct {
	of    mechanism
	seen  map[int64]bool // keys
	inRow int
}

const inRowEnough = 8

// add takes an event's attempt, and the revision that the complete table has where the event goes. A dead letter, which
// tells no revision, shows nothing.
func (s *sightings) add(a attempt, complete uint64) {
	switch a.Revision {
	case 0:
	case complete:
		if s.seen == nil {
			s.seen = map[int64]bool{}
		}
		s.seen[s.of.keyOf(a)] = true
		s.inRow++
	default:
		s.inRow = 0
	}
}

func (s *sightings) enough() bool {
	if s.of.join == sideInput {
		return s.inRow >= inRowEnough
	}
	return len(s.seen) == s.of.keys()
}

// keys is how many tables there are in keyed state.
func (m mechanism) keys() int { return m.shards * max(m.subShards, 1) }

// keyOf is the key that an event goes to which was read alone: by the place of a block's first record, or, where names are
// spread over keys, by its own reference and id.
func (m mechanism) keyOf(a attempt) int64 {
	if m.join != keyed {
		return sideinput.ShardOf([]byte(a.Source), m.shards)
	}
	ref, err := sideinput.ParseReference([]byte(a.Ref))
	if err != nil {
		return 0 // anywhere; it has no result
	}
	return ref.Shard(m.shards)*int64(m.subShards) + sideinput.ShardOf([]byte(a.ID), m.subShards)
}
