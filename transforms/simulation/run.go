package simulation

import (
	"fmt"
	"math"
	"runtime/debug"
	"slices"
	"time"
)

// A System is the code under test. Keys are those of its keyed state. A bundle begins with the first Say or Score of a key
// and ends with Commit or Abort.
type System interface {
	// Say gives control records to a key, as one element.
	Say(key int, at int64, records []Record) error
	// Score gives a block of events to a key. With a side input, all but so many of the newest snapshots are there.
	Score(key int, at int64, events []string, lag int) error
	// Take gives the lines that have left a key since it was asked last.
	Take(key int) Outcome
	// Commit ends a key's bundle, and says whether it gave a snapshot of the table.
	Commit(key int) (snapshot bool, err error)
	// Abort ends a key's bundle with nothing changed.
	Abort(key int)
	// Watermark moves a key's input watermark and fires what is due.
	Watermark(key int, now int64) error
	// Checkpoint keeps the state, without any open bundle.
	Checkpoint()
	// Restore begins anew as another process, with the state that was kept last: none without a checkpoint.
	Restore(p *Process) error
	// Check says which invariant of the system is broken.
	Check() error
}

// Record is one control record.
type Record struct {
	Data    string
	Time    int64
	HasTime bool
}

// Outcome is the lines that leave a block.
type Outcome struct{ Results, DeadLetters []string }

// A Tally counts what events ended in: reasons, and "result".
type Tally map[string]int

// A Violation is what a system did and must not.
type Violation struct {
	Step int // of the history, from 0
	Text string
}

func (v *Violation) Error() string { return fmt.Sprintf("step %d: %s", v.Step, v.Text) }

// A run is one history on one system.
type run struct {
	setup   Setup
	system  System
	world   *world
	process *Process

	keys      []*keyState
	snapshots []Reference // of a side input; the newest at the end
	kept      kept
	since     []Step // since the checkpoint

	tally Tally
}

// keyState is what the reference says of one key.
type keyState struct {
	belief
	isOpen bool
	before belief // when the open bundle began
	steps  []Step // of it
}

// belief is what must be in a key's state.
type belief struct {
	reference Reference
	watermark int64
	waiting   []waiting // never changed in place
}

// kept is a checkpoint.
type kept struct {
	keys      []belief
	snapshots []Reference
}

// Run plays a history in a synctest bubble and adds to the tally. The system gets its first process by Restore.
func Run(h History, system System, tally Tally) (violation *Violation) {
	step := -1
	defer func() {
		if r := recover(); r != nil {
			violation = &Violation{step, fmt.Sprintf("panic: %v\n%s", r, debug.Stack())}
		}
	}()
	r := &run{setup: h.Setup, system: system, world: &world{places: map[string]Step{}}, tally: tally}
	if err := r.begin(); err != nil {
		return &Violation{step, err.Error()}
	}
	for step = range h.Steps {
		s := h.Steps[step]
		if err := r.play(s); err != nil {
			return &Violation{step, err.Error()}
		}
		if s.Kind == Say || s.Kind == Score || s.Kind == Watermark || s.Kind == Abort {
			r.since = append(r.since, s)
		}
		if err := system.Check(); err != nil {
			return &Violation{step, err.Error()}
		}
	}
	step = len(h.Steps)
	if err := r.commit(); err != nil {
		return &Violation{step, err.Error()}
	}
	return nil
}

func (r *run) begin() error {
	base := Reference{Names: r.setup.Names}
	base.Keep(0, r.setup.Base)
	base.Horizon = r.setup.Horizon // what is known at launch sets no timer
	for range r.setup.Keys {
		r.keys = append(r.keys, &keyState{})
		r.kept.keys = append(r.kept.keys, belief{reference: base, watermark: math.MinInt64})
	}
	return r.restore()
}

// play does one step.
func (r *run) play(s Step) error {
	if !s.Joined && s.Kind != Abort {
		if err := r.commit(); err != nil {
			return err
		}
	}
	switch s.Kind {
	case Say:
		return r.say(s)
	case Score:
		return r.score(s)
	case Watermark:
		return r.watermark(s.At)
	case Pause:
		time.Sleep(time.Until(time.UnixMilli(s.At)))
	case Place:
		r.world.mu.Lock()
		r.world.places[s.URI] = s
		r.world.mu.Unlock()
	case Checkpoint:
		r.checkpoint()
	case Crash:
		return r.crash()
	case Abort:
		return r.abort()
	}
	return nil
}

func (r *run) open(key int) *keyState {
	k := r.keys[key]
	if !k.isOpen {
		k.isOpen, k.before, k.steps = true, k.belief, nil
	}
	return k
}

func (r *run) say(s Step) error {
	records := make([]Record, len(s.Messages))
	for i, m := range s.Messages {
		records[i] = Record{Data: m.Line(), Time: m.RecordTime, HasTime: m.HasTime}
	}
	for _, key := range s.Keys {
		if key >= len(r.keys) {
			continue
		}
		k := r.open(key)
		k.steps = append(k.steps, Step{Kind: Say, Keys: []int{key}, Joined: true, At: s.At, Messages: s.Messages})
		c := r.call(key)
		c.expect(k.waiting, &k.reference, k.watermark, false)
		k.reference.Keep(s.At, s.Messages)
		c.expect(k.waiting, &k.reference, k.watermark, false)
		if err := c.make(r.system.Say(key, s.At, records)); err != nil {
			return fmt.Errorf("key %d: messages: %w", key, err)
		}
	}
	return nil
}

func (r *run) score(s Step) error {
	key := s.Keys[0] % len(r.keys)
	reference := &r.keys[key].reference
	if r.setup.Join == "side-input" {
		s.Lag = min(s.Lag, len(r.snapshots)-1)
		reference = &r.snapshots[len(r.snapshots)-1-s.Lag]
	} else {
		k := r.open(key)
		k.steps = append(k.steps, s)
	}
	c := r.call(key)
	lines := make([]string, len(s.Events))
	events := make([]waiting, len(s.Events))
	for i, e := range s.Events {
		lines[i], events[i] = e.Line(), waiting{Event: e, isReleased: !r.setup.Exact || e.Ref == ""}
	}
	c.expect(events, reference, r.keys[key].watermark, true)
	if err := c.make(r.system.Score(key, s.At, lines, s.Lag)); err != nil {
		return fmt.Errorf("key %d: events: %w", key, err)
	}
	return nil
}

func (r *run) watermark(now int64) error {
	for key := range r.keys {
		k := r.open(key)
		k.watermark = max(k.watermark, now)
		k.reference.Watermark(now)
		c := r.call(key)
		c.isTimer = true
		c.expect(k.waiting, &k.reference, k.watermark, false)
		if err := c.make(r.system.Watermark(key, now)); err != nil {
			return fmt.Errorf("key %d: watermark: %w", key, err)
		}
	}
	return r.commit()
}

func (r *run) isLatest(e Event) bool { return e.At == "latest" || e.At == "" && r.setup.Latest }

// want is what an event of a call that began then may end in: with answers of latest, the first whose document can be had.
func (r *run) want(reference *Reference, e Event, begin, now time.Time) want {
	var w want
	if r.isLatest(e) {
		w.answers = reference.Latest(e.Ref, e.key(), e.Time, now.UnixMilli())
	} else {
		w.answers = []Answer{reference.Resolve(e.Ref, e.key(), e.Time)}
	}
	for _, a := range w.answers {
		if a.Choice != nil {
			w.loaded = append(w.loaded, r.process.ask(identityOf(a.Choice), begin))
		}
	}
	return w
}

// commit ends all bundles.
func (r *run) commit() error {
	for key, k := range r.keys {
		if !k.isOpen {
			continue
		}
		k.isOpen = false
		isNew, err := r.system.Commit(key)
		if err != nil {
			return fmt.Errorf("key %d: end of the bundle: %w", key, err)
		}
		if r.setup.Join != "side-input" {
			continue
		}
		if isNew {
			r.snapshots = append(slices.Clone(r.snapshots), k.reference)
		} else if k.before.reference.cut != k.reference.cut || len(k.before.reference.kept) != len(k.reference.kept) {
			return fmt.Errorf("the table changed, but there is no snapshot of it")
		}
	}
	return nil
}

// abort lets the bundles fail. What came in them comes again.
func (r *run) abort() error {
	var again []Step
	for key, k := range r.keys {
		if k.isOpen {
			again = append(again, k.steps...)
			k.isOpen, k.belief = false, k.before
			r.system.Abort(key)
		}
	}
	for _, s := range again {
		s.Joined = true
		if err := r.play(s); err != nil {
			return err
		}
	}
	return r.commit()
}

func (r *run) checkpoint() {
	r.system.Checkpoint()
	r.kept, r.since = kept{snapshots: r.snapshots}, nil
	for _, k := range r.keys {
		r.kept.keys = append(r.kept.keys, k.belief)
	}
}

// crash goes on from the checkpoint: what came since comes again.
func (r *run) crash() error {
	if err := r.restore(); err != nil {
		return err
	}
	for _, s := range r.since {
		if err := r.play(s); err != nil {
			return fmt.Errorf("again after a crash, %s: %w", s, err)
		}
	}
	return nil
}

func (r *run) restore() error {
	r.process = newProcess(r.world, r.setup.Budget == Roomy)
	for key, k := range r.keys {
		k.belief, k.isOpen = r.kept.keys[key], false
	}
	r.snapshots = r.kept.snapshots
	if err := r.system.Restore(r.process); err != nil {
		return err
	}
	if r.setup.Join == "side-input" && len(r.snapshots) == 0 {
		r.snapshots = []Reference{r.keys[0].reference} // the one that the Impulse asks for
	}
	return nil
}
