package compile

import (
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// lag compiles a Lag: it needs the rows before.
func (c *compiler) lag(e *document.Lag, s *scope) (program.Eval, value.Type) {
	read, f := c.reader(s, e.Field, e.Place())
	if f == nil {
		return nil, value.Untyped
	}
	if f.local >= 0 || read == nil {
		c.fault(e.Place(), "Lag of a parameter: rows have none")
		return nil, value.Untyped
	}
	if e.N < 1 || e.N > program.MaxLag {
		c.fault(e.Place(), "n of Lag is not within 1 and %d", program.MaxLag)
		return nil, value.Untyped
	}
	l := &program.Lag{Field: f.ref, N: e.N, Aggregate: e.Aggregate}
	for _, name := range e.Blocks {
		b := c.use(s, name, e.Place())
		if b == nil {
			return nil, value.Untyped
		}
		l.Blocks = append(l.Blocks, b.ref)
	}
	typ := f.typ
	if e.Aggregate != "none" {
		c.numeric(f, e.Place())
		typ = value.Double
	}
	c.remembers("Lag of field "+f.name, l.Remember)
	return l.Eval, typ
}

// remembers notes that the program needs the rows before a row, and what is done with each row for those after it.
func (c *compiler) remembers(what string, after func(f *program.Frame)) {
	if !slices.Contains(c.prog.Memory, what) {
		c.prog.Memory = append(c.prog.Memory, what)
	}
	c.prog.After = append(c.prog.After, after)
}

// collects notes that the program reads a collection from an input.
func (c *compiler) collects(f *field) {
	if f.local < 0 && f.ref >= 0 && int(f.ref) < len(c.prog.Inputs) {
		c.prog.Inputs[f.ref].Collection = true
	}
}

// groupAggregate compiles an Aggregate with a groupField: it needs the rows before.
func (c *compiler) groupAggregate(e *document.Aggregate, f *field, s *scope) (program.Eval, value.Type) {
	group := c.use(s, e.GroupField, e.Place())
	if group == nil || f.local >= 0 {
		c.fault(e.Place(), "Aggregate over rows needs fields")
		return nil, value.Untyped
	}
	g := &program.GroupAggregate{Field: f.ref, Group: group.ref, Function: e.Function}
	c.remembers("Aggregate of field "+f.name, g.Remember)
	return g.Eval, value.Untyped
}
