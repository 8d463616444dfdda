package compile

import (
	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
)

// ensemble compiles a MiningModel in which every segment is a tree that takes part in every row; nil where segments must run one by one.
func (c *compiler) ensemble(d *document.Mining, m *model) program.Scorer {
	if c.explain || !isEnsemble(d, m) {
		return nil
	}
	faults, warnings := len(c.faults), len(c.out.Warnings)
	whole := &program.Mining{Method: methods[d.Method], Treatment: treatments[d.MissingTreatment], Threshold: d.MissingThreshold, Single: m.doc.Single}
	if m.classes != nil {
		for i := range d.Segments {
			c.treeClasses(m.classes, d.Segments[i].Model.Body.(*document.Tree))
		}
	}
	e := &program.Ensemble{Whole: whole}
	flat := newFlattener(c, m, d, e)
	always := program.Test{Kind: program.Always}
	fields := map[string]*field{}
	c.lazily(func() {
		for i := range d.Segments {
			s := &d.Segments[i]
			t := c.memberTree(s.Model, m, fields)
			whole.Segments = append(whole.Segments, program.Segment{Weight: s.Weight, WeightRef: program.NoRef, Test: always, Tree: t})
			if len(c.faults)+len(c.out.Warnings) == faults+warnings { // at once, while the tree is in the processor's cache
				flat.add(s, t)
			}
		}
	})
	if m.classes != nil {
		whole.Classes = m.classes.values
	}
	if len(c.faults)+len(c.out.Warnings) > faults+warnings || !flat.finish() { // flat trees read all their fields at once
		return whole
	}
	return e
}

// isEnsemble says whether the segments are plain trees: nothing of their own beside the tree, and nothing that asks for one of them.
func isEnsemble(d *document.Mining, m *model) bool {
	switch d.Method {
	case "sum", "weightedSum", "average", "weightedAverage":
	case "majorityVote", "weightedMajorityVote":
		if m.classes == nil {
			return false
		}
	default:
		return false
	}
	for _, o := range m.doc.Output {
		if o.SegmentID != "" {
			return false
		}
	}
	for i := range d.Segments {
		s := &d.Segments[i]
		t := s.Model
		if s.Predicate.Kind != document.True || s.VariableWeight != "" || t == nil || t.Element != "TreeModel" || t.Unscorable || t.Function != m.doc.Function {
			return false
		}
		tree := t.Body.(*document.Tree)
		if len(t.Output)+len(t.Targets)+len(t.Local)+len(tree.Embedded) > 0 || tree.Nodes == nil {
			return false
		}
		for j := range t.Schema {
			if isTreated(&t.Schema[j]) {
				return false
			}
		}
	}
	return len(d.Segments) > 0
}

// memberTree compiles the tree of one segment with the names and classes of the whole.
func (c *compiler) memberTree(d *document.Model, m *model, fields map[string]*field) *program.Tree {
	inner := &model{doc: d, around: m, schema: m.scope, scope: m.scope, target: m.target, classes: m.classes}
	return c.treeOf(inner, treeBuilder{lean: true, fields: fields})
}
