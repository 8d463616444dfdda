package transforms

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/beam-pmml/beam-pmml/transforms/simulation"
)

var (
	simulationSteps  = flag.Int("simulation.steps", 20_000, "steps of the simulation")
	simulationSeed   = flag.Uint64("simulation.seed", 1, "seed of its first history; 0: any")
	simulationShrink = flag.Bool("simulation.shrink", true, "look for the least history that fails")
)

// Histories are long, so that tables and caches fill and the cut moves often, or short, so that little is there.
const (
	longHistory  = 10_000
	shortHistory = 200
)

// shrinkTime bounds the search for the least history that fails.
const shrinkTime = 20 * time.Second

// TestSimulation plays random histories on the scoring DoFns and the fold. docs/ARCHITECTURE.md says how to read a failure.
func TestSimulation(t *testing.T) {
	seed := *simulationSeed
	if seed == 0 {
		seed = rand.Uint64N(1_000_000_000) + 1
	}
	first, steps, histories, violations := seed, 0, 0, 0
	tally := simulation.Tally{}
	for ; steps < *simulationSteps && violations == 0; seed++ {
		length := shortHistory
		if histories%51 == 0 {
			length = longHistory
		}
		h := simulation.Generate(seed, length)
		violation := play(t, h, tally)
		histories++
		if violation == nil {
			steps += length
			continue
		}
		violations++
		steps += violation.Step + 1
		t.Error(violation)
		if *simulationShrink {
			h.Steps = h.Steps[:min(violation.Step+1, length)]
			deadline := time.Now().Add(shrinkTime)
			h = simulation.Shrink(h, func(h simulation.History) bool {
				return time.Now().Before(deadline) && play(t, h, simulation.Tally{}) != nil
			})
			t.Errorf("the least history that fails:\n%s%v", h, play(t, h, tally))
		}
	}
	if violations == 0 && histories > 1 {
		checkTally(t, tally)
	}
	fmt.Printf("simulation: %d steps, %d histories, %d violations, seed %d\n", steps, histories, violations, first)
}

// checkTally says whether the histories reach what they are to prove.
func checkTally(t *testing.T, tally simulation.Tally) {
	t.Logf("events ended in %v", tally)
	for _, outcome := range []string{"result", "undecodable", "no_reference", "unknown_model", "unknown_version", "ambiguous_reference",
		"deleted", "before_horizon", "load_failed", "invalid_input", "fallback"} {
		if tally[outcome] == 0 {
			t.Errorf("no event ended in %s", outcome)
		}
	}
}

// play runs one history in a bubble of its own.
func play(t *testing.T, h simulation.History, tally simulation.Tally) (violation *simulation.Violation) {
	synctest.Test(t, func(t *testing.T) {
		w, err := newSimulatedWorker(h.Setup)
		if err != nil {
			t.Fatal(err)
		}
		violation = simulation.Run(h, w, tally)
		time.Sleep(time.Hour) // loads under way end
	})
	return violation
}
