package sideinput

import (
	"strconv"
	"testing"
	"time"
)

func arriving(version string) Message {
	return Message{Op: Add, Model: "m", Version: version, URI: version + ".pmml", At: 5}
}

func TestAnArrivalIsTakenOnce(t *testing.T) {
	var l arrivalList
	first, second := time.UnixMilli(1000), time.UnixMilli(2000)
	l.note([]Message{arriving("1"), {Op: Del, Model: "m", At: 6}}, first)
	l.note([]Message{arriving("1")}, second) // another shard
	one, two := factOf(arriving("1")).Choice, factOf(arriving("2")).Choice
	if _, ok := l.take(&two); ok {
		t.Error("what never arrived was taken")
	}
	if at, ok := l.take(&one); !ok || !at.Equal(first) {
		t.Errorf("%v, %v; want the first fold", at, ok)
	}
	l.note([]Message{arriving("1")}, second) // a shard that comes after the first event
	if _, ok := l.take(&one); ok || l.open.Load() != 0 {
		t.Errorf("taken twice, %d open", l.open.Load())
	}
}

func TestArrivalsAreBounded(t *testing.T) {
	var l arrivalList
	for i := range 3 * mostArrivals {
		l.note([]Message{arriving(strconv.Itoa(i))}, time.UnixMilli(int64(i)))
		if i%3 == 0 {
			c := factOf(arriving(strconv.Itoa(i))).Choice
			l.take(&c)
		}
	}
	if len(l.of) != mostArrivals || len(l.order) != mostArrivals || int(l.open.Load()) > mostArrivals {
		t.Errorf("%d, %d remembered, %d open", len(l.of), len(l.order), l.open.Load())
	}
	open := 0
	for i := range mostArrivals {
		newest := 3*mostArrivals - 1 - i
		c := factOf(arriving(strconv.Itoa(newest))).Choice
		if _, ok := l.take(&c); ok != (newest%3 != 0) {
			t.Fatalf("message %d: taken is %v", newest, ok)
		} else if ok {
			open++
		}
	}
	if open == 0 || l.open.Load() != 0 {
		t.Errorf("%d taken, %d open", open, l.open.Load())
	}
}
