package write

import "strconv"

// tree writes a TreeModel whose leaves have values, or counts of classes where there are some.
func (d *document) tree(root *Node, classes []string, prologue, end func()) {
	function := "regression"
	if classes != nil {
		function = "classification"
	}
	missing := "nullPrediction"
	if root.Split != nil && root.Split.Missing != Nowhere {
		missing = "defaultChild"
	}
	d.open("TreeModel", "functionName", function, "missingValueStrategy", missing, "noTrueChildStrategy", "returnNullPrediction", "splitCharacteristic", "binarySplit")
	prologue()
	nodes := treeNodes{document: d, classes: classes}
	nodes.write(root, func() { d.empty("True") })
	end()
	d.close("TreeModel")
}

// treeNodes writes the nodes of one tree, numbered from 0 in the document's order.
type treeNodes struct {
	*document
	classes []string
	next    int
}

func (t *treeNodes) write(n *Node, predicate func()) {
	pairs := []string{"id", strconv.Itoa(t.next)}
	t.next++
	switch s := n.Split; {
	case s == nil && t.classes == nil:
		pairs = append(pairs, "score", t.number(n.Value))
	case s == nil:
		pairs = append(pairs, "score", t.classes[largest(n.Counts)])
	case s.Missing == Yes:
		pairs = append(pairs, "defaultChild", strconv.Itoa(t.next))
	case s.Missing == No:
		pairs = append(pairs, "defaultChild", strconv.Itoa(t.next+size(s.Yes)))
	}
	t.open("Node", pairs...)
	predicate()
	if n.Split == nil {
		for i, class := range t.classes {
			t.empty("ScoreDistribution", "value", class, "recordCount", t.number(n.Counts[i]))
		}
	} else {
		t.write(n.Split.Yes, func() { t.branch(n.Split, true) })
		t.write(n.Split.No, func() { t.branch(n.Split, false) })
	}
	t.close("Node")
}

// branch writes the condition of one way. The ways exclude each other by their own conditions, so that a missing value is
// unknown to both.
func (t *treeNodes) branch(s *Split, yes bool) {
	in := &t.inputs[s.Input]
	if in.Categories == nil {
		t.empty("SimplePredicate", "field", in.Name, "operator", comparison(s.Below, yes), "value", t.number(s.Threshold))
		return
	}
	operator := "isNotIn"
	if yes {
		operator = "isIn"
	}
	t.open("SimpleSetPredicate", "field", in.Name, "booleanOperator", operator)
	t.strings(s.Categories)
	t.close("SimpleSetPredicate")
}

func comparison(below, yes bool) string {
	switch {
	case below && yes:
		return "lessThan"
	case below:
		return "greaterOrEqual"
	case yes:
		return "lessOrEqual"
	}
	return "greaterThan"
}

// largest is the place of the first of the largest numbers.
func largest(list []float64) int {
	at := 0
	for i, f := range list {
		if f > list[at] {
			at = i
		}
	}
	return at
}

// size counts the nodes of a tree.
func size(n *Node) int {
	if n.Split == nil {
		return 1
	}
	return 1 + size(n.Split.Yes) + size(n.Split.No)
}
