package transforms

import (
	"fmt"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/state"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

// The keyed state of held records. stateFn declares all of it whether events wait or not, so that a pipeline may let them
// wait from one run to the next, or no longer: what was held then comes due all the same. The timers are tags of the cut's
// family: the SDK counts the ends of timer streams by DoFn, and waits for ever, or not for all, if one has two families.
var (
	heldState  = state.MakeValueState[[]byte]("held")
	heldTimers = sideinput.CutTimer()
	heldTags   = [heldRings]string{exactRing: "exact", holdRing: "hold"}
	heldBagsOf = [heldRings][ringSlots + 1]state.Bag[[]byte]{bagsNamed(heldTags[0]), bagsNamed(heldTags[1])}
)

func bagsNamed(tag string) (bags [ringSlots + 1]state.Bag[[]byte]) {
	for slot := range ringSlots {
		bags[slot] = state.MakeBagState[[]byte](fmt.Sprintf("%s%d", tag, slot))
	}
	bags[farSlot] = state.MakeBagState[[]byte](tag + "Far")
	return bags
}

// ringBags are the bags of a ring in the state of a key.
type ringBags struct {
	sp   state.Provider
	ring int
}

func (b *ringBags) read(slot int) ([][]byte, error) {
	entries, _, err := heldBagsOf[b.ring][slot].Read(b.sp)
	return entries, err
}

func (b *ringBags) add(slot int, entry []byte) error {
	return heldBagsOf[b.ring][slot].Add(b.sp, entry)
}

func (b *ringBags) clear(slot int) error { return heldBagsOf[b.ring][slot].Clear(b.sp) }

// heldMemo keeps what a bundle has read of the keys' held records.
type heldMemo struct{ keys map[int64]*heldKey }

func (m *heldMemo) reset() { clear(m.keys) }

func (m *heldMemo) load(sp state.Provider, key int64) (*heldKey, error) {
	if k := m.keys[key]; k != nil {
		return k, nil
	}
	data, found, err := heldState.Read(sp)
	if err != nil {
		return nil, err
	}
	k := newHeldKey()
	if found {
		if k, err = decodeHeldKey(data); err != nil {
			return nil, err
		}
	}
	if m.keys == nil {
		m.keys = make(map[int64]*heldKey)
	}
	m.keys[key] = k
	return k, nil
}
