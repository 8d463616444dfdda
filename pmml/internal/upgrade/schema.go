package upgrade

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
)

//go:embed schema.tsv
var schemaText string

// kind is what the schema of 4.4 says of an element.
type kind struct {
	attributes map[string]restriction
	required   []string
	ranks      map[string]int // of children, in the order in which they must stand
}

// restriction of an attribute; values is nil where any text may stand.
type restriction struct{ values []string }

// schema knows the elements of PMML 4.4.1. testdata/generate/schema_table.py makes its text from the XML schema.
var schema = func() map[string]*kind {
	out := map[string]*kind{}
	for line := range strings.Lines(schemaText) {
		parts := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		k := &kind{attributes: map[string]restriction{}, ranks: map[string]int{}}
		for _, word := range strings.Fields(parts[1]) {
			var r restriction
			if name, values, ok := strings.Cut(word, "("); ok {
				word, r.values = name, strings.Split(strings.TrimSuffix(values, ")"), "|")
			}
			name, required := strings.CutSuffix(word, "!")
			if required {
				k.required = append(k.required, name)
			}
			k.attributes[name] = r
		}
		for _, word := range strings.Fields(parts[2]) {
			name, rank, _ := strings.Cut(word, ":")
			k.ranks[name], _ = strconv.Atoi(rank)
		}
		out[parts[0]] = k
	}
	return out
}()

// anything are the elements that may hold whatever they like.
var anything = map[string]bool{"Extension": true, "row": true}

// unordered are elements whose children stand in an order of their own, some of them more than once.
var unordered = map[string]bool{"Sequence": true, "SequenceRule": true}

// conform leaves out what 4.4 does not allow and scoring does not read, and puts children into the schema's order.
func (u *upgrader) conform(n *node) {
	k := schema[n.name]
	if k == nil {
		return
	}
	n.attributes = slices.DeleteFunc(n.attributes, func(a attribute) bool {
		_, known := k.attributes[a.name]
		return !known
	})
	if anything[n.name] {
		return
	}
	_, extensible := k.ranks["Extension"]
	kept := n.children[:0:0]
	for _, c := range n.children {
		switch {
		case !c.isElement():
			kept = append(kept, c)
		case c.space != "" || isVendor(c.name):
			if extensible {
				kept = append(kept, &node{name: "Extension", at: c.at, children: []*node{c}})
			}
		case c.name == "Extension" && !extensible:
		default:
			kept = append(kept, c)
		}
	}
	n.children = kept
	n.trim()
	if !unordered[n.name] {
		slices.SortStableFunc(n.children, func(a, b *node) int { return k.ranks[a.name] - k.ranks[b.name] })
	}
}

// isVendor says whether an element's name is one that vendors may use.
func isVendor(name string) bool {
	return len(name) > 2 && (name[0] == 'X' || name[0] == 'x') && name[1] == '-'
}

// check tells what is still not valid.
func (u *upgrader) check(n *node) {
	k := schema[n.name]
	if k == nil {
		return // its parent has told
	}
	for _, name := range k.required {
		if !n.has(name) {
			u.fault(n, "%s has no %s", n.name, name)
		}
	}
	for _, a := range n.attributes {
		if r := k.attributes[a.name]; r.values != nil && !slices.Contains(r.values, a.value) {
			u.fault(n, "%s of %s is %q, which 4.4 does not know", a.name, n.name, a.value)
		}
	}
	if anything[n.name] {
		return
	}
	for _, c := range n.children {
		if !c.isElement() {
			continue
		}
		if _, ok := k.ranks[c.name]; !ok {
			u.fault(c, "%s cannot stand in %s", c.name, n.name)
			continue
		}
		u.check(c)
	}
}
