package program

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Metric is a measure of a ComparisonMeasure.
type Metric uint8

// The measures (specification, ClusteringModel).
const (
	Euclidean Metric = iota
	SquaredEuclidean
	Chebychev
	CityBlock
	Minkowski
	SimpleMatching
	Jaccard
	Tanimoto
	BinarySimilarity
)

// CompareFunction compares two values of a field.
type CompareFunction uint8

// The compare functions.
const (
	AbsDiff CompareFunction = iota
	GaussSim
	Delta
	EqualValues
	TableOfValues
)

// ComparedField is a coordinate.
type ComparedField struct {
	Ref      Ref
	Weight   float64
	Function CompareFunction
	Scale    float64
	Levels   []value.Value // of a category: its coordinate is its place here; nil: a number
	Table    []float64     // of TableOfValues, row by row
	Missing  float64       // what the field counts for when values are missing
}

// Comparison measures how far or how near a row is to a point.
type Comparison struct {
	Similarity bool
	Metric     Metric
	P          float64
	Binary     [8]float64 // c00 c01 c10 c11 d00 d01 d10 d11
	Fields     []ComparedField
	Plain      bool // absolute differences of numbers, weights of 1
}

// Gather reads a row's coordinates into x, NaN where missing. adjust makes up for those: the sum of what all fields count for over that of the
// fields which are there; false: none is there, or the row has failed.
func (c *Comparison) Gather(f *Frame, x []float64) (adjust float64, ok bool) {
	all, there := 0.0, 0.0
	missing := 0
	for i := range c.Fields {
		field := &c.Fields[i]
		x[i] = field.coordinate(f)
		if c.Metric >= SimpleMatching && x[i] == x[i] && x[i] != 0 && x[i] != 1 {
			f.Fail(InvalidInput, "", "the value "+f.At(field.Ref).String()+" of a binary measure is neither 0 nor 1")
		}
		all += field.Missing
		if x[i] != x[i] {
			missing++
		} else {
			there += field.Missing
		}
	}
	if f.failed || missing == len(c.Fields) {
		return 0, false
	}
	if missing == 0 {
		return 1, true
	}
	return all / there, there != 0
}

func (c *ComparedField) coordinate(f *Frame) float64 {
	if c.Levels == nil {
		x, ok := f.Number(c.Ref)
		if !ok {
			return math.NaN()
		}
		return x
	}
	v := f.At(c.Ref)
	if v.IsMissing() {
		return math.NaN()
	}
	return c.Level(*v)
}

// Level is the coordinate of a category, -1 for one that is not known.
func (c *ComparedField) Level(v value.Value) float64 {
	for i := range c.Levels {
		if value.Equal(v, c.Levels[i]) {
			return float64(i)
		}
	}
	return -1
}

// compare compares two coordinates of the field.
func (c *ComparedField) compare(x, z float64) float64 {
	switch c.Function {
	case AbsDiff:
		return math.Abs(x - z)
	case GaussSim:
		d := x - z
		return math.Exp(-math.Ln2 * d * d / (c.Scale * c.Scale))
	case Delta:
		if x == z {
			return 0
		}
		return 1
	case EqualValues:
		if x == z {
			return 1
		}
		return 0
	}
	if x < 0 || z < 0 {
		return math.NaN()
	}
	return c.Table[int(x)*len(c.Levels)+int(z)]
}

// Measure is the affinity of a row and a point.
func (c *Comparison) Measure(x []float64, adjust float64, z []float64) float64 {
	if c.Plain && adjust == 1 {
		return c.plain(x, z)
	}
	if c.Metric >= SimpleMatching {
		return c.binary(x, z)
	}
	sum := 0.0
	for i := range c.Fields {
		field := &c.Fields[i]
		if x[i] != x[i] {
			continue
		}
		d := field.compare(x[i], z[i])
		switch c.Metric {
		case Euclidean, SquaredEuclidean:
			sum += d * d * field.Weight
		case Chebychev:
			if w := d * field.Weight; w > sum || w != w {
				sum = w
			}
		case CityBlock:
			sum += d * field.Weight
		case Minkowski:
			sum += math.Pow(d, c.P) * field.Weight
		}
	}
	return c.whole(sum * adjust)
}

// whole is the last step of a measure.
func (c *Comparison) whole(sum float64) float64 {
	switch c.Metric {
	case Euclidean:
		return math.Sqrt(sum)
	case Minkowski:
		return math.Pow(sum, 1/c.P)
	}
	return sum
}

// plain is Measure for numbers that are all there.
func (c *Comparison) plain(x, z []float64) float64 {
	sum := 0.0
	z = z[:len(x)]
	switch c.Metric {
	case Euclidean, SquaredEuclidean:
		for i := range x {
			d := x[i] - z[i]
			sum += d * d
		}
	case Chebychev:
		for i := range x {
			sum = max(sum, math.Abs(x[i]-z[i]))
		}
	case CityBlock:
		for i := range x {
			sum += math.Abs(x[i] - z[i])
		}
	default:
		for i := range x {
			sum += math.Pow(math.Abs(x[i]-z[i]), c.P)
		}
	}
	return c.whole(sum)
}

// binary measures coordinates of 0 and 1.
func (c *Comparison) binary(x, z []float64) float64 {
	var a00, a01, a10, a11 float64
	for i := range c.Fields {
		switch {
		case x[i] != x[i]:
		case x[i] == 1 && z[i] == 1:
			a11++
		case x[i] == 1:
			a10++
		case z[i] == 1:
			a01++
		default:
			a00++
		}
	}
	switch c.Metric {
	case SimpleMatching:
		return (a11 + a00) / (a11 + a10 + a01 + a00)
	case Jaccard:
		return a11 / (a11 + a10 + a01)
	case Tanimoto:
		return (a11 + a00) / (a11 + 2*(a10+a01) + a00)
	}
	b := &c.Binary
	return (b[3]*a11 + b[2]*a10 + b[1]*a01 + b[0]*a00) / (b[7]*a11 + b[6]*a10 + b[5]*a01 + b[4]*a00)
}

// Better says whether affinity a is better than b.
func (c *Comparison) Better(a, b float64) bool {
	if c.Similarity {
		return a > b
	}
	return a < b
}

func (c *Comparison) bytes() int64 {
	n := bytesOf(c.Fields)
	for i := range c.Fields {
		n += bytesOf(c.Fields[i].Levels) + bytesOf(c.Fields[i].Table)
	}
	return n
}
