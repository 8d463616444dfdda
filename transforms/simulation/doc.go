// Package simulation proves the join of events with the table: random histories run through the real code, and a small
// reference, which shares nothing with that code, says for each event what it may end in (docs/ARCHITECTURE.md).
//
// A [History] is plain data, drawn from a seed. [Run] plays it on a [System], the code under test, within a testing/synctest
// bubble: loads, back-offs and pauses take simulated time. [Shrink] leaves of a history what is needed to fail.
//
// Nothing here imports the code under test, and [Reference] imports nothing at all: the tests of package transforms do the
// connecting.
package simulation
