package main

import (
	"testing"
	"time"
)

// Messages that come from a broker for ever are forgotten after 30 days unless the command line says otherwise; files keep all.
func TestHorizonFitsTheControlStream(t *testing.T) {
	const topic = "kafka://localhost:9092/models"
	for _, c := range []struct {
		control   string
		streaming bool
		given     time.Duration
		want      time.Duration
	}{
		{topic, true, -1, 720 * time.Hour},
		{"pubsub://project/models", true, -1, 720 * time.Hour},
		{topic, false, -1, 0},
		{"control.jsonl", true, -1, 0},
		{topic, true, 0, 0},
		{topic, true, time.Hour, time.Hour},
	} {
		o := runOptions{control: c.control, streaming: c.streaming, horizon: max(c.given, 0)}
		o.adoptHorizon(c.given >= 0)
		if o.horizon != c.want {
			t.Errorf("%s, streaming %v, given %v: horizon %v, want %v", c.control, c.streaming, c.given, o.horizon, c.want)
		}
	}
}
