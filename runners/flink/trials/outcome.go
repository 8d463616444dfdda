package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// An outcome is what became of an event, as far as all runs must agree about it.
type outcome struct {
	Model, Version, SHA256 string
	Outputs                string // JSON, empty in a dead letter
	Reason                 string // empty in a result
	Source                 string // path@offset, the path as given
}

func (o outcome) String() string {
	if o.Reason != "" {
		return fmt.Sprintf("%s %s@%s of %s", o.Reason, o.Model, o.Version, o.Source)
	}
	return fmt.Sprintf("%s@%s %s of %s", o.Model, o.Version, o.Outputs, o.Source)
}

// retriable reasons depend on the moment, not on the event.
func (o outcome) retriable() bool { return o.Reason == "load_failed" || o.Reason == "hold_full" }

// agrees says that two runs may end an event in these ways: equal, or one of them for a reason of the moment and about the
// same version.
func (o outcome) agrees(other outcome) bool {
	if o.retriable() || other.retriable() {
		return o.Source == other.Source && o.Model == other.Model && o.Version == other.Version
	}
	return o == other
}

// An attempt is one line of an output file.
type attempt struct {
	outcome
	ID, Ref  string
	Revision uint64 // of the table, results only
}

// readAttempts reads all results and dead letters below a folder, of all the processes that wrote there. The last line of a
// file is left out while its end is missing: the process still writes, or was killed while it did.
func readAttempts(dir string) ([]attempt, error) {
	var all []attempt
	for _, pattern := range []string{"results*.jsonl", "dead-letters*.jsonl"} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			} else if err != nil {
				return nil, err
			}
			for line := range bytes.Lines(data[:bytes.LastIndexByte(data, '\n')+1]) {
				a, err := parseAttempt(line)
				if err != nil {
					return nil, fmt.Errorf("%s: %w: %s", file, err, line)
				}
				all = append(all, a)
			}
		}
	}
	return all, nil
}

func parseAttempt(line []byte) (attempt, error) {
	var l struct {
		ID, Ref, Source, Model, Version, SHA256, Reason string
		Revision                                        uint64
		Outputs                                         json.RawMessage
	}
	if err := json.Unmarshal(line, &l); err != nil {
		return attempt{}, err
	}
	if l.ID == "" || (l.Reason == "") == (l.Outputs == nil) {
		return attempt{}, errors.New("neither a result nor a dead letter")
	}
	var outputs bytes.Buffer
	if l.Outputs != nil {
		if err := json.Compact(&outputs, l.Outputs); err != nil {
			return attempt{}, err
		}
	}
	return attempt{
		outcome: outcome{Model: l.Model, Version: l.Version, SHA256: l.SHA256, Outputs: outputs.String(), Reason: l.Reason, Source: l.Source},
		ID:      l.ID, Ref: l.Ref, Revision: l.Revision,
	}, nil
}

// settle reduces the attempts of each event to its outcome. Attempts that disagree are an error of the run: an event was
// scored in two ways.
func settle(attempts []attempt) (outcomes map[string]outcome, disagreements []string) {
	outcomes = map[string]outcome{}
	for _, a := range attempts {
		before, seen := outcomes[a.ID]
		switch {
		case !seen || before.retriable():
			outcomes[a.ID] = a.outcome
		case a.retriable():
		case before != a.outcome:
			disagreements = append(disagreements, fmt.Sprintf("%s: %v, and again: %v", a.ID, before, a.outcome))
		}
	}
	return outcomes, disagreements
}

// differences lists where a run's outcomes are not the expected ones, by record id.
func differences(want, got map[string]outcome) []string {
	var list []string
	for id, w := range want {
		g, there := got[id]
		switch {
		case !there:
			list = append(list, fmt.Sprintf("%s: no outcome, expected %v", id, w))
		case !w.agrees(g):
			list = append(list, fmt.Sprintf("%s: %v, expected %v", id, g, w))
		}
	}
	for id, g := range got {
		if _, there := want[id]; !there {
			list = append(list, fmt.Sprintf("%s: %v, but there is no such event", id, g))
		}
	}
	slices.Sort(list)
	return list
}
