package records

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

// Rows are as in RFC 4180, save that a row is one line: a quoted cell cannot hold a line break. So a file can be cut
// at any line's end, by ranges and by checkpoints. Cells may be quoted, with quotes doubled inside; spaces belong to
// the cell. The first line names the columns.

// cell is one cell of a row: where its text is, without the quotes.
type cell struct {
	piece
	quoted bool
}

// cells walks over one row.
type cells struct {
	line  []byte
	at    int
	delim byte
	ended bool
}

func newCells(line []byte, delim byte) cells { return cells{line: line, delim: delim} }

var (
	errQuote     = errors.New("a quote within a cell that does not begin with one")
	errOpenQuote = errors.New("a quoted cell does not end on its line; a cell cannot hold a line break")
	errAfter     = errors.New("something stands behind the closing quote of a cell")
)

// next returns the next cell; false behind the last one. A row has at least one cell.
func (c *cells) next(to *cell) (bool, error) {
	if c.ended {
		return false, nil
	}
	if c.at < len(c.line) && c.line[c.at] == '"' {
		return true, c.quoted(to)
	}
	begin := c.at
	for i := begin; i < len(c.line); i++ {
		switch c.line[i] {
		case c.delim:
			*to, c.at = cell{piece: piece{begin, i, plain}}, i+1
			return true, nil
		case '"':
			return true, &placedError{i, errQuote.Error()}
		}
	}
	*to, c.ended = cell{piece: piece{begin, len(c.line), plain}}, true
	return true, nil
}

func (c *cells) quoted(to *cell) error {
	*to = cell{piece: piece{begin: c.at + 1}, quoted: true}
	for i := c.at + 1; i < len(c.line); i++ {
		if c.line[i] != '"' {
			continue
		}
		if i+1 < len(c.line) && c.line[i+1] == '"' {
			to.form = csvQuotes
			i++
			continue
		}
		to.end, c.at = i, i+2
		if i+1 == len(c.line) {
			c.ended = true
		} else if c.line[i+1] != c.delim {
			return &placedError{i + 1, errAfter.Error()}
		}
		return nil
	}
	return &placedError{c.at, errOpenQuote.Error()}
}

// appendUndoubled appends the inside of a quoted cell with each doubled quote made one.
func appendUndoubled(dst, inside []byte) []byte {
	for i := 0; i < len(inside); i++ {
		dst = append(dst, inside[i])
		if inside[i] == '"' {
			i++
		}
	}
	return dst
}

// mostHeader bounds the line that names the columns: it travels with every block. A source cuts a longer one just
// behind the bound.
const mostHeader = 64 << 10

// columnNames reads the line that names the columns.
func columnNames(header string, delim byte) ([]string, error) {
	switch {
	case len(header) > mostHeader:
		return nil, fmt.Errorf("longer than %d bytes", mostHeader)
	case isBlankLine([]byte(header)):
		return nil, errors.New("blank")
	}
	line := []byte(header)
	if !utf8.Valid(line) {
		return nil, errors.New("not valid UTF-8")
	}
	var names []string
	seen := map[string]bool{}
	row := newCells(line, delim)
	for {
		var c cell
		ok, err := row.next(&c)
		if err != nil {
			return nil, err
		}
		if !ok {
			return names, nil
		}
		name := string(c.of(line, nil))
		if seen[name] {
			return nil, fmt.Errorf("column %q comes twice", name)
		}
		seen[name] = true
		names = append(names, name)
	}
}

// of returns the cell's text; scratch is used where it differs from how it stands in the line.
func (c *cell) of(line, scratch []byte) []byte {
	if c.form == csvQuotes {
		return appendUndoubled(scratch[:0], line[c.begin:c.end])
	}
	return line[c.begin:c.end]
}

// csvEnvelope reads the envelope from the columns of that name.
type csvEnvelope struct {
	c               Conversion
	header          string
	started         bool
	columns         int
	model, time, id int // column numbers, -1 where there is none
	split           int
	resolution      int
	fault           error
	scratch         []byte
}

func (v *csvEnvelope) start(header string) {
	if v.started && header == v.header {
		return
	}
	v.started = true
	c := v.c.withDefaults()
	names, err := columnNames(header, c.delimiter())
	v.header, v.columns, v.fault = header, len(names), nil
	if err != nil {
		v.fault = fmt.Errorf("the line of column names: %w", err)
	}
	v.model = slices.Index(names, c.ModelField)
	v.time = slices.Index(names, c.TimeField)
	v.id = slices.Index(names, c.IDField)
	v.split = optionalColumn(names, c.SplitField)
	v.resolution = optionalColumn(names, c.ResolutionField)
}

// optionalColumn is the number of the column of that name; -1 where there is none or no name is given.
func optionalColumn(names []string, name string) int {
	if name == "" {
		return -1
	}
	return slices.Index(names, name)
}

func (v *csvEnvelope) read(line []byte, e *envelope) error {
	if v.fault != nil {
		return v.fault
	}
	if !utf8.Valid(line) {
		return errNotUTF8
	}
	row := newCells(line, v.c.delimiter())
	n := 0
	var fault error // the first of a cell; a row that is none goes before it
	for ; ; n++ {
		var c cell
		ok, err := row.next(&c)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if n == v.model {
			e.ref = c.piece
		}
		if n == v.id {
			e.id = c.piece
		}
		if n == v.split {
			e.split = c.piece
		}
		if n == v.time && !c.absent() {
			fault = cmp.Or(fault, e.setTime(c.of(line, v.scratch), c.begin))
		}
		if n == v.resolution && !c.absent() {
			fault = cmp.Or(fault, e.setResolution(c.of(line, v.scratch), c.begin))
		}
	}
	if n != v.columns {
		return fmt.Errorf("%d cells, where the first line names %d columns", n, v.columns)
	}
	return fault
}

var errNotUTF8 = errors.New("not valid UTF-8")
