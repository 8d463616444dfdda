package compile

import (
	"fmt"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Some documents name a field that nothing defines in a part that not every row reaches: a predicate, a segment, a function. The rest of
// such a document can be served, so there the name becomes a field that ends the row which reads it, and a warning.

// lazily compiles something that not every row reaches.
func (c *compiler) lazily(compile func()) {
	outer := c.lazy
	c.lazy = true
	compile()
	c.lazy = outer
}

// warn notes what ends the rows that reach it, and returns what they are told.
func (c *compiler) warn(at document.Offset, format, name string) string {
	message := fmt.Sprintf(format, name)
	if len(c.out.Warnings) < document.MaxFaults {
		c.out.Warnings = append(c.out.Warnings, document.Fault{At: at, Message: message})
	}
	line, column := c.doc.Position(at)
	return message + fmt.Sprintf(" (%d:%d)", line, column)
}

// unscorable is a model of a template: what it reads and gives is known, and no row can be scored.
func (c *compiler) unscorable(at document.Offset, format, name string) program.Scorer {
	return program.Unscorable(c.warn(at, format, name))
}

// undefined is a field that cannot be read.
func (c *compiler) undefined(at document.Offset, format, name string) *field {
	message := c.warn(at, format, name)
	ref := c.slot(func(f *program.Frame) value.Value {
		f.Fail(program.NoResult, name, message)
		return value.Missing()
	})
	return &field{name: name, ref: ref, local: -1}
}
