package write

import "slices"

// Tree is a decision tree: of a number without Classes, otherwise of class counts.
type Tree struct {
	Inputs  []Input
	Target  string
	Classes []string
	Root    *Node
}

// Node is a leaf without a Split. A leaf has a Value, or Counts where the target has classes: how often each class was seen there,
// which gives the probabilities; the most frequent class is predicted, the first of equal ones.
type Node struct {
	Value  float64
	Counts []float64
	Split  *Split
}

// Split sends a row to one of two nodes. Of a number, Yes takes what is at most Threshold, or less than it with Below; of a categorical
// input, Yes takes the Categories named.
type Split struct {
	Input      int // its place among the model's inputs
	Threshold  float64
	Below      bool
	Categories []string
	Missing    Branch // where a row without the value goes
	Yes, No    *Node
}

// Branch is a way out of a split.
type Branch uint8

// The ways of a row without a split's value. In one model either all splits have a way or none.
const (
	Nowhere Branch = iota // the tree predicts nothing
	Yes
	No
)

// MaxDepth is how many splits may follow each other in a tree.
const MaxDepth = 500

func (t *Tree) fields(d *document) { d.inputs, d.target, d.classes = t.Inputs, t.Target, t.Classes }

func (t *Tree) check(d *document) {
	d.checkTarget()
	d.checkTrees([]*Node{t.Root}, len(t.Classes))
}

func (t *Tree) write(d *document) {
	d.tree(t.Root, t.Classes, d.prologue, d.verify)
}

// checkTrees checks the trees of a model; classes is 0 where leaves have values.
func (d *document) checkTrees(roots []*Node, classes int) {
	c := treeCheck{d: d, classes: classes}
	for _, root := range roots {
		c.node(root, 0)
	}
	if c.ways && c.deadEnds {
		d.refuse("some splits say where missing values go and some do not")
	}
}

type treeCheck struct {
	d              *document
	classes        int
	ways, deadEnds bool // splits with and without a way for missing values
}

func (c *treeCheck) node(n *Node, depth int) {
	switch {
	case c.d.fault != nil: // what follows could be anything
	case n == nil:
		c.d.refuse("a tree or a branch without a node")
	case depth > MaxDepth:
		c.d.refuse("a tree deeper than %d", MaxDepth)
	case n.Split == nil:
		c.leaf(n)
	default:
		c.split(n.Split)
		c.node(n.Split.Yes, depth+1)
		c.node(n.Split.No, depth+1)
	}
}

func (c *treeCheck) leaf(n *Node) {
	if len(n.Counts) != c.classes {
		c.d.refuse("a leaf with %d counts for %d classes", len(n.Counts), c.classes)
	}
	total := 0.0
	for _, f := range n.Counts {
		if f < 0 {
			c.d.refuse("a leaf with the count %v", f)
		}
		total += f
	}
	if c.classes > 0 && !(total > 0) {
		c.d.refuse("a leaf that has seen nothing")
	}
}

func (c *treeCheck) split(s *Split) {
	if s.Input < 0 || s.Input >= len(c.d.inputs) {
		c.d.refuse("a split on input %d of %d", s.Input, len(c.d.inputs))
		return
	}
	in := &c.d.inputs[s.Input]
	if (in.Categories == nil) != (s.Categories == nil) {
		c.d.refuse("a split on %q must name categories if and only if the input has them", in.Name)
	}
	for _, category := range s.Categories {
		if !slices.Contains(in.Categories, category) {
			c.d.refuse("a split on %q names %q, which is no category of it", in.Name, category)
		}
	}
	switch s.Missing {
	case Nowhere:
		c.deadEnds = true
	case Yes, No:
		c.ways = true
	default:
		c.d.refuse("a split with the branch %d", s.Missing)
	}
}
