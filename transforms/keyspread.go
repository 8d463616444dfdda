package transforms

import (
	"sync"

	"github.com/beam-pmml/beam-pmml/transforms/internal/keygroup"
)

// KeySpread chooses the keys by which the runner knows the keys of the state, 0 to Keys-1, so that Flink gives each of its
// subtasks as many of them as others. Flink takes the hash of a key for one of Groups key groups, and gives each subtask a
// range of these; as they come, the keys 0 to 15 leave six of 16 subtasks without any, and two have three. Any keys would do for other
// runners. The zero value leaves keys as they are.
//
// The groups are cut into Keys parts, one for each key, so subtasks get equal numbers of keys where Keys is a multiple of
// theirs. A key k becomes the first of k, k+Keys, k+2·Keys … that falls into its part. Key 0 stays as it is, whatever Keys is, and
// has the part into which it falls: what lies there in the state of another number of keys is found, and refused.
type KeySpread struct{ Keys, Groups int }

// Bounds of what is spread. More keys than that are even enough by themselves.
const (
	mostSpread = 1 << 10
	mostTried  = 1 << 16
)

// runnerKey is the runner's key of a key.
func (s KeySpread) runnerKey(key int64) int64 {
	if s.Keys <= 0 || s.Keys > mostSpread || s.Groups < s.Keys {
		return key
	}
	all, ok := spreads.Load(s)
	if !ok {
		all, _ = spreads.LoadOrStore(s, s.choose())
	}
	return all.([]int64)[key]
}

// key is the key of a runner's key.
func (s KeySpread) key(runnerKey int64) int64 {
	if s.Keys <= 0 {
		return runnerKey
	}
	return runnerKey % int64(s.Keys)
}

// spreads are the runner's keys, by KeySpread.
var spreads sync.Map

func (s KeySpread) choose() []int64 {
	all := make([]int64, s.Keys)
	part := 0
	for i := 1; i < s.Keys; i++ {
		if part == s.part(0) {
			part++
		}
		all[i] = s.inPart(int64(i), part)
		part++
	}
	return all
}

// inPart is the runner's key of a key in a part; the key itself where none is found, which is right, though uneven.
func (s KeySpread) inPart(key int64, part int) int64 {
	for n := range int64(mostTried) {
		if k := key + n*int64(s.Keys); s.part(k) == part {
			return k
		}
	}
	return key
}

// part is the part of the groups into which a runner's key falls.
func (s KeySpread) part(runnerKey int64) int {
	return keygroup.Of(appendVarInt(nil, runnerKey), s.Groups) * s.Keys / s.Groups
}

// appendVarInt appends the form in which an int64 key travels (Beam's VarIntCoder).
func appendVarInt(dst []byte, v int64) []byte {
	u := uint64(v)
	for ; u >= 0x80; u >>= 7 {
		dst = append(dst, byte(u)|0x80)
	}
	return append(dst, byte(u))
}
