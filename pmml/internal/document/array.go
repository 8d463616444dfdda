package document

import "github.com/beam-pmml/beam-pmml/pmml/value"

// MaxCells is how many numbers a sparse array or a matrix may stand for: a few bytes of document can name any size.
const MaxCells = 1 << 24

// Matrix is a Matrix with its short forms written out: rows of equal length (specification, General Structure).
type Matrix struct {
	At         Offset
	Rows, Cols int
	Cells      []float64 // row by row
}

// Cell returns the number at a row and column, both from 0.
func (m *Matrix) Cell(row, col int) float64 { return m.Cells[row*m.Cols+col] }

// isNumberArray says whether an element is one of NUM-ARRAY.
func isNumberArray(name []byte) bool {
	switch string(name) {
	case "Array", "REAL-SparseArray", "INT-SparseArray":
		return true
	}
	return false
}

// numbers reads an Array of numbers, or a sparse array written out.
func (d *decoder) numbers() []float64 {
	if name := string(d.s.Name()); name == "REAL-SparseArray" || name == "INT-SparseArray" {
		return d.sparseNumbers()
	}
	at := d.at()
	words := d.array()
	out := make([]float64, len(words))
	for i, w := range words {
		x, ok := value.ParseFloat([]byte(w), 64)
		if !ok {
			d.fault(at, "%q in Array is not a number", clip([]byte(w)))
			return out
		}
		out[i] = x
	}
	return out
}

// Sparse is a sparse array: places from 0, rising, and their numbers; all others hold Default.
type Sparse struct {
	At      Offset
	N       int // -1: not given
	Default float64
	Places  []int
	Numbers []float64
}

// sparse reads a REAL-SparseArray or INT-SparseArray, whose Indices count from 1.
func (d *decoder) sparse() Sparse {
	a := d.attributes()
	out := Sparse{At: a.at, N: a.whole("n", -1), Default: a.number("defaultValue", 0)}
	d.each(func(name []byte) {
		switch string(name) {
		case "Indices":
			for _, x := range d.blanked() {
				if x != float64(int(x)) || x < 1 || x > MaxCells {
					d.fault(a.at, "an index of %s is not a whole number from 1", a.element)
					return
				}
				if n := len(out.Places); n > 0 && int(x)-1 <= out.Places[n-1] {
					d.fault(a.at, "the Indices of %s do not rise", a.element)
					return
				}
				out.Places = append(out.Places, int(x)-1)
			}
		case "REAL-Entries", "INT-Entries":
			out.Numbers = d.blanked()
		}
	})
	if len(out.Places) != len(out.Numbers) {
		d.fault(a.at, "%s has %d Indices and %d entries", a.element, len(out.Places), len(out.Numbers))
		out.Places, out.Numbers = nil, nil
	}
	if n := len(out.Places); n > 0 && out.N >= 0 && out.Places[n-1] >= out.N {
		d.fault(a.at, "%s says n=%d and has the index %d", a.element, out.N, out.Places[n-1]+1)
		out.Places, out.Numbers = nil, nil
	}
	if out.N > MaxCells {
		d.fault(a.at, "%s says n=%d, more than %d", a.element, out.N, MaxCells)
		out.N = 0
	}
	return out
}

// blanked reads the numbers between blanks that an element holds.
func (d *decoder) blanked() []float64 {
	at := d.at()
	words, _ := splitArray(d.text())
	out := make([]float64, len(words))
	for i, w := range words {
		x, ok := value.ParseFloat([]byte(w), 64)
		if !ok {
			d.fault(at, "%q is not a number", clip([]byte(w)))
			return out
		}
		out[i] = x
	}
	return out
}

func (d *decoder) sparseNumbers() []float64 {
	s := d.sparse()
	n := s.N
	if n < 0 && len(s.Places) > 0 {
		n = s.Places[len(s.Places)-1] + 1
	}
	out := make([]float64, max(n, 0))
	for i := range out {
		out[i] = s.Default
	}
	for i, p := range s.Places {
		out[p] = s.Numbers[i]
	}
	return out
}

// matrix reads a Matrix.
func (d *decoder) matrix() *Matrix {
	a := d.attributes()
	kind := a.choice("kind", "any", "diagonal", "symmetric")
	m := &Matrix{At: a.at, Rows: a.whole("nbRows", -1), Cols: a.whole("nbCols", -1)}
	diagonal, other := a.number("diagDefault", 0), a.number("offDiagDefault", 0)
	var rows [][]float64
	type cell struct {
		row, col int
		x        float64
	}
	var cells []cell
	d.each(func(name []byte) {
		switch {
		case isNumberArray(name):
			rows = append(rows, d.numbers())
		case string(name) == "MatCell":
			p := d.attributes()
			c := cell{row: p.whole("row", 0) - 1, col: p.whole("col", 0) - 1}
			if c.row < 0 || c.col < 0 {
				d.fault(p.at, "row and col of MatCell count from 1")
				return
			}
			numbers := d.blanked()
			if len(numbers) != 1 {
				d.fault(p.at, "MatCell does not hold one number")
				return
			}
			c.x = numbers[0]
			cells = append(cells, c)
		default:
			d.fault(d.at(), "%s cannot stand in Matrix", clip(name))
		}
	})
	height, width := 0, 0
	switch {
	case kind == "diagonal" && len(rows) > 0:
		height = len(rows[0])
		width = height
	default:
		height = len(rows)
		for _, r := range rows {
			width = max(width, len(r))
		}
		for _, c := range cells {
			height, width = max(height, c.row+1), max(width, c.col+1)
		}
		if kind == "symmetric" {
			height = max(height, width)
			width = height
		}
	}
	if m.Rows < 0 {
		m.Rows = height
	}
	if m.Cols < 0 {
		m.Cols = max(width, 0)
		if kind != "any" {
			m.Cols = m.Rows
		}
	}
	if m.Rows < height || m.Cols < width || kind != "any" && m.Rows != m.Cols {
		d.fault(a.at, "Matrix says %d × %d and holds %d × %d", m.Rows, m.Cols, height, width)
		m.Rows, m.Cols = 0, 0
		return m
	}
	if int64(m.Rows)*int64(m.Cols) > MaxCells {
		d.fault(a.at, "Matrix of %d × %d is larger than %d numbers", m.Rows, m.Cols, MaxCells)
		m.Rows, m.Cols = 0, 0
		return m
	}
	m.Cells = make([]float64, m.Rows*m.Cols)
	for i := range m.Rows {
		for j := range m.Cols {
			m.Cells[i*m.Cols+j] = other
			if i == j {
				m.Cells[i*m.Cols+j] = diagonal
			}
		}
	}
	for i, r := range rows {
		if kind == "diagonal" {
			for j, x := range r {
				m.Cells[j*m.Cols+j] = x
			}
			break
		}
		if kind == "any" && len(r) != m.Cols || kind == "symmetric" && len(r) != i+1 {
			d.fault(a.at, "row %d of Matrix holds %d numbers", i+1, len(r))
			return m
		}
		for j, x := range r {
			m.Cells[i*m.Cols+j] = x
			if kind == "symmetric" {
				m.Cells[j*m.Cols+i] = x
			}
		}
	}
	for _, c := range cells {
		m.Cells[c.row*m.Cols+c.col] = c.x
		if kind == "symmetric" {
			m.Cells[c.col*m.Cols+c.row] = c.x
		}
	}
	return m
}
