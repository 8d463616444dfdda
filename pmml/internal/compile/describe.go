package compile

import (
	"strconv"
	"strings"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
)

var operatorSigns = [...]string{
	document.Equal: "=", document.NotEqual: "≠", document.LessThan: "<", document.LessOrEqual: "≤", document.GreaterThan: ">", document.GreaterOrEqual: "≥",
	document.IsMissing: "is missing", document.IsNotMissing: "is not missing", document.IsIn: "is in", document.IsNotIn: "is not in",
	document.And: "and", document.Or: "or", document.Xor: "xor", document.Surrogate: "surrogate",
}

// describe writes a predicate for people.
func describe(p *document.Predicate) string {
	var b strings.Builder
	describeTo(&b, p)
	return b.String()
}

func describeTo(b *strings.Builder, p *document.Predicate) {
	switch p.Kind {
	case document.True:
		b.WriteString("true")
	case document.False:
		b.WriteString("false")
	case document.Simple:
		b.WriteString(p.Field + " " + operatorSigns[p.Op])
		if p.Op != document.IsMissing && p.Op != document.IsNotMissing {
			b.WriteString(" " + p.Value)
		}
	case document.SimpleSet:
		b.WriteString(p.Field + " " + operatorSigns[p.Op] + " {" + strings.Join(p.More.Values, ", ") + "}")
	case document.Compound:
		b.WriteByte('(')
		for i := range p.More.Parts {
			if i > 0 {
				b.WriteString(" " + operatorSigns[p.Op] + " ")
			}
			describeTo(b, &p.More.Parts[i])
		}
		b.WriteByte(')')
	}
}

// treeNotes is what explaining a tree needs.
func treeNotes(d *document.Tree) *program.TreeNotes {
	n := &program.TreeNotes{Parents: make([]int32, len(d.Nodes))}
	for i := range d.Nodes {
		node := &d.Nodes[i]
		id := node.ID
		if id == "" {
			id = strconv.Itoa(i + 1)
		}
		n.IDs = append(n.IDs, id)
		n.Predicates = append(n.Predicates, describe(&node.Predicate))
		for child := node.First; child != 0; child = d.Nodes[child].Next {
			n.Parents[child] = int32(i)
		}
	}
	if len(n.Parents) > 0 {
		n.Parents[0] = -1
	}
	return n
}
