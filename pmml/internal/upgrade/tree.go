package upgrade

import (
	"strconv"

	"github.com/beam-pmml/beam-pmml/pmml/internal/scan"
)

// node is an element, or a text without a name.
type node struct {
	name       string
	space      string // namespace name
	attributes []attribute
	children   []*node
	text       []byte
	at         int
}

type attribute struct{ name, space, value string }

func (n *node) isElement() bool { return n.name != "" }

// get returns an attribute without a namespace.
func (n *node) get(name string) (string, bool) {
	for i := range n.attributes {
		if a := &n.attributes[i]; a.name == name && a.space == "" {
			return a.value, true
		}
	}
	return "", false
}

func (n *node) has(name string) bool {
	_, ok := n.get(name)
	return ok
}

// set changes an attribute, or adds it at the end.
func (n *node) set(name, value string) {
	for i := range n.attributes {
		if a := &n.attributes[i]; a.name == name && a.space == "" {
			a.value = value
			return
		}
	}
	n.attributes = append(n.attributes, attribute{name: name, value: value})
}

// otherwise sets an attribute that is not there or is empty.
func (n *node) otherwise(name, value string) {
	if was, _ := n.get(name); was == "" {
		n.set(name, value)
	}
}

// take removes an attribute and returns it.
func (n *node) take(name string) (string, bool) {
	for i := range n.attributes {
		if a := n.attributes[i]; a.name == name && a.space == "" {
			n.attributes = append(n.attributes[:i:i], n.attributes[i+1:]...)
			return a.value, true
		}
	}
	return "", false
}

// child returns the first child element of a name.
func (n *node) child(name string) *node {
	for _, c := range n.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// add appends a new child element at the place of n.
func (n *node) add(name string, pairs ...string) *node {
	c := &node{name: name, at: n.at}
	for i := 0; i < len(pairs); i += 2 {
		c.set(pairs[i], pairs[i+1])
	}
	n.children = append(n.children, c)
	return c
}

// extend keeps in an Extension what 4.4 has no attribute for.
func (n *node) extend(name, value string) {
	for _, c := range n.children {
		if was, _ := c.get("name"); c.name == "Extension" && was == name {
			return
		}
	}
	n.add("Extension", "name", name, "value", value)
}

// read makes a tree of a document. Elements of PMML have the namespace "".
func read(text []byte) (*node, *spaces, error) {
	s := scan.New(text, scan.Limits{})
	out := &spaces{prefixes: map[string]string{}}
	top := &node{}
	open := []*node{top}
	for {
		kind, err := s.Next()
		if err != nil {
			return nil, nil, err
		}
		parent := open[len(open)-1]
		switch kind {
		case scan.EOF:
			return top.children[0], out, nil
		case scan.Start:
			n := &node{name: string(s.Name()), at: s.Offset()}
			if parent == top {
				out.document = s.Space()
			}
			n.space = out.of(s.Space(), string(s.Prefix()))
			for _, a := range s.Attrs() {
				if a.Space != "" && n.space == "" { // no element of PMML has such
					continue
				}
				n.attributes = append(n.attributes, attribute{name: string(a.Name), space: out.of(a.Space, ""), value: string(a.Value)})
			}
			parent.children = append(parent.children, n)
			open = append(open, n)
		case scan.End:
			parent.trim()
			open = open[:len(open)-1]
		case scan.Text:
			if parent != top {
				parent.children = append(parent.children, &node{text: append([]byte(nil), s.Text()...), at: s.Offset()})
			}
		}
	}
}

// trim drops the white space between child elements.
func (n *node) trim() {
	elements := false
	for _, c := range n.children {
		if c.isElement() {
			elements = true
		} else if len(trimmed(c.text)) > 0 {
			return
		}
	}
	if !elements {
		return
	}
	kept := n.children[:0]
	for _, c := range n.children {
		if c.isElement() {
			kept = append(kept, c)
		}
	}
	n.children = kept
}

// spaces are the namespaces of a document but PMML's own, each with a prefix.
type spaces struct {
	document string // that of the root element
	prefixes map[string]string
	order    []string
}

// of returns "" for PMML's own namespaces, and otherwise the name, which gets the prefix that it has in the document if that is free.
func (s *spaces) of(space, prefix string) string {
	if space == "" || space == s.document || isPMML(space) {
		return ""
	}
	if s.prefixes[space] != "" || space == xmlSpace {
		return space
	}
	for _, used := range s.prefixes {
		if used == prefix {
			prefix = ""
		}
	}
	s.order = append(s.order, space)
	if prefix == "" {
		prefix = "ns" + strconv.Itoa(len(s.order))
	}
	s.prefixes[space] = prefix
	return space
}

// drop removes the child elements of a name.
func (n *node) drop(name string) {
	kept := n.children[:0:0]
	for _, c := range n.children {
		if c.name != name {
			kept = append(kept, c)
		}
	}
	n.children = kept
}
