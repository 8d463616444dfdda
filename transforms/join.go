package transforms

import "fmt"

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
)

// ParseJoin reads a mechanism's name.
func ParseJoin(name string) (Join, error) {
	switch j := Join(name); j {
	case JoinAuto, JoinSideInput, JoinState:
		return j, nil
	}
	return "", fmt.Errorf("join %q is none of %s, %s, %s", name, JoinAuto, JoinSideInput, JoinState)
}

// resolve replaces auto. prism's side input holds bounded events back until the table is whole, but moves only with the
// events' watermark once they are unbounded; Flink and Dataflow need nothing but keyed state for the state mechanism.
func (j Join) resolve(runner string, bounded bool) Join {
	if j != JoinAuto {
		return j
	}
	if isPrism(runner) && bounded {
		return JoinSideInput
	}
	return JoinState
}

// isPrism says whether the name means the embedded runner, which is also what no name means.
func isPrism(runner string) bool {
	return runner == "" || runner == "prism" || runner == "PrismRunner"
}
