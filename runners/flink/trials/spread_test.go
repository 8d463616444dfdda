package main

import (
	"testing"
	"time"
)

func TestSpread(t *testing.T) {
	var s spread
	if s.at(0.5) != 0 {
		t.Error("a quantile of nothing")
	}
	for i := 1000; i > 0; i-- {
		s = append(s, time.Duration(i))
	}
	for q, want := range map[float64]time.Duration{0.001: 1, 0.5: 500, 0.9: 900, 0.99: 990, 0.999: 999, 1: 1000} {
		if got := s.at(q); got != want {
			t.Errorf("quantile %v is %d, want %d", q, got, want)
		}
	}
}
