package simulation

import "slices"

// Shrink leaves out of a history what it fails without: fails says whether a history fails. The history must fail.
func Shrink(h History, fails func(History) bool) History {
	attempt := func(steps []Step, setup Setup) bool {
		shorter := History{Seed: h.Seed, Setup: setup, Steps: steps}
		if !fails(shorter) {
			return false
		}
		h = shorter
		return true
	}
	for size := len(h.Steps) / 2; size > 0; {
		removed := false
		for from := 0; from+size <= len(h.Steps); {
			if attempt(slices.Delete(slices.Clone(h.Steps), from, from+size), h.Setup) {
				removed = true
			} else {
				from += size
			}
		}
		if !removed || size > 1 {
			size /= 2
		}
	}
	setup := h.Setup
	setup.Base = nil
	attempt(h.Steps, setup)
	for i := range h.Steps {
		shorten(&h, i, attempt)
	}
	return h
}

// shorten leaves out messages and events of one step.
func shorten(h *History, step int, attempt func([]Step, Setup) bool) {
	for m := 0; m < len(h.Steps[step].Messages) && len(h.Steps[step].Messages) > 1; {
		steps := slices.Clone(h.Steps)
		steps[step].Messages = slices.Delete(slices.Clone(steps[step].Messages), m, m+1)
		if !attempt(steps, h.Setup) {
			m++
		}
	}
	for e := 0; e < len(h.Steps[step].Events) && len(h.Steps[step].Events) > 1; {
		steps := slices.Clone(h.Steps)
		steps[step].Events = slices.Delete(slices.Clone(steps[step].Events), e, e+1)
		if !attempt(steps, h.Setup) {
			e++
		}
	}
}
