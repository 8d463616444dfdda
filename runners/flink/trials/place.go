package main

import (
	"context"
	"time"
)

// A place is where a job reads its events and messages and writes its outcomes: topics, or a folder.
type place interface {
	inputs() []string // flags of run
	outputs() string  // flag of run
	// sendControl returns when the messages are there.
	sendControl(ctx context.Context, messages ...[]byte) error
	// sendEvents hands events on; they are there after flush. It may be called while the place cannot be reached.
	sendEvents(ctx context.Context, events ...[]byte) error
	flush(ctx context.Context) error
	// follow gives every line of the outputs to take, in the order of each output, until ctx ends.
	follow(ctx context.Context, take func(output, []byte, time.Time)) error
	close()
}

// An output is one of those that a job writes.
type output int

const (
	results output = iota
	deadLetters
	statuses
)

var outputNames = [...]string{results: "results", deadLetters: "dead-letters", statuses: "status"}
