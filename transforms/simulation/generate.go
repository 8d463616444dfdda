package simulation

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// Epoch is where histories begin, and where the clock of a synctest bubble does: 2000-01-01T00:00:00Z.
const Epoch = int64(946_684_800_000)

// Roomy is a budget that all documents of a history have room in.
const Roomy = int64(1 << 30)

const (
	second = int64(1000)
	minute = 60 * second
	day    = 24 * hour
)

// Two versions of two models that have one hash, 825b4e5a8938598e: found by searching.
var collision = [2][2]string{{"dove", "5fc3c6914ed5fc8a"}, {"mule", "4c0c1243df251ee7"}}

// generator draws a history.
type generator struct {
	*rand.Rand
	h      History
	now    int64  // event time and clock move together, roughly
	seen   int64  // the watermark
	prefix string // of names and ids
	models []string
	said   []Message
	late   []Step         // Say that some keys have not had yet
	places map[string]int // uri -> the document that lies there
	events int
	scored int64 // the time of the last event
}

// Generate draws a history of so many steps.
func Generate(seed uint64, steps int) History {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 12)), now: Epoch, seen: Epoch, places: map[string]int{}}
	g.h = History{Seed: seed, Setup: g.setup()}
	for uri := range 6 {
		if uri < 5 { // nothing lies at the last one
			g.place(fmt.Sprintf("u%d.pmml", uri), Sound)
		}
	}
	for len(g.h.Steps) < steps {
		g.step()
	}
	return g.h
}

// GenerateTable draws a history of messages and events alone, for a system that can be told nothing else. Histories of unlike
// prefixes have no model and no event in common. Document n lies at un.pmml for n < 5, and nothing elsewhere.
func GenerateTable(seed uint64, prefix string, steps int) History {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 12)), now: Epoch, places: map[string]int{}, prefix: prefix}
	g.h = History{Seed: seed, Setup: Setup{Keys: 1}}
	g.models = []string{prefix + "a", prefix + "b", prefix + "wide"}
	for uri := range 5 {
		g.places[fmt.Sprintf("u%d.pmml", uri)] = uri
	}
	for len(g.h.Steps) < steps {
		g.now += g.Int64N(10 * minute)
		if g.chance(50) {
			g.say()
		} else {
			g.score()
		}
		last := &g.h.Steps[len(g.h.Steps)-1]
		for i := range last.Messages {
			last.Messages[i].HasTime, last.Messages[i].NoAt = false, false
		}
		for i := range last.Events {
			last.Events[i].At = "" // the clock is not the history's
		}
	}
	return g.h
}

// Events resolves the events of a table's history by the messages that came before each of them, or by all that come at all.
func (h History) Events(all bool) (events []Event, answers []Answer) {
	var r Reference
	for _, s := range h.Steps {
		if all {
			r.Keep(0, s.Messages)
		}
	}
	for _, s := range h.Steps {
		r.Keep(0, s.Messages)
		for _, e := range s.Events {
			events, answers = append(events, e), append(answers, r.Resolve(e.Ref, e.key(), e.Time))
		}
	}
	return events, answers
}

func (g *generator) setup() Setup {
	g.models = []string{collision[0][0], collision[1][0], "m0", "m1", "wide/0"}
	s := Setup{Join: pick(g, "state", "state", "side-input", "keyed"), Keys: 1 + g.IntN(3), Horizon: pick(g, 0, hour, 90*minute, 3*hour, day),
		Budget: pick(g, int64(20<<10), 40<<10, Roomy), Loads: loadsAtOnce, Latest: g.chance(30)}
	if s.Join != "side-input" && g.chance(50) {
		s.Exact, s.Hold = g.chance(60), pick(g, 0, 2*second, 5*minute, 20*minute)
		if s.Hold > 0 && g.chance(20) {
			s.HoldBytes = 300
		}
	}
	switch s.Join {
	case "side-input":
		s.Keys = 1
	case "keyed":
		s.Keys, s.SubShards = 1, 1+g.IntN(2)
	}
	if s.Join == "keyed" || s.Exact || s.Hold > 0 {
		s.Horizon = 0 // shards have cuts of their own, and what waits may come before or after one
	}
	if s.Join != "keyed" && g.chance(20) { // there each shard counts its own
		s.Names = 3
	}
	if g.chance(30) {
		for range 1 + g.IntN(12) {
			m := g.message()
			m.HasTime, m.NoAt = false, false
			s.Base = append(s.Base, m)
		}
	}
	return s
}

func (g *generator) step() {
	if n := len(g.h.Steps); n > 0 && n%400 == 0 { // the world moves on
		g.models = append(g.models[:2:2], append(g.models[3:], fmt.Sprintf("%s%d", pick(g, "m", "m", "wide/"), n/400))...)
	}
	switch n := g.IntN(1000); {
	case n < 240:
		g.say()
	case n < 640:
		g.score()
	case n < 720:
		g.seen = max(g.seen, g.nextWatermark())
		g.add(Step{Kind: Watermark, At: g.seen})
	case n < 900:
		g.now += pick(g, 1, 200, second, 5*second, 20*second, minute, 5*minute, 20*minute)
		if g.chance(2) {
			g.now += pick(g, hour, 5*hour, day)
		}
		g.add(Step{Kind: Pause, At: g.now})
	case n < 935:
		g.place(g.uri(), pick(g, Sound, Sound, Sound, Sound, Sound, Sound, Sound, Sound, Transient, Transient, Permanent))
	case n < 965:
		g.add(Step{Kind: Checkpoint})
	case n < 972:
		g.add(Step{Kind: Crash})
	default:
		g.add(Step{Kind: Abort})
	}
}

func (g *generator) add(s Step) { g.h.Steps = append(g.h.Steps, s) }

func (g *generator) place(uri string, fault Fault) {
	if _, is := g.places[uri]; !is || g.chance(40) {
		g.places[uri] = g.IntN(Documents)
	}
	takes := pick(g, 0, 0, 0, 0, 200, 3*second)
	if g.chance(8) {
		takes = pick(g, 15*second, 70*second)
	}
	g.add(Step{Kind: Place, URI: uri, Document: g.places[uri], Fault: fault, Takes: takes})
}

// say gives messages to all keys, or to some now and to the others later.
func (g *generator) say() {
	if len(g.late) > 0 && g.chance(40) {
		g.add(g.late[0])
		g.late = g.late[1:]
		return
	}
	s := Step{Kind: Say, At: g.now, Joined: g.chance(30)}
	for range pick(g, 1, 1, 1, 2, 5) {
		s.Messages = append(s.Messages, g.message())
	}
	if g.chance(4) { // many versions at once, as a restore of a catalogue says them
		first := g.message()
		for i := range 45 {
			m := first
			m.Op, m.Version, m.URI, m.SHA256, m.Alias, m.To = "ADD", fmt.Sprintf("w%d", i), g.uri(), "", "", nil
			if g.chance(30) {
				m.Op = "UPDATE"
			}
			s.Messages = append(s.Messages, m)
		}
	}
	g.said = append(g.said, s.Messages...)
	var others []int
	for key := range g.h.Setup.Keys {
		if len(s.Keys) > 0 && g.chance(10) {
			others = append(others, key)
		} else {
			s.Keys = append(s.Keys, key)
		}
	}
	g.add(s)
	if len(others) > 0 {
		s.Keys, s.Joined = others, false
		g.late = append(g.late, s)
	}
}

func (g *generator) message() Message {
	if len(g.said) > 0 && g.chance(15) {
		return g.recent() // said again
	}
	if g.chance(12) {
		return g.alias()
	}
	m := Message{Op: pick(g, "ADD", "ADD", "ADD", "UPDATE", "UPDATE", "UPDATE", "DEL", "DEL"), Model: pick(g, g.models...), At: g.messageTime()}
	m.Version = g.versionOf(m.Model)
	switch {
	case m.Op != "DEL":
		m.URI = g.uri()
		if g.chance(50) {
			m.SHA256 = Digest(g.places[m.URI])
		} else if g.chance(10) {
			m.SHA256 = Digest(g.IntN(Documents))
		}
	case g.chance(35):
		m.Version = ""
	}
	m.Preload = m.Op != "DEL" && g.chance(10)
	g.stamp(&m)
	return m
}

func (g *generator) stamp(m *Message) {
	if g.chance(50) {
		m.HasSeq, m.Seq = true, int64(g.IntN(4))-1
	}
	if g.chance(60) {
		m.HasTime, m.RecordTime = true, g.now
		if g.chance(10) {
			m.NoAt, m.At = true, g.now
		}
	}
}

// alias points a label at a version or splits it; now and then it removes the label.
func (g *generator) alias() Message {
	m := Message{Op: "ALIAS", Model: pick(g, g.models...), Alias: g.label(), At: g.messageTime()}
	for range pick(g, 0, 1, 1, 1, 2, 3) {
		v := g.versionOf(m.Model)
		if !slices.ContainsFunc(m.To, func(to Target) bool { return to.Version == v }) {
			m.To = append(m.To, Target{v, pick(g, uint64(0), 1, 1, 10, 90)})
		}
	}
	if len(m.To) > 0 && m.To[0].Weight == 0 { // not all may be 0
		m.To[0].Weight = 1
	}
	g.stamp(&m)
	return m
}

func (g *generator) label() string {
	return pick(g, "champion", "champion", "challenger", fmt.Sprintf("l%d", g.IntN(40)))
}

func (g *generator) versionOf(model string) string {
	for _, c := range collision {
		if model == c[0] && g.chance(50) {
			return c[1]
		}
	}
	if strings.HasPrefix(model, "wide") && g.chance(60) {
		return fmt.Sprintf("w%d", g.IntN(45))
	}
	return pick(g, "1", "2", "3", "4")
}

func (g *generator) uri() string {
	return fmt.Sprintf("u%d.pmml", pick(g, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5))
}

// recent is a message said before, most likely a new one.
func (g *generator) recent() Message {
	n := len(g.said)
	if g.chance(80) {
		return g.said[n-1-g.IntN(min(n, 30))]
	}
	return g.said[g.IntN(n)]
}

func (g *generator) messageTime() int64 {
	back := max(2*g.h.Setup.Horizon, 2*hour)
	switch n := g.IntN(100); {
	case n < 40 || len(g.said) == 0:
		return g.now + g.Int64N(hour) - 30*minute
	case n < 65:
		return g.recent().At // a tie, if it is the same model's
	case n < 75:
		return floorHour(g.now) + (g.Int64N(7)-3)*hour - g.Int64N(2)
	case n < 90:
		return g.now - g.Int64N(back)
	case n < 94:
		return g.now + g.Int64N(100*day)
	case n < 97:
		return g.now + farAhead + g.Int64N(3) - 1
	}
	return g.recent().At + g.Int64N(3) - 1
}

func (g *generator) score() {
	s := Step{Kind: Score, At: g.now, Joined: g.chance(30), Keys: []int{g.IntN(g.h.Setup.Keys)}, Lag: pick(g, 0, 0, 0, 1, 2)}
	for range 1 + g.IntN(6) {
		g.events++
		g.scored = g.eventTime()
		s.Events = append(s.Events, Event{ID: fmt.Sprintf("%se%d", g.prefix, g.events), Ref: g.reference(), Time: g.scored,
			Key: pick(g, "", "", "a", "b"), At: pick(g, "", "", "", "", "", "", "asof", "latest"), Bad: g.chance(2)})
	}
	g.add(s)
}

func (g *generator) reference() string {
	m := Message{Model: pick(g, g.models...)}
	m.Version = g.versionOf(m.Model)
	if len(g.said) > 0 && g.chance(60) {
		m = g.recent()
	}
	switch n := g.IntN(100); {
	case n < 45:
		return m.Model
	case n < 55:
		return m.Model + ":" + cmp.Or(m.Alias, g.label())
	case n < 70:
		return m.Model + "@" + cmp.Or(m.Version, "1")
	case n < 90:
		return "#" + HashOf(m.Model, m.Version)
	case n < 95: // the hash of something else, but for a digit
		hash := []byte(HashOf(m.Model, m.Version))
		hash[g.IntN(len(hash))] = "0123456789abcdef"[g.IntN(16)]
		return "#" + string(hash)
	}
	return pick(g, "", "", "nobody", "nobody", "nobody@1", g.models[0]+"@1@2", g.models[0]+":champion@1", ":champion", "@1", "m 0", "#0123", "#0123456789ABCDEF", "m0@1/2", strings.Repeat("m", 201))
}

// nextWatermark lies about an event where events may wait, and else jumps over hours now and then, as cuts do.
func (g *generator) nextWatermark() int64 {
	behind := g.now - pick(g, 0, minute, hour)
	switch {
	case !g.waits():
		return behind + pick(g, 0, 0, hour)
	case g.chance(70) && g.scored < g.now+minute:
		return g.scored + g.Int64N(3) - 1
	}
	return behind
}

// waits says whether events may wait.
func (g *generator) waits() bool { return g.h.Setup.Exact || g.h.Setup.Hold > 0 }

func (g *generator) eventTime() int64 {
	if g.waits() && g.chance(40) { // soon, and at a whole tick of whatever looks after events that wait
		return (g.now + g.Int64N(10*second)) / 500 * 500
	}
	switch n := g.IntN(100); {
	case n < 45 && len(g.said) > 0:
		return g.recent().At + g.Int64N(3) - 1
	case n < 70:
		return g.now - g.Int64N(10*minute)
	case n < 85:
		return g.now - g.Int64N(max(2*g.h.Setup.Horizon, 3*hour))
	case n < 95: // about the cut
		return floorHour(g.now-g.h.Setup.Horizon) + (g.Int64N(4)-2)*hour + g.Int64N(3) - 1
	}
	return g.now + pick(g, -365*day, -hour, hour, 365*day)
}

func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

func pick[T any](g *generator, from ...T) T { return from[g.IntN(len(from))] }
