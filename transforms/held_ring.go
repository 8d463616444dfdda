package transforms

import (
	"errors"
	"math"
	"slices"

	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// heldRing is what is known of records that wait in keyed state: those due soon in the slots of a ring, by the time at
// which they are due, all others in one slot more. What has come due, or may have, is then read without the rest. It is
// pure: the records themselves lie in bags, of which keyed state has a fixed number.
type heldRing struct {
	first   int64 // the number of the slot at which the ring begins; it holds the numbers up to first + ringSlots - 1
	slots   [ringSlots + 1]heldSlot
	listens bool // notes what messages its records wait for
}

const (
	ringSlots  = 8
	farSlot    = ringSlots // of what lies beyond the ring
	slotMillis = 500
)

// heldSlot is what is known of a bag without reading it.
type heldSlot struct {
	records, bytes      int64
	leastTime, leastDue int64 // of its records; milliseconds since 1970 UTC
	concerns            concerns
}

// heldBags are the bags of a ring.
type heldBags interface {
	read(slot int) ([][]byte, error)
	add(slot int, entry []byte) error
	clear(slot int) error
}

// heldEntry is records that wait together.
type heldEntry struct {
	since int64 // when they began to wait, by the worker's clock: milliseconds since 1970 UTC
	wait  int64 // each is due once the watermark has passed its time by so many milliseconds
	block records.Block
}

func (e *heldEntry) due(i int) int64 { return e.block.Records[i].Time + e.wait }

func (e *heldEntry) pick(list []int32) heldEntry {
	return heldEntry{since: e.since, wait: e.wait, block: e.block.Pick(list)}
}

func (r *heldRing) isEmpty() bool { return r.records() == 0 }

func (r *heldRing) records() (n int64) {
	for i := range r.slots {
		n += r.slots[i].records
	}
	return n
}

func (r *heldRing) bytes() (n int64) {
	for i := range r.slots {
		n += r.slots[i].bytes
	}
	return n
}

// least is when the first of the ring's records is due and the least of their times; false if there is none.
func (r *heldRing) least() (due, time int64, ok bool) {
	due, time = math.MaxInt64, math.MaxInt64
	for i := range r.slots {
		if s := &r.slots[i]; s.records > 0 {
			due, time, ok = min(due, s.leastDue), min(time, s.leastTime), true
		}
	}
	return due, time, ok
}

// add holds an entry.
func (r *heldRing) add(bags heldBags, e heldEntry) error {
	r.begin(e)
	return r.put(bags, e)
}

// begin lets the ring begin at the first of entries, if nothing lies in it.
func (r *heldRing) begin(entries ...heldEntry) {
	for i := range ringSlots {
		if r.slots[i].records > 0 {
			return
		}
	}
	first := int64(math.MaxInt64)
	for _, e := range entries {
		for i := range e.block.Records {
			first = min(first, slotNumber(e.due(i)))
		}
	}
	r.first = first
}

// put adds an entry to the bags of its records.
func (r *heldRing) put(bags heldBags, e heldEntry) error {
	var lists [ringSlots + 1][]int32
	for i := range e.block.Records {
		slot := r.slotOf(e.due(i))
		lists[slot] = append(lists[slot], int32(i))
	}
	for slot, list := range lists {
		if len(list) == 0 {
			continue
		}
		part := e
		if len(list) < len(e.block.Records) {
			part = e.pick(list)
		}
		data := part.appendBinary(nil)
		if err := bags.add(slot, data); err != nil {
			return err
		}
		r.slots[slot].note(&part, len(data), r.listens)
	}
	return nil
}

// slotOf is where a record goes that is due at a time. One that is due before the ring begins goes to its front.
func (r *heldRing) slotOf(due int64) int {
	n := max(slotNumber(due), r.first)
	if n-r.first >= ringSlots {
		return farSlot
	}
	return int(n & (ringSlots - 1))
}

// slotNumber rounds down, also before 1970.
func slotNumber(due int64) int64 {
	n := due / slotMillis
	if due%slotMillis < 0 {
		n--
	}
	return n
}

func (s *heldSlot) note(e *heldEntry, bytes int, listens bool) {
	if s.records == 0 {
		*s = heldSlot{leastTime: math.MaxInt64, leastDue: math.MaxInt64}
	}
	s.records += int64(len(e.block.Records))
	s.bytes += int64(bytes)
	for i := range e.block.Records {
		s.leastTime, s.leastDue = min(s.leastTime, e.block.Records[i].Time), min(s.leastDue, e.due(i))
		if listens {
			s.concerns.add(concernOf(e.block.Reference(i)))
		}
	}
}

// due takes out what is due before a time.
func (r *heldRing) due(bags heldBags, before int64) (taken []heldEntry, err error) {
	return r.takeOf(bags, func(s *heldSlot) bool { return s.leastDue < before },
		func(e *heldEntry, i int) bool { return e.due(i) < before })
}

// concerned takes out the records that want names, of those that wait for messages about the given.
func (r *heldRing) concerned(bags heldBags, about map[uint64]bool, want func(e *heldEntry, i int) bool) (taken []heldEntry, err error) {
	return r.takeOf(bags, func(s *heldSlot) bool { return s.concerns.meet(about) },
		func(e *heldEntry, i int) bool { return about[concernOf(e.block.Reference(i))] && want(e, i) })
}

// takeOf takes the records that want names out of the slots that may have some.
func (r *heldRing) takeOf(bags heldBags, may func(*heldSlot) bool, want func(e *heldEntry, i int) bool) (taken []heldEntry, err error) {
	for slot := range r.slots {
		if r.slots[slot].records == 0 || !may(&r.slots[slot]) {
			continue
		}
		some, err := r.take(bags, slot, want)
		if err != nil {
			return nil, err
		}
		taken = append(taken, some...)
	}
	return taken, nil
}

var errHeld = errors.New("transforms: damaged bytes of held records")

// take takes the records that want names out of a slot. What stays is written back where it belongs by now; if all of it
// stays, the bag is left as it is.
func (r *heldRing) take(bags heldBags, slot int, want func(e *heldEntry, i int) bool) (taken []heldEntry, err error) {
	entries, err := bags.read(slot)
	if err != nil {
		return nil, err
	}
	var rest []heldEntry
	records := int64(0)
	for _, data := range entries {
		e, err := decodeHeldEntry(data)
		if err != nil {
			return nil, err
		}
		records += int64(len(e.block.Records))
		yes, no := e.part(want)
		if len(yes.block.Records) > 0 {
			taken = append(taken, yes)
		}
		if len(no.block.Records) > 0 {
			rest = append(rest, no)
		}
	}
	if records != r.slots[slot].records { // nothing may get lost in silence
		return nil, errHeld
	}
	if len(taken) == 0 {
		return nil, nil
	}
	if err := bags.clear(slot); err != nil {
		return nil, err
	}
	r.slots[slot] = heldSlot{}
	if len(rest) > 0 {
		r.begin(rest...)
	}
	for _, e := range rest {
		if err := r.put(bags, e); err != nil {
			return nil, err
		}
	}
	return taken, nil
}

// part parts an entry in two.
func (e *heldEntry) part(want func(e *heldEntry, i int) bool) (yes, no heldEntry) {
	var lists [2][]int32
	for i := range e.block.Records {
		n := 1
		if want(e, i) {
			n = 0
		}
		lists[n] = append(lists[n], int32(i))
	}
	switch {
	case len(lists[1]) == 0:
		return *e, no
	case len(lists[0]) == 0:
		return yes, *e
	}
	return e.pick(lists[0]), e.pick(lists[1])
}

// concerns are what messages must be about for records that wait: a bounded set.
type concerns struct {
	list []uint64
	any  bool // there were too many
}

const mostConcerns = 16

func (c *concerns) add(x uint64) {
	switch {
	case c.any || slices.Contains(c.list, x):
	case len(c.list) == mostConcerns:
		*c = concerns{any: true}
	default:
		c.list = append(c.list, x)
	}
}

// meet says whether one of the concerns may be among those given.
func (c *concerns) meet(about map[uint64]bool) bool {
	return c.any || slices.ContainsFunc(c.list, func(x uint64) bool { return about[x] })
}
