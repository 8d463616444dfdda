package main

import (
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"sync"
	"time"
)

// A book says what events there are, numbered from 0, and what each must end in.
type book interface {
	size() int // of the events so far
	// find returns the number of the event with this record id, and what it must end in; the Source is empty where any will
	// do. Where there are several right outcomes, it is the one that was got, if that is one of them.
	find(id string, got outcome) (n int, want outcome, known bool)
	name(n int) string // the id
}

// A ledger judges attempts by a book, one by one as they come. Its methods may be called from many goroutines.
type ledger struct {
	book book

	mu       sync.Mutex
	events   []entry // by number; those past its end have no attempt yet
	attempts int
	wrong    findings
	repeats  []repeat
}

// An entry is what is known of one event.
type entry struct {
	first, last int64 // milliseconds at which the first and the newest attempt were in their place; 0: none
	source      uint64
	settled     bool // by an outcome that is not of the moment, or one that is if that was expected
}

// A repeat is an attempt that was not the first.
type repeat struct {
	n             int
	before, again time.Time
}

// Findings are a few of many.
type findings struct {
	count    int
	examples []string
}

const mostExamples = 10

func (f *findings) add(format string, args ...any) {
	if f.count++; f.count <= mostExamples {
		f.examples = append(f.examples, fmt.Sprintf(format, args...))
	}
}

var placeSeed = maphash.MakeSeed()

// take judges an attempt that was in its place at a time.
func (l *ledger) take(a attempt, at time.Time) {
	n, want, known := l.book.find(a.ID, a.outcome)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.attempts++
	if !known {
		l.wrong.add("%s: %v, but there is no such event", a.ID, a.outcome)
		return
	}
	if missing := n + 1 - len(l.events); missing > 0 {
		l.events = slices.Concat(l.events, make([]entry, max(missing, len(l.events))))
	}
	e := &l.events[n]
	source := maphash.String(placeSeed, a.Source)
	if e.first == 0 {
		e.first, e.source = at.UnixMilli(), source
	} else {
		l.repeats = append(l.repeats, repeat{n, time.UnixMilli(e.last), at})
		if e.source != source {
			l.wrong.add("%s: a repeated attempt is of %s, an earlier one was not", a.ID, a.Source)
		}
	}
	e.last = at.UnixMilli()
	if want.Source == "" {
		want.Source = a.Source
	}
	if !want.agrees(a.outcome) {
		l.wrong.add("%s: %v, expected %v", a.ID, a.outcome, want)
		return
	}
	e.settled = e.settled || !a.retriable() || want.retriable()
}

// missing counts the events up to a number that are not settled.
func (l *ledger) missing(before int) (count int, example string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for n := range before {
		if n >= len(l.events) || !l.events[n].settled {
			if count++; count == 1 {
				example = l.book.name(n)
			}
		}
	}
	return count, example
}

// firstOf is when the first attempt at any of these events was in its place.
func (l *ledger) firstOf(from, before int) (first time.Time, found bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for n := from; n < min(before, len(l.events)); n++ {
		if at := l.events[n].first; at != 0 && (!found || at < first.UnixMilli()) {
			first, found = time.UnixMilli(at), true
		}
	}
	return first, found
}

// A verdict is what a ledger holds in the end.
type verdict struct {
	events, attempts int
	lost             int // without an outcome, or only with reasons of the moment
	lostExample      string
	wrong            findings // another outcome than expected, an event that was never fed, a repeated attempt that differs
	repeats          []repeat
}

func (l *ledger) verdict() verdict {
	v := verdict{events: l.book.size()}
	v.lost, v.lostExample = l.missing(v.events)
	l.mu.Lock()
	defer l.mu.Unlock()
	v.attempts, v.wrong, v.repeats = l.attempts, l.wrong, slices.Clone(l.repeats)
	return v
}

// errWrong is what a fault is if an attempt is wrong.
var errWrong = errors.New("attempts are wrong")

// wrongSoFar is the fault that no later attempt can mend.
func (l *ledger) wrongSoFar() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.wrong.fault()
}

func (f findings) fault() error {
	if f.count == 0 {
		return nil
	}
	return fmt.Errorf("%d %w, for example:\n%s", f.count, errWrong, firstLines(f.examples, mostExamples))
}

// fault is what is wrong, nil if all events have the outcome that they must have.
func (v verdict) fault() error {
	if err := v.wrong.fault(); err != nil || v.lost == 0 {
		return err
	}
	return fmt.Errorf("%d of %d events are lost, for example %s", v.lost, v.events, v.lostExample)
}
