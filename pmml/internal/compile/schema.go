package compile

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// topSchema makes the inputs of the program from the main model's MiningSchema.
func (c *compiler) topSchema(m *document.Model) *scope {
	c.global = inside(nil)
	s := inside(c.global)
	for i := range m.Schema {
		mf := &m.Schema[i]
		d := c.dictionary[mf.Name]
		if d == nil {
			if !c.isGlobal(mf.Name) { // a fault only where it is used
				s.names[mf.Name] = &field{name: mf.Name, missing: true, local: -1}
			}
			continue
		}
		if s.names[mf.Name] != nil {
			c.fault(mf.At, "MiningField %q is listed twice", mf.Name)
			continue
		}
		f := *d
		if mf.OpType != "" {
			c.opType(mf.OpType, mf.At)
			f.opType = mf.OpType
		}
		in := c.input(mf, &f)
		if mf.Usage != "active" && mf.Usage != "group" && mf.Usage != "order" {
			c.optional(&in)
		}
		c.prog.Inputs = append(c.prog.Inputs, in)
		f.ref = c.slot(nil)
		s.names[f.name] = &f
		c.describe(mf, &f, &in)
	}
	for _, g := range c.doc.Derived {
		c.declare(c.global, s, g)
	}
	return s
}

// optional keeps a field that scoring does not need (the target, whose actual value only a residual asks for; a supplementary
// field; a weight) from refusing a row: what it would refuse is missing.
func (c *compiler) optional(in *program.Input) {
	in.RefuseMissing = false
	if in.Invalid == program.ReturnInvalid {
		in.Invalid = program.AsMissing
	}
}

func (c *compiler) isGlobal(name string) bool {
	for _, g := range c.doc.Derived {
		if g.Name == name {
			return true
		}
	}
	return false
}

func (c *compiler) describe(mf *document.MiningField, f *field, in *program.Input) {
	d := Field{Name: f.name, Type: f.typ, OpType: f.opType, Usage: mf.Usage, Ranged: len(in.Checks.Intervals) > 0}
	for i := range f.data.Values {
		if v := &f.data.Values[i]; v.Property == "valid" {
			d.Values = append(d.Values, v.Value)
		}
	}
	if mf.MissingReplacement != nil {
		d.Missing = *mf.MissingReplacement
	}
	c.out.Fields = append(c.out.Fields, d)
}

// input compiles the treatments of a MiningField over a field.
func (c *compiler) input(mf *document.MiningField, f *field) program.Input {
	in := program.Input{Name: f.name, Type: f.typ, Outliers: program.AsIs, Low: math.Inf(-1), High: math.Inf(1)}
	if f.data != nil {
		c.checks(&in.Checks, f)
	}
	if mf.MissingReplacement != nil {
		in.Missing = c.replacement(f, *mf.MissingReplacement, mf.At, "missingValueReplacement")
	}
	if mf.MissingTreatment == "returnInvalid" {
		in.RefuseMissing = true
		in.Replaces = mf.MissingReplacement != nil
	}
	switch mf.InvalidTreatment {
	case "asIs":
		in.Invalid = program.AsIs
	case "asMissing":
		in.Invalid = program.AsMissing
	case "asValue":
		in.Invalid = program.AsValue
		if mf.InvalidReplacement == nil {
			c.fault(mf.At, "MiningField %q has no invalidValueReplacement", mf.Name)
		}
	}
	if mf.InvalidReplacement != nil {
		in.InvalidValue = c.replacement(f, *mf.InvalidReplacement, mf.At, "invalidValueReplacement")
		if in.Invalid == program.AsIs { // what 4.3 documents with an x- attribute mean
			in.Invalid = program.AsValue
		}
	}
	switch mf.Outliers {
	case "asMissingValues":
		in.Outliers = program.AsMissing
	case "asExtremeValues":
		in.Outliers = program.AsExtreme
	}
	if in.Outliers != program.AsIs {
		if f.opType != "continuous" {
			in.Outliers = program.AsIs
		}
		if !math.IsNaN(mf.Low) {
			in.Low = mf.Low
		}
		if !math.IsNaN(mf.High) {
			in.High = mf.High
		}
	}
	in.Ready()
	return in
}

func (c *compiler) replacement(f *field, text string, at document.Offset, what string) value.Value {
	v := c.constant(f.typ, text)
	if v.IsInvalid() {
		if x, ok := number(text); ok && f.typ.IsNumber() {
			return value.OfFloat(x)
		}
		c.fault(at, "%s %q of field %q is not of type %s", what, text, f.name, f.typ)
	}
	return v
}

// checks compiles the Values and Intervals of a DataField.
func (c *compiler) checks(out *program.Checks, f *field) {
	d := f.data
	for i := range d.Values {
		v := &d.Values[i]
		constant := c.constant(f.typ, v.Value)
		switch v.Property {
		case "missing":
			out.MissingTexts = append(out.MissingTexts, v.Value)
			if constant.IsValid() {
				out.MissingValues = append(out.MissingValues, constant)
			}
		case "invalid":
			out.InvalidValues = append(out.InvalidValues, constant)
		default:
			if constant.IsValid() {
				out.Listed = append(out.Listed, constant)
			}
		}
	}
	if f.opType == "continuous" {
		for _, i := range d.Intervals {
			out.Intervals = append(out.Intervals, program.Interval{Left: i.Left, Right: i.Right, LeftOpen: i.LeftOpen, RightOpen: i.RightOpen})
		}
	}
	if f.typ == value.String && len(out.Listed) > 0 {
		out.Symbols = map[uint32]struct{}{}
		for _, v := range out.Listed {
			out.Symbols[v.Symbol()] = struct{}{}
		}
	}
}

// nestedSchema makes the fields of a segment's MiningSchema from those around it. A field is prepared again only where its MiningField
// says more than the name, since the enclosing model has prepared it (section 1.4 of the digest: open rule).
func (c *compiler) nestedSchema(m *document.Model, around *scope) (*scope, []program.Ref) {
	s := inside(around)
	var checks []program.Ref
	for i := range m.Schema {
		mf := &m.Schema[i]
		if mf.Usage == "target" {
			continue
		}
		outer := around.find(mf.Name)
		if outer == nil {
			s.names[mf.Name] = &field{name: mf.Name, missing: true, local: -1}
			continue
		}
		if !isTreated(mf) {
			continue
		}
		outer = c.use(around, mf.Name, mf.At)
		if outer == nil {
			continue
		}
		f := *outer
		if mf.OpType != "" {
			c.opType(mf.OpType, mf.At)
			f.opType = mf.OpType
		}
		in := c.input(mf, &f)
		from := outer.ref
		f.ref = c.slot(func(fr *program.Frame) value.Value { return in.Treat(fr, *fr.At(from)) })
		if in.RefuseMissing || in.Invalid == program.ReturnInvalid && mf.InvalidTreatment != "" {
			checks = append(checks, f.ref)
		}
		s.names[f.name] = &f
	}
	return s, checks
}

func isTreated(mf *document.MiningField) bool {
	return mf.MissingReplacement != nil || mf.MissingTreatment == "returnInvalid" || mf.InvalidReplacement != nil ||
		mf.InvalidTreatment == "asMissing" || mf.InvalidTreatment == "asValue" || mf.Outliers != "asIs"
}

// declare makes a derived field known in a scope; its expression is compiled when it is used, with the names of another scope.
func (c *compiler) declare(in, names *scope, d *document.DerivedField) {
	if d.Name == "" {
		c.fault(d.At, "DerivedField has no name")
		return
	}
	if other := in.names[d.Name]; other != nil && other.derive != nil {
		c.fault(d.At, "DerivedField %q is declared twice", d.Name)
		return
	}
	c.opType(d.OpType, d.At)
	f := &field{name: d.Name, opType: d.OpType, typ: c.dataType(d.DataType, d.At), ref: program.NoRef, local: -1}
	for _, v := range d.Values {
		if v.Property == "valid" {
			f.values = append(f.values, c.constant(f.typ, v.Value))
		}
	}
	f.derive = func(f *field) {
		f.ref = c.slot(nil)
		eval, typ := c.expression(d.Body, names)
		if f.typ == value.Untyped {
			f.typ = typ
		}
		c.typed(d.DataType, d.At, f.typ)
		if eval != nil {
			c.prog.Derived[f.ref] = c.converted(eval, typ, f.typ, f.name)
		}
	}
	in.names[d.Name] = f
}

// derivedNow compiles the derived fields that nothing has used, for their faults.
func (c *compiler) derivedNow(in *scope, fields []*document.DerivedField) {
	c.unused = true
	defer func() { c.unused = false }()
	for _, d := range fields {
		if d.Name != "" {
			c.lazily(func() { c.use(in, d.Name, d.At) })
		}
	}
}

// converted is an expression whose value becomes a type.
func (c *compiler) converted(eval program.Eval, from, to value.Type, name string) program.Eval {
	texts := &c.prog.Texts
	if to == value.String {
		return func(f *program.Frame) value.Value {
			v := eval(f)
			if v.IsValid() && v.Type() != value.String {
				v = v.Convert(value.String)
			}
			return texts.Known(v)
		}
	}
	if to == value.Untyped || from == to && to != value.Untyped {
		return eval
	}
	return func(f *program.Frame) value.Value {
		v := eval(f)
		if v.Type() == to || !v.IsValid() {
			return v
		}
		out := v.Convert(to)
		if out.IsInvalid() {
			f.Fail(program.NoResult, name, "the value "+v.String()+" cannot become "+to.String())
		}
		return out
	}
}
