package main

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// A reference is what the embedded runner makes of the same files.
type reference struct {
	outcomes map[string]outcome
	ids      map[int64]string // by the event's offset in the file
	revision uint64           // of the complete table
}

// makeReference runs the program on prism over the complete files.
func makeReference(ctx context.Context, j job, p plan) (reference, error) {
	if err := writeLines(j.control(), p.control()); err != nil {
		return reference{}, err
	}
	if err := writeLines(j.events(), p.events()); err != nil {
		return reference{}, err
	}
	out, err := j.onPrism(ctx).CombinedOutput()
	if err != nil {
		return reference{}, fmt.Errorf("on prism: %w\n%s", err, lastBytes(out))
	}
	attempts, err := readAttempts(j.outputs())
	if err != nil {
		return reference{}, err
	}
	r := reference{ids: map[int64]string{}}
	for _, a := range attempts {
		at, err := a.offset()
		if err != nil {
			return r, fmt.Errorf("source %q of event %s is no place in a file", a.Source, a.ID)
		}
		r.ids[at] = a.ID
		r.revision = max(r.revision, a.Revision)
	}
	var disagreements []string
	if r.outcomes, disagreements = settle(attempts); len(disagreements) > 0 {
		return r, fmt.Errorf("on prism: an event has two outcomes: %s", disagreements[0])
	}
	if len(r.ids) != len(p.events()) || len(r.outcomes) != len(r.ids) {
		return r, fmt.Errorf("on prism: %d events with %d places and %d ids have outcomes", len(p.events()), len(r.ids), len(r.outcomes))
	}
	if r.revision == 0 {
		return r, errors.New("on prism: no result tells the revision of the table")
	}
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
