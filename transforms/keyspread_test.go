package transforms

import (
	"testing"

	"github.com/beam-pmml/beam-pmml/transforms/internal/keygroup"
)

func TestKeysAreSpreadEvenly(t *testing.T) {
	for _, s := range []KeySpread{{1, 128}, {2, 128}, {7, 128}, {16, 128}, {48, 128}, {128, 128}, {16, 4096}, {1024, 4096}} {
		seen := map[int64]bool{}
		for key := range int64(s.Keys) {
			k := s.runnerKey(key)
			if seen[k] || s.key(k) != key || k < 0 {
				t.Fatalf("%+v: %d is %d for the runner", s, key, k)
			}
			seen[k] = true
		}
		if !seen[0] || s.runnerKey(0) != 0 {
			t.Errorf("%+v: key 0 is moved", s)
		}
		for subtasks := 1; subtasks <= s.Keys; subtasks++ {
			if s.Keys%subtasks != 0 || s.Groups%subtasks != 0 {
				continue
			}
			counts := make([]int, subtasks)
			for k := range seen {
				counts[keygroup.Of(appendVarInt(nil, k), s.Groups)*subtasks/s.Groups]++
			}
			for _, n := range counts {
				if n != s.Keys/subtasks {
					t.Errorf("%+v: %d subtasks have %v keys", s, subtasks, counts)
					break
				}
			}
		}
	}
}

func TestKeysThatAreNotSpread(t *testing.T) {
	for _, s := range []KeySpread{{}, {Keys: mostSpread + 1, Groups: 1 << 15}, {Keys: 200, Groups: 128}} {
		for _, key := range []int64{0, 1, 199} {
			if k := s.runnerKey(key); k != key || s.key(k) != key {
				t.Errorf("%+v: %d is %d for the runner", s, key, k)
			}
		}
	}
}
