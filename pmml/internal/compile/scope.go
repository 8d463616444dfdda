package compile

import (
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// field is something that a name stands for.
type field struct {
	name   string
	typ    value.Type
	opType string
	ref    program.Ref
	local  int           // a parameter's place among those of its function, -1: not a parameter
	values []value.Value // its valid values in the order of the document
	data   *document.DataField

	derive  func(f *field) // compiles a derived field when its name is first used
	state   deriveState
	missing bool // a name that a MiningSchema lists and nothing provides
}

type deriveState uint8

const (
	idle deriveState = iota
	deriving
	derived
)

// scope is what names mean at a place in the document. Names that it lacks are looked up in the scope around it.
type scope struct {
	around *scope
	names  map[string]*field
	closed bool // of a function: its body knows its parameters alone
}

func inside(around *scope) *scope { return &scope{around: around, names: map[string]*field{}} }

func (s *scope) find(name string) *field {
	for ; s != nil; s = s.around {
		if f := s.names[name]; f != nil {
			return f
		}
	}
	return nil
}

// isClosed says whether a scope is that of a function.
func (s *scope) isClosed() bool {
	for s.around != nil {
		s = s.around
	}
	return s.closed
}

// use returns the field of a name, compiled; nil after a fault.
func (c *compiler) use(s *scope, name string, at document.Offset) *field {
	f := s.find(name)
	if f == nil || f.missing {
		switch {
		case s.isClosed():
			return c.undefined(at, "field %q is no parameter of the function", name)
		case c.dictionary[name] != nil && !c.unused && !slices.Contains(c.unlisted, name):
			c.unlisted = append(c.unlisted, name)
		case c.dictionary[name] != nil:
		case c.lazy:
			return c.undefined(at, "field %q is not defined", name)
		case f != nil:
			c.fault(at, "MiningField %q has no DataField", name)
		default:
			c.fault(at, "field %q is not defined", name)
		}
		return nil
	}
	if f.derive != nil && f.state != derived {
		if f.state == deriving {
			c.fault(at, "field %q depends on itself", name)
			return nil
		}
		f.state = deriving
		f.derive(f)
		f.state = derived
	}
	return f
}

// dataDictionary makes the fields of the DataDictionary known; they get a place when a MiningSchema lists them.
func (c *compiler) dataDictionary() {
	for i := range c.doc.Fields {
		d := &c.doc.Fields[i]
		f := &field{name: d.Name, opType: d.OpType, ref: program.NoRef, local: -1, data: d}
		f.typ = c.dataType(d.DataType, d.At)
		c.opType(d.OpType, d.At)
		if c.dictionary[d.Name] != nil {
			c.fault(d.At, "DataField %q is declared twice", d.Name)
		}
		for j := range d.Values {
			if v := &d.Values[j]; v.Property == "valid" {
				f.values = append(f.values, c.constant(f.typ, v.Value))
			}
		}
		c.dictionary[d.Name] = f
	}
}

func (c *compiler) dataType(name string, at document.Offset) value.Type {
	if name == "" {
		return value.Untyped
	}
	t, ok := value.TypeOf(name)
	if !ok {
		c.fault(at, "dataType %q is not known", name)
		return value.String
	}
	return t
}

func (c *compiler) opType(name string, at document.Offset) {
	switch name {
	case "", "categorical", "ordinal", "continuous":
	default:
		c.fault(at, "optype %q is not known", name)
	}
}

// constant parses a literal of the document as a type. A literal that is not of the type keeps its text, and equals nothing.
func (c *compiler) constant(t value.Type, text string) value.Value {
	return c.prog.Texts.KnownOf(value.ParseString(t, text))
}
