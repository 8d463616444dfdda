package main

import (
	"context"
	"fmt"
	"os"
)

// A reference is what the embedded runner makes of the same files.
type reference struct {
	outcomes map[string]outcome
	complete map[string]uint64 // revision of the complete table, by the place of an event that has met it
}

// makeReference runs the program on prism over the complete files of a plan.
func makeReference(ctx context.Context, j job, p plan, flags ...string) (reference, error) {
	if err := writeLines(j.control(), p.control()); err != nil {
		return reference{}, err
	}
	if err := writeLines(j.events(), p.events()); err != nil {
		return reference{}, err
	}
	return replay(ctx, j, len(p.events()), flags...)
}

// replay runs the program on prism over the files as they are.
func replay(ctx context.Context, j job, events int, flags ...string) (reference, error) {
	out, err := j.onPrism(ctx, flags...).CombinedOutput()
	if err != nil {
		return reference{}, fmt.Errorf("on prism: %w\n%s", err, lastBytes(out))
	}
	attempts, err := readAttempts(j.outputs())
	if err != nil {
		return reference{}, err
	}
	r := reference{complete: map[string]uint64{}}
	for _, a := range attempts {
		r.complete[a.Source] = a.Revision
	}
	var disagreements []string
	if r.outcomes, disagreements = settle(attempts); len(disagreements) > 0 {
		return r, fmt.Errorf("on prism: an event has two outcomes: %s", disagreements[0])
	}
	if len(r.complete) != events || len(r.outcomes) != events {
		return r, fmt.Errorf("on prism: %d events with %d places and %d ids have outcomes", events, len(r.complete), len(r.outcomes))
	}
	return r, nil
}

// inParts is the same reference with the revisions that the complete tables have where names are spread over keys.
func (r reference) inParts(ctx context.Context, j job, p plan) (reference, error) {
	j.out += "-prism"
	parts, err := makeReference(ctx, j, p, j.flags()...)
	if err != nil {
		return r, err
	}
	if wrong := differences(r.outcomes, parts.outcomes); len(wrong) > 0 {
		return r, fmt.Errorf("on prism: %d outcomes are wrong, for example:\n%s", len(wrong), firstLines(wrong, 10))
	}
	r.complete = parts.complete
	return r, nil
}

func writeLines(path string, lines [][]byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if _, err := f.Write(l); err != nil {
			f.Close()
			return err
		}
	}
	return f.Close()
}

// lastBytes is as much of a text as an error quotes.
func lastBytes(b []byte) []byte { return b[max(0, len(b)-3000):] }
