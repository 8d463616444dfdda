// Package keygroup says where Beam's runner on Flink puts a key. Flink takes a hash of the key for one of the job's key groups,
// as many as its greatest parallelism, and subtask i of n has the groups from i/n to (i+1)/n of them.
package keygroup

import (
	"math/bits"

	"github.com/twmb/murmur3"
)

// Of is the key group of an encoded key. Beam's FlinkKey has the first four bytes of MurmurHash3 (x64, 128 bits) for a hash,
// and Flink's KeyGroupRangeAssignment hashes that again.
func Of(key []byte, groups int) int {
	first, _ := murmur3.Sum128(key)
	return int(flinkHash(uint32(first))) % groups
}

// flinkHash is MathUtils.murmurHash of Flink: MurmurHash3 (x86, 32 bits) of four bytes, without its sign.
func flinkHash(code uint32) int32 {
	h := code * 0xcc9e2d51
	h = bits.RotateLeft32(h, 15) * 0x1b873593
	h = bits.RotateLeft32(h, 13)*5 + 0xe6546b64
	h ^= 4
	h = (h ^ h>>16) * 0x85ebca6b
	h = (h ^ h>>13) * 0xc2b2ae35
	h ^= h >> 16
	switch signed := int32(h); {
	case signed >= 0:
		return signed
	case h != 1<<31:
		return -signed
	}
	return 0
}
