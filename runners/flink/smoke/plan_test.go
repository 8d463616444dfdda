package main

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"
)

func day(n int) string {
	return time.Date(2026, 11, n, 0, 0, 0, 0, time.UTC).Format(time.RFC3339)
}

func message(version string, at string) string {
	return fmt.Sprintf(`{"op":"ADD","model":"m","version":%q,"uri":"m.pmml","at":%q}`+"\n", version, at)
}

// weeks of events, one every ten minutes from the first of the month on.
func eventsOfTwoWeeks() []byte {
	var b bytes.Buffer
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for i := range 14 * 24 * 6 {
		fmt.Fprintf(&b, `{"id":"e%d","time":%q,"model":"m"}`+"\n", i, at.Add(time.Duration(i)*10*time.Minute).Format(time.RFC3339))
	}
	return b.Bytes()
}

func TestPlanKeepsEveryLineOnce(t *testing.T) {
	control := []byte(message("1", day(2)) + message("3", day(9)) + "broken\n" + message("2", day(4)) + "\n" + message("4", day(11)))
	events := append(eventsOfTwoWeeks(), []byte("no json, and no line end")...)
	p, err := makePlan(control, events)
	if err != nil {
		t.Fatal(err)
	}
	for name, lines := range map[string]struct{ got, want [][]byte }{
		"control": {p.control(), splitLines(control)},
		"events":  {p.events(), splitLines(events)},
	} {
		slices.SortFunc(lines.got, bytes.Compare)
		slices.SortFunc(lines.want, bytes.Compare)
		if !slices.EqualFunc(lines.got, lines.want, bytes.Equal) {
			t.Errorf("%s: %d lines of %d, or others", name, len(lines.got), len(lines.want))
		}
	}
}

func TestPlanHoldsBackTheLaterHalfAndWhatNeedsIt(t *testing.T) {
	control := []byte(message("3", day(9)) + message("1", day(2)) + message("4", day(11)) + message("2", day(4)))
	p, err := makePlan(control, eventsOfTwoWeeks())
	if err != nil {
		t.Fatal(err)
	}
	if got := string(bytes.Join(p.base, nil)); got != message("1", day(2))+message("2", day(4)) {
		t.Errorf("base is\n%s", got)
	}
	from := timeOf(p.later[0], "at")
	for _, e := range slices.Concat(p.early, p.pilots) {
		if !timeOf(e, "time").Before(from) {
			t.Fatalf("%s is fed before the later messages and needs them", e)
		}
	}
	for name, part := range map[string][][]byte{"before": p.beforeKill, "during": p.duringKill, "after": p.afterKill} {
		if len(part) == 0 {
			t.Errorf("no event %s the kill", name)
		}
		for _, e := range part {
			if timeOf(e, "time").Before(from) {
				t.Errorf("%s: %s needs no later message", name, e)
			}
		}
	}
}

func TestPlanDoesNotDivideMessagesOfOneTime(t *testing.T) {
	control := []byte(message("1", day(2)) + message("2", day(4)) + message("3", day(4)) + message("4", day(11)))
	p, err := makePlan(control, eventsOfTwoWeeks())
	if err != nil {
		t.Fatal(err)
	}
	if len(p.base) != 3 || len(p.later) != 1 {
		t.Errorf("divided into %d and %d", len(p.base), len(p.later))
	}
}

func TestPlanRefusesWhatShowsNothing(t *testing.T) {
	for name, c := range map[string]struct{ control, events []byte }{
		"no messages":                 {nil, eventsOfTwoWeeks()},
		"messages of one time":        {[]byte(message("1", day(2)) + message("2", day(2))), eventsOfTwoWeeks()},
		"no events after the later":   {[]byte(message("1", day(2)) + message("2", "2027-01-01T00:00:00Z")), eventsOfTwoWeeks()},
		"no events before the later":  {[]byte(message("1", "2026-10-01T00:00:00Z") + message("2", day(1))), eventsOfTwoWeeks()},
		"only lines without any time": {[]byte("a\nb\n"), eventsOfTwoWeeks()},
	} {
		if _, err := makePlan(c.control, c.events); err == nil {
			t.Errorf("%s: there is a plan", name)
		}
	}
}
