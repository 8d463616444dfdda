package compile

import (
	"math"
	"strings"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// textModel compiles a TextModel (specification, Text). One active field of type string holds a text; several are the counts of the terms that
// they are named after.
func (c *compiler) textModel(m *model) program.Scorer {
	d := m.doc.Body.(*document.TextModel)
	t := &program.TextModel{Text: program.NoRef, Terms: map[string]int{}, Local: d.Local, Cosine: d.Cosine, Euclidean: d.Euclidean}
	if d.Matrix == nil || d.Matrix.Rows != len(d.Documents) || d.Matrix.Cols != len(d.Terms) {
		return t
	}
	c.textFields(t, m, d)
	for i, term := range d.Terms {
		words := strings.Fields(strings.ToLower(term))
		name := strings.Join(words, " ")
		if _, twice := t.Terms[name]; twice {
			c.fault(m.doc.At, "the term %q is there twice", term)
		}
		t.Terms[name] = i
		t.Longest = max(t.Longest, len(words))
	}
	if t.Longest > 100 {
		c.fault(m.doc.At, "a term has %d words, more than 100", t.Longest)
	}
	t.Global = globalWeights(d)
	for i, id := range d.Documents {
		row := append([]float64(nil), d.Matrix.Cells[i*len(d.Terms):(i+1)*len(d.Terms)]...)
		t.Weigh(row)
		t.Documents, t.IDs = append(t.Documents, row), append(t.IDs, c.prog.Texts.Of(id))
	}
	return t
}

func (c *compiler) textFields(t *program.TextModel, m *model, d *document.TextModel) {
	var active []*field
	for _, mf := range m.doc.Schema {
		if mf.Usage == "active" {
			if f := c.use(m.scope, mf.Name, mf.At); f != nil {
				active = append(active, f)
			}
		}
	}
	if len(active) == 1 && active[0].typ == value.String {
		t.Text = active[0].ref
		return
	}
	for _, term := range d.Terms {
		f := c.use(m.scope, term, m.doc.At)
		if f == nil {
			return
		}
		c.numeric(f, m.doc.At)
		t.Counts = append(t.Counts, f.ref)
	}
}

// globalWeights are those of the terms by how they are spread over the documents: N documents, df of which have the term.
func globalWeights(d *document.TextModel) []float64 {
	n := float64(len(d.Documents))
	out := make([]float64, len(d.Terms))
	for j := range d.Terms {
		has, sum, squares := 0.0, 0.0, 0.0
		for i := range d.Documents {
			x := d.Matrix.Cell(i, j)
			if x > 0 {
				has++
			}
			sum += x
			squares += x * x
		}
		switch {
		case d.Global == "none":
			out[j] = 1
		case has == 0: // a term that no document has says nothing
		case d.Global == "inverseDocumentFrequency":
			out[j] = math.Log(n / has)
		case d.Global == "GFIDF":
			out[j] = sum / has
		case d.Global == "normal":
			out[j] = 1 / math.Sqrt(squares)
		case has < n: // probabilisticInverse; of a term that all documents have the logarithm is -∞: it says nothing
			out[j] = math.Log((n - has) / has)
		}
	}
	return out
}
