package sideinput

import (
	"fmt"
	"math"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/state"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/timers"
)

// TableState keeps a table in a DoFn's keyed state. It is an exported field of
// the DoFn (JSON carries it to the workers); beside it the DoFn declares the
// state itself, since Beam looks for that in the DoFn's own fields only:
//
//	type fn struct {
//		Table sideinput.TableState
//		Head  state.Value[[]byte] // = sideinput.HeadState()
//		Base  state.Value[[]byte] // = sideinput.BaseState()
//		Tail  state.Bag[[]byte]   // = sideinput.TailState()
//		Cut   timers.EventTime    // = sideinput.CutTimer()
//	}
//
// The state of a key is a head, which says which table it is; a base, the
// encoded table at some time; and a tail, the messages since. A bundle reads
// the head, and the rest only if the process does not hold that table yet.
//
// One DoFn instance uses it, in one bundle at a time; StartBundle calls Reset.
type TableState struct {
	Shards    int           // that events and messages go to; at least 1
	SubShards int           // of a shard; at least 1
	Keyed     bool          // names are spread over the shards; a key is shard * SubShards + sub-shard
	Horizon   time.Duration // how far the cut lies behind the input watermark; 0 is no cut
	Bounds    Bounds
	Launch    Base // the messages known at launch

	memo map[int64]*keptTable
}

// A keptTable is what a bundle knows of one key.
type keptTable struct {
	table *Table
	head  head
	saved bool // the key has a head in state
}

// HeadState declares the state of a table's head.
func HeadState() state.Value[[]byte] { return state.MakeValueState[[]byte]("head") }

// BaseState declares the state of an encoded table.
func BaseState() state.Value[[]byte] { return state.MakeValueState[[]byte]("base") }

// TailState declares the state of the messages since the base.
func TailState() state.Bag[[]byte] { return state.MakeBagState[[]byte]("tail") }

// CutTimer declares the timer that moves the cut.
func CutTimer() timers.EventTime { return timers.InEventTime("cut") }

var (
	headState = HeadState()
	baseState = BaseState()
	tailState = TailState()
	cutTimer  = CutTimer()
)

// Reset forgets what the last bundle read. Call it in StartBundle: a bundle
// that failed may have left what never became state.
func (s *TableState) Reset() { clear(s.memo) }

// Load is the table of a shard. It reads state once a bundle; further calls
// cost a map lookup. A shard with empty state starts from the messages known
// at launch. State that was written with another number of shards is an error
// that names both.
func (s *TableState) Load(p state.Provider, shard int64) (*Table, error) {
	k, err := s.load(p, shard)
	if err != nil {
		return nil, err
	}
	return k.table, nil
}

func (s *TableState) load(p state.Provider, shard int64) (*keptTable, error) {
	if k := s.memo[shard]; k != nil {
		return k, nil
	}
	k, err := s.read(p, shard)
	if err != nil {
		return nil, fmt.Errorf("table of shard %d: %w", shard, err)
	}
	if s.memo == nil {
		s.memo = make(map[int64]*keptTable)
	}
	s.memo[shard] = k
	return k, nil
}

// part says which messages a key keeps.
func (s *TableState) part(key int64) part {
	if !s.Keyed {
		return part{}
	}
	return part{shards: s.Shards, shard: key / int64(s.SubShards)}
}

// Tells says whether a key is the one that tells of a model's messages: of
// those that know them, only one does.
func (s *TableState) Tells(key int64, model string) bool {
	if !s.Keyed {
		return key == 0
	}
	return key == ShardOf([]byte(model), s.Shards)*int64(s.SubShards)
}

func (s *TableState) read(p state.Provider, key int64) (*keptTable, error) {
	if s.Keyed {
		processTables.room(s.Shards)
	}
	data, found, err := headState.Read(p)
	if err != nil {
		return nil, err
	}
	if !found {
		launch, err := s.Launch.fold(s.Bounds, s.part(key))
		if err != nil {
			return nil, err
		}
		return &keptTable{table: launch.table, head: head{
			revision: launch.table.revision, pending: NoCut, shards: uint32(s.Shards), subShards: uint32(s.SubShards)}}, nil
	}
	k := &keptTable{saved: true}
	if k.head, err = decodeHead(data); err != nil {
		return nil, err
	}
	if k.head.shards != uint32(s.Shards) || k.head.subShards != uint32(s.SubShards) {
		return nil, fmt.Errorf("the state was written with %d shards of %d sub-shards, this pipeline has %d of %d: start it with the former, or without the state",
			k.head.shards, k.head.subShards, s.Shards, s.SubShards)
	}
	id := k.head.revision.id()
	if k.table = processTables.get(id); k.table != nil {
		return k, nil
	}
	if k.table, err = restore(p); err != nil {
		return nil, err
	}
	if k.table.revision != k.head.revision {
		return nil, fmt.Errorf("%w: base and tail make revision %d, the head says %d", errEncoding, k.table.revision.Number, k.head.revision.Number)
	}
	k.table = processTables.put(k.table)
	return k, nil
}

// unbounded keeps every message: those of a tail have been judged before.
var unbounded = Bounds{Names: math.MaxInt, Facts: math.MaxInt, FarAhead: math.MaxInt64}

// restore reads base and tail.
func restore(p state.Provider) (*Table, error) {
	table := NewTable()
	data, found, err := baseState.Read(p)
	if err != nil {
		return nil, err
	}
	if found {
		if table, err = DecodeTable(data); err != nil {
			return nil, err
		}
	}
	entries, _, err := tailState.Read(p)
	if err != nil {
		return nil, err
	}
	var msgs []Message
	for _, entry := range entries {
		some, err := decodeMessages(entry)
		if err != nil {
			return nil, err
		}
		msgs = append(msgs, some...)
	}
	table, _ = table.With(msgs, unbounded)
	return table, nil
}

// Add keeps msgs in the shard's table and state, and says what each of them
// does. at is the Beam timestamp of their element, in milliseconds since 1970
// UTC: with a horizon, the cut's timer is set from it if none is pending.
// Messages that change nothing cost nothing.
func (s *TableState) Add(p state.Provider, tp timers.Provider, shard, at int64, msgs []Message) (*Table, []Effect, error) {
	k, err := s.load(p, shard)
	if err != nil {
		return nil, nil, err
	}
	after, effects := k.table.With(msgs, s.Bounds)
	if after == k.table {
		return after, effects, nil
	}
	if s.Horizon > 0 && k.head.pending == NoCut && at >= minTime && at <= maxTime {
		k.head.pending = floorHour(at) + hour
		cutTimer.Set(tp, time.UnixMilli(k.head.pending), timers.WithNoOutputTimestamp())
	}
	fresh := kept(msgs, effects)
	if err := k.write(p, after, fresh); err != nil {
		return nil, nil, fmt.Errorf("table of shard %d: %w", shard, err)
	}
	arrivals.note(fresh, time.Now())
	return k.table, effects, nil
}

// kept lists the messages that are new to the table, or bring a hint, without
// what it does not keep of them.
func kept(msgs []Message, effects []Effect) []Message {
	var list []Message
	last := -1
	for _, e := range effects {
		if e.Index > last {
			last = e.Index
			if (!e.Repeat || e.Hint) && !e.Kind.Refused() {
				list = append(list, factOf(msgs[e.Index]).message())
			}
		}
	}
	return list
}

// The tail is folded into the base when it has so many messages, or a quarter
// of the base's bytes and more than the least.
const (
	maxTailMessages = 256
	minTailBytes    = 16 << 10
)

// write makes after the key's table; msgs is what it has and the old one has
// not.
func (k *keptTable) write(p state.Provider, after *Table, msgs []Message) error {
	entry := encodeMessages(msgs)
	k.head.messages += uint32(len(msgs))
	k.head.tail += uint32(len(entry))
	if k.head.messages >= maxTailMessages || k.head.tail >= max(minTailBytes, k.head.base/4) {
		return k.rewrite(p, after)
	}
	if !k.saved && k.table.names.size > 0 {
		// What was known at launch is not in state yet.
		base := k.table.AppendBinary(nil)
		k.head.base = uint32(len(base))
		if err := baseState.Write(p, base); err != nil {
			return err
		}
	}
	if err := tailState.Add(p, entry); err != nil {
		return err
	}
	return k.writeHead(p, after)
}

// rewrite makes after the key's base, with an empty tail.
func (k *keptTable) rewrite(p state.Provider, after *Table) error {
	base := after.AppendBinary(nil)
	if err := baseState.Write(p, base); err != nil {
		return err
	}
	if k.saved {
		if err := tailState.Clear(p); err != nil {
			return err
		}
	}
	k.head.base, k.head.tail, k.head.messages = uint32(len(base)), 0, 0
	return k.writeHead(p, after)
}

func (k *keptTable) writeHead(p state.Provider, after *Table) error {
	k.head.revision = after.revision
	if err := headState.Write(p, k.head.appendBinary(nil)); err != nil {
		return err
	}
	k.saved = true
	k.table = processTables.put(after)
	return nil
}

// Expire moves the shard's cut when its timer fires, and says what that drops.
// moved is the time at which the timer was to fire, in milliseconds since 1970
// UTC: the Beam timestamp for what the caller emits, since the timer's own is
// of no use. The timer does not set itself again: the next message does.
func (s *TableState) Expire(p state.Provider, shard int64) (table *Table, effects []Effect, moved int64, err error) {
	k, err := s.load(p, shard)
	if err != nil {
		return nil, nil, 0, err
	}
	moved = k.head.pending
	if moved == NoCut {
		return k.table, nil, moved, nil
	}
	k.head.pending = NoCut
	after := k.table
	if s.Horizon > 0 {
		after, effects = k.table.CutTo(moved - s.Horizon.Milliseconds())
	}
	if after == k.table {
		err = k.writeHead(p, after)
	} else {
		err = k.rewrite(p, after)
	}
	if err != nil {
		return nil, nil, 0, fmt.Errorf("table of shard %d: %w", shard, err)
	}
	return k.table, effects, moved, nil
}

// LaunchEffects says what the messages known at launch do that the key keeps.
func (s *TableState) LaunchEffects(key int64) ([]Effect, error) {
	launch, err := s.Launch.fold(s.Bounds, s.part(key))
	if err != nil {
		return nil, err
	}
	return launch.effects, nil
}
