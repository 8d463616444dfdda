package compile

import (
	"fmt"
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// defined is a DefineFunction compiled for arguments of certain types.
type defined struct {
	eval program.Eval
	typ  value.Type
}

// call of a DefineFunction (specification, Functions). The body is compiled once; a call puts the arguments on the frame's stack of
// parameters. What the calls add up to when scoring is bounded by MaxSteps.
func (c *compiler) callDefined(d *document.DefineFunction, e *document.Apply, args []program.Eval, types []value.Type, mapped *instead) (program.Eval, value.Type) {
	if slices.Contains(c.expanding, d.Name) {
		c.fault(e.Place(), "function %q calls itself", d.Name)
		return nil, value.Untyped
	}
	if c.spend(c.functionCost(d), e.Place()); c.steps > MaxSteps {
		return nil, value.Untyped
	}
	types = slices.Clone(types)
	for i, p := range d.Parameters {
		if t := c.dataType(p.DataType, p.At); t != value.Untyped {
			args[i], types[i] = c.converted(args[i], types[i], t, p.Name), t
		}
	}
	key := fmt.Sprintf("%s%v", d.Name, types)
	made, ok := c.defined[key]
	if !ok {
		c.expanding = append(c.expanding, d.Name)
		made = c.define(d, types)
		c.expanding = c.expanding[:len(c.expanding)-1]
		c.defined[key] = made
	}
	if made.eval == nil {
		return nil, value.Untyped
	}
	body := made.eval
	return func(f *program.Frame) value.Value {
		base := f.Parameters()
		for _, a := range args {
			x := a(f)
			if mapped.is && x.IsMissing() {
				f.DropParameters(base)
				return mapped.value
			}
			f.PushParameter(x)
		}
		outer := f.Enter(base)
		out := body(f)
		f.Leave(base, outer)
		return out
	}, made.typ
}

// define compiles a function's body, in which only its parameters have names.
func (c *compiler) define(d *document.DefineFunction, types []value.Type) defined {
	names := inside(nil)
	names.closed = true
	for i, p := range d.Parameters {
		names.names[p.Name] = &field{name: p.Name, typ: types[i], ref: program.NoRef, local: i}
	}
	if d.Body == nil {
		return defined{}
	}
	body, t := c.expression(d.Body, names)
	if body == nil {
		return defined{}
	}
	if want := c.dataType(d.DataType, d.At); want != value.Untyped {
		body, t = c.converted(body, t, want, d.Name), want
	}
	return defined{body, t}
}

// definitions compiles the functions that nothing calls, for their faults.
func (c *compiler) definitions() {
	for _, d := range c.doc.Functions {
		if !c.called[d.Name] && d.Body != nil {
			types := make([]value.Type, len(d.Parameters))
			for i, p := range d.Parameters {
				types[i] = c.dataType(p.DataType, p.At)
			}
			c.expanding = append(c.expanding, d.Name)
			c.define(d, types)
			c.expanding = c.expanding[:0]
		}
	}
}

// spend counts steps, and finds fault with the first that is too many.
func (c *compiler) spend(steps int, at document.Offset) {
	before := c.steps
	c.steps = min(c.steps+steps, MaxSteps+1)
	if before <= MaxSteps && c.steps > MaxSteps {
		c.fault(at, "the document's functions expand to more than %d steps", MaxSteps)
	}
}

// functionCost is how many steps one call takes at most, up to MaxSteps + 1. A function that calls itself is a fault elsewhere.
func (c *compiler) functionCost(d *document.DefineFunction) int {
	if n, ok := c.costs[d.Name]; ok {
		return n
	}
	c.costs[d.Name] = 0
	n := min(c.cost(d.Body), MaxSteps+1)
	c.costs[d.Name] = n
	return n
}

func (c *compiler) cost(e document.Expression) int {
	a, ok := e.(*document.Apply)
	if !ok {
		return 1
	}
	n := 1
	if d := c.functions[a.Function]; d != nil {
		n += c.functionCost(d)
	}
	for _, arg := range a.Arguments {
		n += c.cost(arg)
	}
	return min(n, MaxSteps+1)
}
