// Package compile makes a program of a document: names become places in a frame, constants are parsed with the type of what they are
// compared with, and every fault is collected with its place. Nothing is guessed: what cannot be scored is a fault.
package compile

import (
	"fmt"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// MaxSteps bounds what user-defined functions may expand to.
const MaxSteps = 10_000_000

// Compiled is a program and what its callers want to know of the document.
type Compiled struct {
	Program      *program.Program
	Element      string
	Name         string
	Function     string
	Single       bool // single precision
	Fields       []Field
	Results      []Result
	Group        string // the field whose equal values make one transaction of several rows, "": rows are rows
	Verification *document.Verification
	Warnings     []document.Fault               // places that end the rows which reach them
	Types        map[document.Offset]value.Type // of fields that are written without a dataType
}

// Field describes an input.
type Field struct {
	Name    string
	Type    value.Type
	OpType  string
	Usage   string
	Values  []string
	Missing string
	Ranged  bool
}

// Result describes a result.
type Result struct {
	Name    string
	Type    value.Type
	Feature string
	Target  bool
	Hidden  bool
}

type compiler struct {
	explain    bool
	doc        *document.Document
	prog       *program.Program
	faults     []document.Fault
	dictionary map[string]*field
	global     *scope
	functions  map[string]*document.DefineFunction
	defined    map[string]defined // by name and types of the arguments
	called     map[string]bool
	costs      map[string]int
	expanding  []string
	steps      int
	cells      int64 // numbers in rows of classes
	shares     int64 // ScoreDistributions
	unlisted   []string
	lazy       bool // what is compiled is not reached by every row
	unused     bool // what is compiled is not used: fields that the MiningSchema leaves out are no fault
	out        *Compiled
	last       parsed
}

// maxPasses is how often a model is compiled again because a field that its MiningSchema leaves out was found.
const maxPasses = 8

// Compile compiles the model of the document. The faults of the document itself come first.
//
// A DataField that the model uses and its MiningSchema does not list becomes an active field like those it lists: producers forget it, and
// engines differ between an error for every row and this.
//
// explain keeps in the program what explanations of its predictions need.
func Compile(doc *document.Document, m *document.Model, explain bool) (*Compiled, []document.Fault) {
	whole := *m
	whole.Schema = append([]document.MiningField(nil), m.Schema...)
	for range maxPasses {
		out, faults, unlisted := compileOnce(doc, &whole, explain)
		if len(unlisted) == 0 {
			return out, faults
		}
		for _, name := range unlisted {
			whole.Schema = append(whole.Schema, document.MiningField{At: m.SchemaAt, Name: name, Usage: "active", Outliers: "asIs", Low: document.Absent, High: document.Absent})
		}
	}
	return nil, []document.Fault{{At: m.SchemaAt, Message: "MiningSchema leaves out too many fields that the model uses"}}
}

// compileOnce also returns the DataFields that are used without being listed.
func compileOnce(doc *document.Document, m *document.Model, explain bool) (*Compiled, []document.Fault, []string) {
	c := &compiler{doc: doc, explain: explain, prog: &program.Program{}, dictionary: map[string]*field{}, functions: map[string]*document.DefineFunction{},
		defined: map[string]defined{}, called: map[string]bool{}, costs: map[string]int{}}
	c.out = &Compiled{Program: c.prog, Element: m.Element, Name: m.Name, Function: m.Function, Single: m.Single, Verification: m.Verification, Types: map[document.Offset]value.Type{}}
	c.faults = append(c.faults, doc.Faults...)
	c.faults = append(c.faults, m.Faults...)
	c.dataDictionary()
	for _, f := range doc.Functions {
		if c.functions[f.Name] != nil {
			c.fault(f.At, "function %q is defined twice", f.Name)
		}
		c.functions[f.Name] = f
	}
	top := c.model(m, nil)
	c.definitions()
	if top != nil {
		c.prog.Main = top.instance
		c.results(m, top)
	}
	if len(c.faults) == 0 {
		c.prog.Count(c.steps)
	}
	if len(c.faults) > 0 { // the document is refused: all that is wrong with it
		c.faults = append(c.faults, c.out.Warnings...)
	}
	return c.out, c.faults, c.unlisted
}

// typed notes the type that a field without a dataType has.
func (c *compiler) typed(written string, at document.Offset, t value.Type) {
	if written == "" && t != value.Untyped {
		c.out.Types[at] = t
	}
}

func (c *compiler) fault(at document.Offset, format string, args ...any) {
	if len(c.faults) < document.MaxFaults {
		c.faults = append(c.faults, document.Fault{At: at, Message: fmt.Sprintf(format, args...)})
	}
}

func (c *compiler) unsupported(at document.Offset, format string, args ...any) {
	if len(c.faults) < document.MaxFaults {
		c.faults = append(c.faults, document.Fault{At: at, Unsupported: true, Message: fmt.Sprintf(format, args...)})
	}
}

// slot makes a place in the frame that eval fills when it is first read; nil: a model fills it.
func (c *compiler) slot(eval program.Eval) program.Ref {
	c.prog.Derived = append(c.prog.Derived, eval)
	return program.Ref(len(c.prog.Derived) - 1)
}

// number parses text as a double.
func number(text string) (float64, bool) {
	return value.ParseFloat([]byte(text), 64)
}
