// Package sideinput is the control side of beam-pmml: what control messages
// say, the table that they make, and the transforms that keep the table in a
// runner's checkpointed state.
//
// A [Message] adds, replaces or removes a version of a model, or points a label
// of it at versions, from a moment of event time on. A [Table] is a pure function of the set of messages kept: any
// order of arrival, any repetition and any split into batches give the same
// table. It holds metadata only; documents never enter state.
//
// An event carries a [Reference]. [Table.Resolve] says which version of which
// model is in force at the event's time, or the [Reason] why none is.
//
// The forms of messages, references and bytes are a protocol: docs/protocol.md.
package sideinput
