package sideinput

import (
	"sync"
	"sync/atomic"
	"time"
)

// arrivals remembers when this process folded messages, so that the time from there to the first event that is scored with
// them can be told. Where several keys of a process fold one message, the first counts.
var arrivals arrivalList

// mostArrivals bounds the messages remembered; the newest are.
const mostArrivals = 4096

type arrivalList struct {
	open atomic.Int32 // messages that nobody took yet: where there are none, taking costs no lock

	mu    sync.Mutex
	of    map[Choice]*arrival
	order []Choice // of the map, as a ring; next is the oldest once it is full
	next  int
}

type arrival struct {
	at    time.Time
	taken bool
}

// note remembers messages that set a document, folded now.
func (l *arrivalList) note(msgs []Message, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of == nil {
		l.of = make(map[Choice]*arrival)
	}
	for _, m := range msgs {
		c := factOf(m).Choice
		if c.URI == "" || l.of[c] != nil { // sets none, or is known from another key
			continue
		}
		if len(l.order) < mostArrivals {
			l.order = append(l.order, c)
		} else {
			l.forget(l.order[l.next])
			l.order[l.next] = c
			l.next = (l.next + 1) % mostArrivals
		}
		l.of[c] = &arrival{at: now}
		l.open.Add(1)
	}
}

func (l *arrivalList) forget(c Choice) {
	if !l.of[c].taken {
		l.open.Add(-1)
	}
	delete(l.of, c)
}

// take says when the message behind a choice was folded, the first time that it is asked.
func (l *arrivalList) take(c *Choice) (time.Time, bool) {
	if l.open.Load() == 0 {
		return time.Time{}, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.of[*c]
	if a == nil || a.taken {
		return time.Time{}, false
	}
	a.taken = true
	l.open.Add(-1)
	return a.at, true
}

// TakeArrival says when this process folded the message that c comes of: to the first who asks, and only for messages
// that came on the control stream and are among the newest 4,096. What was known at launch did not arrive.
func TakeArrival(c *Choice) (time.Time, bool) { return arrivals.take(c) }
