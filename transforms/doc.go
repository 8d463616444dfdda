// Package transforms scores events inside a Beam pipeline with the PMML models that a control stream names.
//
// [Score] takes two collections. Events come as blocks (package records: sources, conversions), or as values of a type
// of the user's ([WithType], [WithMap]); each names a model and has a time. Control records add, replace and remove
// versions of models from a time on (package sideinput). What comes out is an [Outcome]: results, dead letters and
// status, each as JSON lines in the forms of docs/protocol.md. Every attempt at an event ends in exactly one result or
// dead letter; nothing that an event, a message or a document holds stops the job.
//
// # How events meet the table
//
// The table of models is metadata and lives in the runner's checkpointed state. [Join] chooses the mechanism: with
// [JoinSideInput] one key folds all messages and broadcasts snapshots, with [JoinState] each of a number of shards holds
// the whole table. Both choose the same version for the same event once every message with a time up to the event's has
// been folded; [WithBase] ships the messages known at launch, so that this holds from the first event on.
//
// # How models are loaded
//
// Documents never enter state. Each worker process loads a document when the first event needs it, from where it lies
// (package modelstore), and keeps it within a budget of bytes (package modelcache). A document that cannot be had makes
// dead letters with the reason load_failed, which can be tried again.
//
// # What is not promised
//
// Results come in no order. After a failure a runner repeats attempts, so a record id may come again; two results of one
// record id are equal, and a result supersedes a dead letter that can be tried again.
package transforms
