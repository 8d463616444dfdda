package compile

import (
	"cmp"
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
)

// ensemble compiles a MiningModel in which every segment is a tree that takes part in every row; nil where segments must run one by one.
func (c *compiler) ensemble(d *document.Mining, m *model) program.Scorer {
	if !isEnsemble(d, m) {
		return nil
	}
	faults := len(c.faults)
	whole := &program.Mining{Method: methods[d.Method], Treatment: treatments[d.MissingTreatment], Threshold: d.MissingThreshold, Single: m.doc.Single}
	if m.classes != nil {
		for i := range d.Segments {
			c.treeClasses(m.classes, d.Segments[i].Model.Body.(*document.Tree))
		}
	}
	always := program.Test{Kind: program.Always}
	fields := map[string]*field{}
	for i := range d.Segments {
		s := &d.Segments[i]
		t := c.memberTree(s.Model, m, fields)
		whole.Segments = append(whole.Segments, program.Segment{Weight: s.Weight, WeightRef: program.NoRef, Test: always, Tree: t})
	}
	if m.classes != nil {
		whole.Classes = m.classes.values
	}
	if len(c.faults) > faults {
		return whole
	}
	e := &program.Ensemble{Whole: whole}
	if !c.flatten(d, m, e) {
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

// flatten fills the flat form of an ensemble whose trees are compiled; false: it has parts that the flat form cannot hold.
func (c *compiler) flatten(d *document.Mining, m *model, e *program.Ensemble) bool {
	f := &flattener{c: c, m: m, out: e, blocks: map[program.Ref]*block{}}
	nodes := 0
	for i := range d.Segments {
		nodes += len(d.Segments[i].Model.Body.(*document.Tree).Nodes)
	}
	f.nodes = make([]program.FlatNode, 0, nodes+nodes/8)
	type walked struct {
		root  uint32
		depth int32
		place int32
	}
	var trees []walked
	for i := range d.Segments {
		root := f.reserve(1)
		depth := f.tree(d.Segments[i].Model.Body.(*document.Tree), e.Whole.Segments[i].Tree, root)
		if f.failed || len(f.nodes) > maxFlatNodes {
			return false
		}
		trees = append(trees, walked{root, depth, int32(i)})
		e.Weights = append(e.Weights, d.Segments[i].Weight)
	}
	slices.SortStableFunc(trees, func(a, b walked) int { return cmp.Compare(a.depth, b.depth) })
	for _, t := range trees {
		e.Forest.Roots = append(e.Forest.Roots, t.root)
		e.Forest.Depths = append(e.Forest.Depths, t.depth)
		e.Forest.Place = append(e.Forest.Place, t.place)
	}
	e.Forest.Nodes = slices.Clip(f.nodes)
	return f.columns()
}

const (
	maxFlatNodes  = 1 << 28
	maxBlockCells = 1 << 20 // of the tables of categorical tests
)
