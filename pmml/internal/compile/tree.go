package compile

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

var strategies = map[string]program.MissingStrategy{
	"none": program.NoStrategy, "lastPrediction": program.LastPrediction, "nullPrediction": program.NullPrediction,
	"defaultChild": program.DefaultChild, "weightedConfidence": program.WeightedConfidence, "aggregateNodes": program.AggregateNodes,
}

// tree compiles a TreeModel (specification, TreeModel).
func (c *compiler) tree(m *model) program.Scorer {
	return c.treeOf(m, treeBuilder{fields: map[string]*field{}})
}

func (c *compiler) treeOf(m *model, b treeBuilder) *program.Tree {
	d := m.doc.Body.(*document.Tree)
	t := &program.Tree{Strategy: strategies[d.Missing], ReturnLast: d.NoTrueChild == "returnLastPrediction", Penalty: d.Penalty}
	if m.classes == nil && m.doc.Function != "regression" {
		c.fault(m.doc.At, "functionName of TreeModel is %q", m.doc.Function)
		return t
	}
	if m.classes != nil {
		c.treeClasses(m.classes, d)
		t.Classes = m.classes.values
	}
	b.c, b.m, b.d, b.t = c, m, d, t
	b.mixes = t.Strategy >= program.WeightedConfidence
	t.Nodes = make([]program.TreeNode, len(d.Nodes))
	if m.classes == nil {
		t.Numbers = make([]float64, 0, d.Scores+len(d.Embedded))
	}
	if c.explain {
		t.Notes = treeNotes(d)
	}
	for i := range d.Nodes {
		b.node(int32(i))
	}
	if t.Strategy == program.WeightedConfidence && m.classes != nil {
		b.mixtures()
	}
	if m.classes != nil {
		t.Classes = m.classes.values
	}
	return t
}

// treeClasses names the classes of a tree before its distributions are laid out.
func (c *compiler) treeClasses(k *classes, d *document.Tree) {
	c.shares += int64(len(d.Distribution))
	for i := range d.Distribution {
		c.class(k, d.Distribution[i].Value)
	}
	for i := range d.Nodes {
		if d.Nodes[i].HasScore {
			c.class(k, d.Nodes[i].Score)
		}
	}
}

// treeBuilder makes a program of a tree. A lean one leaves out what only a lone tree can be asked for.
type treeBuilder struct {
	lean   bool
	mixes  bool // the strategy for missing values mixes leaves by their record counts
	leaves int32
	fields map[string]*field // looked up already
	field  *field            // the one looked up last
	c      *compiler
	m      *model
	d      *document.Tree
	t      *program.Tree
}

func (b *treeBuilder) node(at int32) {
	d := &b.d.Nodes[at]
	n := &b.t.Nodes[at]
	if at == 0 {
		n.Test = b.test(&d.Predicate)
	}
	b.c.lazily(func() {
		for child := d.First; child != 0; child = b.d.Nodes[child].Next { // side by side: siblings often compare with the same number
			b.t.Nodes[child].Test = b.test(&b.d.Nodes[child].Predicate)
		}
	})
	n.First, n.Next, n.Leaf = d.First, d.Next, -1
	if b.mixes {
		b.t.Records = append(b.t.Records, b.records(d))
	}
	if d.DefaultChild != "" && d.First != 0 {
		for child := d.First; child != 0; child = b.d.Nodes[child].Next {
			if b.d.Nodes[child].ID == d.DefaultChild {
				n.Default = child
			}
		}
		if n.Default == 0 && !b.isNode(d.DefaultChild) { // a node elsewhere in the tree is no child, but no nonsense either: no prediction
			b.c.fault(d.At, "defaultChild %q names no Node", d.DefaultChild)
		}
	}
	if d.HasScore || b.d.Embedded[at] != nil || b.m.classes != nil && d.To > d.From {
		n.Leaf = b.leaf(d, at)
	}
}

// records is a node's recordCount, or the sum of those of its classes; 0 where neither is given.
func (b *treeBuilder) records(d *document.Node) float64 {
	if !math.IsNaN(d.RecordCount) {
		return d.RecordCount
	}
	sum := 0.0
	for i := d.From; i < d.To; i++ {
		if n := b.d.Distribution[i].RecordCount; !math.IsNaN(n) {
			sum += n
		}
	}
	return sum
}

// test is compiler.test with fields found faster.
func (b *treeBuilder) test(p *document.Predicate) program.Test {
	if p.Kind != document.Simple {
		return b.c.test(p, b.m.scope, &b.t.Tests)
	}
	if b.field == nil || b.field.name != p.Field { // siblings often ask for one field
		f := b.fields[p.Field]
		if f == nil {
			if f = b.c.use(b.m.scope, p.Field, p.At); f == nil {
				return program.Test{Kind: program.Never}
			}
			b.fields[p.Field] = f
		}
		b.field = f
	}
	return b.c.compare(p, b.field, &b.t.Tests)
}

func (b *treeBuilder) isNode(id string) bool {
	for i := range b.d.Nodes {
		if b.d.Nodes[i].ID == id {
			return true
		}
	}
	return false
}

// embed compiles the model inside a node, which predicts instead of the node.
func (b *treeBuilder) embed(d *document.Model, leaf int32) {
	var inner *model
	b.c.lazily(func() { inner = b.c.model(d, b.m) })
	if inner == nil {
		return
	}
	if b.t.Embedded == nil {
		b.t.Embedded = map[int32]program.Segment{}
	}
	s := program.Segment{WeightRef: program.NoRef, Model: inner.instance}
	if inner.classes != nil {
		for _, v := range inner.classes.values {
			s.Class = append(s.Class, int32(b.m.classes.place(v)))
		}
	}
	b.t.Embedded[leaf] = s
}

// leaf adds what a node predicts.
func (b *treeBuilder) leaf(d *document.Node, at int32) int32 {
	t := b.t
	leaf := b.leaves
	b.leaves++
	if t.Notes != nil {
		t.Notes.Nodes = append(t.Notes.Nodes, at)
	}
	embedded := b.d.Embedded[at]
	if embedded != nil {
		if embedded.Function != b.m.doc.Function {
			b.c.fault(d.At, "functionName of the model inside a Node is %q", embedded.Function)
		} else {
			b.embed(embedded, leaf)
		}
	}
	if !b.lean {
		id := value.OfInt(int64(at) + 1)
		if d.ID != "" {
			id = value.OfString(d.ID)
		}
		t.IDs = append(t.IDs, id)
	}
	if b.m.classes == nil {
		x, ok := number(d.Score)
		if !ok && (d.HasScore || embedded == nil) {
			b.c.fault(d.At, "score %q of Node is not a number", d.Score)
		}
		if b.m.doc.Single {
			x = float64(float32(x))
		}
		t.Numbers = append(t.Numbers, x)
		return leaf
	}
	place := int32(-1)
	if d.To > d.From {
		place = b.distribution(d)
	}
	winner := 0
	if d.HasScore {
		winner = b.c.class(b.m.classes, d.Score)
	} else if d.To > d.From {
		winner = b.mostRecords(d)
	}
	t.Winners = append(t.Winners, int32(winner))
	t.Distributions = append(t.Distributions, place)
	return leaf
}

// mostRecords is the class that a node without a score predicts.
func (b *treeBuilder) mostRecords(d *document.Node) int {
	best, most := 0, math.Inf(-1)
	for i := d.From; i < d.To; i++ {
		s := &b.d.Distribution[i]
		n := s.RecordCount
		if math.IsNaN(n) {
			n = s.Probability
		}
		if n > most {
			most, best = n, b.c.class(b.m.classes, s.Value)
		}
	}
	return best
}

// Rows of all classes for each node are what makes scoring fast. A document could name many classes and give each node but one: the rows
// may be at most so many times the ScoreDistributions that it has.
const (
	minCells    = 1 << 22
	maxCellsFor = 64
)

// mixtures finds fault with a tree whose nodes, each with its confidences of all classes while a row is scored, would be too much.
func (b *treeBuilder) mixtures() {
	inner := int64(0)
	for i := range b.d.Nodes {
		if b.d.Nodes[i].First != 0 {
			inner++
		}
	}
	if cells := inner * int64(len(b.m.classes.values)); cells > minCells && cells > maxCellsFor*b.c.shares {
		b.c.fault(b.m.doc.At, "weightedConfidence would need %d numbers for %d classes", cells, len(b.m.classes.values))
	}
}

// distribution lays out the ScoreDistributions of a node as a row by class.
func (b *treeBuilder) distribution(d *document.Node) int32 {
	t, k := b.t, len(b.m.classes.values)
	if b.c.cells += int64(k); b.c.cells > minCells && b.c.cells > maxCellsFor*b.c.shares {
		b.c.fault(d.At, "the score distributions would need %d numbers for %d classes", b.c.cells, k)
		b.c.cells = math.MinInt64 // said once
	}
	if b.c.cells < 0 {
		return -1
	}
	place := len(t.Probabilities) / k
	t.Probabilities = append(t.Probabilities, make([]float64, k)...)
	probabilities := t.Probabilities[place*k:]
	var counts []float64
	if b.mixes {
		t.Counts = append(t.Counts, make([]float64, k)...)
		counts = t.Counts[place*k:]
	}
	given := !math.IsNaN(b.d.Distribution[d.From].Probability)
	sum, confident := 0.0, false
	for i := d.From; i < d.To; i++ {
		s := &b.d.Distribution[i]
		at := b.c.class(b.m.classes, s.Value)
		if math.IsNaN(s.RecordCount) && !given {
			b.c.fault(s.At, "ScoreDistribution has no recordCount")
		}
		if b.mixes && !math.IsNaN(s.RecordCount) {
			counts[at] = s.RecordCount
		}
		weight := s.RecordCount
		if given {
			weight = s.Probability
		}
		if math.IsNaN(weight) {
			weight = 0
		}
		probabilities[at] = weight
		sum += weight
		confident = confident || !math.IsNaN(s.Confidence)
	}
	if sum != 0 {
		for i := range probabilities {
			probabilities[i] /= sum
		}
	}
	if confident && t.Confidences == nil {
		t.Confidences = append(make([]float64, 0, len(t.Probabilities)), t.Probabilities[:place*k]...)
	}
	if t.Confidences != nil {
		b.confidences(d, probabilities)
	}
	return int32(place)
}

// confidences adds the confidences of a node: those that it gives, else the probabilities.
func (b *treeBuilder) confidences(d *document.Node, probabilities []float64) {
	place := len(b.t.Confidences)
	b.t.Confidences = append(b.t.Confidences, probabilities...)
	for i := d.From; i < d.To; i++ {
		if s := &b.d.Distribution[i]; !math.IsNaN(s.Confidence) {
			b.t.Confidences[place+b.c.class(b.m.classes, s.Value)] = s.Confidence
		}
	}
}
