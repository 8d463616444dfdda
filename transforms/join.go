package transforms

import (
	"errors"
	"fmt"
)

// Join is the mechanism by which events meet the table of models. All of them choose the same model for the same
// event (docs/ARCHITECTURE.md says why); they differ in what a runner must offer and in what they cost.
type Join string

const (
	// JoinAuto takes the mechanism that the runner carries best.
	JoinAuto Join = "auto"
	// JoinSideInput folds the messages on one key and broadcasts snapshots of the table as a side input.
	JoinSideInput Join = "side-input"
	// JoinState keeps the whole table in the keyed state of each shard; messages go to all shards, events to any.
	JoinState Join = "state"
	// JoinKeyed spreads the names over shards: messages and events of a name meet in the shard that holds it. It is for
	// tables that are too large to be held by every worker, of tens of thousands of models; JoinAuto never takes it.
	JoinKeyed Join = "keyed"
)

// ParseJoin reads a mechanism's name.
func ParseJoin(name string) (Join, error) {
	switch j := Join(name); j {
	case JoinAuto, JoinSideInput, JoinState, JoinKeyed:
		return j, nil
	}
	return "", fmt.Errorf("join %q is none of %s, %s, %s, %s", name, JoinAuto, JoinSideInput, JoinState, JoinKeyed)
}

// mechanism says which one is used. prism's side input holds bounded events back until the table is whole, but
// unbounded ones until the control stream ends, which it does not; Flink and Dataflow need nothing but keyed state for
// the state mechanism.
func (o *options) mechanism() (Join, error) {
	prism := isPrism(o.runner)
	switch {
	case o.join == JoinSideInput && prism && o.streaming:
		return "", errors.New("join side-input: the embedded runner would hold events back until the control stream ends; use state, or auto")
	case o.join != JoinAuto:
		return o.join, nil
	case o.waits.any():
		return JoinState, nil
	case prism && !o.streaming:
		return JoinSideInput, nil
	}
	return JoinState, nil
}

// isPrism says whether the name means the embedded runner, which is also what no name means.
func isPrism(runner string) bool {
	return runner == "" || runner == "prism" || runner == "PrismRunner"
}

// isFlink says whether the name means the submitter of this project, runners/flink.
func isFlink(runner string) bool { return runner == "flink" }

// checkJoin refuses options that need another mechanism than the one that was chosen.
func (o *options) checkJoin() error {
	if o.subShards > 1 && o.join != JoinKeyed {
		return fmt.Errorf("sub-shards: join %s has none, since any of its shards takes an event: choose join %s, or leave them out", o.join, JoinKeyed)
	}
	if o.waits.Hold > 0 && o.join == JoinSideInput {
		return fmt.Errorf("hold: join %s has no state in which events could wait: choose join %s or %s", o.join, JoinState, JoinKeyed)
	}
	if o.scoring.Ordered && o.join == JoinKeyed {
		return fmt.Errorf("order %s: join %s sends the events of a partition to the shards of their names: choose another join, or order %s", OrderPartition, JoinKeyed, OrderFree)
	}
	if o.scoring.Ordered && o.waits.any() {
		return fmt.Errorf("order %s: others overtake an event that waits: leave out hold and exact, or choose order %s", OrderPartition, OrderFree)
	}
	if o.waits.Exact && o.join == JoinSideInput {
		return fmt.Errorf("exact: join %s has no state in which events could wait: choose join %s or %s", o.join, JoinState, JoinKeyed)
	}
	if o.waits.Lateness > 0 && !o.waits.Exact {
		return errors.New("control lateness: nothing waits for control records: add exact, or leave it out")
	}
	return nil
}
