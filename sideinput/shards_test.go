package sideinput

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// A shard answers what may be asked of it as the whole table does: names, labels, versions, hashes, also those that two versions
// share, at any time.
func TestShardsAnswerAsTheWholeTable(t *testing.T) {
	plain := hashOf
	t.Cleanup(func() { hashOf = plain })
	for _, collide := range []bool{false, true} {
		hashOf = plain
		if collide {
			hashOf = func(name, version string) uint64 { return plain(name, version) % 6 }
		}
		random := rand.New(rand.NewPCG(7, 11))
		for range 300 {
			msgs := randomMessages(random, 40)
			whole, _ := NewTable().With(msgs, Bounds{})
			const shards = 5
			tables := make([]*Table, shards)
			for i, part := range split(msgs, shards) {
				tables[i], _ = NewTable().With(part, Bounds{})
			}
			for name := range 4 {
				for version := range 4 {
					for _, text := range []string{
						fmt.Sprintf("m%d", name), fmt.Sprintf("m%d@v%d", name, version), fmt.Sprintf("m%d:live", name),
						"#" + hashText(hashOf(fmt.Sprintf("m%d", name), fmt.Sprintf("v%d", version))),
					} {
						ref, err := ParseReference([]byte(text))
						if err != nil {
							t.Fatal(err)
						}
						for at := range int64(22) {
							want, got := whole.Resolve(ref, at), tables[ref.Shard(shards)].Resolve(ref, at)
							if describeResolution(got) != describeResolution(want) {
								t.Fatalf("%s at %d: %s, the whole table says %s\n%+v", text, at, describeResolution(got), describeResolution(want), msgs)
							}
						}
					}
				}
			}
		}
	}
}

func describeResolution(r Resolution) string {
	if r.Choice == nil {
		return string(r.Reason)
	}
	return fmt.Sprintf("%+v", *r.Choice)
}

func randomMessages(random *rand.Rand, n int) []Message {
	var msgs []Message
	for range n {
		m := Message{Op: Op(1 + random.IntN(4)), Model: fmt.Sprintf("m%d", random.IntN(3)), Version: fmt.Sprintf("v%d", random.IntN(3)),
			At: int64(random.IntN(20)), Seq: int64(random.IntN(3)), HasSeq: random.IntN(2) == 0}
		switch {
		case m.Op == Alias:
			m.To, m.Version, m.Alias = []Target{{Version: m.Version, Weight: 1}}, "", "live"
		case m.Op != Del:
			m.URI = fmt.Sprintf("%d.pmml", random.IntN(2))
		case random.IntN(3) == 0:
			m.Version = ""
		}
		msgs = append(msgs, m)
	}
	return msgs
}

// Each key starts from its part of the base, and no part is folded before it is asked for.
func TestKeysStartFromTheirPart(t *testing.T) {
	forgetProcess(t)
	const shards = 8
	var msgs []Message
	for i := range 400 {
		msgs = append(msgs, update(fmt.Sprintf("model%d", i), 1, int64(i)))
	}
	launch, err := NewBase(msgs, "")
	if err != nil {
		t.Fatal(err)
	}
	s := &TableState{Shards: shards, SubShards: 3, Keyed: true, Launch: launch}
	if _, err := s.Load(newFakeState(), 3*2+1); err != nil {
		t.Fatal(err)
	}
	folded := 0
	for _, f := range launches.list[len(launches.list)-1].folded {
		if f != nil {
			folded++
		}
	}
	if folded != 1 {
		t.Errorf("%d parts are folded for one key", folded)
	}
	names, told := 0, map[string]int{}
	for key := range int64(shards * 3) {
		table, err := s.Load(newFakeState(), key)
		if err != nil {
			t.Fatal(err)
		}
		if names += len(table.Names()); len(table.Names()) > 400*2/shards*2 {
			t.Errorf("key %d has %d names of 400", key, len(table.Names()))
		}
		effects, err := s.LaunchEffects(key)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range effects {
			if e.Index >= 0 && e.Kind == EffectUpdate && s.Tells(key, e.Message.Model) {
				told[e.Message.Model]++
			}
		}
	}
	// A name lies at its shard and at that of its version's hash.
	if names > 3*2*400 || names < 3*400 {
		t.Errorf("%d names in all keys, want at most two shards of three sub-shards for each of 400", names)
	}
	for i := range 400 {
		if n := told[fmt.Sprintf("model%d", i)]; n != 1 {
			t.Errorf("model%d is told of %d times", i, n)
		}
	}
}

// The process holds the tables of as many shards as there are, and drops old ones.
func TestStoreHasRoomForAllShards(t *testing.T) {
	s := newTableStore(64, 4, 500)
	s.room(100)
	var ids []ID
	for i := range 500 {
		table, _ := NewTable().With([]Message{update(fmt.Sprint("m", i), 1, 1), update(fmt.Sprint("n", i), 1, 1), update(fmt.Sprint("o", i), 1, 1),
			update(fmt.Sprint("p", i), 1, 1), update(fmt.Sprint("q", i), 1, 1), update(fmt.Sprint("r", i), 1, 1)}, Bounds{})
		s.put(table)
		ids = append(ids, table.ID())
	}
	kept := 0
	for i, id := range ids {
		if s.get(id) != nil {
			kept++
		} else if i >= 400 {
			t.Fatalf("table %d of the last 100 is gone", i)
		}
	}
	if kept != 100 {
		t.Errorf("%d tables of 6 names each are kept, beyond 500 names want the last 100 alone", kept)
	}
}

// BenchmarkLaunchOf50000Models is what all keys of a process cost at their start.
func BenchmarkLaunchOf50000Models(b *testing.B) {
	var msgs []Message
	for i := range 50_000 {
		m := update(fmt.Sprintf("model%d", i), 1, int64(i))
		m.URI, m.SHA256 = fmt.Sprintf("gs://models/%d.pmml", i), fmt.Sprintf("%064x", i)
		msgs = append(msgs, m)
	}
	launch, err := NewBase(msgs, "")
	if err != nil {
		b.Fatal(err)
	}
	for _, keyed := range []bool{false, true} {
		b.Run(fmt.Sprintf("keyed %v", keyed), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				launches.list, processTables = nil, newTableStore(64, 4, 500_000)
				s := &TableState{Shards: 16, SubShards: 1, Keyed: keyed, Launch: launch}
				for key := range int64(16) {
					if _, err := s.Load(newFakeState(), key); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
