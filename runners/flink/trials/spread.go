package main

import (
	"fmt"
	"slices"
	"time"
)

// A spread is a distribution of times.
type spread []time.Duration

// at is the quantile q by the nearest rank; 0 of none.
func (s spread) at(q float64) time.Duration {
	if len(s) == 0 {
		return 0
	}
	slices.Sort(s)
	rank := int(q*float64(len(s))+0.999999) - 1
	return s[min(max(rank, 0), len(s)-1)]
}

func (s spread) String() string {
	ms := func(q float64) int64 { return s.at(q).Milliseconds() }
	return fmt.Sprintf("p50 %d ms, p90 %d ms, p99 %d ms, p99.9 %d ms, greatest %d ms, of %d", ms(0.5), ms(0.9), ms(0.99), ms(0.999), ms(1), len(s))
}
