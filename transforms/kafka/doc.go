// Package kafka reads events and control messages from Apache Kafka, and writes lines there, without Beam's expansion
// service: a splittable DoFn and a sink on franz-go. docs/kafka.md has the guarantees and limits.
//
// # Lanes
//
// Partitions are spread over a fixed number of lanes, by topic and number. A lane is one element, and its restriction
// (Positions) says how far each of its partitions was read. So a lane reads its partitions side by side by one client,
// finds new ones by itself, and one self-checkpoint is one residual whatever the number of partitions. Blocks hold
// records of one partition.
//
// # Calls
//
// A call of a lane ends soon after its first records, or after Hold; its client stays, fetches ahead, and is found by the
// next call if that begins where this one has stopped. Otherwise, as after a failure, the next call opens another. Beside
// each client a scout asks the brokers what there is and where it ends: new partitions, topics that are gone, the idleness
// that moves the watermark. It is the scout that waits for a broker that does not answer, not the call.
//
// # Files of the package
//
//	place.go security.go source.go start.go   what a caller says
//	events.go control.go sink.go              the transforms and their DoFns
//	lanes.go positions.go tracker.go          work, restriction and claims
//	lane.go follow.go read.go                 one call: what was fetched, for ever, up to the end
//	reader.go scout.go broker.go              the connection, and what is asked
//	discover.go watermark.go lag.go           what follows from the answers
//	lines.go shorten.go                       from a line to a record
//	news.go                                   status
package kafka
