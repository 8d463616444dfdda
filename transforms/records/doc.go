// Package records is how events travel and are read: blocks of records, the strict one-pass reading of their
// envelopes, the filling of a model's input straight from their bytes, file sources that emit blocks and sinks that
// take blocks of lines.
//
// A source reads bytes once, cuts them into records and decodes each record's envelope (reference, event time, id).
// The block that comes of it carries the original bytes beside what was found, so nothing is decoded twice and
// features are read only when the version that scores them is known. In a fused stage a block is passed by reference;
// only where it crosses a stage is it encoded, in a byte form of this package's own.
package records
