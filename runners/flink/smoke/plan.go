package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// A plan says in which order the demo's lines reach the job. All messages are of the demo, and all events; only their order
// is ours, which by the rules of the table changes no outcome.
//
//	base        the half of the control lines with the earlier times: there when the job is submitted
//	early       events before the first time in later: they do not need it
//	later       the other half, appended once the job runs
//	pilots      more early events, fed one by one: they show when every shard holds the newest table
//	beforeKill, duringKill, afterKill   events that need later
type plan struct {
	base, later                                      [][]byte
	early, pilots, beforeKill, duringKill, afterKill [][]byte
}

// pilotCount is enough for each of four shards to be met many times over.
const pilotCount = 120

// makePlan divides the demo. usable says whether an event has a result whatever the later messages say; pilots are such.
func makePlan(control, events []byte) (plan, error) {
	var p plan
	messages := splitLines(control)
	slices.SortStableFunc(messages, func(a, b []byte) int { return timeOf(a, "at").Compare(timeOf(b, "at")) })
	half := len(messages) / 2
	p.base, p.later = messages[:half], messages[half:]
	if half == 0 || !timeOf(p.base[half-1], "at").Before(timeOf(p.later[0], "at")) {
		// A message of the same time would be in both halves' past.
		for half < len(messages) && half > 0 && timeOf(messages[half-1], "at").Equal(timeOf(messages[half], "at")) {
			half++
		}
		p.base, p.later = messages[:half], messages[half:]
	}
	if len(p.base) == 0 || len(p.later) == 0 {
		return plan{}, errors.New("the control file has no two times to divide it by")
	}
	from := timeOf(p.later[0], "at")
	var early, needing [][]byte
	for _, e := range splitLines(events) {
		if t := timeOf(e, "time"); !t.IsZero() && t.Before(from) {
			early = append(early, e)
		} else {
			needing = append(needing, e)
		}
	}
	if len(early) < 2*pilotCount || len(needing) < 100 {
		return plan{}, fmt.Errorf("%d events before %s and %d after it are too few", len(early), from.Format(time.RFC3339), len(needing))
	}
	cut := len(early) - pilotCount
	p.early, p.pilots = early[:cut], early[cut:]
	a, b := len(needing)*4/10, len(needing)*6/10
	p.beforeKill, p.duringKill, p.afterKill = needing[:a], needing[a:b], needing[b:]
	return p, nil
}

func (p plan) events() [][]byte {
	return slices.Concat(p.early, p.pilots, p.beforeKill, p.duringKill, p.afterKill)
}

func (p plan) control() [][]byte { return slices.Concat(p.base, p.later) }

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

// splitLines returns the lines with their ends, blank ones left out.
func splitLines(data []byte) [][]byte {
	var lines [][]byte
	for line := range bytes.Lines(data) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if line[len(line)-1] != '\n' {
			line = append(bytes.Clone(line), '\n')
		}
		lines = append(lines, line)
	}
	return lines
}
