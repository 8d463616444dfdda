package transforms

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

// waitingEvent is an event as the model of waiting sees it.
type waitingEvent struct {
	testEvent
	exact   bool // it waits for the watermark
	outcome string
}

// waitingModel says by the definition what comes of each event: it looks at all of them whenever something happens.
type waitingModel struct {
	exact     bool
	hold      int64
	watermark int64
	msgs      []sideinput.Message
	events    []*waitingEvent
}

// nextHalfSecond is the first half of a second after a time.
func nextHalfSecond(ms int64) int64 {
	for ms++; ms%500 != 0; ms++ {
	}
	return ms
}

func (m *waitingModel) resolve(e *waitingEvent) string {
	table, _ := sideinput.NewTable().With(m.msgs, sideinput.Bounds{})
	ref, err := sideinput.ParseReference([]byte(e.ref))
	if err != nil {
		return "undecodable"
	}
	res := table.Resolve(ref, e.time)
	if res.Choice != nil {
		return res.Choice.Version
	}
	return string(res.Reason)
}

func (m *waitingModel) arrive(e testEvent) {
	w := &waitingEvent{testEvent: e, exact: m.exact}
	m.events = append(m.events, w)
	m.step(w, true)
}

// step does what must be done now for an event; told says that it comes, or that messages have come.
func (m *waitingModel) step(e *waitingEvent, told bool) {
	if e.outcome != "" {
		return
	}
	if e.exact {
		if m.watermark < nextHalfSecond(e.time) {
			return
		}
		e.exact, told = false, true
	}
	if told {
		outcome := m.resolve(e)
		if m.hold == 0 || outcome != "unknown_model" && outcome != "unknown_version" {
			e.outcome = outcome
			return
		}
	}
	if m.watermark >= nextHalfSecond(e.time+m.hold) {
		e.outcome = m.resolve(e)
	}
}

// Whatever the order in which messages, events and the watermark come, each event ends in one outcome, and that is the
// one of the definition: with one key or several, with the table whole or spread, also when the work goes on on another
// worker, and with bundles of any length.
func TestWaitingByItsDefinition(t *testing.T) {
	models := sameDocument(t, "v0", "v1", "v2")
	for _, c := range []struct {
		name  string
		table sideinput.TableState
		waits Waits
	}{
		{"hold, state", sideinput.TableState{Shards: 3, SubShards: 1}, Waits{Hold: 5 * time.Second, HoldBytes: 1 << 20}},
		{"hold, keyed", sideinput.TableState{Shards: 3, SubShards: 2, Keyed: true}, Waits{Hold: 5 * time.Second, HoldBytes: 1 << 20}},
		{"hold, far", sideinput.TableState{Shards: 1, SubShards: 1}, Waits{Hold: 40 * time.Second, HoldBytes: 1 << 20}},
		{"exact, state", sideinput.TableState{Shards: 3, SubShards: 1}, Waits{Exact: true}},
		{"exact, keyed", sideinput.TableState{Shards: 3, SubShards: 2, Keyed: true}, Waits{Exact: true}},
		{"exact and hold, state", sideinput.TableState{Shards: 2, SubShards: 1}, Waits{Exact: true, Hold: 5 * time.Second, HoldBytes: 1 << 20}},
		{"exact and hold, keyed", sideinput.TableState{Shards: 2, SubShards: 1, Keyed: true}, Waits{Exact: true, Hold: 5 * time.Second, HoldBytes: 1 << 20}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for seed := range uint64(25) {
				waitingHistory(t, rand.New(rand.NewPCG(seed, 5)), models, c.table, c.waits)
				if t.Failed() {
					t.Fatalf("seed %d", seed)
				}
			}
		})
	}
}

func waitingHistory(t *testing.T, random *rand.Rand, models string, table sideinput.TableState, waits Waits) {
	t.Helper()
	r := newFakeRunner(t, models, table, waits)
	m := &waitingModel{exact: waits.Exact, hold: waits.Hold.Milliseconds(), watermark: math.MinInt64}
	now, n := int64(1_000_000), 0
	for range 120 {
		switch random.IntN(6) {
		case 0, 1, 2: // a block
			var events []testEvent
			for range 1 + random.IntN(4) {
				name, version := random.IntN(5), random.IntN(3)
				ref := []string{fmt.Sprint("m", name), fmt.Sprintf("m%d@v%d", name, version),
					sideinput.HashReference(fmt.Sprint("m", name), fmt.Sprint("v", version)), "not@a@reference"}[min(random.IntN(7)/2, 3)]
				events = append(events, testEvent{fmt.Sprint("e", n), ref, now + int64(random.IntN(8_000)) - 4_000})
				n++
			}
			r.block(events)
			for _, e := range events {
				m.arrive(e)
			}
		case 3: // a message, also from long ago
			at := now + int64(random.IntN(12_000)) - 8_000
			msg := sideinput.Message{Op: sideinput.Op(1 + random.IntN(3)), Model: fmt.Sprint("m", random.IntN(5)), Version: fmt.Sprint("v", random.IntN(3)), At: at}
			if msg.Op != sideinput.Del {
				msg.URI = msg.Version + ".pmml"
			} else if random.IntN(2) == 0 {
				msg.Version = ""
			}
			r.message(msg, max(at, now))
			m.msgs = append(m.msgs, msg)
			for _, e := range m.events {
				m.step(e, !e.exact)
			}
		case 4: // time goes on
			now += int64(random.IntN(3_000))
			m.watermark = max(m.watermark, now-int64(random.IntN(2_000)))
			r.advance(m.watermark)
			for _, e := range m.events {
				m.step(e, false)
			}
		case 5:
			if random.IntN(2) == 0 {
				r.restart()
			} else {
				r.bundle()
			}
		}
		compareWaiting(t, m, r)
		if t.Failed() {
			return
		}
	}
	m.watermark = math.MaxInt64
	r.advance(m.watermark)
	for _, e := range m.events {
		m.step(e, false)
		if e.outcome == "" {
			t.Errorf("%s has no outcome by the definition", e.id)
		}
	}
	compareWaiting(t, m, r)
	for key, k := range r.keys {
		for id, bag := range k.bags {
			if id != "tail" && len(bag) > 0 {
				t.Errorf("key %d still holds records in %s", key, id)
			}
		}
		if len(k.timers) > 0 {
			t.Errorf("key %d still has timers %v", key, k.timers)
		}
	}
}

func compareWaiting(t *testing.T, m *waitingModel, r *fakeRunner) {
	t.Helper()
	held := map[int64]bool{}
	for _, e := range m.events {
		got := r.outcomes[e.id]
		switch {
		case e.outcome == "" && len(got) > 0:
			t.Errorf("%s (%s at %d) went as %v, watermark %d", e.id, e.ref, e.time, got, m.watermark)
		case e.outcome != "" && (len(got) != 1 || got[0] != e.outcome):
			t.Errorf("%s (%s at %d) went as %v, want %s, watermark %d", e.id, e.ref, e.time, got, e.outcome, m.watermark)
		case e.outcome == "":
			held[e.time] = true
		}
	}
	// The output watermark is held at the tick before what waits, or before.
	least := int64(math.MaxInt64)
	for _, k := range r.keys {
		for _, timer := range k.timers {
			hold := timer.HoldTimestamp.Milliseconds()
			least = min(least, hold)
			waits := false
			for at := range held {
				waits = waits || hold <= at && at < hold+500
			}
			if !waits {
				t.Errorf("the output watermark is held at %d, where nothing waits", hold)
			}
		}
	}
	for at := range held {
		if least > at {
			t.Errorf("an event of %d waits, and nothing holds the output watermark", at)
		}
	}
}

// Restored without hold, with another wait, or with another bound, what waits still comes due when it was to.
func TestWhatWaitsSurvivesAChangeOfMind(t *testing.T) {
	models := sameDocument(t, "v0")
	r := newFakeRunner(t, models, sideinput.TableState{Shards: 1, SubShards: 1}, Waits{Exact: true, Hold: 10 * time.Second, HoldBytes: 1 << 20})
	r.block([]testEvent{{"exact", "m", 9_000}, {"hold", "m", 1_000}})
	r.advance(1_500)
	r.fn.Waits = Waits{}
	r.restart()
	r.message(sideinput.Message{Op: sideinput.Add, Model: "m", Version: "v0", URI: "v0.pmml", At: 5_000}, 5_000)
	r.advance(9_499)
	if len(r.outcomes) != 0 {
		t.Errorf("outcomes %v before anything is due", r.outcomes)
	}
	r.advance(11_500)
	if fmt.Sprint(r.outcomes) != "map[exact:[v0] hold:[unknown_model]]" {
		t.Errorf("outcomes %v", r.outcomes)
	}
}

// The watermark that a timer has told of has reached a tick, not passed it.
func TestExactAtTheWatermarkItself(t *testing.T) {
	models := sameDocument(t, "v0")
	r := newFakeRunner(t, models, sideinput.TableState{Shards: 1, SubShards: 1}, Waits{Exact: true})
	r.block([]testEvent{{"before", "m", 999}})
	r.advance(1_000)
	r.block([]testEvent{{"at", "m", 1_000}, {"late", "m", 999}})
	r.message(sideinput.Message{Op: sideinput.Add, Model: "m", Version: "v0", URI: "v0.pmml", At: 1_000}, 1_000)
	r.advance(1_500)
	if fmt.Sprint(r.outcomes) != "map[at:[v0] before:[unknown_model] late:[unknown_model]]" {
		t.Errorf("outcomes %v", r.outcomes)
	}
}
