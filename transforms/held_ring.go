package transforms

import (
	"errors"
	"math"
	"slices"

	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// heldRing is what is known of records that wait in keyed state: those due soon in the slots of a ring, one for each tick
// at which records are due, all others in one slot more. What has come due is then read without the rest. It is pure: the
// records themselves lie in bags, of which keyed state has a fixed number.
type heldRing struct {
	first   int64 // the number of the tick at which the ring begins; it holds those up to first + ringSlots - 1
	slots   [ringSlots + 1]heldSlot
	listens bool // notes what messages its records wait for
}

const (
	ringSlots  = 8
	farSlot    = ringSlots // of what lies beyond the ring
	tickMillis = 500       // records come due at whole ticks, so that one look serves many
)

// heldSlot is what is known of a bag without reading it; times are in milliseconds since 1970 UTC.
type heldSlot struct {
	records, bytes int64
	leastDue       int64 // when the first of its records is due
	leastHold      int64 // where the output watermark must wait for them
	concerns       concerns
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
	wait  int64 // how many milliseconds the watermark must have passed a record's time by
	block records.Block
}

// due is when record i need wait no longer: when the watermark has reached the first tick after its time and the wait.
func (e *heldEntry) due(i int) int64 { return tickAfter(e.block.Records[i].Time + e.wait) }

// hold is where the output watermark must wait for a record that is due then: not after its time. Records with one wait
// have one such time for each tick.
func (e *heldEntry) hold(due int64) int64 { return due - tickMillis - e.wait }

// tickAfter is the first tick after a time, also before 1970.
func tickAfter(time int64) int64 {
	n := time / tickMillis
	if time%tickMillis < 0 {
		n--
	}
	return (n + 1) * tickMillis
}

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

// least is when the first of the ring's records is due and where the output watermark must wait; false if there is none.
func (r *heldRing) least() (due, hold int64, ok bool) {
	due, hold = math.MaxInt64, math.MaxInt64
	for i := range r.slots {
		if s := &r.slots[i]; s.records > 0 {
			due, hold, ok = min(due, s.leastDue), min(hold, s.leastHold), true
		}
	}
	return due, hold, ok
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
			first = min(first, e.due(i)/tickMillis)
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
		data := part.encode()
		if err := bags.add(slot, data); err != nil {
			return err
		}
		r.slots[slot].note(&part, len(data), r.listens)
	}
	return nil
}

// slotOf is where a record goes that is due at a tick. One that is due before the ring begins goes to its front.
func (r *heldRing) slotOf(due int64) int {
	n := max(due/tickMillis, r.first)
	if n-r.first >= ringSlots {
		return farSlot
	}
	return int(n & (ringSlots - 1))
}

func (s *heldSlot) note(e *heldEntry, bytes int, listens bool) {
	if s.records == 0 {
		*s = heldSlot{leastDue: math.MaxInt64, leastHold: math.MaxInt64}
	}
	s.records += int64(len(e.block.Records))
	s.bytes += int64(bytes)
	for i := range e.block.Records {
		due := e.due(i)
		s.leastDue, s.leastHold = min(s.leastDue, due), min(s.leastHold, e.hold(due))
		if listens {
			s.concerns.add(concernOf(e.block.Reference(i)))
		}
	}
}

// due takes out what is due when the watermark has reached a time.
func (r *heldRing) due(bags heldBags, reached int64) (taken []heldEntry, err error) {
	return r.takeOf(bags, func(s *heldSlot) bool { return s.leastDue <= reached },
		func(e *heldEntry, i int) bool { return e.due(i) <= reached })
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
