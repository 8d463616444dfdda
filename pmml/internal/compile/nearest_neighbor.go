package compile

import (
	"math"
	"slices"
	"strconv"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// nearestNeighbor compiles a NearestNeighborModel (specification, KNN).
func (c *compiler) nearestNeighbor(m *model) program.Scorer {
	d := m.doc.Body.(*document.NearestNeighbor)
	n := &program.NearestNeighbor{Threshold: d.Threshold, Comparison: c.comparison(d.Comparison)}
	n.Weighted, n.Median, n.Votes = d.Continuous == "weightedAverage", d.Continuous == "median", d.Categorical == "weightedMajorityVote"
	if d.Training == nil || d.Comparison == nil {
		return n
	}
	rows := len(d.Training.Rows)
	if n.K = min(d.Neighbors, rows); n.K < 1 {
		c.fault(d.Training.At, "TrainingInstances has no rows")
		return n
	}
	if int64(rows)*int64(len(d.Inputs)) > int64(document.MaxCells(c.doc.Size)) {
		c.fault(d.Training.At, "%d rows of %d fields are more than %d numbers", rows, len(d.Inputs), document.MaxCells(c.doc.Size))
		return n
	}
	t := c.training(m, d.Training)
	c.neighborPoints(n, m, d, t)
	c.neighborTarget(n, m, t, -1)
	for _, o := range m.others {
		c.neighborTarget(n, o, t, o.instance.ID)
	}
	c.neighborIDs(n, m, d, t)
	n.Index()
	return n
}

// neighborPoints lays out the training rows.
func (c *compiler) neighborPoints(n *program.NearestNeighbor, m *model, d *document.NearestNeighbor, t *training) {
	rows := len(d.Training.Rows)
	for i := range d.Inputs {
		input := &d.Inputs[i]
		c.comparedField(&n.Comparison, m, d.Comparison, input)
	}
	if len(n.Comparison.Fields) != len(d.Inputs) { // told already
		return
	}
	width := len(d.Inputs)
	n.Points = make([]float64, rows*width)
	for i := range d.Inputs {
		f, field := m.scope.find(d.Inputs[i].Field), &n.Comparison.Fields[i]
		for row, v := range t.values(f, d.Inputs[i].At) {
			x := math.NaN()
			switch {
			case field.Levels != nil && v.IsValid():
				if x = field.Level(v); x < 0 && field.Function != program.TableOfValues {
					field.Levels = append(field.Levels, v)
					x = float64(len(field.Levels) - 1)
				}
			case v.IsValid():
				x, _ = v.Float64()
			}
			if x != x && len(c.faults) == 0 {
				c.fault(d.Training.Rows[row].At, "this row has no value of field %q", f.name)
			}
			n.Points[row*width+i] = x
		}
	}
	plain(&n.Comparison)
}

// neighborTarget reads what the training rows say about a target; a model without one only finds neighbours.
func (c *compiler) neighborTarget(n *program.NearestNeighbor, m *model, t *training, id int) {
	if m.target == nil {
		return
	}
	f := *m.target
	f.ref = program.NoRef
	out := program.NeighborTarget{ID: id}
	if m.classes == nil {
		out.Numbers = t.numbers(&f, m.doc.At)
		n.Targets = append(n.Targets, out)
		return
	}
	for row, v := range t.values(&f, m.doc.At) {
		if !v.IsValid() && len(c.faults) == 0 {
			c.fault(t.d.Rows[row].At, "this row has no value of field %q", f.name)
		}
		out.Class = append(out.Class, int32(m.classes.place(v)))
	}
	out.Classes = m.classes.values
	out.Rows, out.Lexical = make([]int, len(out.Classes)), make([]int, len(out.Classes))
	for _, class := range out.Class {
		out.Rows[class]++
	}
	var texts []string
	for _, v := range out.Classes {
		texts = append(texts, v.String())
	}
	slices.Sort(texts)
	for i, v := range out.Classes {
		out.Lexical[i] = slices.Index(texts, v.String())
	}
	n.Targets = append(n.Targets, out)
}

// neighborIDs names the training rows: by their instanceIdVariable, or else by their number.
func (c *compiler) neighborIDs(n *program.NearestNeighbor, m *model, d *document.NearestNeighbor, t *training) {
	column := ""
	if d.InstanceID != "" {
		if column = t.columns[d.InstanceID]; column == "" {
			c.fault(m.doc.At, "instanceIdVariable %q is no InstanceField", d.InstanceID)
		}
	}
	for i, row := range d.Training.Rows {
		id := value.OfString(strconv.Itoa(i + 1))
		if text, ok := row.Lookup(column); ok && column != "" {
			id = c.prog.Texts.Of(text)
		}
		n.IDs = append(n.IDs, id)
	}
}
