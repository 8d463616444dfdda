package transforms

import (
	"fmt"
	"slices"
	"testing"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

// stateCost is what a mechanism moves through keyed state, in bytes.
type stateCost struct {
	checkpoint int // what all keys hold
	bundle     int // read by a bundle of a block of events, of the key that reads most
	message    int // written for a message in the middle of a tail, by all keys together
	fold       int // written besides on the average, above all when a tail is folded into the base
}

// measureState measures it with a table of so many models of one version each.
func measureState(t *testing.T, table sideinput.TableState, models int) (cost stateCost) {
	t.Helper()
	msgs := make([]sideinput.Message, models)
	for i := range msgs {
		msgs[i] = sideinput.Message{Op: sideinput.Add, Model: fmt.Sprintf("model-%05d", i), Version: "1",
			URI: fmt.Sprintf("gs://models/model-%05d/1.pmml", i), SHA256: fmt.Sprintf("%064x", i), At: int64(i)}
	}
	launch, err := sideinput.NewBase(msgs, "")
	if err != nil {
		t.Fatal(err)
	}
	table.Launch = launch
	r := newFakeRunner(t, sameDocument(t, "1"), table, Waits{})
	update := func(i int) {
		m := msgs[i%models]
		m.Op, m.Version, m.At = sideinput.Update, "2", 1_000_000+int64(i)
		r.bundle()
		r.message(m, m.At)
	}
	written := func() (n int) {
		for _, k := range r.keys {
			n += k.wroteBytes
		}
		return n
	}
	// The first messages bring the launch into the state of every key; then each key fills a tail once.
	begin, tail := 300, 256
	if table.Keyed { // a message goes to two of the shards
		begin, tail = begin*table.Shards/2, tail*table.Shards/2
	}
	for i := range begin {
		update(i)
	}
	before, each := written(), make([]int, tail)
	for i := range each {
		was := written()
		update(begin + i)
		each[i] = written() - was
	}
	slices.Sort(each)
	cost.message = each[tail/2]
	cost.fold = (written()-before)/tail - cost.message
	for _, k := range r.keys {
		cost.checkpoint += k.bytes()
		k.readBytes = 0
	}
	r.bundle()
	r.block([]testEvent{{"a", "model-00001", 1}, {"b", "model-00002", 1}, {"c", "model-00003@1", 1}, {"d", "unknown", 1}})
	for _, k := range r.keys {
		cost.bundle = max(cost.bundle, k.readBytes)
	}
	return cost
}

// What a bundle reads and a message writes does not grow with the table; what a checkpoint holds does, and in the keyed
// form less.
func TestStateCostIsFlat(t *testing.T) {
	t.Logf("%-6s %7s %16s %14s %14s %14s", "", "models", "checkpoint", "read/bundle", "write/message", "fold/message")
	for name, table := range map[string]sideinput.TableState{
		"state": {Shards: 16, SubShards: 1},
		"keyed": {Shards: 16, SubShards: 1, Keyed: true},
	} {
		costs := map[int]stateCost{}
		for _, models := range []int{10, 1_000, 10_000} {
			c := measureState(t, table, models)
			costs[models] = c
			t.Logf("%-6s %7d %16d %14d %14d %14d", name, models, c.checkpoint, c.bundle, c.message, c.fold)
		}
		small, large := costs[10], costs[10_000]
		if large.bundle > small.bundle {
			t.Errorf("%s: a bundle reads %d bytes with 10,000 models and %d with 10", name, large.bundle, small.bundle)
		}
		if large.message > 2*small.message {
			t.Errorf("%s: a message writes %d bytes with 10,000 models and %d with 10", name, large.message, small.message)
		}
	}
}
