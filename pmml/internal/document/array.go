package document

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// MaxCells is how many numbers the short forms of a document may stand for: a few bytes can name any size, so it is in proportion to the bytes.
func MaxCells(bytes int) int { return 1<<18 + 8*bytes }

// expand counts numbers that are written out; false: they are more than the document may stand for.
func (d *decoder) expand(n int64) bool {
	d.cells += n
	return d.cells <= int64(MaxCells(d.size))
}

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
				if x != math.Trunc(x) || x < 1 || x > math.MaxInt32 {
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
	n = max(n, 0)
	if !d.expand(int64(n)) {
		d.fault(s.At, "a sparse array of %d numbers is too large for this document", n)
		return nil
	}
	out := make([]float64, n)
	for i := range out {
		out[i] = s.Default
	}
	for i, p := range s.Places {
		out[p] = s.Numbers[i]
	}
	return out
}
