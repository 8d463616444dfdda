package simulation

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// waiting is an event that has not ended yet: it waits for the watermark to pass its time (exact), or for a message that
// makes its reference known (hold).
type waiting struct {
	Event
	isReleased bool // it surely need not wait for the watermark any more
	mayHold    bool // it may wait for a message: its reference was unknown when it came, or when the watermark let it go
}

// slack is how much further than it must the watermark may have to go before an event that waits is seen to: a tick, and a
// millisecond.
const slack = 501

// call is one call of the system, in which events may end, or must.
type call struct {
	*run
	key     int
	begin   time.Time
	isTimer bool

	// What is known at its end.
	reference Reference
	watermark int64
	events    []waiting
	isNew     bool // so are they; else they wait already
	wants     []want
	must      []bool
}

func (r *run) call(key int) *call {
	r.process.block()
	return &call{run: r, key: key, begin: time.Now()}
}

// expect says what the call is to do about events, by what is known at its end. Told twice about the same ones, it is
// once by what was known before: a message lets go what it makes known.
func (c *call) expect(events []waiting, reference *Reference, watermark int64, isNew bool) {
	before := c.wants
	c.reference, c.watermark, c.events, c.isNew = *reference, watermark, events, isNew
	c.wants, c.must = nil, nil
	for i, e := range events {
		if !isNew && !c.passed(e) { // most of those that wait, and they cannot end
			c.wants, c.must = append(c.wants, want{answers: []Answer{{}}}), append(c.must, false)
			continue
		}
		w := c.want(reference, e.Event, c.begin, c.begin)
		_, must := c.ends(e, w)
		if before != nil && before[i].isUnknown() && !w.isUnknown() && w.answers[0].Reason != "deleted" {
			must = e.isReleased // a message has made it known; one that says that it was there and is gone may let it wait
		}
		c.wants, c.must = append(c.wants, w), append(c.must, must)
	}
}

// passed says whether the watermark has passed the time of an event that waits for it.
func (c *call) passed(e waiting) bool { return e.isReleased || c.watermark > e.Time }

// ends says whether the event may end in the call, and whether it must.
func (c *call) ends(e waiting, w want) (may, must bool) {
	passed := c.passed(e)
	surely := e.isReleased || c.isTimer && c.watermark >= e.Time+slack
	may, must = passed, surely && (c.isNew || c.isTimer)
	if hold := c.setup.Hold; hold > 0 && (w.isUnknown() || e.mayHold) {
		// It waits for a message. That it is known by now, since with latest time has gone on, or was and is gone, lets it go
		// but need not.
		may = passed && (c.watermark > e.Time+hold || !w.isUnknown())
		must = must && c.isTimer && c.watermark >= e.Time+hold+slack
	}
	return may, must
}

// check says what is wrong about the end of an event. A call may take a while, if events wait for documents, and with latest what
// is in force may change meanwhile.
func (c *call) check(e waiting, w want, line ended) error {
	err := c.allowed(e.Event, w, line, c.begin)
	if may, _ := c.ends(e, w); !may {
		err = fmt.Errorf("too early, in %s; the watermark is %s", line, timeText(c.watermark))
	}
	if err == nil || c.isLong(w, line) {
		return nil
	}
	if !c.isLatest(e.Event) {
		return err
	}
	for _, m := range c.reference.kept {
		if at := time.UnixMilli(m.At); at.After(c.begin) && !at.After(time.Now()) {
			w := c.want(&c.reference, e.Event, c.begin, at)
			if may, _ := c.ends(e, w); may && (c.allowed(e.Event, w, line, c.begin) == nil || c.isLong(w, line)) {
				return nil
			}
		}
	}
	return err
}

// isLong says that a timer has let several blocks go, one after the other, of which each may have waited for documents. Which of
// them waited for what is not known: load_failed of the version in force is then what it may be.
func (c *call) isLong(w want, line ended) bool {
	first := w.answers[0].Choice
	return c.isTimer && time.Since(c.begin) >= loadWait && line.Reason == "load_failed" &&
		first != nil && first.Model == line.Model && first.Version == line.Version
}

// isUnknown says whether a message may make the event's reference known.
func (w want) isUnknown() bool {
	return w.answers[0].Reason == "unknown_model" || w.answers[0].Reason == "unknown_version"
}

// make takes what came of the call, and compares.
func (c *call) make(err error) error {
	defer c.process.block()
	if err != nil {
		return err
	}
	got, err := read(c.system.Take(c.key))
	if err != nil {
		return err
	}
	k := c.keys[c.key]
	left := slices.DeleteFunc(slices.Clone(k.waiting), func(e waiting) bool {
		return slices.ContainsFunc(c.events, func(other waiting) bool { return other.ID == e.ID })
	})
	for i, e := range c.events {
		line, ended := got[e.ID]
		delete(got, e.ID)
		isFull := ended && line.Reason == "hold_full" && c.setup.Hold > 0 && c.setup.HoldBytes > 0 && c.wants[i].isUnknown()
		switch {
		case isFull:
			c.tally["hold_full"]++
		case !ended && c.must[i]:
			return fmt.Errorf("%s: ended in nothing", e.Line())
		case !ended:
			e.isReleased = e.isReleased || c.isTimer && k.watermark >= e.Time+slack
			e.mayHold = e.mayHold || c.passed(e) && c.wants[i].isUnknown()
			left = append(left, e)
		default:
			c.tally[line.outcome()]++
			if err := c.check(e, c.wants[i], line); err != nil {
				return fmt.Errorf("%s: %w", e.Line(), err)
			}
		}
	}
	if c.setup.Join != "side-input" {
		k.waiting = left
	} else if len(left) > 0 {
		return fmt.Errorf("%s: waits, but nothing may", left[0].Line())
	}
	for id := range got {
		return fmt.Errorf("a line of %q, which is no event that could end; there are %s", id, names(left))
	}
	return nil
}

func names(list []waiting) string {
	var ids []string
	for _, e := range list {
		ids = append(ids, e.ID)
	}
	return strings.Join(ids, " ")
}
