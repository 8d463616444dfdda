package program

import (
	"unsafe"
)

// closureBytes is what a compiled expression or predicate is counted with: the closure and what it alone holds.
const closureBytes = 128

// sized is a part of a program that can say how many bytes it holds.
type sized interface{ Bytes() int64 }

// bytesOf is the memory of a slice's array.
func bytesOf[T any](s []T) int64 {
	var t T
	return int64(cap(s)) * int64(unsafe.Sizeof(t))
}

// Count sets Bytes to the memory that the program's arrays hold; expressions are counted by their number.
func (p *Program) Count(expressions int) {
	n := int64(unsafe.Sizeof(*p)) + p.Texts.bytes + bytesOf(p.Inputs) + bytesOf(p.Derived) + bytesOf(p.Results)
	n += int64(expressions+len(p.Results)) * closureBytes
	for i := range p.Inputs {
		c := &p.Inputs[i].Checks
		n += bytesOf(c.MissingValues) + bytesOf(c.MissingTexts) + bytesOf(c.InvalidValues) + bytesOf(c.Listed) + bytesOf(c.Intervals) + int64(len(c.Symbols))*16
	}
	p.Bytes = n + p.Main.Bytes()
}

// Bytes is the memory of a model and those inside it.
func (in *Instance) Bytes() int64 {
	n := int64(unsafe.Sizeof(*in)) + bytesOf(in.Classes) + bytesOf(in.Checks) + bytesOf(in.Outputs) + int64(len(in.Outputs))*closureBytes
	if s, ok := in.Model.(sized); ok {
		n += s.Bytes()
	}
	return n
}

// Bytes is the memory of the tree.
func (t *Tree) Bytes() int64 {
	return int64(unsafe.Sizeof(*t)) + bytesOf(t.Nodes) + int64(len(t.Tests.General))*closureBytes + bytesOf(t.Numbers) + bytesOf(t.Winners) +
		bytesOf(t.Distributions) + bytesOf(t.Probabilities) + bytesOf(t.Confidences) + bytesOf(t.Counts) + bytesOf(t.Records) + bytesOf(t.IDs) + t.Notes.bytes()
}

func (n *TreeNotes) bytes() int64 {
	if n == nil {
		return 0
	}
	total := bytesOf(n.IDs) + bytesOf(n.Predicates) + bytesOf(n.Parents) + bytesOf(n.Nodes)
	for i := range n.Predicates {
		total += int64(len(n.IDs[i]) + len(n.Predicates[i]))
	}
	return total
}

// Bytes is the memory of the tables.
func (r *Regression) Bytes() int64 {
	n := int64(unsafe.Sizeof(*r)) + bytesOf(r.Tables) + bytesOf(r.Class)
	for i := range r.Tables {
		t := &r.Tables[i]
		n += bytesOf(t.Numeric) + bytesOf(t.Categorical) + bytesOf(t.Terms)
		for _, term := range t.Terms {
			n += bytesOf(term.Factors)
		}
	}
	return n
}

// Bytes is the memory of the segments and their models.
func (m *Mining) Bytes() int64 {
	n := int64(unsafe.Sizeof(*m)) + bytesOf(m.Segments) + int64(len(m.Tests.General))*closureBytes
	for i := range m.Segments {
		s := &m.Segments[i]
		n += bytesOf(s.Class)
		if s.Tree != nil {
			n += s.Tree.Bytes()
		} else {
			n += s.Model.Bytes()
		}
	}
	return n
}

// Bytes is the memory of both forms of the trees.
func (e *Ensemble) Bytes() int64 {
	f := &e.Forest
	n := int64(unsafe.Sizeof(*e)) + e.Whole.Bytes() + bytesOf(e.Weights) + bytesOf(e.Winners) + bytesOf(e.Probabilities)
	n += bytesOf(f.Nodes) + bytesOf(f.Roots) + bytesOf(f.Depths) + bytesOf(f.Place) + bytesOf(f.Numbers) + bytesOf(f.Blocks) + bytesOf(f.Present)
	for i := range f.Blocks {
		b := &f.Blocks[i]
		n += int64(len(b.Symbols)+len(b.Values)) * 16
		for _, row := range b.Table {
			n += bytesOf(row) + int64(unsafe.Sizeof(row))
		}
	}
	return n
}
