package main

import (
	"crypto/sha256"
	"encoding/binary"
)

// Sightings of the complete table, each by an event that was fed and scored alone. In keyed state every shard holds a table
// of its own, and the event's place tells which one it met. A side input is one for all events of a worker; with one
// followed file all are read in one place.
type sightings struct {
	sharded bool
	shards  map[uint64]bool
	inRow   int
}

const inRowEnough = 8

// add takes an event's attempt. A dead letter, which tells no revision, shows nothing.
func (s *sightings) add(a attempt, complete uint64) {
	switch a.Revision {
	case complete:
		if s.shards == nil {
			s.shards = map[uint64]bool{}
		}
		s.shards[shardOf(a.Source)] = true
		s.inRow++
	case 0:
	default:
		s.inRow = 0
	}
}

func (s *sightings) enough() bool {
	if s.sharded {
		return len(s.shards) == shards
	}
	return s.inRow >= inRowEnough
}

// shardOf is the shard that an event goes to which was read alone: sharding goes by the place of a block's first record.
func shardOf(source string) uint64 {
	sum := sha256.Sum256([]byte(source))
	return binary.BigEndian.Uint64(sum[:8]) % shards
}
