package program

import (
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Statistic is a test statistic of a BaselineModel.
type Statistic uint8

// The statistics (specification, BaselineModel).
const (
	ZValue Statistic = iota
	CUSUM
	ChiSquareDistribution
	ChiSquareIndependence
	ScalarProduct
)

// Baseline is a BaselineModel. Of the counting tests a row is a combination of values of Fields; Expected are the baseline's.
type Baseline struct {
	Statistic           Statistic
	Field               Ref
	Weight              Ref // NoRef: each row counts once
	Baseline, Alternate Distribution
	Reset               float64
	Window              int // rows that count; 0: all
	Normalization       string
	Fields              []Ref
	Names               []string // the baseline's combinations
	Expected            []float64
}

// baselineMemory is what a sequence of rows has come to.
type baselineMemory struct {
	sum      float64 // CUSUM
	observed map[string]float64
	margins  []map[string]float64 // by field
	total    float64
	rows     []countedRow // the window
	next     int
}

type countedRow struct {
	names  []string
	whole  string
	weight float64
}

// Score computes the statistic of the rows up to this one.
func (b *Baseline) Score(f *Frame, p *Prediction) {
	switch b.Statistic {
	case ZValue:
		if x, ok := f.Number(b.Field); ok {
			p.Value = value.OfFloat((x - b.Baseline.Center()) / b.Baseline.Deviation())
		}
		return
	case CUSUM:
		x, ok := f.Number(b.Field)
		b.cumulate(f, p, x, ok)
		return
	}
	weight := 1.0
	if b.Weight != NoRef {
		var ok bool
		if weight, ok = f.Number(b.Weight); !ok {
			return
		}
	}
	m := b.memory(f)
	if row, ok := b.row(f, weight); ok {
		m.count(row, b)
	}
	if f.failed || m.total == 0 {
		return
	}
	switch b.Statistic {
	case ChiSquareDistribution:
		b.chiSquare(m, p)
	case ChiSquareIndependence:
		b.independence(f, m, p)
	default:
		b.product(m, p)
	}
}

func (b *Baseline) memory(f *Frame) *baselineMemory {
	return Kept(f, b, func() *baselineMemory {
		m := &baselineMemory{observed: map[string]float64{}, margins: make([]map[string]float64, len(b.Fields))}
		for i := range m.margins {
			m.margins[i] = map[string]float64{}
		}
		return m
	})
}

// cumulate adds the logarithm of how much likelier the alternate is; the sum starts at 0 and does not fall below Reset. A missing value leaves it.
func (b *Baseline) cumulate(f *Frame, p *Prediction, x float64, given bool) {
	m := b.memory(f)
	if given && !f.failed {
		m.sum = math.Max(b.Reset, m.sum+b.Alternate.LogDensity(x)-b.Baseline.LogDensity(x))
	}
	p.Value = value.OfFloat(m.sum)
}

// row names the row's combination of values; false: a value is missing.
func (b *Baseline) row(f *Frame, weight float64) (countedRow, bool) {
	row := countedRow{weight: weight}
	for _, ref := range b.Fields {
		v := f.At(ref)
		if !v.IsValid() {
			return row, false
		}
		row.names = append(row.names, v.String())
		row.whole += v.String() + "\x00"
	}
	return row, true
}

func (m *baselineMemory) count(row countedRow, b *Baseline) {
	if b.Window > 0 {
		if len(m.rows) < b.Window {
			m.rows = append(m.rows, row)
		} else {
			m.add(m.rows[m.next], -1)
			m.rows[m.next] = row
			m.next = (m.next + 1) % b.Window
		}
	}
	m.add(row, 1)
}

func (m *baselineMemory) add(row countedRow, sign float64) {
	m.observed[row.whole] += sign * row.weight
	for i, name := range row.names {
		m.margins[i][name] += sign * row.weight
	}
	m.total += sign * row.weight
}

// chiSquare compares the observed counts with the baseline's, made as many: Σ(O-E)²/E. The score is the probability that the statistic is less where
// the baseline holds.
func (b *Baseline) chiSquare(m *baselineMemory, p *Prediction) {
	all := 0.0
	for _, e := range b.Expected {
		all += e
	}
	statistic := 0.0
	for at, name := range b.Names {
		e := b.Expected[at] * m.total / all
		if d := m.observed[name] - e; e > 0 {
			statistic += d * d / e
		}
	}
	b.probability(p, statistic, float64(len(b.Expected)-1))
}

func (b *Baseline) probability(p *Prediction, statistic, freedom float64) {
	if freedom > 0 {
		p.Value = value.OfFloat(distuv.ChiSquared{K: freedom}.CDF(statistic))
	}
}

// maxCombinations bounds what one row of chiSquareIndependence may cost.
const maxCombinations = 100_000

// independence compares the observed counts with those that independent fields would have.
func (b *Baseline) independence(f *Frame, m *baselineMemory, p *Prediction) {
	freedom, combinations, statistic := 1.0, 1.0, 0.0
	for _, margin := range m.margins {
		levels := 0.0
		for _, count := range margin {
			if count > 0 {
				levels++
			}
		}
		freedom *= levels - 1
		combinations *= levels
	}
	if combinations > maxCombinations {
		f.Fail(Limit, "", "the fields have too many combinations of values")
		return
	}
	b.combinations(m, 0, "", m.total, func(name string, expected float64) {
		if d := m.observed[name] - expected; expected > 0 {
			statistic += d * d / expected
		}
	})
	b.probability(p, statistic, freedom)
}

// combinations calls each for every combination of values that were met.
func (b *Baseline) combinations(m *baselineMemory, field int, name string, expected float64, each func(name string, expected float64)) {
	if field == len(m.margins) {
		each(name, expected)
		return
	}
	for _, text := range slices.Sorted(maps.Keys(m.margins[field])) {
		if count := m.margins[field][text]; count > 0 {
			b.combinations(m, field+1, name+text+"\x00", expected*count/m.total, each)
		}
	}
}

// product is Σ E·O, over the lengths of both, or over the mean of their squares.
func (b *Baseline) product(m *baselineMemory, p *Prediction) {
	product, squares, observed := 0.0, 0.0, 0.0
	for at, name := range b.Names {
		product += b.Expected[at] * m.observed[name]
		squares += b.Expected[at] * b.Expected[at]
	}
	for _, name := range slices.Sorted(maps.Keys(m.observed)) { // sums in one order, whatever that of the map
		observed += m.observed[name] * m.observed[name]
	}
	switch b.Normalization {
	case "Independent":
		product /= math.Sqrt(squares) * math.Sqrt(observed)
	case "SizeWeighted":
		product = 2 * product / (squares + observed)
	}
	p.Value = value.OfFloat(product)
}

// Bytes is the memory of the baseline's counts.
func (b *Baseline) Bytes() int64 {
	return bytesOf(b.Fields) + bytesOf(b.Expected) + int64(len(b.Names))*48
}
