package sideinput

import (
	"bytes"
	"cmp"
	"strings"
)

// Op is what a message does. Its numbers are part of the order of messages
// and of the byte forms.
type Op uint8

// The operations, in the order in which messages of one moment take effect.
const (
	Del    Op = 1 // removes a version, or all of a model
	Add    Op = 2 // makes a version known; it serves if none does
	Update Op = 3 // sets a version's document and makes it serve
	Alias  Op = 4 // points a label of a model at versions, or removes the label
)

// String gives the word of a message's "op".
func (o Op) String() string {
	switch o {
	case Del:
		return "DEL"
	case Add:
		return "ADD"
	case Update:
		return "UPDATE"
	case Alias:
		return "ALIAS"
	}
	return "unknown op"
}

// HasDocument says whether messages of the operation name a document.
func (o Op) HasDocument() bool { return o == Add || o == Update }

// A Message is one control record. Op, Model, Version, URI, SHA256, Alias, To,
// At and Seq are its identity: messages equal in these are the same message,
// whatever else differs. Preload is kept as a hint, which changes no answer of
// the table; Labels and the record's time have no effect on it.
type Message struct {
	Op      Op
	Model   string
	Version string   // empty for a DEL of the whole model and for an ALIAS
	URI     string   // as written; of an op with a document only
	SHA256  string   // 64 lower-case hex digits, or empty
	Alias   string   // the label; of an ALIAS only
	To      []Target // where the label points, in this order; empty removes it
	At      int64    // event time from which on it holds, milliseconds since 1970 UTC
	Seq     int64    // orders messages of one moment; see HasSeq
	HasSeq  bool

	Preload bool              // asks workers to load the document before an event needs it; of an op with a document only
	Labels  map[string]string // copied to status

	RecordTime    int64 // the record's own timestamp, milliseconds since 1970 UTC
	HasRecordTime bool  // false for a line of a file
}

// Compare orders messages: by model, and within a model by the time from which
// they hold, sequence number (none before any), operation, version, uri and
// digest, label and targets. It is 0 only for the same message.
func Compare(a, b Message) int {
	if c := strings.Compare(a.Model, b.Model); c != 0 {
		return c
	}
	if c := compareMoment(a, b); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(a.Op, b.Op),
		strings.Compare(a.Version, b.Version),
		strings.Compare(a.URI, b.URI),
		strings.Compare(a.SHA256, b.SHA256),
		strings.Compare(a.Alias, b.Alias),
		bytes.Compare(appendTargets(nil, a.To), appendTargets(nil, b.To)),
	)
}

// compareMoment orders by (at, seq) alone: unlike messages that are equal here
// are a TIE.
func compareMoment(a, b Message) int {
	if c := cmp.Compare(a.At, b.At); c != 0 {
		return c
	}
	if a.HasSeq != b.HasSeq {
		if b.HasSeq {
			return -1
		}
		return 1
	}
	if a.HasSeq {
		return cmp.Compare(a.Seq, b.Seq)
	}
	return 0
}
