package transforms

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"github.com/beam-pmml/beam-pmml/sideinput"
	"github.com/beam-pmml/beam-pmml/transforms/records"
)

// Waits says which events wait, and for how long. It travels to the workers as JSON.
type Waits struct {
	Exact     bool          // an event is scored once the input watermark has passed its time
	Lateness  time.Duration // a message may hold from so long before its record's time; earlier ones are BACKDATED
	Hold      time.Duration // how long past its time an event waits whose reference is unknown; 0 is not at all
	HoldBytes int64         // that may wait for messages in a key
}

func (w *Waits) any() bool { return w.Exact || w.Hold > 0 }

// maxHold bounds Waits.Hold.
const maxHold = 366 * 24 * time.Hour

// canWait says whether a record of that time can wait for the watermark: times far outside any calendar are not held.
func canWait(time int64) bool { return -mostTime <= time && time <= mostTime }

// mostTime is some 9,500 years, in milliseconds; a timer can be set as long as any hold after it.
const mostTime = 300_000_000_000_000

// The rings of a key.
const (
	exactRing = 0 // events that wait for the watermark to pass their time
	holdRing  = 1 // events that wait for a message that makes their reference known
	heldRings = 2
)

// heldKey is what is known of a key's held records without reading them.
type heldKey struct {
	reached int64 // the watermark has, as far as a timer has told
	rings   [heldRings]heldRing
	timers  [heldRings]heldTimer
}

// heldTimer is a ring's timer. It fires when the first record is due, and holds the output watermark at the tick before
// its time. Each ring has one of its own: its wait being the same for all records, one of the two times tells the other.
// prism needs that: it takes a timer that was set anew for the one before it if both are to fire at one time.
type heldTimer struct {
	set        bool
	fire, hold int64
}

func newHeldKey() *heldKey {
	k := &heldKey{reached: sideinput.NoCut}
	k.rings[holdRing].listens = true
	return k
}

// wanted is how a ring's timer must be set.
func (k *heldKey) wanted(ring int) heldTimer {
	due, hold, ok := k.rings[ring].least()
	if !ok {
		return heldTimer{}
	}
	return heldTimer{set: true, fire: due, hold: hold}
}

// isOver says whether the watermark is known to have passed a time so far that what waits for it is due.
func (k *heldKey) isOver(time int64) bool { return tickAfter(time) <= k.reached }

// concernOf is what a message must be about to make a reference known: its name, or its hash.
func concernOf(reference []byte) uint64 {
	ref, err := sideinput.ParseReference(reference)
	if err != nil {
		return 0 // waits for no message
	}
	if reference[0] == '#' {
		hash, _ := ref.Hash()
		return hash
	}
	return nameConcern(ref.Name())
}

func nameConcern(name string) uint64 {
	sum := sha256.Sum256([]byte(name))
	return binary.BigEndian.Uint64(sum[:8])
}

// aboutOf is what the messages are about that a table has kept as new and that can make a reference known.
func aboutOf(effects []sideinput.Effect) map[uint64]bool {
	about := map[uint64]bool{}
	for _, e := range effects {
		if m := e.Message; e.Index >= 0 && !e.Repeat && !e.Kind.Refused() && m.Op != sideinput.Del {
			about[nameConcern(m.Model)] = true
			about[sideinput.Hash(m.Model, m.Version)] = true
		}
	}
	return about
}

// isUnknown says whether a message may still take the reason away: nothing has been heard of the reference, which is not
// so for what was deleted or is ambiguous.
func isUnknown(r sideinput.Reason) bool {
	return r == sideinput.UnknownModel || r == sideinput.UnknownVersion
}

// unknown says whether record i would be set aside.
func (s *scorer) unknown(b *records.Block, i int, table *sideinput.Table) bool {
	return isUnknown(s.choose(&turn{block: b, table: table, clock: s.now().UnixMilli()}, i).reason)
}
