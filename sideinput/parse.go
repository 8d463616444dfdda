package sideinput

import "fmt"

// A MessageError says why a control record cannot be used.
type MessageError struct {
	Offset  int    // bytes from the record's start, where it is known; else -1
	Key     string // the member at fault; empty if it is the record as a whole
	Problem string
	Next    string // what to do about it
}

func (e *MessageError) Error() string {
	where := "message"
	if e.Key != "" {
		where = fmt.Sprintf("%q", e.Key)
	}
	if e.Offset >= 0 {
		where += fmt.Sprintf(" at byte %d", e.Offset)
	}
	return where + ": " + e.Problem + ": " + e.Next
}

// ParseMessage reads one control record: a JSON object of at most
// MaxMessageSize bytes. recordTime, in milliseconds since 1970 UTC, stands in
// for an absent "at" if hasRecordTime. Every error is a *MessageError.
func ParseMessage(data []byte, recordTime int64, hasRecordTime bool) (Message, error) {
	return Message{}, &MessageError{Offset: 0, Problem: "not built yet", Next: "wait"}
}
