package compile

import (
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// networkBuilder compiles a BayesianNetworkModel (specification, BayesianNetwork).
type networkBuilder struct {
	c      *compiler
	m      *model
	n      *program.BayesianNetwork
	docs   []*document.NetworkNode // parents before children
	places map[string]int32
	levels map[string][]value.Value
}

func (c *compiler) bayesianNetwork(m *model) program.Scorer {
	d := m.doc.Body.(*document.BayesianNetwork)
	b := &networkBuilder{c: c, m: m, n: &program.BayesianNetwork{Target: -1}, places: map[string]int32{}, levels: map[string][]value.Value{}}
	if m.target == nil {
		c.fault(m.doc.At, "BayesianNetworkModel needs a target field")
		return b.n
	}
	byName := map[string]*document.NetworkNode{}
	for i := range d.Nodes {
		node := &d.Nodes[i]
		if byName[node.Name] != nil {
			c.fault(node.At, "node %q is there twice", node.Name)
		}
		byName[node.Name] = node
		for _, derived := range node.Derived {
			if m.scope.names[derived.Name] == nil {
				c.declare(m.scope, m.scope, derived)
			}
		}
	}
	b.sort(d, byName)
	for i, node := range b.docs {
		b.places[node.Name] = int32(i)
	}
	for _, node := range b.docs {
		b.node(node)
	}
	b.target()
	return b.n
}

// sort brings parents before children, and near them: it goes up from the nodes without children.
func (b *networkBuilder) sort(d *document.BayesianNetwork, byName map[string]*document.NetworkNode) {
	state := map[string]int{} // 1: on the way, 2: done
	var visit func(n *document.NetworkNode)
	visit = func(n *document.NetworkNode) {
		state[n.Name] = 1
		for i := range n.Rows {
			for _, p := range n.Rows[i].Parents {
				parent := byName[p.Parent]
				if parent == nil || state[p.Parent] == 2 {
					continue
				}
				if state[p.Parent] == 1 {
					b.c.fault(p.At, "node %q depends on itself", p.Parent)
					return
				}
				visit(parent)
			}
		}
		state[n.Name] = 2
		b.docs = append(b.docs, n)
	}
	asked := map[string]bool{}
	for i := range d.Nodes {
		for j := range d.Nodes[i].Rows {
			for _, p := range d.Nodes[i].Rows[j].Parents {
				asked[p.Parent] = true
			}
		}
	}
	for _, parents := range []bool{false, true} {
		for i := range d.Nodes {
			if n := &d.Nodes[i]; state[n.Name] == 0 && asked[n.Name] == parents {
				visit(n)
			}
		}
	}
}

func (b *networkBuilder) node(d *document.NetworkNode) {
	n := program.NetworkNode{Ref: program.NoRef}
	typ := value.String
	if d.Name == b.m.target.name {
		typ = b.m.target.typ
	} else if f := b.m.scope.find(d.Name); f != nil {
		if f = b.c.use(b.m.scope, d.Name, d.At); f != nil {
			n.Ref, typ = f.ref, f.typ
		}
	}
	if !d.Continuous {
		for i := range d.Rows {
			for _, v := range d.Rows[i].Values {
				c := b.c.constant(typ, v.Value)
				if c.IsInvalid() {
					b.c.fault(v.At, "the value %q of node %q is not of type %s", v.Value, d.Name, typ)
					continue
				}
				if !slices.ContainsFunc(n.Levels, func(x value.Value) bool { return value.Equal(x, c) }) {
					n.Levels = append(n.Levels, c)
				}
			}
		}
	}
	b.levels[d.Name] = n.Levels
	for i := range d.Rows {
		if row, ok := b.row(&n, d, &d.Rows[i], typ); ok {
			n.Rows = append(n.Rows, row)
		}
	}
	b.n.Nodes = append(b.n.Nodes, n)
}

func (b *networkBuilder) row(n *program.NetworkNode, d *document.NetworkNode, r *document.NetworkRow, typ value.Type) (row program.NetworkRow, ok bool) {
	for _, p := range r.Parents {
		t, ok := b.parent(&p)
		if !ok {
			return row, false
		}
		if t.Node >= 0 && !slices.Contains(n.Parents, t.Node) {
			n.Parents = append(n.Parents, t.Node)
		}
		row.Parents = append(row.Parents, t)
	}
	if !d.Continuous {
		row.Probabilities = make([]float64, len(n.Levels))
		for _, v := range r.Values {
			c := b.c.constant(typ, v.Value)
			if at := slices.IndexFunc(n.Levels, func(x value.Value) bool { return value.Equal(x, c) }); at >= 0 {
				row.Probabilities[at] = v.Probability
			}
		}
		return row, true
	}
	return b.density(row, r)
}

// parent is a node, or a field that is derived of one.
func (b *networkBuilder) parent(p *document.ParentValue) (t program.ParentTest, ok bool) {
	place, isNode := b.places[p.Parent]
	if !isNode || b.levels[p.Parent] == nil {
		f := b.c.use(b.m.scope, p.Parent, p.At)
		if f == nil {
			return t, false
		}
		return program.ParentTest{Node: -1, Ref: f.ref, Value: b.c.constant(f.typ, p.Value)}, true
	}
	levels := b.levels[p.Parent]
	typ := value.String
	if len(levels) > 0 {
		typ = levels[0].Type()
	}
	c := b.c.constant(typ, p.Value)
	level := slices.IndexFunc(levels, func(x value.Value) bool { return value.Equal(x, c) })
	if level < 0 {
		b.c.fault(p.At, "%q is no value of node %q", p.Value, p.Parent)
		return t, false
	}
	return program.ParentTest{Node: place, Level: int32(level)}, true
}

func (b *networkBuilder) density(row program.NetworkRow, r *document.NetworkRow) (program.NetworkRow, bool) {
	d := r.Density
	if d == nil {
		b.c.fault(r.At, "a row of a ContinuousNode has no ContinuousDistribution")
		return row, false
	}
	row.Kind = d.Kind
	parameters := map[string][]document.Expression{
		"Normal": {d.Mean, d.Variance}, "Lognormal": {d.Mean, d.Variance}, "Triangular": {d.Mean, d.Low, d.Upper}, "Uniform": {d.Low, d.Upper},
	}
	for _, e := range parameters[d.Kind] {
		eval, _ := b.c.expression(e, b.m.scope)
		if eval == nil {
			return row, false
		}
		row.Parameters = append(row.Parameters, eval)
	}
	return row, true
}

// target finds the node whose posterior is asked for.
func (b *networkBuilder) target() {
	at, ok := b.places[b.m.target.name]
	if !ok || int(at) >= len(b.n.Nodes) {
		b.c.fault(b.m.doc.At, "no node has the name of the target, %q", b.m.target.name)
		return
	}
	b.n.Target = at
	node := &b.n.Nodes[at]
	switch {
	case b.m.classes != nil && node.Levels != nil:
		for _, v := range node.Levels {
			b.n.Class = append(b.n.Class, int32(b.m.classes.place(v)))
		}
		b.n.Classes = b.m.classes.values
	case b.m.classes != nil || node.Levels != nil || b.m.doc.Function != "regression":
		b.c.fault(b.m.doc.At, "functionName %s does not fit the target's node", b.m.doc.Function)
	default:
		for i := range b.n.Nodes {
			if slices.Contains(b.n.Nodes[i].Parents, at) {
				b.c.unsupported(b.m.doc.At, "a continuous target that is a parent of other nodes")
			}
		}
	}
}
