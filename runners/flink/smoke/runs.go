package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A run is one job on the cluster.
type run struct {
	name string
	mechanism
	tags  string   // of the build
	fail  bool     // some outcome must be wrong
	waits []string // flags that let events wait, for messages that come late

	messages func(all [][]byte) [][]byte // those that a late run tells
}

func (r run) late() bool { return len(r.waits) > 0 }

const (
	state     = "state"
	sideInput = "side-input"
	keyed     = "keyed"
)

var (
	inState = mechanism{join: state, shards: 4}
	byName  = mechanism{join: keyed, shards: 2, subShards: 2}
	exact   = []string{"--exact", "--control-lateness=" + lateWait.String()}
)

var allRuns = []run{
	{name: "state", mechanism: inState},
	{name: "side-input", mechanism: mechanism{join: sideInput, shards: 4}},
	{name: "keyed", mechanism: byName},
	{name: "forgetful", mechanism: inState, tags: "forgetstate", fail: true},
	{name: "exact", mechanism: inState, messages: all, waits: exact},
	{name: "exact-keyed", mechanism: byName, messages: all, waits: slices.Concat(exact, []string{"--hold=2s", "--horizon=1h"})}, // timers of all kinds
	{name: "hold", mechanism: byName, messages: firstAdditions, waits: []string{"--hold=" + lateWait.String()}},
}

func all(messages [][]byte) [][]byte { return messages }

// runs are those asked for, or those in which nothing waits.
func (o options) runs() (chosen []run, err error) {
	if o.only == "" {
		return slices.DeleteFunc(slices.Clone(allRuns), run.late), nil
	}
	for name := range strings.SplitSeq(o.only, ",") {
		i := slices.IndexFunc(allRuns, func(r run) bool { return r.name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no run %q", name)
		}
		chosen = append(chosen, allRuns[i])
	}
	return chosen, nil
}

// judge says whether the run found what it had to.
func (r run) judge(found report, say func(string, ...any)) error {
	switch {
	case r.fail && len(found.wrong) == 0:
		return errors.New("all outcomes are right: this test cannot fail")
	case r.fail:
		say("%s: %d outcomes are wrong, as they must be, for example:\n%s", r.name, len(found.wrong), firstLines(found.wrong, 2))
		return nil
	case len(found.wrong) > 0:
		return fmt.Errorf("%d outcomes are wrong, for example:\n%s", len(found.wrong), firstLines(found.wrong, 10))
	}
	say("%s: %d events have prism's outcomes, %d attempts were repeated, %d checkpoints, the last of %d bytes in %v",
		r.name, found.events, found.attempts-found.events, found.checkpoint.Completed, found.checkpoint.LatestBytes, found.checkpoint.LatestDuration)
	return nil
}

func firstLines(lines []string, n int) string {
	var text string
	for _, l := range lines[:min(n, len(lines))] {
		text += "          " + l[:min(len(l), 300)] + "\n"
	}
	return text[:len(text)-1]
}
