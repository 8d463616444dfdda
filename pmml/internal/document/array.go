package document

import "github.com/beam-pmml/beam-pmml/pmml/value"

// MaxCells is how many numbers a sparse array or a matrix may stand for: a few bytes of document can name any size.
const MaxCells = 1 << 24

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
