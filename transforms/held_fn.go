package transforms

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/mtime"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/state"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/timers"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// How long events waited, in milliseconds of the worker's clock.
var (
	exactWait = distribution("exact_wait_ms")
	holdWait  = distribution("hold_wait_ms")
)

// holder is one call of stateFn for one key: what scores its events, or lets them wait.
type holder struct {
	f     *stateFn
	ctx   context.Context
	sp    state.Provider
	key   int64
	held  *heldKey
	table *sideinput.Table
	to    func(at beam.EventTime) outputs
	dirty bool
}

// holder reads what the call needs of the state.
func (f *stateFn) holder(ctx context.Context, sp state.Provider, key int64, to func(beam.EventTime) outputs) (*holder, error) {
	table, err := f.Table.Load(sp, key)
	if err != nil {
		return nil, err
	}
	held, err := f.held.load(sp, key)
	if err != nil {
		return nil, fmt.Errorf("held records of key %d: %w", key, err)
	}
	return &holder{f: f, ctx: ctx, sp: sp, key: key, held: held, table: table, to: to}, nil
}

// block scores what of a block need not wait, and holds the rest. at is the timestamp of its outcomes.
func (h *holder) block(at beam.EventTime, b *records.Block) error {
	if !h.f.Waits.Exact {
		return h.score(at, b)
	}
	var early, now []int32
	for i := range b.Records {
		if r := &b.Records[i]; r.Reason == "" && canWait(r.Time) && !h.held.isOver(r.Time) {
			early = append(early, int32(i))
		} else {
			now = append(now, int32(i))
		}
	}
	if len(early) > 0 {
		if err := h.hold(exactRing, heldEntry{since: clock(), block: pickOf(b, early)}); err != nil {
			return err
		}
	}
	if len(now) == 0 {
		return nil
	}
	part := pickOf(b, now)
	return h.score(at, &part)
}

// score scores a block. Records whose reference is unknown are held, unless their time is over or there is no room.
func (h *holder) score(at beam.EventTime, b *records.Block) error {
	waits := &h.f.Waits
	if waits.Hold == 0 {
		h.emit(at, b)
		return nil
	}
	h.f.scorer.holds = true
	h.emit(at, b)
	h.f.scorer.holds = false
	var wait, over []int32
	for _, i := range h.f.scorer.aside {
		if t := b.Records[i].Time; canWait(t) && !h.held.isOver(t+waits.Hold.Milliseconds()) {
			wait = append(wait, i)
		} else {
			over = append(over, i)
		}
	}
	if len(over) > 0 {
		part := pickOf(b, over)
		h.emit(at, &part)
	}
	if len(wait) == 0 {
		return nil
	}
	e := heldEntry{since: clock(), wait: waits.Hold.Milliseconds(), block: pickOf(b, wait)}
	if room := waits.HoldBytes - h.held.rings[holdRing].bytes(); int64(len(e.block.Buf)) > room {
		h.full(at, &e.block)
		return nil
	}
	return h.hold(holdRing, e)
}

// full lets records go that there is no room for.
func (h *holder) full(at beam.EventTime, b *records.Block) {
	part := *b
	part.Records = slices.Clone(b.Records)
	for i := range part.Records {
		part.Records[i].Reason = sideinput.HoldFull
		part.Records[i].Detail = fmt.Sprintf("%d bytes of events wait for messages already, of at most %d", h.held.rings[holdRing].bytes(), h.f.Waits.HoldBytes)
	}
	h.emit(at, &part)
}

func (h *holder) emit(at beam.EventTime, b *records.Block) {
	h.f.scorer.emit(h.ctx, b, h.table, h.to(at))
}

func (h *holder) hold(ring int, e heldEntry) error {
	h.dirty = true
	return h.held.rings[ring].add(&ringBags{h.sp, ring}, e)
}

// timer lets go what a ring's timer has fired for.
func (h *holder) timer(ring int) error {
	fired := h.held.timers[ring]
	if !fired.set {
		return nil
	}
	h.dirty = true
	h.held.timers[ring], h.held.reached = heldTimer{}, max(h.held.reached, fired.fire)
	taken, err := h.held.rings[ring].due(&ringBags{h.sp, ring}, h.held.reached)
	if err != nil {
		return err
	}
	for i := range taken {
		e := &taken[i]
		h.report(ring, e)
		if ring == holdRing {
			h.emit(e.timestamp(), &e.block)
		} else if err := h.score(e.timestamp(), &e.block); err != nil {
			return err
		}
	}
	return nil
}

// release lets go what messages have made known.
func (h *holder) release(effects []sideinput.Effect) error {
	about := aboutOf(effects)
	if len(about) == 0 || h.held.rings[holdRing].isEmpty() {
		return nil
	}
	taken, err := h.held.rings[holdRing].concerned(&ringBags{h.sp, holdRing}, about,
		func(e *heldEntry, i int) bool { return !h.f.scorer.unknown(&e.block, i, h.table) })
	if err != nil {
		return err
	}
	for i := range taken {
		h.dirty = true
		h.report(holdRing, &taken[i])
		h.emit(taken[i].timestamp(), &taken[i].block)
	}
	return nil
}

func (h *holder) report(ring int, e *heldEntry) {
	waited := max(clock()-e.since, 0)
	for range e.block.Records {
		if ring == exactRing {
			exactWait.Update(h.ctx, waited)
		} else {
			holdWait.Update(h.ctx, waited)
		}
	}
}

// save writes what is known of held records and sets the timers, if the call has changed something.
func (h *holder) save(tp timers.Provider) error {
	if !h.dirty {
		return nil
	}
	for ring := range h.held.rings {
		set, want := &h.held.timers[ring], h.held.wanted(ring)
		switch {
		case want == *set:
			continue
		case want.set:
			// timers.EventTime.Set takes a time.Time; this is what it makes of it.
			tp.Set(timers.TimerMap{Family: heldTimers.Family, Tag: heldTags[ring],
				FireTimestamp: mtime.FromMilliseconds(want.fire), HoldTimestamp: mtime.FromMilliseconds(want.hold)})
		default:
			heldTimers.ClearTag(tp, heldTags[ring])
		}
		*set = want
	}
	return heldState.Write(h.sp, h.held.encode())
}

// timestamp is that of an entry's outcomes: the least event time in it, as a block that did not wait has.
func (e *heldEntry) timestamp() beam.EventTime { return mtime.FromMilliseconds(e.block.Time()) }

// pickOf is b.Pick, without a copy where all of the block is meant; what it gives must not be changed then.
func pickOf(b *records.Block, list []int32) records.Block {
	if len(list) == len(b.Records) {
		return *b
	}
	return b.Pick(list)
}

func clock() int64 { return time.Now().UnixMilli() }
