package pmml_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// boosted is a generated gradient-boosted regression: complete trees over double inputs x0, x1, …, written as learners' exporters write them.
type boosted struct {
	fields, trees, depth int
	text                 string
	roots                []*split
}

// split is a node of the generator's own trees; leaves have no children.
type split struct {
	field     int
	threshold float64
	low, high *split
	score     float64
}

func newBoosted(fields, trees, depth int) *boosted {
	r := rand.New(rand.NewPCG(1, 2))
	b := &boosted{fields: fields, trees: trees, depth: depth}
	var w strings.Builder
	w.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PMML xmlns=\"http://www.dmg.org/PMML-4_4\" version=\"4.4\">\n\t<Header/>\n\t<DataDictionary>\n")
	w.WriteString("\t\t<DataField name=\"y\" optype=\"continuous\" dataType=\"double\"/>\n")
	for i := range fields {
		fmt.Fprintf(&w, "\t\t<DataField name=\"x%d\" optype=\"continuous\" dataType=\"double\"/>\n", i)
	}
	w.WriteString("\t</DataDictionary>\n\t<MiningModel functionName=\"regression\">\n\t\t<MiningSchema>\n\t\t\t<MiningField name=\"y\" usageType=\"target\"/>\n")
	for i := range fields {
		fmt.Fprintf(&w, "\t\t\t<MiningField name=\"x%d\"/>\n", i)
	}
	w.WriteString("\t\t</MiningSchema>\n\t\t<Segmentation multipleModelMethod=\"sum\">\n")
	for t := range trees {
		fmt.Fprintf(&w, "\t\t\t<Segment id=\"%d\">\n\t\t\t\t<True/>\n\t\t\t\t<TreeModel functionName=\"regression\" splitCharacteristic=\"binarySplit\">\n\t\t\t\t\t<MiningSchema/>\n", t+1)
		root := b.grow(r, depth)
		b.roots = append(b.roots, root)
		id := 0
		root.write(&w, "<True/>", 5, &id)
		w.WriteString("\t\t\t\t</TreeModel>\n\t\t\t</Segment>\n")
	}
	w.WriteString("\t\t</Segmentation>\n\t</MiningModel>\n</PMML>\n")
	b.text = w.String()
	return b
}

func (b *boosted) grow(r *rand.Rand, depth int) *split {
	s := &split{field: r.IntN(b.fields), threshold: r.NormFloat64(), score: r.NormFloat64() / 10}
	if depth > 0 {
		s.low, s.high = b.grow(r, depth-1), b.grow(r, depth-1)
	}
	return s
}

func (s *split) write(w *strings.Builder, predicate string, indent int, id *int) {
	*id++
	tabs := strings.Repeat("\t", indent)
	if s.low == nil {
		fmt.Fprintf(w, "%s<Node id=\"%d\" score=\"%v\">\n%s\t%s\n%s</Node>\n", tabs, *id, s.score, tabs, predicate, tabs)
		return
	}
	fmt.Fprintf(w, "%s<Node id=\"%d\">\n%s\t%s\n", tabs, *id, tabs, predicate)
	test := `<SimplePredicate field="x%d" operator="%s" value="%v"/>`
	s.low.write(w, fmt.Sprintf(test, s.field, "lessOrEqual", s.threshold), indent+1, id)
	s.high.write(w, fmt.Sprintf(test, s.field, "greaterThan", s.threshold), indent+1, id)
	fmt.Fprintf(w, "%s</Node>\n", tabs)
}

// score is the generator's own reading of its trees.
func (b *boosted) score(row []float64) float64 {
	sum := 0.0
	for _, s := range b.roots {
		for s.low != nil {
			if row[s.field] <= s.threshold {
				s = s.low
			} else {
				s = s.high
			}
		}
		sum += s.score
	}
	return sum
}

// rows are random rows of normal deviates.
func (b *boosted) rows(n int) [][]float64 {
	r := rand.New(rand.NewPCG(3, 4))
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = make([]float64, b.fields)
		for j := range rows[i] {
			rows[i][j] = r.NormFloat64()
		}
	}
	return rows
}

// places are the indices of x0, x1, … among a model's fields.
func (b *boosted) places(m *pmml.Model) []int {
	places := make([]int, b.fields)
	for j := range places {
		places[j], _ = m.FieldIndex(fmt.Sprintf("x%d", j))
	}
	return places
}
