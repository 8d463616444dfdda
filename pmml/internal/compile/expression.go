package compile

import (
	"math"
	"strings"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// expression compiles an EXPRESSION (specification, Transformations). The type is the one its values have, Untyped where only scoring tells.
// After a fault it returns nil.
func (c *compiler) expression(e document.Expression, s *scope) (program.Eval, value.Type) {
	if e == nil { // document has said so
		return nil, value.Untyped
	}
	if c.spend(1, e.Place()); c.steps > MaxSteps {
		return nil, value.Untyped
	}
	switch e := e.(type) {
	case *document.Constant:
		return c.constantExpression(e)
	case *document.FieldRef:
		return c.fieldRef(e, s)
	case *document.NormContinuous:
		return c.normContinuous(e, s), value.Double
	case *document.NormDiscrete:
		return c.normDiscrete(e, s), value.Double
	case *document.Discretize:
		return c.discretize(e, s)
	case *document.MapValues:
		return c.mapValues(e, s)
	case *document.Apply:
		return c.apply(e, s)
	case *document.TextIndex:
		return c.textIndex(e, s)
	case *document.Aggregate:
		return c.aggregate(e, s)
	case *document.Lag:
		return c.lag(e, s)
	}
	return nil, value.Untyped
}

// reader reads a field or parameter.
func (c *compiler) reader(s *scope, name string, at document.Offset) (func(f *program.Frame) *value.Value, *field) {
	f := c.use(s, name, at)
	if f == nil {
		return nil, nil
	}
	if f.local >= 0 {
		local := f.local
		return func(fr *program.Frame) *value.Value { return fr.Parameter(local) }, f
	}
	ref := f.ref
	return func(fr *program.Frame) *value.Value { return fr.At(ref) }, f
}

func (c *compiler) constantExpression(e *document.Constant) (program.Eval, value.Type) {
	v := c.constantValue(e)
	return func(*program.Frame) value.Value { return v }, v.Type()
}

// constantValue parses a Constant. Without a dataType its own look decides: whole number, real, else text.
func (c *compiler) constantValue(e *document.Constant) value.Value {
	if e.Missing {
		return value.Missing()
	}
	if e.DataType == "" {
		if v := value.ParseString(value.Integer, e.Text); v.IsValid() && !hasPoint(e.Text) {
			return v
		}
		if v := value.ParseString(value.Double, e.Text); v.IsValid() && looksReal(e.Text) {
			return v
		}
		return c.prog.Texts.Of(e.Text)
	}
	t := c.dataType(e.DataType, e.Place())
	if e.Text == "" && t != value.String {
		return value.Missing()
	}
	v := c.constant(t, e.Text)
	if v.IsInvalid() {
		c.fault(e.Place(), "Constant %q is not of type %s", e.Text, t)
	}
	return v
}

func hasPoint(text string) bool {
	for i := range len(text) {
		if text[i] == '.' || text[i] == 'e' || text[i] == 'E' || text[i] >= 'a' && text[i] <= 'z' {
			return true
		}
	}
	return false
}

// looksReal leaves out what passes for a number only where one is asked for: true and false, and digits with a letter behind them.
func looksReal(text string) bool {
	text = strings.TrimSpace(text)
	if text == "" {
		return false
	}
	last := text[len(text)-1]
	return last >= '0' && last <= '9' || last == '.' || strings.HasSuffix(text, "NaN") || strings.HasSuffix(text, "INF") || strings.HasSuffix(text, "Infinity")
}

// instead is a literal that stands in for a missing or other value; its type is that of what it stands in for.
func (c *compiler) instead(text *string, t value.Type, at document.Offset) (value.Value, bool) {
	if text == nil {
		return value.Missing(), false
	}
	if t == value.Untyped {
		return c.constantValue(&document.Constant{Origin: document.Origin(at), Text: *text}), true
	}
	v := c.constant(t, *text)
	if v.IsInvalid() {
		if x, ok := number(*text); ok && t.IsNumber() {
			return value.OfFloat(x), true
		}
		c.fault(at, "%q is not of type %s", *text, t)
	}
	return v, true
}

func (c *compiler) fieldRef(e *document.FieldRef, s *scope) (program.Eval, value.Type) {
	read, f := c.reader(s, e.Field, e.Place())
	if f == nil {
		return nil, value.Untyped
	}
	missing, has := c.instead(e.MapMissingTo, f.typ, e.Place())
	if !has {
		return func(fr *program.Frame) value.Value { return *read(fr) }, f.typ
	}
	return func(fr *program.Frame) value.Value {
		if v := read(fr); !v.IsMissing() {
			return *v
		}
		return missing
	}, f.typ
}

// real reads a number for an expression that needs one; a value that is no number fails the row.
func real(fr *program.Frame, v *value.Value) (float64, bool) {
	x, ok := v.Float64()
	if !ok {
		if s, isText := v.Str(); isText {
			if x, ok = number(s); ok {
				return x, true
			}
		}
		fr.Fail(program.InvalidInput, "", "the value "+v.String()+" is not a number")
	}
	return x, ok
}

func (c *compiler) normContinuous(e *document.NormContinuous, s *scope) program.Eval {
	read, f := c.reader(s, e.Field, e.Place())
	if f == nil || len(e.Points) < 2 {
		return nil
	}
	c.numeric(f, e.Place())
	missing, _ := c.instead(e.MapMissingTo, value.Double, e.Place())
	points, outliers := e.Points, e.Outliers
	return func(fr *program.Frame) value.Value {
		v := read(fr)
		if v.IsMissing() {
			return missing
		}
		x, ok := real(fr, v)
		if !ok {
			return value.Missing()
		}
		last := len(points) - 1
		if x < points[0].Orig || x > points[last].Orig {
			switch outliers {
			case "asMissingValues": // not what mapMissingTo says, which is for missing inputs
				return value.Missing()
			case "asExtremeValues":
				if x < points[0].Orig {
					return value.OfFloat(points[0].Norm)
				}
				return value.OfFloat(points[last].Norm)
			}
		}
		i := 1
		for i < last && x > points[i].Orig {
			i++
		}
		a, b := points[i-1], points[i]
		return value.OfFloat(a.Norm + (x-a.Orig)/(b.Orig-a.Orig)*(b.Norm-a.Norm))
	}
}

func (c *compiler) normDiscrete(e *document.NormDiscrete, s *scope) program.Eval {
	read, f := c.reader(s, e.Field, e.Place())
	if f == nil {
		return nil
	}
	missing, _ := c.instead(e.MapMissingTo, value.Double, e.Place())
	literal := c.constant(f.typ, e.Value)
	if e.Method == "thermometer" {
		at := ranked(f, program.GreaterOrSame, literal)
		return func(fr *program.Frame) value.Value {
			if read(fr).IsMissing() {
				return missing
			}
			if at(fr) == program.Yes {
				return value.OfFloat(1)
			}
			return value.OfFloat(0)
		}
	}
	return func(fr *program.Frame) value.Value {
		v := read(fr)
		if v.IsMissing() {
			return missing
		}
		if value.Equal(*v, literal) {
			return value.OfFloat(1)
		}
		return value.OfFloat(0)
	}
}

func (c *compiler) discretize(e *document.Discretize, s *scope) (program.Eval, value.Type) {
	read, f := c.reader(s, e.Field, e.Place())
	if f == nil {
		return nil, value.Untyped
	}
	c.numeric(f, e.Place())
	t := value.String
	if e.DataType != "" {
		t = c.dataType(e.DataType, e.Place())
	}
	missing, _ := c.instead(e.MapMissingTo, t, e.Place())
	otherwise, _ := c.instead(e.DefaultValue, t, e.Place())
	type bin struct {
		interval program.Interval
		value    value.Value
	}
	var bins []bin
	for i := range e.Bins {
		b := &e.Bins[i]
		v, _ := c.instead(&b.Value, t, e.Place())
		bins = append(bins, bin{program.Interval(struct {
			Left, Right         float64
			LeftOpen, RightOpen bool
		}{b.Interval.Left, b.Interval.Right, b.Interval.LeftOpen, b.Interval.RightOpen}), v})
	}
	return func(fr *program.Frame) value.Value {
		v := read(fr)
		if v.IsMissing() {
			return missing
		}
		x, ok := real(fr, v)
		if !ok {
			return value.Missing()
		}
		for i := range bins {
			if bins[i].interval.Holds(x) {
				return bins[i].value
			}
		}
		return otherwise
	}, t
}

func (c *compiler) mapValues(e *document.MapValues, s *scope) (program.Eval, value.Type) {
	t := value.String
	if e.DataType != "" {
		t = c.dataType(e.DataType, e.Place())
	}
	missing, _ := c.instead(e.MapMissingTo, t, e.Place())
	otherwise, _ := c.instead(e.DefaultValue, t, e.Place())
	reads := make([]func(*program.Frame) *value.Value, len(e.Pairs))
	types := make([]value.Type, len(e.Pairs))
	for i, p := range e.Pairs {
		read, f := c.reader(s, p.Field, p.At)
		if f == nil {
			return nil, t
		}
		reads[i], types[i] = read, f.typ
	}
	type row struct {
		cells []value.Value
		out   value.Value
	}
	var rows []row
	for _, r := range e.Rows {
		var cells []value.Value
		for i, p := range e.Pairs {
			text, ok := r.Lookup(p.Column)
			if !ok { // matches nothing
				cells = append(cells, value.Missing())
				continue
			}
			cells = append(cells, c.constant(types[i], text))
		}
		out := value.Missing()
		if text, ok := r.Lookup(e.OutputColumn); ok {
			out = c.cell(t, text)
		}
		rows = append(rows, row{cells, out})
	}
	byText := len(e.Pairs) == 1 && types[0] == value.String
	index := map[uint32]int{}
	if byText {
		for i := len(rows) - 1; i >= 0; i-- {
			if symbol := rows[i].cells[0].Symbol(); symbol != 0 {
				index[symbol] = i
			}
		}
	}
	texts := &c.prog.Texts
	return func(fr *program.Frame) value.Value {
		for _, read := range reads {
			if read(fr).IsMissing() {
				return missing
			}
		}
		if byText {
			if at, ok := index[texts.Known(*reads[0](fr)).Symbol()]; ok {
				return rows[at].out
			}
			return otherwise
		}
	next:
		for i := range rows {
			for j, read := range reads {
				if !value.Equal(*read(fr), rows[i].cells[j]) {
					continue next
				}
			}
			return rows[i].out
		}
		return otherwise
	}, t
}

// aggregate folds the collection that a field holds. Missing members are left out.
func (c *compiler) aggregate(e *document.Aggregate, s *scope) (program.Eval, value.Type) {
	read, f := c.reader(s, e.Field, e.Place())
	if f == nil {
		return nil, value.Untyped
	}
	if e.GroupField != "" {
		return c.groupAggregate(e, f, s)
	}
	c.collects(f)
	function := e.Function
	return func(fr *program.Frame) value.Value {
		v := read(fr)
		if v.IsMissing() {
			return value.Missing()
		}
		members, isList := v.List()
		if !isList {
			members = []value.Value{*v}
		}
		return fold(fr, function, members)
	}, value.Untyped
}

func fold(fr *program.Frame, function string, members []value.Value) value.Value {
	n, sum, best := 0, 0.0, value.Missing()
	var all []value.Value
	for _, m := range members {
		if !m.IsValid() {
			continue
		}
		n++
		switch function {
		case "multiset":
			all = append(all, m)
		case "sum", "average":
			x, _ := real(fr, &m)
			sum += x
		case "min", "max":
			order, _ := value.Compare(m, best)
			if best.IsMissing() || order < 0 && function == "min" || order > 0 && function == "max" {
				best = m
			}
		}
	}
	switch function {
	case "count":
		return value.OfInt(int64(n))
	case "multiset":
		return value.OfList(all)
	case "min", "max":
		return best
	}
	if n == 0 {
		return value.Missing()
	}
	if function == "average" {
		sum /= float64(n)
	}
	if math.IsNaN(sum) {
		return value.Invalid("NaN")
	}
	return value.OfFloat(sum)
}

// cell parses a cell of an output column. One that is not of the type keeps its text: some producers write another dataType than they mean, and
// only a use as a number then fails the row.
func (c *compiler) cell(t value.Type, text string) value.Value {
	if v := c.constant(t, text); v.IsValid() {
		return v
	}
	if x, ok := number(text); ok && t.IsNumber() {
		return value.OfFloat(x)
	}
	return c.prog.Texts.Of(text)
}
