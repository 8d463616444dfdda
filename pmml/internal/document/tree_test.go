package document

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// nested is a tree of two nodes, of which the second holds a tree, and so on; each node is named by its tree and place.
func nested(name string, levels int) string {
	inner := ""
	if levels > 1 {
		inner = `<DecisionTree functionName="regression">` + nested(name+"i", levels-1) + `</DecisionTree>`
	}
	return fmt.Sprintf(`<Node id="%s0"><True/><Node id="%s1"><True/>%s</Node></Node>`, name, name, inner)
}

// forest is a MiningModel of such trees.
func forest(trees, levels int) string {
	var w strings.Builder
	w.WriteString(`<PMML version="4.4"><DataDictionary/><MiningModel functionName="regression"><MiningSchema/><Segmentation multipleModelMethod="sum">`)
	for i := range trees {
		fmt.Fprintf(&w, `<Segment><True/><TreeModel functionName="regression"><MiningSchema/>%s</TreeModel></Segment>`, nested(fmt.Sprint("t", i, "-"), levels))
	}
	w.WriteString(`</Segmentation></MiningModel></PMML>`)
	return w.String()
}

func TestTreesThatShareABlockKeepApart(t *testing.T) {
	doc := decode(t, forest(400, 3)) // several blocks at each level
	for i, s := range doc.Models[0].Body.(*Mining).Segments {
		tree, name := s.Model.Body.(*Tree), fmt.Sprint("t", i, "-")
		for tree != nil {
			if len(tree.Nodes) != 2 || tree.Nodes[0].ID != name+"0" || tree.Nodes[1].ID != name+"1" || tree.Nodes[0].First != 1 {
				t.Fatalf("tree %s: %+v", name, tree.Nodes)
			}
			name += "i"
			inner := tree.Embedded[1]
			if inner == nil {
				break
			}
			tree = inner.Body.(*Tree)
		}
		if want := fmt.Sprint("t", i, "-iii"); name != want {
			t.Fatalf("ended at %s, want %s", name, want)
		}
	}
}

func TestSmallTreesHoldLittleMoreThanTheirNodes(t *testing.T) {
	text := forest(10_000, 2)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	doc := decode(t, text)
	runtime.ReadMemStats(&after)
	if bytes := after.TotalAlloc - before.TotalAlloc; bytes > 20*uint64(len(text)) {
		t.Errorf("%d bytes for a document of %d", bytes, len(text))
	}
	runtime.KeepAlive(doc)
}
