package records

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// vectorEnvelope reads the envelopes of dense and sparse vectors. A record is one of
//   - a JSON object with the envelope's members, and the vector in one (FeaturesField);
//   - dense only: a JSON array, which has no envelope;
//   - a line of text: cells for Columns, some of which may be the envelope's, then the vector.
type vectorEnvelope struct {
	c      Conversion
	object *jsonEnvelope
}

func (v *vectorEnvelope) start(string) { v.object.anyKind = v.c.Kind == Dense }

func (v *vectorEnvelope) read(line []byte, e *envelope) error {
	if isJSONVector(v.c.Kind, line) {
		return v.object.read(line, e)
	}
	if !utf8.Valid(line) {
		return errNotUTF8
	}
	c := v.object.c
	rest := vectorCells{line: line, delim: c.delimiter()}
	var fault error
	for _, column := range c.Columns {
		cell, ok := rest.next()
		if !ok {
			return &placedError{len(line), "the line ends before column " + column}
		}
		switch column {
		case c.ModelField:
			e.ref = cell
		case c.IDField:
			e.id = cell
		case c.TimeField:
			if !cell.absent() {
				fault = cmp.Or(fault, e.setTime(line[cell.begin:cell.end], cell.begin))
			}
		}
		if column == c.SplitField {
			e.split = cell
		}
		if column == c.ResolutionField && !cell.absent() {
			fault = cmp.Or(fault, e.setResolution(line[cell.begin:cell.end], cell.begin))
		}
	}
	return fault
}

func isJSONVector(kind Kind, line []byte) bool {
	i := skipJSONSpace(line, 0)
	return i < len(line) && (line[i] == '{' || line[i] == '[' && kind == Dense)
}

// vectorCells walks over the cells of a line of text: what lies between delimiters, without spaces around. If the
// delimiter is a space or tab, any number of them together is one.
type vectorCells struct {
	line  []byte
	at    int
	delim byte
	ended bool
}

func (v *vectorCells) next() (piece, bool) {
	if v.delim == ' ' || v.delim == '\t' {
		v.at = v.skip(v.at)
		v.ended = v.at == len(v.line)
	}
	if v.ended {
		return piece{}, false
	}
	begin := v.at
	n := slices.Index(v.line[begin:], v.delim)
	end := begin + n
	if n < 0 {
		end, v.ended = len(v.line), true
	}
	v.at = min(end+1, len(v.line))
	for begin < end && isBlank(v.line[begin]) {
		begin++
	}
	for end > begin && isBlank(v.line[end-1]) {
		end--
	}
	return piece{begin: begin, end: end}, true
}

func (v *vectorCells) skip(i int) int {
	for i < len(v.line) && isBlank(v.line[i]) {
		i++
	}
	return i
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }
