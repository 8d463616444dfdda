package program

import (
	"math"
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// MaxLag is how many rows back a Lag may look.
const MaxLag = 1 << 16

// maxBlocks is how many blocks of rows a Lag remembers; the one that is least recently met goes first.
const maxBlocks = 1 << 16

// Lag is the value of a field some rows ago, or an aggregate of the rows before (specification, Lag). Rows of different blocks are different
// sequences.
type Lag struct {
	Field     Ref
	N         int
	Aggregate string // none, avg, max, median, min, product, sum, stddev
	Blocks    []Ref
}

// lagMemory is what a sequence has had: the last values by block.
type lagMemory struct {
	blocks map[string]*lagBlock
	rows   uint64
}

type lagBlock struct {
	values []value.Value // the oldest first
	met    uint64
}

func (l *Lag) memory(f *Frame) *lagMemory {
	return Kept(f, l, func() *lagMemory { return &lagMemory{blocks: map[string]*lagBlock{}} })
}

// block is the name of the row's block.
func (l *Lag) block(f *Frame) string {
	if len(l.Blocks) == 0 {
		return ""
	}
	name := f.text[:0]
	for _, ref := range l.Blocks {
		name = append(f.At(ref).AppendText(name), 0)
	}
	f.text = name
	return string(name)
}

// Eval is the value that the expression has.
func (l *Lag) Eval(f *Frame) value.Value {
	b := l.memory(f).blocks[l.block(f)]
	if b == nil {
		return value.Missing()
	}
	if l.Aggregate != "none" {
		return l.aggregate(b.values)
	}
	if len(b.values) < l.N {
		return value.Missing()
	}
	return b.values[len(b.values)-l.N]
}

// Remember adds the row to its block once it has been scored. A value that is invalid or missing takes its place as missing.
func (l *Lag) Remember(f *Frame) {
	m := l.memory(f)
	name := l.block(f)
	b := m.blocks[name]
	if b == nil {
		if len(m.blocks) >= maxBlocks {
			m.forget()
		}
		b = &lagBlock{}
		m.blocks[name] = b
	}
	m.rows++
	b.met = m.rows
	v := *f.At(l.Field)
	if !v.IsValid() {
		v = value.Missing()
	}
	if len(b.values) == l.N {
		b.values = append(b.values[:0], b.values[1:]...)
	}
	b.values = append(b.values, v)
}

func (m *lagMemory) forget() {
	oldest, least := "", uint64(math.MaxUint64)
	for name, b := range m.blocks {
		if b.met < least {
			oldest, least = name, b.met
		}
	}
	delete(m.blocks, oldest)
}

// aggregate is over the values that there are; missing ones are left out, and of none it is missing. One value does not deviate (JPMML-Evaluator's
// reading).
func (l *Lag) aggregate(values []value.Value) value.Value {
	var x []float64
	for _, v := range values {
		if n, ok := v.Float64(); ok {
			x = append(x, n)
		}
	}
	n := float64(len(x))
	switch {
	case n == 0:
		return value.Missing()
	case n == 1 && l.Aggregate == "stddev":
		return value.OfFloat(0)
	}
	sum, product := 0.0, 1.0
	for _, y := range x {
		sum += y
		product *= y
	}
	switch l.Aggregate {
	case "avg":
		return value.OfFloat(sum / n)
	case "sum":
		return value.OfFloat(sum)
	case "product":
		return value.OfFloat(product)
	case "max":
		return value.OfFloat(slices.Max(x))
	case "min":
		return value.OfFloat(slices.Min(x))
	case "median":
		slices.Sort(x)
		mid := len(x) / 2
		if len(x)%2 == 0 {
			return value.OfFloat((x[mid-1] + x[mid]) / 2)
		}
		return value.OfFloat(x[mid])
	}
	squares := 0.0
	for _, y := range x {
		squares += (y - sum/n) * (y - sum/n)
	}
	return value.OfFloat(math.Sqrt(squares / (n - 1)))
}
