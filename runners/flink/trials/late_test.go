package main

import (
	"bytes"
	"fmt"
	"testing"
	"time"
)

func day(n int) string {
	return time.Date(2026, 11, n, 0, 0, 0, 0, time.UTC).Format(time.RFC3339)
}

func message(version string, at string) string {
	return fmt.Sprintf(`{"op":"ADD","model":"m","version":%q,"uri":"m.pmml","at":%q}`, version, at)
}

func TestTell(t *testing.T) {
	begin := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	event := func(id, at string) []byte {
		return []byte(`{"id":"` + id + `","time":` + at + `,"x":{"time":1}}` + "\n")
	}
	control := [][]byte{[]byte(message("1", day(1))), []byte(message("2", day(5))), []byte("broken\n")}
	events := [][]byte{
		event("last", `"2026-11-05T00:00:00Z"`),
		event("half", "1793664000000"), // 2026-11-03T00:00:00Z
		event("none", "null"),
	}
	story, err := (&lateStory{control, events}).tell(begin)
	if err != nil {
		t.Fatal(err)
	}
	want := []lateLine{
		{events[2], false, 0},
		{[]byte(message("1", "2030-01-01T00:00:00.000Z")), true, lateDelay},
		{[]byte("broken\n"), true, lateDelay},
		{event("half", `"2030-01-01T00:00:08.000Z"`), false, lateSpan / 2},
		{event("last", `"2030-01-01T00:00:16.000Z"`), false, lateSpan},
		{[]byte(message("2", "2030-01-01T00:00:16.000Z")), true, lateSpan + lateDelay},
	}
	if len(story) != len(want) {
		t.Fatalf("%d lines, want %d", len(story), len(want))
	}
	for i, w := range want {
		if g := story[i]; !bytes.Equal(g.line, w.line) || g.message != w.message || g.after != w.after {
			t.Errorf("line %d: %s %v after %v, want %s %v after %v", i, g.line, g.message, g.after, w.line, w.message, w.after)
		}
	}
}

func TestTellNeedsTwoTimes(t *testing.T) {
	for _, control := range [][][]byte{nil, {[]byte(message("1", day(1)))}} {
		if _, err := (&lateStory{control: control}).tell(time.Now()); err == nil {
			t.Errorf("no error for %d messages", len(control))
		}
	}
}

func TestFirstAdditions(t *testing.T) {
	first, other := message("1", day(2)), `{"op":"ADD","model":"n","version":"1","uri":"n.pmml","at":"2026-11-02T00:00:00Z"}`
	got := firstAdditions(splitLines([]byte(`{"op":"DEL","model":"m","at":"2026-11-01T00:00:00Z"}` + "\nbroken\n" + first + "\n" + message("2", day(3)) + "\n" + other)))
	if len(got) != 2 || string(got[0]) != first || string(got[1]) != other {
		t.Errorf("first additions: %q", got)
	}
}
