package pmml

import (
	"fmt"

	"github.com/beam-pmml/beam-pmml/pmml/internal/compile"
	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// Field is one field of the MiningSchema: what a caller may give (active and the like) or what the model predicts.
type Field struct {
	Name     string
	Type     value.Type
	OpType   string   // categorical, ordinal, continuous
	Usage    string   // active, target, supplementary, group, order, frequencyWeight, analysisWeight
	Values   []string // the valid values in the DataDictionary's order, if it lists any
	Missing  string   // what replaces a missing value, if anything
	HasRange bool     // the DataDictionary gives intervals of valid values
	IsList   bool     // the model reads a collection of values: Input.SetValues
}

// Output is one name of a result, in the document's order: targets first, then the fields of Output.
type Output struct {
	Name    string
	Type    value.Type
	Feature string // predictedValue, probability, …
	Target  bool   // a target field rather than an OutputField
	Hidden  bool   // the document says isFinalResult="false": it is there for other outputs to use
}

// Model is a loaded document. It is safe for any number of goroutines.
type Model struct {
	version      string
	element      string
	name         string
	function     string
	single       bool
	explains     bool
	group        string
	warnings     []Fault
	fields       []Field
	byName       map[string]int
	outputs      []Output
	outputByName map[string]int
	program      *program.Program
	verification *document.Verification
}

func newModel(version string, c *compile.Compiled) *Model {
	m := &Model{version: version, element: c.Element, name: c.Name, function: c.Function, single: c.Single, program: c.Program, verification: c.Verification, group: c.Group,
		byName: map[string]int{}, outputByName: map[string]int{}}
	for i, f := range c.Fields {
		m.byName[f.Name] = i
		m.fields = append(m.fields, Field{Name: f.Name, Type: f.Type, OpType: f.OpType, Usage: f.Usage, Values: f.Values, Missing: f.Missing, HasRange: f.Ranged, IsList: c.Program.Inputs[i].Collection})
	}
	for i, r := range c.Results {
		m.outputByName[r.Name] = i
		m.outputs = append(m.outputs, Output{Name: r.Name, Type: r.Type, Feature: r.Feature, Target: r.Target, Hidden: r.Hidden})
	}
	return m
}

// Version returns the version of PMML that the document says it is written in.
func (m *Model) Version() string { return m.version }

// Element returns the model's element: TreeModel, MiningModel, …
func (m *Model) Element() string { return m.element }

// Name returns the modelName, "" where the document gives none.
func (m *Model) Name() string { return m.name }

// Function returns the functionName: regression, classification, …
func (m *Model) Function() string { return m.function }

// Warnings returns places of the document that cannot be scored and that not every row reaches, such as a predicate or a segment that
// reads a field which nothing defines: a row that gets there fails with NoResult. The slice must not be changed.
func (m *Model) Warnings() []Fault { return m.warnings }

// Fields returns the fields that Input takes; a field's index is its place here. The slice must not be changed.
func (m *Model) Fields() []Field { return m.fields }

// FieldIndex returns the index of the named field.
func (m *Model) FieldIndex(name string) (int, bool) {
	i, ok := m.byName[name]
	return i, ok
}

// Outputs returns the names of a Result in order. The slice must not be changed.
func (m *Model) Outputs() []Output { return m.outputs }

// OutputIndex returns the place of the named output in a Result.
func (m *Model) OutputIndex(name string) (int, bool) {
	i, ok := m.outputByName[name]
	return i, ok
}

// Targets returns the outputs that are targets: the target field, or _target for a model that names none.
func (m *Model) Targets() []Output {
	n := 0
	for n < len(m.outputs) && m.outputs[n].Target {
		n++
	}
	return m.outputs[:n]
}

// Size returns the bytes that the model holds in memory, counted, not estimated from the document.
func (m *Model) Size() int64 { return m.program.Bytes }

// Score scores one row. A row that cannot be scored gives a *RowError; the Result is then empty. in and out must be of this model.
func (m *Model) Score(in *Input, out *Result) (err error) {
	if in.model != m || out.model != m {
		return &RowError{Code: Internal, Message: "the Input or Result is of another model"}
	}
	out.empty = true
	done := false
	defer func() {
		if done {
			return
		}
		r := recover()
		out.clear()
		in.frame = m.program.NewFrame() // what the panic left is of no use
		err = &RowError{Code: Internal, Message: fmt.Sprint(r)}
	}()
	failure := in.frame.Score()
	if failure == nil {
		failure = out.take(in.frame)
	}
	if failure != nil {
		copied := *failure
		failure = &copied // what Remember reads may fail, too
	}
	in.frame.Remember()
	done = true
	if failure != nil {
		out.clear()
		return &RowError{Code: Code(failure.Code), Field: failure.Field, Message: failure.Message}
	}
	return nil
}

// ScoreMap is Score for a caller with a map: names to values of Go's basic types, nil for missing; names that the model does not take
// are left out. It allocates; a stream of rows is better served by Input and Result.
func (m *Model) ScoreMap(row map[string]any) (map[string]any, error) {
	in, out := m.NewInput(), m.NewResult()
	for name, v := range row {
		i, ok := m.byName[name]
		if !ok {
			continue
		}
		if err := in.Set(i, v); err != nil {
			return nil, err
		}
	}
	if err := m.Score(in, out); err != nil {
		return nil, err
	}
	return out.Map(), nil
}
