package transforms

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// fakeBags are bags in memory. A bag that was cleared must not be read in the same call: the SDK gives back then what was
// in it before.
type fakeBags struct {
	t       *testing.T
	bags    [ringSlots + 1][][]byte
	cleared [ringSlots + 1]bool
	reads   int
}

func (b *fakeBags) call() { b.cleared = [ringSlots + 1]bool{} }

func (b *fakeBags) read(slot int) ([][]byte, error) {
	if b.cleared[slot] {
		b.t.Errorf("slot %d is read after it was cleared", slot)
	}
	b.reads++
	return slices.Clone(b.bags[slot]), nil
}

func (b *fakeBags) add(slot int, entry []byte) error {
	b.bags[slot] = append(b.bags[slot], entry)
	return nil
}

func (b *fakeBags) clear(slot int) error {
	b.bags[slot], b.cleared[slot] = nil, true
	return nil
}

// waitingBlock is a block of events with ids, references and times.
func waitingBlock(events ...[3]string) records.Block {
	var b records.Block
	b.Source = "story"
	for i, e := range events {
		r := records.Record{Begin: uint32(len(b.Buf)), Offset: int64(i)}
		b.Buf = append(b.Buf, e[0]...)
		r.ID = records.Span{Begin: r.Begin, End: uint32(len(b.Buf))}
		r.Ref.Begin = uint32(len(b.Buf))
		b.Buf = append(b.Buf, e[1]...)
		r.Ref.End = uint32(len(b.Buf))
		r.End = r.Ref.End
		if _, err := fmt.Sscan(e[2], &r.Time); err != nil {
			panic(err)
		}
		b.Records = append(b.Records, r)
	}
	return b
}

// A ring gives back what was put in: each record once, when it is due or a message concerns it, and never before; whatever
// the times, the order and the slots in which it lay meanwhile.
func TestRingLosesNothing(t *testing.T) {
	type waiting struct {
		ref string
		due int64
	}
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 1))
		key := newHeldKey()
		bags := &fakeBags{t: t}
		model, next := map[string]waiting{}, 0
		watermark := int64(random.IntN(20_000)) - 10_000
		gone := func(entries []heldEntry, want func(waiting) bool) {
			t.Helper()
			for _, e := range entries {
				for i := range e.block.Records {
					id := string(e.block.AppendID(nil, i))
					w, ok := model[id]
					if !ok || w.due != e.due(i) || w.ref != string(e.block.Reference(i)) || !want(w) {
						t.Fatalf("seed %d: %s comes out: held as %+v (%v)", seed, id, w, ok)
					}
					delete(model, id)
				}
			}
			for id, w := range model {
				if want(w) {
					t.Fatalf("seed %d: %s, due at %d, stays", seed, id, w.due)
				}
			}
		}
		for range 200 {
			bags.call()
			ring := &key.rings[holdRing]
			switch random.IntN(4) {
			case 0, 1:
				var events [][3]string
				wait := []int64{0, 3_000, 20_000}[random.IntN(3)]
				for range 1 + random.IntN(5) {
					id, ref := fmt.Sprint("e", next), fmt.Sprint("m", random.IntN(30))
					at := watermark + int64(random.IntN(10_000)) - 1_000
					next++
					events = append(events, [3]string{id, ref, fmt.Sprint(at)})
					model[id] = waiting{ref, tickAfter(at + wait)}
				}
				if err := ring.add(bags, heldEntry{wait: wait, block: waitingBlock(events...)}); err != nil {
					t.Fatal(err)
				}
			case 2:
				watermark += int64(random.IntN(6_000))
				taken, err := ring.due(bags, watermark)
				if err != nil {
					t.Fatal(err)
				}
				gone(taken, func(w waiting) bool { return w.due <= watermark })
			case 3:
				name := fmt.Sprint("m", random.IntN(30))
				odd := random.IntN(2) == 0 // what is known by now is not all of a name
				taken, err := ring.concerned(bags, map[uint64]bool{nameConcern(name): true},
					func(e *heldEntry, i int) bool { return !odd || e.due(i)%1000 == 0 })
				if err != nil {
					t.Fatal(err)
				}
				gone(taken, func(w waiting) bool { return w.ref == name && (!odd || w.due%1000 == 0) })
			}
			checkRing(t, ring, len(model))
			// What is known of the ring goes through its bytes, as from bundle to bundle.
			known := key.encode()
			var err error
			if key, err = decodeHeldKey(known); err != nil || !bytes.Equal(key.encode(), known) {
				t.Fatalf("seed %d: read back other than written: %v", seed, err)
			}
		}
	}
}

// checkRing compares the sums of a ring with what it must hold.
func checkRing(t *testing.T, r *heldRing, records int) {
	t.Helper()
	if r.records() != int64(records) || r.isEmpty() != (records == 0) {
		t.Fatalf("the ring knows of %d records of %d", r.records(), records)
	}
	if _, _, ok := r.least(); ok != (records > 0) {
		t.Fatalf("%d records, and a least of them: %v", records, ok)
	}
}

// Messages that concern nobody read no bag, and what comes due later is not read with what is due.
func TestRingReadsOnlyWhatItMust(t *testing.T) {
	key := newHeldKey()
	ring, bags := &key.rings[holdRing], &fakeBags{t: t}
	for i := range 7 {
		at := fmt.Sprint(1_000 + 500*i)
		if err := ring.add(bags, heldEntry{block: waitingBlock([3]string{fmt.Sprint("e", i), fmt.Sprint("m", i), at})}); err != nil {
			t.Fatal(err)
		}
	}
	all := func(*heldEntry, int) bool { return true }
	for _, c := range []struct {
		what  string
		take  func() ([]heldEntry, error)
		taken int
		reads int
	}{
		{"a message about another model", func() ([]heldEntry, error) {
			return ring.concerned(bags, map[uint64]bool{nameConcern("other"): true}, all)
		}, 0, 0},
		{"a message about one", func() ([]heldEntry, error) {
			return ring.concerned(bags, map[uint64]bool{nameConcern("m3"): true}, all)
		}, 1, 1},
		{"the first is not due", func() ([]heldEntry, error) { return ring.due(bags, 1_499) }, 0, 0},
		{"the first is due", func() ([]heldEntry, error) { return ring.due(bags, 1_500) }, 1, 1},
	} {
		bags.call()
		bags.reads = 0
		taken, err := c.take()
		if err != nil || len(taken) != c.taken || bags.reads != c.reads {
			t.Errorf("%s: %d taken with %d bags read, %v; want %d with %d", c.what, len(taken), bags.reads, err, c.taken, c.reads)
		}
	}
}

// A slot whose records wait for more messages than can be noted is read for any.
func TestManyConcernsAreAny(t *testing.T) {
	key := newHeldKey()
	ring, bags := &key.rings[holdRing], &fakeBags{t: t}
	for i := range mostConcerns + 1 {
		if err := ring.add(bags, heldEntry{block: waitingBlock([3]string{fmt.Sprint("e", i), fmt.Sprint("m", i), "1000"})}); err != nil {
			t.Fatal(err)
		}
	}
	taken, err := ring.concerned(bags, map[uint64]bool{nameConcern("m5"): true}, func(*heldEntry, int) bool { return true })
	if err != nil || len(taken) != 1 {
		t.Errorf("%d entries, %v; want the one that waits for the message", len(taken), err)
	}
}

// What a message is about and what an event waits for are found by the same numbers.
func TestConcernsOfMessages(t *testing.T) {
	add := sideinput.Message{Op: sideinput.Add, Model: "fraud", Version: "3", URI: "f.pmml"}
	about := aboutOf([]sideinput.Effect{
		{Kind: sideinput.EffectAdd, Message: add},
		{Kind: sideinput.EffectDel, Message: sideinput.Message{Op: sideinput.Del, Model: "gone"}},
		{Kind: sideinput.EffectTableFull, Message: sideinput.Message{Op: sideinput.Add, Model: "refused", Version: "1"}},
		{Kind: sideinput.EffectNone, Repeat: true, Message: sideinput.Message{Op: sideinput.Add, Model: "again", Version: "1"}},
		{Kind: sideinput.EffectCleared, Index: -1, Message: sideinput.Message{Op: sideinput.Add, Model: "earlier", Version: "1"}},
	})
	for ref, want := range map[string]bool{
		"fraud": true, "fraud@3": true, "fraud@4": true, sideinput.HashReference("fraud", "3"): true,
		sideinput.HashReference("fraud", "4"): false, "gone": false, "refused": false, "again": false, "earlier": false,
	} {
		if about[concernOf([]byte(ref))] != want {
			t.Errorf("%s: concerned %v, want %v", ref, !want, want)
		}
	}
}

// The bytes are those of docs/protocol.md, with comments.
func TestHeldBytes(t *testing.T) {
	want := readHex(t, "held.hex")
	e := heldEntry{since: 5, wait: 1000, block: records.Block{Source: "ev", Buf: []byte("mx"),
		Records: []records.Record{{End: 2, Ref: records.Span{End: 1}, Time: 1000}}}}
	if got := e.encode(); !bytes.Equal(got, want[0]) {
		t.Errorf("an entry is\n%x, want\n%x", got, want[0])
	}
	key := newHeldKey()
	key.reached = 7
	if err := key.rings[holdRing].add(&fakeBags{t: t}, e); err != nil {
		t.Fatal(err)
	}
	key.timers[holdRing] = key.wanted(holdRing)
	if got := key.encode(); !bytes.Equal(got, want[1]) {
		t.Errorf("a key's state is\n%x, want\n%x", got, want[1])
	}
	read, err := decodeHeldEntry(want[0])
	if err != nil || !bytes.Equal(read.encode(), want[0]) {
		t.Errorf("an entry read back: %+v, %v", read, err)
	}
}

func TestDamagedHeldBytesAreErrors(t *testing.T) {
	e := heldEntry{since: 5, wait: 1000, block: waitingBlock([3]string{"e", "m", "1000"}, [3]string{"f", "n", "2000"})}
	whole := e.encode()
	key := newHeldKey()
	if err := key.rings[holdRing].add(&fakeBags{t: t}, e); err != nil {
		t.Fatal(err)
	}
	key.timers[exactRing] = heldTimer{true, 3, 2}
	known := key.encode()
	for n := range whole {
		if _, err := decodeHeldEntry(whole[:n]); err == nil {
			t.Errorf("%d bytes of an entry are one", n)
		}
	}
	for n := range known {
		if _, err := decodeHeldKey(known[:n]); err == nil {
			t.Errorf("%d bytes of a key's state are one", n)
		}
	}
	if _, err := decodeHeldKey(append(known, 0)); err == nil {
		t.Error("something may follow a key's state")
	}
	// A bag that does not hold what the key's state says is no bag of it.
	bags := &fakeBags{t: t}
	bags.bags[2] = nil
	if _, err := key.rings[holdRing].due(bags, 1<<40); err == nil {
		t.Error("records got lost in silence")
	}
}

func FuzzHeldBytes(f *testing.F) {
	e := heldEntry{since: 5, wait: 1000, block: waitingBlock([3]string{"e", "m", "1000"})}
	key := newHeldKey()
	if err := key.rings[holdRing].add(&fakeBags{}, e); err != nil {
		f.Fatal(err)
	}
	f.Add(e.encode())
	f.Add(key.encode())
	f.Fuzz(func(_ *testing.T, data []byte) {
		_, _ = decodeHeldEntry(data)
		_, _ = decodeHeldKey(data)
	})
}
