// Package upgrade rewrites a document of any version as one of PMML 4.4 that is valid by its schema and scores the same.
//
// The document becomes a tree, rules change what 4.4 writes otherwise, and the tree is printed. What scoring reads and 4.4 has no place for
// becomes an Extension that package document reads; what scoring does not read and 4.4 does not allow is left out.
package upgrade

import (
	"bytes"
	"fmt"
)

// Document is what the upgrade must know of the document beside its text.
type Document struct {
	Text    []byte
	Version string // as package document found it: "3.0" to "4.4.1"
	// Types are the dataTypes of fields that were written without one, by the offset of their elements.
	Types map[int]string
}

// Fault is a place that is not valid in 4.4 and stays as it was.
type Fault struct {
	At      int
	Message string
}

// Upgrade returns the document as 4.4. The error is a *scan.Error.
func Upgrade(in Document) ([]byte, []Fault, error) {
	root, spaces, err := read(in.Text)
	if err != nil {
		return nil, nil, err
	}
	u := &upgrader{in: in, root: root}
	u.rewrite(root, nil)
	u.check(root)
	var out bytes.Buffer
	write(&out, root, spaces)
	return out.Bytes(), u.faults, nil
}

// upgrader walks a document.
type upgrader struct {
	in     Document
	root   *node
	path   []*node // the elements around the one that is rewritten
	faults []Fault
}

// maxFaults is how many faults are told.
const maxFaults = 100

func (u *upgrader) fault(n *node, format string, args ...any) {
	if len(u.faults) < maxFaults {
		u.faults = append(u.faults, Fault{At: n.at, Message: fmt.Sprintf(format, args...)})
	}
}

// before says whether the document is older than a version: before("4.2").
func (u *upgrader) before(version string) bool { return u.in.Version < version }

// rewrite applies the rules of an element, then those of its children, then puts it into the form of the schema.
func (u *upgrader) rewrite(n, parent *node) {
	if name, ok := renamed[n.name]; ok {
		n.name = name
	}
	for _, rule := range rules[n.name] {
		rule(u, n, parent)
	}
	u.path = append(u.path, n)
	for _, child := range n.children {
		if child.isElement() && child.space == "" && !anything[n.name] {
			u.rewrite(child, n)
		}
	}
	u.path = u.path[:len(u.path)-1]
	u.conform(n)
}
