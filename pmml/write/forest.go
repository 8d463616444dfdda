package write

import "strconv"

// Forest is an ensemble of trees that each predict the target: the mean of their numbers, or of their classes' probabilities.
// A row for which one tree predicts nothing has no prediction.
type Forest struct {
	Inputs  []Input
	Target  string
	Classes []string
	Trees   []*Node
	// Vote counts the trees that predict a class instead: a class's probability is its share of the trees.
	Vote bool
}

func (f *Forest) fields(d *document) { d.inputs, d.target, d.classes = f.Inputs, f.Target, f.Classes }

func (f *Forest) check(d *document) {
	d.checkTarget()
	if len(f.Trees) == 0 {
		d.refuse("a forest without trees")
	}
	if f.Vote && f.Classes == nil {
		d.refuse("a vote needs classes")
	}
	d.checkTrees(f.Trees, len(f.Classes))
}

func (f *Forest) write(d *document) {
	method := "average"
	if f.Vote {
		method = "majorityVote"
	}
	d.open("MiningModel", "functionName", d.function())
	d.prologue()
	d.trees(f.Trees, f.Classes, method)
	d.verify()
	d.close("MiningModel")
}

// trees writes a Segmentation of trees.
func (d *document) trees(roots []*Node, classes []string, method string) {
	d.open("Segmentation", "multipleModelMethod", method, "missingPredictionTreatment", "returnMissing")
	for i, root := range roots {
		d.segment(i+1, func() {
			d.tree(root, classes, func() { d.schema("") }, func() {})
		})
	}
	d.close("Segmentation")
}

// segment writes a Segment that is always used.
func (d *document) segment(id int, model func()) {
	d.open("Segment", "id", strconv.Itoa(id))
	d.empty("True")
	model()
	d.close("Segment")
}
