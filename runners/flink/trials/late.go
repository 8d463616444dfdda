package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

// The times of a late run: the demo's days are told within seconds of the clock, and each message comes after the events
// that need it.
const (
	lateSpan  = 16 * time.Second // of the whole story
	lateDelay = 4 * time.Second  // of a message, after the time from which it holds
	lateWait  = 16 * time.Second // how long the job lets events wait: for the delay, and for a restart
	lateKill  = 8 * time.Second  // after the begin: events wait, and most messages have yet to come

	lateWaiting = 500 // events at least that wait then
)

// A lateStory is what a late job is told.
type lateStory struct{ control, events [][]byte }

// A lateLine is a line and when it is written.
type lateLine struct {
	line    []byte
	message bool
	after   time.Duration // since the story's begin
}

// tell moves the demo's lines to the seconds after begin and puts them in the order in which they are written. What was at
// one time still is. Lines without a time come first.
func (s *lateStory) tell(begin time.Time) ([]lateLine, error) {
	times := slices.Concat(timesOf(s.control, "at"), timesOf(s.events, "time"))
	if len(times) == 0 {
		return nil, errors.New("the demo has no times")
	}
	first, last := slices.MinFunc(times, time.Time.Compare), slices.MaxFunc(times, time.Time.Compare)
	if first.Equal(last) {
		return nil, errors.New("the demo has no two times to tell a story between")
	}
	move := func(line []byte, member string) ([]byte, time.Duration) {
		old := timeOf(line, member)
		if old.IsZero() {
			return line, 0
		}
		after := time.Duration(float64(lateSpan) * (float64(old.Sub(first)) / float64(last.Sub(first)))).Truncate(time.Millisecond)
		return withTime(line, member, begin.Add(after)), after
	}
	var story []lateLine
	for _, e := range s.events {
		line, after := move(e, "time")
		story = append(story, lateLine{line: line, after: after})
	}
	for _, m := range s.control {
		line, after := move(m, "at")
		story = append(story, lateLine{line: line, message: true, after: after + lateDelay})
	}
	slices.SortStableFunc(story, func(a, b lateLine) int { return cmp.Compare(a.after, b.after) })
	return story, nil
}

func timesOf(lines [][]byte, member string) (times []time.Time) {
	for _, l := range lines {
		if t := timeOf(l, member); !t.IsZero() {
			times = append(times, t)
		}
	}
	return times
}

// withTime gives a line's member another time. It changes the first member of that name, at any depth: in the demo's lines
// that is the one at the top.
func withTime(line []byte, member string, t time.Time) []byte {
	place := regexp.MustCompile(`"` + member + `"\s*:\s*("[^"]*"|[0-9]+)`).FindSubmatchIndex(line)
	if place == nil {
		return line
	}
	return slices.Concat(line[:place[2]], []byte(strconv.Quote(t.UTC().Format("2006-01-02T15:04:05.000Z"))), line[place[3]:])
}

// firstAdditions are the messages that make a model known for the first time. Where there are no others, the reference of an
// event is unknown until the message comes that decides about it.
func firstAdditions(control [][]byte) (list [][]byte) {
	seen := map[string]bool{}
	for _, l := range control {
		m, err := sideinput.Raw{Data: l}.Message()
		if err == nil && m.Op == sideinput.Add && !seen[m.Model] {
			seen[m.Model] = true
			list = append(list, l)
		}
	}
	return list
}

// marker is an event that moves the watermark and does not wait itself, as it has no reference.
func marker(id string, t time.Time) []byte {
	return fmt.Appendf(nil, `{"id":%q,"time":%d}`, id, t.UnixMilli())
}

// timeOf reads a time, RFC 3339 or epoch milliseconds, of a top-level member; the zero time where there is none.
func timeOf(line []byte, member string) time.Time {
	var object map[string]json.RawMessage
	if json.Unmarshal(line, &object) != nil {
		return time.Time{}
	}
	var text string
	if json.Unmarshal(object[member], &text) == nil {
		t, _ := time.Parse(time.RFC3339, text)
		return t
	}
	var ms int64
	if json.Unmarshal(object[member], &ms) == nil && ms != 0 {
		return time.UnixMilli(ms)
	}
	return time.Time{}
}
