package sideinput

// Raw is one control record as read: the element of a control collection.
type Raw struct {
	Data    []byte
	Source  string // where it was read: path@offset, or topic-partition-offset
	Time    int64  // the record's own timestamp, milliseconds since 1970 UTC
	HasTime bool   // false for a line of a file
}

// Message reads the record.
func (r Raw) Message() (Message, error) { return ParseMessage(r.Data, r.Time, r.HasTime) }
