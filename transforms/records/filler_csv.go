package records

// csvFill knows which fields the columns of a header are.
type csvFill struct {
	header string
	field  []int // by column, -1: none of the model's
}

func (f *Filler) fillCSV(header string, line []byte, in setter) error {
	if f.columns.field == nil || f.columns.header != header {
		if err := f.bindColumns(header); err != nil {
			return err
		}
	}
	row := newCells(line, f.c.delimiter())
	for n := 0; ; n++ {
		var c cell
		ok, err := row.next(&c)
		if err != nil || !ok {
			return err
		}
		if n >= len(f.columns.field) {
			return &FieldError{Message: "more cells than columns"}
		}
		i := f.columns.field[n]
		if i < 0 {
			continue
		}
		text := line[c.begin:c.end]
		if c.form == csvQuotes {
			f.scratch = appendUndoubled(f.scratch[:0], text)
			text = f.scratch
		}
		f.cell(in, i, text)
	}
}

func (f *Filler) bindColumns(header string) error {
	names, err := columnNames(header, f.c.delimiter())
	if err != nil {
		return err
	}
	f.columns = csvFill{header: header, field: make([]int, len(names))}
	for n, name := range names {
		f.columns.field[n] = f.index([]byte(name))
	}
	return nil
}
