package main

import (
	"flag"
	"time"

	"github.com/beam-pmml/beam-pmml/transforms/kafka"
	"github.com/beam-pmml/beam-pmml/transforms/pubsub"
)

// endlessHorizon is the horizon of messages from a broker, which come for ever: without one the table would grow for ever.
// Files that are followed keep everything, since their events are often as old as they are.
const endlessHorizon = 30 * 24 * time.Hour

// adoptHorizon gives a pipeline the horizon that fits its control stream unless one is given.
func (o *runOptions) adoptHorizon(given bool) {
	if o.streaming && (kafka.IsPlace(o.control) || pubsub.IsPlace(o.control)) && !given {
		o.horizon = endlessHorizon
	}
}

// isGiven says whether the command line has a flag.
func isGiven(name string) (given bool) {
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	return given
}
