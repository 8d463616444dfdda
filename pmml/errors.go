package pmml

import (
	"errors"
	"fmt"
	"strings"

	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
)

// Code is the kind of a RowError.
type Code string

// The codes of a RowError; transforms turns them into reasons of the same name.
const (
	InvalidInput Code = Code(program.InvalidInput) // a value cannot be read or is invalid where the document says returnInvalid
	NoResult     Code = Code(program.NoResult)     // the result is undefined for this row
	Limit        Code = Code(program.Limit)        // a bound on steps was reached
	Internal     Code = Code(program.Internal)     // a fault of the engine
)

// RowError says why a row could not be scored. The same row fails again in the same way: there is nothing to try again.
type RowError struct {
	Code    Code
	Field   string // the field at fault, if one is
	Message string
}

func (e *RowError) Error() string {
	if e.Field == "" {
		return string(e.Code) + ": " + e.Message
	}
	return string(e.Code) + ": field " + e.Field + ": " + e.Message
}

// Fault is one thing in a document that keeps it from being served.
type Fault struct {
	Line, Column int  // both from 1; 0: the document as a whole
	Unsupported  bool // PMML that this engine does not score, rather than a damaged document
	Message      string
}

func (f Fault) String() string {
	if f.Line == 0 {
		return f.Message
	}
	return fmt.Sprintf("%s (%d:%d)", f.Message, f.Line, f.Column)
}

// LoadError lists every fault found, in the document's order, up to a hundred.
type LoadError struct{ Faults []Fault }

func (e *LoadError) Error() string {
	var b strings.Builder
	b.WriteString("pmml: document cannot be served: ")
	for i, f := range e.Faults {
		if i == 3 {
			fmt.Fprintf(&b, "; and %d more", len(e.Faults)-i)
			break
		}
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(f.String())
	}
	return b.String()
}

// Unsupported says whether the document has no other fault than asking for what this engine does not score.
func (e *LoadError) Unsupported() bool {
	for _, f := range e.Faults {
		if !f.Unsupported {
			return false
		}
	}
	return len(e.Faults) > 0
}

// ErrCompressed is returned by Load for a gzip stream, which WithGzip reads.
var ErrCompressed = errors.New("pmml: the document is compressed with gzip; decompress it first, or load it with WithGzip")

// ErrTooLarge is returned by Load for a document of more bytes than WithMaxBytes allows, after decompression.
var ErrTooLarge = errors.New("pmml: the document is too large")
