package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// An outcome is what became of an event, as far as all runs must agree about it.
type outcome struct {
	Model, Version, SHA256 string
	Outputs                string // JSON, empty in a dead letter
	Reason                 string // empty in a result
	Source                 string // topic-partition-offset, or path@offset with the path as given
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

// An attempt is a line of the results or of the dead letters.
type attempt struct {
	outcome
	ID string
}

func parseAttempt(line []byte) (attempt, error) {
	var l struct {
		ID, Source, Model, Version, SHA256, Reason string
		Outputs                                    json.RawMessage
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
		ID:      l.ID,
	}, nil
}
