package sideinput

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// ShardOf is the first 8 bytes of the SHA-256 of x, big-endian, modulo the
// number of shards.
func ShardOf(x []byte, shards int) int64 {
	sum := sha256.Sum256(x)
	return int64(binary.BigEndian.Uint64(sum[:8]) % uint64(shards))
}

// Shard is the shard that holds, where names are spread over shards, all that
// the reference can ask: that of its name, or of its 16 hex digits.
func (r Reference) Shard(shards int) int64 {
	if r.kind == byHash {
		return ShardOf([]byte(hashText(r.hash)), shards)
	}
	return ShardOf(r.name(), shards)
}

// Shards lists the shards that hold the message where names are spread over
// them. The first is that of its name. The version's hash has one besides,
// where an event finds it that knows the hash alone; what removes a whole
// model concerns every hash, so it goes to all.
func (m Message) Shards(shards int) []int64 {
	own := ShardOf([]byte(m.Model), shards)
	list := []int64{own}
	switch {
	case m.Op == Del && m.Version == "":
		for shard := range int64(shards) {
			if shard != own {
				list = append(list, shard)
			}
		}
	case m.Op == Add || m.Op == Update || m.Op == Del:
		if byHash := ShardOf([]byte(hashText(hashOf(m.Model, m.Version))), shards); byHash != own {
			list = append(list, byHash)
		}
	}
	return list
}

// A part says which of the messages a key keeps. The zero part is all of them.
type part struct {
	shards int // that names are spread over; 0 if they are not
	shard  int64
}

// split gives each shard its messages.
func split(msgs []Message, shards int) [][]Message {
	parts := make([][]Message, shards)
	for _, m := range msgs {
		for _, shard := range m.Shards(shards) {
			parts[shard] = append(parts[shard], m)
		}
	}
	for i := range parts {
		parts[i] = slices.Clip(parts[i])
	}
	return parts
}
