package document

// Matrix is a Matrix with its short forms written out: rows of equal length (specification, General Structure).
type Matrix struct {
	At         Offset
	Rows, Cols int
	Cells      []float64 // row by row
}

// Cell returns the number at a row and column, both from 0.
func (m *Matrix) Cell(row, col int) float64 { return m.Cells[row*m.Cols+col] }

// matrixForm is a Matrix as it is written.
type matrixForm struct {
	kind            string
	arrays          [][]float64
	cells           []matCell
	diagonal, other float64 // what cells that are not named hold
}

type matCell struct {
	row, col int // from 0
	x        float64
}

// matrix reads a Matrix. After a fault it is empty.
func (d *decoder) matrix() *Matrix {
	a := d.attributes()
	m := &Matrix{At: a.at, Rows: a.whole("nbRows", -1), Cols: a.whole("nbCols", -1)}
	f := matrixForm{kind: a.choice("kind", "any", "diagonal", "symmetric"), diagonal: a.number("diagDefault", 0), other: a.number("offDiagDefault", 0)}
	d.each(func(name []byte) {
		switch {
		case isNumberArray(name):
			f.arrays = append(f.arrays, d.numbers())
		case string(name) == "MatCell":
			if c, ok := d.matCell(); ok {
				f.cells = append(f.cells, c)
			}
		default:
			d.fault(d.at(), "%s cannot stand in Matrix", clip(name))
		}
	})
	if !d.matrixSize(m, &f) || !d.matrixRows(m, &f) {
		*m = Matrix{At: a.at}
		return m
	}
	f.fill(m)
	return m
}

func (d *decoder) matCell() (c matCell, ok bool) {
	a := d.attributes()
	c = matCell{row: a.whole("row", 0) - 1, col: a.whole("col", 0) - 1}
	if c.row < 0 || c.col < 0 {
		d.fault(a.at, "row and col of MatCell count from 1")
		return c, false
	}
	numbers := d.blanked()
	if len(numbers) != 1 {
		d.fault(a.at, "MatCell does not hold one number")
		return c, false
	}
	c.x = numbers[0]
	return c, true
}

// size is what the arrays and cells need.
func (f *matrixForm) size() (rows, cols int) {
	rows = len(f.arrays)
	for _, r := range f.arrays {
		cols = max(cols, len(r))
	}
	if f.kind == "diagonal" && rows > 0 {
		return cols, cols
	}
	for _, c := range f.cells {
		rows, cols = max(rows, c.row+1), max(cols, c.col+1)
	}
	if f.kind != "any" {
		rows = max(rows, cols)
		cols = rows
	}
	return rows, cols
}

// matrixSize completes nbRows and nbCols.
func (d *decoder) matrixSize(m *Matrix, f *matrixForm) bool {
	rows, cols := f.size()
	if m.Rows < 0 {
		m.Rows = rows
	}
	if m.Cols < 0 {
		m.Cols = cols
		if f.kind != "any" {
			m.Cols = m.Rows
		}
	}
	if m.Rows < rows || m.Cols < cols || f.kind != "any" && m.Rows != m.Cols {
		d.fault(m.At, "Matrix says %d × %d and holds %d × %d", m.Rows, m.Cols, rows, cols)
		return false
	}
	if !d.expand(int64(m.Rows) * int64(m.Cols)) {
		d.fault(m.At, "Matrix of %d × %d is too large for this document", m.Rows, m.Cols)
		return false
	}
	return true
}

// matrixRows finds fault with rows of a wrong length: a symmetric matrix gives its lower triangle, a diagonal one the diagonal alone.
func (d *decoder) matrixRows(m *Matrix, f *matrixForm) bool {
	if f.kind == "diagonal" {
		if len(f.arrays) > 1 {
			d.fault(m.At, "a diagonal Matrix holds %d Arrays", len(f.arrays))
			return false
		}
		return true
	}
	for i, r := range f.arrays {
		if f.kind == "any" && len(r) != m.Cols || f.kind == "symmetric" && len(r) != i+1 {
			d.fault(m.At, "row %d of Matrix holds %d numbers", i+1, len(r))
			return false
		}
	}
	return true
}

func (f *matrixForm) fill(m *Matrix) {
	m.Cells = make([]float64, m.Rows*m.Cols)
	set := func(i, j int, x float64) {
		m.Cells[i*m.Cols+j] = x
		if f.kind == "symmetric" {
			m.Cells[j*m.Cols+i] = x
		}
	}
	for i := range m.Rows {
		for j := range m.Cols {
			m.Cells[i*m.Cols+j] = f.other
			if i == j {
				m.Cells[i*m.Cols+j] = f.diagonal
			}
		}
	}
	for i, r := range f.arrays {
		for j, x := range r {
			if f.kind == "diagonal" {
				i = j
			}
			set(i, j, x)
		}
	}
	for _, c := range f.cells {
		set(c.row, c.col, c.x)
	}
}
