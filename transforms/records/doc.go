// Package records is how events travel and are read: blocks of records, the strict reading of their envelopes, the
// filling of a model's input straight from their bytes, file sources that emit blocks, and sinks that take lines.
//
// # Blocks
//
// A source reads bytes once, cuts them into records and reads each record's envelope: reference, event time, id. The
// Block that comes of it carries the original bytes beside what was found, so nothing is read twice, and features only
// when the version that scores them is known. In a fused stage a block is passed by reference; only where it crosses a
// stage is it encoded, in a byte form of this package's own. A record whose envelope cannot be read travels with its
// reason. Whether a reference is of its form is for the table to say.
//
// # Conversions
//
// A Conversion reads JSON objects, CSV rows, dense and sparse vectors. JSON is held to RFC 8259 without leniency:
// valid UTF-8, no name twice in any object, nothing behind the value. Time is RFC 3339 or whole epoch milliseconds.
// Rows of CSV are as in RFC 4180 but lie on one line each, so that a file can be cut at any line's end.
//
// # Files
//
// ReadFiles reads files to their end by ranges, in branches that run side by side, or follows files as they grow; it is
// ReadControl for control messages. The place of a record is path@offset, with ~n behind the path after the n-th time
// that a followed file was truncated or rotated. WriteLines appends lines to one file a process. Stop ends what follows.
package records
