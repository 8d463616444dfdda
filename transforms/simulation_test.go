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
	simulationSteps = flag.Int("simulation.steps", 30_000, "steps of the simulation")
	simulationSeed  = flag.Uint64("simulation.seed", 0, "seed of its first history; 0: any")
)

// Histories are long, so that tables and caches fill and the cut moves often, or short, so that little is there.
const (
	longHistory  = 10_000
	shortHistory = 200
)

// TestSimulation plays random histories on the scoring DoFns and the fold. docs/ARCHITECTURE.md says how to read a failure.
func TestSimulation(t *testing.T) {
	seed := *simulationSeed
	if seed == 0 {
		seed = rand.Uint64N(1_000_000_000) + 1
	}
	first, steps, histories, violations := seed, 0, 0, 0
	for ; steps < *simulationSteps && violations == 0; seed++ {
		length := shortHistory
		if histories%51 == 0 {
			length = longHistory
		}
		h := simulation.Generate(seed, length)
		violation := play(t, h)
		histories++
		if violation == nil {
			steps += length
			continue
		}
		violations++
		steps += violation.Step
		h.Steps = h.Steps[:min(violation.Step+1, len(h.Steps))]
		h = simulation.Shrink(h, 3000, func(h simulation.History) bool { return play(t, h) != nil })
		t.Errorf("%v\nof %d steps, the least history that fails:\n%s%v", violation, length, h, play(t, h))
	}
	fmt.Printf("simulation: %d steps, %d histories, %d violations, seed %d\n", steps, histories, violations, first)
}

// play runs one history in a bubble of its own.
func play(t *testing.T, h simulation.History) (violation *simulation.Violation) {
	synctest.Test(t, func(t *testing.T) {
		w, err := newSimulatedWorker(h.Setup)
		if err != nil {
			t.Fatal(err)
		}
		violation = simulation.Run(h, w)
		time.Sleep(time.Hour) // loads under way end
	})
	return violation
}
