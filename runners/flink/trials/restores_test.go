package main

import (
	"testing"
	"time"
)

func TestUnexplained(t *testing.T) {
	at := func(s float64) time.Time { return time.UnixMilli(int64(s * 1000)) }
	restores := []restore{{1, at(100), at(110)}, {2, at(200), at(210)}}
	for name, c := range map[string]struct {
		before, again float64
		explained     bool
	}{
		"read after the checkpoint, and again after the restore": {101, 111, true},
		"at the moment of the checkpoint":                        {100, 111, true},
		"read before the checkpoint":                             {99.9, 111, false},
		"read before it and repeated by a later restore":         {150, 211, false},
		"repeated by the later restore":                          {205, 212, true},
		"repeated without a restore":                             {105, 106, false},
		"twice after a restore":                                  {130, 131, false},
		"written late by a worker that was given up":             {111, 112, true},
	} {
		list := unexplained([]repeat{{0, at(c.before), at(c.again)}}, restores, eventID)
		if (list.count == 0) != c.explained {
			t.Errorf("%s: %q", name, list.examples)
		}
	}
}
