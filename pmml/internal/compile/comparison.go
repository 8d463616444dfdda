package compile

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

var metrics = map[string]program.Metric{
	"euclidean": program.Euclidean, "squaredEuclidean": program.SquaredEuclidean, "chebychev": program.Chebychev, "cityBlock": program.CityBlock, "minkowski": program.Minkowski,
	"simpleMatching": program.SimpleMatching, "jaccard": program.Jaccard, "tanimoto": program.Tanimoto, "binarySimilarity": program.BinarySimilarity,
}

var compareFunctions = map[string]program.CompareFunction{
	"absDiff": program.AbsDiff, "gaussSim": program.GaussSim, "delta": program.Delta, "equal": program.EqualValues, "table": program.TableOfValues,
}

// comparison compiles a ComparisonMeasure; its fields are added by comparedField.
func (c *compiler) comparison(d *document.Comparison) program.Comparison {
	if d == nil {
		return program.Comparison{}
	}
	return program.Comparison{Similarity: d.Similarity, Metric: metrics[d.Metric], P: d.P, Binary: d.Binary}
}

// comparedField adds a field to a comparison.
func (c *compiler) comparedField(to *program.Comparison, m *model, measure *document.Comparison, d *document.ClusteringField) {
	f := c.use(m.scope, d.Field, d.At)
	if f == nil || measure == nil {
		return
	}
	function := d.Function
	if function == "" {
		function = measure.Function
	}
	p := program.ComparedField{Ref: f.ref, Weight: d.Weight, Function: compareFunctions[function], Scale: d.Scale, Missing: 1}
	binary := to.Metric >= program.SimpleMatching
	switch {
	case p.Function == program.TableOfValues && !binary:
		c.comparisonTable(&p, f, d)
	case binary || f.typ.IsNumber() || f.typ == value.Boolean:
		c.numeric(f, d.At)
	case p.Function == program.Delta || p.Function == program.EqualValues:
		p.Levels = append([]value.Value{}, f.values...)
	default:
		c.fault(d.At, "field %q of type %s cannot be compared by %s", f.name, f.typ, function)
	}
	if p.Function == program.GaussSim && !(p.Scale > 0) {
		c.fault(d.At, "compareFunction gaussSim of field %q needs a similarityScale", f.name)
	}
	to.Fields = append(to.Fields, p)
}

// comparisonTable reads the affinities of a field's values: rows and columns are in the order of the values that the field declares.
func (c *compiler) comparisonTable(p *program.ComparedField, f *field, d *document.ClusteringField) {
	p.Levels = append([]value.Value{}, f.values...)
	switch t := d.Comparisons; {
	case t == nil:
		c.fault(d.At, "compareFunction table of field %q needs Comparisons", f.name)
	case t.Rows != len(f.values) || t.Cols != len(f.values):
		c.fault(d.At, "Comparisons of %d × %d for the %d values of field %q", t.Rows, t.Cols, len(f.values), f.name)
	default:
		p.Table = t.Cells
	}
}

// plain marks a comparison that is no more than differences of numbers.
func plain(c *program.Comparison) {
	c.Plain = c.Metric < program.SimpleMatching
	for i := range c.Fields {
		f := &c.Fields[i]
		c.Plain = c.Plain && f.Function == program.AbsDiff && f.Levels == nil && f.Weight == 1
	}
}

// coordinate reads a coordinate that the document spells as text. Categories that no field declares are added to the field's levels.
func (c *compiler) coordinate(f *program.ComparedField, typ value.Type, text string, at document.Offset) float64 {
	if f.Levels == nil {
		if x, ok := number(text); ok {
			return x
		}
		if v := value.ParseString(value.Boolean, text); v.IsValid() {
			x, _ := v.Float64()
			return x
		}
		c.fault(at, "the coordinate %q is not a number", text)
		return math.NaN()
	}
	v := c.constant(typ, text)
	level := f.Level(v)
	if level < 0 && f.Function != program.TableOfValues {
		f.Levels = append(f.Levels, v)
		level = float64(len(f.Levels) - 1)
	}
	return level
}
