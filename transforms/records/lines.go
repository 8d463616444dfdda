package records

// Lines is a number of lines of output, one JSON object each, that travel as one element of a PCollection. Like a
// Block it is never changed after it was emitted.
type Lines struct {
	Buf  []byte   // each line ends in '\n'
	Ends []uint32 // the end of each line in Buf, behind its '\n'
}

// Len returns the number of lines.
func (l *Lines) Len() int { return len(l.Ends) }

// End ends the line of which the bytes were appended to Buf since the last End.
func (l *Lines) End() {
	l.Buf = append(l.Buf, '\n')
	l.Ends = append(l.Ends, uint32(len(l.Buf)))
}

// Line returns line i without its '\n'.
func (l *Lines) Line(i int) []byte {
	begin := uint32(0)
	if i > 0 {
		begin = l.Ends[i-1]
	}
	end := l.Ends[i] - 1
	return l.Buf[begin:end:end]
}
