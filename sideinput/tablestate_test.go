package sideinput

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/mtime"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/state"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/timers"
)

// fakeState is the state of one key, as a runner keeps it, and counts requests.
type fakeState struct {
	state.Provider // methods that nobody calls

	values                                    map[string]any
	bags                                      map[string][]any
	valueReads, bagReads, changes, baseWrites int
}

func newFakeState() *fakeState {
	return &fakeState{values: map[string]any{}, bags: map[string][]any{}}
}

func (s *fakeState) ReadValueState(id string) (any, []state.Transaction, error) {
	s.valueReads++
	return s.values[id], nil, nil
}

func (s *fakeState) WriteValueState(t state.Transaction) error {
	s.changes++
	if t.Key == "base" {
		s.baseWrites++
	}
	s.values[t.Key] = t.Val
	return nil
}

func (s *fakeState) ReadBagState(id string) ([]any, []state.Transaction, error) {
	s.bagReads++
	return s.bags[id], nil, nil
}

func (s *fakeState) WriteBagState(t state.Transaction) error {
	s.changes++
	s.bags[t.Key] = append(s.bags[t.Key], t.Val)
	return nil
}

func (s *fakeState) ClearBagState(t state.Transaction) error {
	s.changes++
	delete(s.bags, t.Key)
	return nil
}

// fakeTimers notes what was set.
type fakeTimers struct{ set []timers.TimerMap }

func (t *fakeTimers) Set(m timers.TimerMap) { t.set = append(t.set, m) }

// forgetProcess makes the process forget its tables, as a new worker would.
func forgetProcess(t *testing.T) {
	t.Helper()
	old := processTables
	processTables = newTableStore(64, 4, 500_000)
	t.Cleanup(func() { processTables = old })
}

func update(model string, version int, at int64) Message {
	return Message{Op: Update, Model: model, Version: fmt.Sprint(version), URI: "f.pmml", At: at}
}

func addAll(t *testing.T, s *TableState, p state.Provider, msgs ...Message) *Table {
	t.Helper()
	var table *Table
	for _, m := range msgs {
		s.Reset()
		var err error
		if table, _, err = s.Add(p, &fakeTimers{}, 3, m.At, []Message{m}); err != nil {
			t.Fatal(err)
		}
	}
	return table
}

func TestStateHoldsTheTable(t *testing.T) {
	forgetProcess(t)
	s := &TableState{Shards: 16, SubShards: 1}
	p := newFakeState()
	var want *Table
	for i := range 600 { // more than two tails
		want = addAll(t, s, p, update("fraud", i%7, int64(i)))
		if i%50 != 0 {
			continue
		}
		forgetProcess(t)
		s.Reset()
		got, err := s.Load(p, 3)
		if err != nil {
			t.Fatalf("after %d messages: %v", i+1, err)
		}
		if string(got.AppendBinary(nil)) != string(want.AppendBinary(nil)) {
			t.Fatalf("after %d messages another table came back", i+1)
		}
	}
	if size := len(p.values["head"].([]byte)); size > 64 {
		t.Errorf("the head has %d bytes, want at most 64", size)
	}
	// 600 messages are two tails of 256 and 88 more.
	if n := len(p.bags["tail"]); n != 88 || p.baseWrites != 2 {
		t.Errorf("the tail has %d entries and the base was written %d times, want 88 and 2", n, p.baseWrites)
	}
}

func TestStateIsReadOnceABundle(t *testing.T) {
	forgetProcess(t)
	s := &TableState{Shards: 1, SubShards: 1}
	p := newFakeState()
	addAll(t, s, p, update("fraud", 1, 1), update("fraud", 2, 2))

	s.Reset()
	p.valueReads, p.bagReads = 0, 0
	for range 10 {
		if _, err := s.Load(p, 3); err != nil {
			t.Fatal(err)
		}
	}
	if p.valueReads != 1 || p.bagReads != 0 {
		t.Errorf("%d values and %d bags read, want the head alone, once", p.valueReads, p.bagReads)
	}
}

func TestMessageCostsOneAppendAndOneHead(t *testing.T) {
	s := &TableState{Shards: 1, SubShards: 1}
	p := newFakeState()
	addAll(t, s, p, update("fraud", 1, 1))
	p.changes = 0
	addAll(t, s, p, update("fraud", 2, 2))
	if p.changes != 2 {
		t.Errorf("%d changes of state, want 2", p.changes)
	}
	p.changes = 0
	addAll(t, s, p, update("fraud", 2, 2))
	if p.changes != 0 {
		t.Errorf("%d changes of state by a message that was kept before", p.changes)
	}
}

func TestTailHoldsOnlyWhatIsNew(t *testing.T) {
	s := &TableState{Shards: 1, SubShards: 1, Bounds: Bounds{Names: 1}}
	p := newFakeState()
	addAll(t, s, p, update("fraud", 1, 1))
	batch := []Message{update("fraud", 1, 1), update("fraud", 2, 2), update("churn", 1, 1), update("fraud", 2, 2)}
	batch[1].Labels = map[string]string{"actor": "ann"}
	if _, _, err := s.Add(p, &fakeTimers{}, 3, 0, batch); err != nil {
		t.Fatal(err)
	}
	got, err := decodeMessages(p.bags["tail"][1].([]byte))
	if err != nil || len(got) != 1 || got[0].Version != "2" || got[0].Labels != nil {
		t.Errorf("kept %+v, %v; want version 2 alone, without labels", got, err)
	}
}

func TestLargeTailIsFoldedEarly(t *testing.T) {
	s := &TableState{Shards: 1, SubShards: 1}
	p := newFakeState()
	m := update("fraud", 1, 1)
	m.URI = strings.Repeat("u", 6000)
	for i := range 3 {
		m.At = int64(i)
		addAll(t, s, p, m)
	}
	if len(p.bags["tail"]) != 0 || p.baseWrites != 1 {
		t.Errorf("18 KB of messages lie in a tail of %d, the base was written %d times", len(p.bags["tail"]), p.baseWrites)
	}
}

func TestRestoreWithOtherShardsIsRefused(t *testing.T) {
	p := newFakeState()
	addAll(t, &TableState{Shards: 16, SubShards: 2}, p, update("fraud", 1, 1))
	for _, s := range []*TableState{{Shards: 8, SubShards: 2}, {Shards: 16, SubShards: 1}} {
		_, err := s.Load(p, 3)
		if err == nil {
			t.Fatalf("%d shards of %d sub-shards take state of 16 of 2", s.Shards, s.SubShards)
		}
		for _, says := range []string{"16 shards of 2", fmt.Sprintf("%d of %d", s.Shards, s.SubShards)} {
			if !strings.Contains(err.Error(), says) {
				t.Errorf("error %q does not say %q", err, says)
			}
		}
	}
}

func TestDamagedStateIsAnError(t *testing.T) {
	for _, damage := range []func(*fakeState){
		func(p *fakeState) { p.values["head"] = []byte{9} },
		func(p *fakeState) { delete(p.bags, "tail") },
		func(p *fakeState) { p.bags["tail"] = append(p.bags["tail"], []byte{9}) },
		func(p *fakeState) { p.values["base"] = []byte{9} },
	} {
		forgetProcess(t)
		s := &TableState{Shards: 1, SubShards: 1}
		p := newFakeState()
		addAll(t, s, p, update("fraud", 1, 1))
		forgetProcess(t)
		s.Reset()
		damage(p)
		if _, err := s.Load(p, 3); err == nil {
			t.Error("damaged state gives a table")
		}
	}
}

func TestEmptyStateStartsFromTheLaunch(t *testing.T) {
	forgetProcess(t)
	launched := []Message{update("fraud", 1, 1), update("churn", 1, 5)}
	launched[0].Labels = map[string]string{"actor": "ann"}
	launch, err := NewBase(launched, "")
	if err != nil {
		t.Fatal(err)
	}
	s := &TableState{Shards: 1, SubShards: 1, Launch: launch}
	p := newFakeState()
	table, err := s.Load(p, 3)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := NewTable().With(launched, Bounds{})
	if table.ID() != want.ID() {
		t.Fatal("the table is not that of the launch")
	}
	effects, err := s.LaunchEffects(3)
	if err != nil || effects[0].Message.Labels["actor"] != "ann" {
		t.Errorf("effects of the launch: %+v, %v", effects, err)
	}
	// What the stream says again writes nothing; what it says anew, all.
	addAll(t, s, p, launched...)
	if p.changes != 0 {
		t.Errorf("%d changes of state by messages of the launch", p.changes)
	}
	more := update("fraud", 2, 9)
	got := addAll(t, s, p, more)
	want, _ = want.With([]Message{more}, Bounds{})
	forgetProcess(t)
	// A restored state goes on without the launch that it came from.
	restored, err := (&TableState{Shards: 1, SubShards: 1}).Load(p, 3)
	if err != nil || restored.ID() != want.ID() || got.ID() != want.ID() {
		t.Errorf("restored: %v", err)
	}
}

func TestLargeLaunchIsAFile(t *testing.T) {
	dir := t.TempDir()
	msgs := []Message{update("fraud", 1, 1)}
	inline, err := NewBase(msgs, dir)
	if err != nil || inline.File != "" {
		t.Fatalf("a small base: %+v, %v", inline, err)
	}
	if _, err := newBase(inline.Messages, "", 10); err == nil || !strings.Contains(err.Error(), "folder") {
		t.Errorf("a large base without a folder: %v", err)
	}
	base, err := newBase(inline.Messages, dir, 10)
	if err != nil || base.File == "" || len(base.Messages) != 0 {
		t.Fatalf("a large base: %+v, %v", base, err)
	}
	got, err := base.read()
	if err != nil || len(got) != 1 || Compare(got[0], msgs[0]) != 0 {
		t.Errorf("read back %+v, %v", got, err)
	}
	base.SHA256 = strings.Repeat("0", 64)
	if _, err := base.read(); err == nil {
		t.Error("another file is taken for the base")
	}
}

func TestCutTimer(t *testing.T) {
	forgetProcess(t)
	s := &TableState{Shards: 1, SubShards: 1, Horizon: 90 * time.Minute}
	p, tp := newFakeState(), &fakeTimers{}
	add := func(m Message, at int64) {
		t.Helper()
		if _, _, err := s.Add(p, tp, 0, at, []Message{m}); err != nil {
			t.Fatal(err)
		}
	}
	add(update("fraud", 1, 1), 10*hour+1)
	add(update("fraud", 2, 2), 15*hour)     // one is pending
	add(update("fraud", 2, 2), 15*hour)     // nothing new
	add(update("far", 1, 99*hour), 15*hour) // at never moves it
	if len(tp.set) != 1 {
		t.Fatalf("%d timers set, want 1", len(tp.set))
	}
	if got := tp.set[0].FireTimestamp.Milliseconds(); got != 11*hour {
		t.Errorf("fires at %d, want the next whole hour, %d", got, 11*hour)
	}
	if tp.set[0].HoldTimestamp != mtime.MaxTimestamp {
		t.Error("the timer holds the output watermark")
	}

	forgetProcess(t)
	s.Reset() // the timer fires in a bundle of its own
	table, _, moved, err := s.Expire(p, 0)
	if err != nil {
		t.Fatal(err)
	}
	// 11:00 less 90 minutes is 9:30, on whole hours 9:00.
	if table.Revision().Cut != 9*hour || moved != 11*hour {
		t.Errorf("cut %d, moved at %d", table.Revision().Cut, moved)
	}
	if len(tp.set) != 1 {
		t.Error("the timer set itself")
	}
	add(update("fraud", 3, 10*hour), 20*hour)
	if len(tp.set) != 2 || tp.set[1].FireTimestamp.Milliseconds() != 21*hour {
		t.Errorf("timers %+v, want another at 21:00", tp.set)
	}
	if _, effects, _ := s.Add(p, tp, 0, 20*hour, []Message{update("fraud", 4, 9*hour-1)}); effects[0].Kind != EffectTooLate {
		t.Errorf("a message before the cut: %+v", effects)
	}
	forgetProcess(t)
	s.Reset()
	if again, err := s.Load(p, 0); err != nil || again.Revision().Cut != 9*hour || again.Revision().Number != 4 {
		t.Errorf("after a restore: %v", err)
	}
}

func TestNoHorizonNoTimer(t *testing.T) {
	s := &TableState{Shards: 1, SubShards: 1}
	tp := &fakeTimers{}
	if _, _, err := s.Add(newFakeState(), tp, 0, 5, []Message{update("fraud", 1, 1)}); err != nil || len(tp.set) != 0 {
		t.Errorf("timers %+v, %v", tp.set, err)
	}
}

func TestSnapshots(t *testing.T) {
	forgetProcess(t)
	one, _ := NewTable().With([]Message{update("fraud", 1, 1)}, Bounds{})
	two, _ := one.With([]Message{update("fraud", 2, 2*hour)}, Bounds{})
	cut, _ := two.CutTo(hour)
	iterate := func(tables ...*Table) func(*[]byte) bool {
		return func(data *[]byte) bool {
			if len(tables) == 0 {
				return false
			}
			*data, tables = tables[0].AppendBinary(nil), tables[1:]
			return true
		}
	}
	if got, err := ReadSnapshot(iterate()); got != nil || err != nil {
		t.Errorf("of none: %v, %v", got, err)
	}
	for _, tables := range [][]*Table{{one, two, cut}, {cut, two, one}, {two, cut, one, NewTable()}} {
		got, err := ReadSnapshot(iterate(tables...))
		if err != nil || got.ID() != cut.ID() {
			t.Errorf("not the newest: %v", err)
		}
		again, _ := ReadSnapshot(iterate(cut))
		if again != got {
			t.Error("an unchanged snapshot was decoded again")
		}
	}
	if _, err := ReadSnapshot(func(data *[]byte) bool { *data = []byte{7}; return true }); err == nil {
		t.Error("damaged bytes are a snapshot")
	}
}

func TestFronts(t *testing.T) {
	forgetProcess(t)
	one, _ := NewTable().With([]Message{update("fraud", 1, 1)}, Bounds{})
	two, _ := one.With([]Message{update("fraud", 2, 2*hour)}, Bounds{})
	fronts := func(tables ...*Table) func(*[]byte) bool {
		return func(data *[]byte) bool {
			if len(tables) == 0 {
				return false
			}
			snapshot := tables[0].AppendBinary(nil)
			front, err := SnapshotFront(snapshot)
			if err != nil || len(front) > 100 || len(front) >= len(snapshot) {
				t.Errorf("a front of %d bytes, of a snapshot of %d: %v", len(front), len(snapshot), err)
			}
			*data, tables = front, tables[1:]
			return true
		}
	}
	if got, err := ReadFront(fronts()); got != nil || err != nil {
		t.Errorf("of none: %v, %v", got, err)
	}
	Put(one)
	if got, err := ReadFront(fronts(one)); got != one || err != nil {
		t.Errorf("a table of this process: %v, %v", got, err)
	}
	if got, err := ReadFront(fronts(two, one)); got != nil || err != nil {
		t.Errorf("the newest is not of this process: %v, %v", got, err)
	}
	Put(two)
	if got, err := ReadFront(fronts(one, two)); got != two || err != nil {
		t.Errorf("the newest: %v, %v", got, err)
	}
	if _, err := SnapshotFront([]byte{7}); err == nil {
		t.Error("damaged bytes have a front")
	}
	if _, err := ReadFront(func(data *[]byte) bool { *data = []byte{7}; return true }); err == nil {
		t.Error("damaged bytes are a front")
	}
}
