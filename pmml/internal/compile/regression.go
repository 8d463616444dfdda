package compile

import (
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
)

var links = map[string]program.Link{
	"none": program.LinkNone, "simplemax": program.LinkSimplemax, "softmax": program.LinkSoftmax, "logit": program.LinkLogit, "probit": program.LinkProbit,
	"cloglog": program.LinkCloglog, "exp": program.LinkExp, "loglog": program.LinkLoglog, "cauchit": program.LinkCauchit,
}

// regression compiles a RegressionModel (specification, Regression).
func (c *compiler) regression(m *model) program.Scorer {
	d := m.doc.Body.(*document.Regression)
	r := &program.Regression{Link: links[d.Normalization], Single: m.doc.Single}
	for i := range d.Tables {
		r.Tables = append(r.Tables, c.table(&d.Tables[i], m))
	}
	if d.Template != "" {
		return c.unscorable(m.doc.At, "normalizationMethod of RegressionModel is %q, which is to be filled in", d.Template)
	}
	if m.classes == nil {
		if m.doc.Function != "regression" {
			c.fault(m.doc.At, "functionName of RegressionModel is %q", m.doc.Function)
		}
		if len(d.Tables) > 1 {
			c.fault(d.Tables[1].At, "a regression has %d RegressionTables", len(d.Tables))
		}
		if r.Link == program.LinkSimplemax {
			c.fault(m.doc.At, "normalizationMethod simplemax is not defined for regression")
		}
		return r
	}
	c.regressionClasses(d, m, r)
	r.Classes = m.classes.values
	return r
}

func (c *compiler) regressionClasses(d *document.Regression, m *model, r *program.Regression) {
	r.Ordinal = m.target != nil && m.target.opType == "ordinal"
	for i := range d.Tables {
		t := &d.Tables[i]
		if t.Category == nil {
			c.fault(t.At, "RegressionTable has no targetCategory")
			return
		}
		class := int32(c.class(m.classes, *t.Category))
		if slices.Contains(r.Class, class) {
			c.fault(t.At, "a second RegressionTable for the category %q", *t.Category)
		}
		r.Class = append(r.Class, class)
	}
	if r.Link == program.LinkExp {
		c.fault(m.doc.At, "normalizationMethod exp is not defined for classification")
	}
	if len(d.Tables) == 1 && len(m.classes.values) == 2 { // the other category's table may be left out: it is all zero
		r.Class = append(r.Class, 1-r.Class[0])
		r.Tables = append(r.Tables, program.Table{})
	}
	if len(r.Class) < 2 {
		c.fault(m.doc.At, "classification needs a RegressionTable for each category")
	}
}

func (c *compiler) table(d *document.RegressionTable, m *model) program.Table {
	t := program.Table{Intercept: d.Intercept}
	for i := range d.Numeric {
		n := &d.Numeric[i]
		if f := c.use(m.scope, n.Name, n.At); f != nil {
			c.numeric(f, n.At)
			t.Numeric = append(t.Numeric, program.Numeric{Ref: f.ref, Exponent: n.Exponent, Coefficient: n.Coefficient})
		}
	}
	for i := range d.Categorical {
		n := &d.Categorical[i]
		if f := c.use(m.scope, n.Name, n.At); f != nil {
			t.Categorical = append(t.Categorical, program.Categorical{Ref: f.ref, Value: c.constant(f.typ, n.Value), Coefficient: n.Coefficient})
		}
	}
	for i := range d.Terms {
		term := program.Term{Coefficient: d.Terms[i].Coefficient}
		for j := range d.Terms[i].Fields {
			ref := &d.Terms[i].Fields[j]
			if f := c.use(m.scope, ref.Field, ref.Place()); f != nil {
				c.numeric(f, ref.Place())
				missing, _ := c.instead(ref.MapMissingTo, f.typ, ref.Place())
				term.Factors = append(term.Factors, program.Factor{Ref: f.ref, Default: missing})
			}
		}
		t.Terms = append(t.Terms, term)
	}
	return t
}

// numeric finds fault with a field that can never be a number.
func (c *compiler) numeric(f *field, at document.Offset) {
	if f.typ.IsCalendar() {
		c.fault(at, "field %q of type %s cannot be used as a number", f.name, f.typ)
	}
}
