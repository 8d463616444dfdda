package compile

import (
	"cmp"
	"math"
	"slices"
	"sort"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// generalBuilder compiles a GeneralRegressionModel (specification, GeneralRegression).
type generalBuilder struct {
	c          *compiler
	m          *model
	d          *document.GeneralRegression
	g          *program.GeneralRegression
	parameters map[string]*document.Parameters
	predictors map[string]*generalPredictor
	design     map[string][]designCell // PPCells by parameter
	special    map[string]bool         // parameters whose PPCells name categories
	shared     map[[2]string][]program.DesignCell
	common     []int            // coefficients without a category
	own        map[string][]int // and by category
	size       int              // design cells and coefficients so far
	much       bool             // they are too many
}

func (c *compiler) generalRegression(m *model) program.Scorer {
	d := m.doc.Body.(*document.GeneralRegression)
	b := &generalBuilder{c: c, m: m, d: d, parameters: map[string]*document.Parameters{}, predictors: map[string]*generalPredictor{}}
	b.g = &program.GeneralRegression{Single: m.doc.Single, OffsetRef: program.NoRef, Trials: 1, TrialsRef: program.NoRef, Coefficients: len(d.Cells), DF: d.DF}
	for i := range d.Parameters {
		p := &d.Parameters[i]
		if b.parameters[p.Name] != nil {
			c.fault(p.At, "Parameter %q is declared twice", p.Name)
		}
		b.parameters[p.Name] = p
	}
	b.addPredictors(d.Factors, true)
	b.addPredictors(d.Covariates, false)
	b.arrange()
	b.offsets()
	switch {
	case d.ModelType == "CoxRegression":
		b.cox()
	case m.classes != nil:
		b.categories()
	default:
		b.number()
	}
	return b.g
}

// offsets and trials are used where the specification says so (offsetVariable: "generalizedLinear, ordinalMultinomial, or multinomialLogistic";
// trialsVariable: generalizedLinear); elsewhere they are without effect. A variable goes before a constant.
func (b *generalBuilder) offsets() {
	switch b.d.ModelType {
	case "generalizedLinear", "multinomialLogistic", "ordinalMultinomial":
		b.g.Offset = b.d.Offset
		if b.d.OffsetField != "" {
			b.g.OffsetRef = b.ref(b.d.OffsetField, b.m.doc.At)
		}
	}
	if b.d.ModelType == "generalizedLinear" && b.m.classes == nil {
		b.g.Trials = b.d.Trials
		if b.d.TrialsField != "" {
			b.g.TrialsRef = b.ref(b.d.TrialsField, b.m.doc.At)
		}
	}
}

func (b *generalBuilder) ref(name string, at document.Offset) program.Ref {
	f := b.c.use(b.m.scope, name, at)
	if f == nil {
		return program.NoRef
	}
	b.c.numeric(f, at)
	return f.ref
}

// link is the linkFunction; models without one are linear.
func (b *generalBuilder) link() program.GeneralLink {
	l := program.GeneralLink{Name: "identity"}
	if b.d.ModelType != "generalizedLinear" {
		return l
	}
	if l.Name = b.d.Link; l.Name == "" {
		b.c.fault(b.m.doc.At, "modelType generalizedLinear needs a linkFunction")
	}
	what := ""
	switch l.Name {
	case "power", "oddspower":
		l.Parameter, what = b.d.LinkParameter, "linkParameter"
	case "negbin":
		l.Parameter, what = b.d.DistParameter, "distParameter"
	}
	if math.IsNaN(l.Parameter) {
		b.c.fault(b.m.doc.At, "linkFunction %s needs a %s", l.Name, what)
	}
	return l
}

func (b *generalBuilder) number() {
	if b.m.doc.Function != "regression" {
		b.c.fault(b.m.doc.At, "functionName of GeneralRegressionModel is %q", b.m.doc.Function)
	}
	switch b.d.ModelType {
	case "multinomialLogistic", "ordinalMultinomial":
		b.c.fault(b.m.doc.At, "modelType %s needs functionName classification", b.d.ModelType)
	}
	for i := range b.d.Cells {
		if category := b.d.Cells[i].Category; category != nil && *category != *cmp.Or(b.d.Cells[0].Category, category) {
			b.c.fault(b.d.Cells[i].At, "a regression has coefficients of several categories")
		}
	}
	b.g.Kind, b.g.Link = program.GeneralNumber, b.link()
	b.g.Equations = [][]program.DesignTerm{b.terms(nil)}
	b.covariance()
}

// categories compiles a classification: an equation for each category that has coefficients of its own.
func (b *generalBuilder) categories() {
	k := b.m.classes
	var named []string
	seen := map[string]bool{}
	for i := range b.d.Cells {
		if c := b.d.Cells[i].Category; c != nil && !seen[*c] {
			seen[*c] = true
			named = append(named, *c)
		}
	}
	reference := -1
	if b.d.ReferenceCategory != nil {
		reference = b.c.class(k, *b.d.ReferenceCategory)
	}
	for _, text := range named {
		b.c.class(k, text)
	}
	switch b.d.ModelType {
	case "generalizedLinear":
		b.binomial(named, reference)
	case "multinomialLogistic":
		b.g.Kind = program.GeneralMultinomial
		b.equations(named, reference)
	case "ordinalMultinomial":
		b.g.Kind = program.GeneralOrdinal
		if b.g.Link.Name = b.d.CumulativeLink; b.g.Link.Name == "" {
			b.g.Link.Name = "logit"
		}
		b.equations(named, reference)
	default:
		b.c.fault(b.m.doc.At, "modelType %s is not defined for classification", b.d.ModelType)
	}
	b.g.Classes = k.values
	b.covariance()
}

// binomial gives the probability of the category that the coefficients name, or else of the one that is not the reference.
func (b *generalBuilder) binomial(named []string, reference int) {
	k := b.m.classes
	b.g.Kind, b.g.Link = program.GeneralBinomial, b.link()
	if len(k.values) != 2 {
		b.c.fault(b.m.doc.At, "modelType generalizedLinear classifies two categories; there are %d", len(k.values))
		return
	}
	var category *string
	target := 1
	switch {
	case len(named) == 1:
		category, target = &named[0], b.c.class(k, named[0])
	case len(named) == 0 && reference >= 0:
		target = 1 - reference
	case reference >= 0:
		target = 1 - reference
		for i := range named {
			if b.c.class(k, named[i]) == target {
				category = &named[i]
			}
		}
	case len(named) > 1:
		b.c.fault(b.m.doc.At, "the coefficients are of %d categories, and targetReferenceCategory does not say which is the reference", len(named))
	}
	b.g.Equations, b.g.Class, b.g.Reference = [][]program.DesignTerm{b.terms(category)}, []int32{int32(target)}, int32(1-target)
}

// equations makes one for each category but the reference: the one named so, or else the one without coefficients; of ordinal categories the
// last.
func (b *generalBuilder) equations(named []string, reference int) {
	k := b.m.classes
	places := map[int]*string{}
	for i := range named {
		places[b.c.class(k, named[i])] = &named[i]
	}
	if reference < 0 {
		for at := range k.values {
			if places[at] == nil {
				reference = at
			}
		}
	}
	if reference < 0 {
		b.c.fault(b.m.doc.At, "no category is the reference: each has coefficients")
		return
	}
	for at := range k.values {
		if at == reference {
			continue
		}
		category := places[at]
		if category == nil {
			text := k.values[at].String()
			category = &text
		}
		terms := b.terms(category)
		if places[at] == nil && (len(terms) == 0 || b.g.Kind == program.GeneralOrdinal) {
			b.c.fault(b.m.doc.At, "the category %q has no coefficients and is not the reference", *category)
		}
		b.g.Equations, b.g.Class, b.g.Order = append(b.g.Equations, terms), append(b.g.Class, int32(at)), append(b.g.Order, int32(at))
	}
	b.g.Reference = int32(reference)
	b.g.Order = append(b.g.Order, int32(reference))
}

// cox compiles a CoxRegression.
func (b *generalBuilder) cox() {
	d := b.d
	if b.m.doc.Function != "regression" {
		b.c.fault(b.m.doc.At, "modelType CoxRegression needs functionName regression")
	}
	b.g.Kind = program.GeneralCox
	x := &program.Cox{TimeRef: program.NoRef, StrataRef: program.NoRef}
	b.g.Cox = x
	if d.EndTime == "" {
		b.c.fault(b.m.doc.At, "modelType CoxRegression needs an endTimeVariable")
	} else {
		x.TimeRef = b.ref(d.EndTime, b.m.doc.At)
	}
	b.g.Equations = [][]program.DesignTerm{b.terms(nil)}
	for i := range d.Cells {
		if p := b.parameters[d.Cells[i].Parameter]; p != nil {
			x.Reference = b.round(x.Reference + b.round(b.round(d.Cells[i].Beta)*b.round(p.ReferencePoint)))
		}
	}
	if !d.HasHazards {
		b.c.fault(b.m.doc.At, "modelType CoxRegression needs BaseCumHazardTables")
		return
	}
	if d.StrataField == "" {
		x.Strata = []program.CoxStratum{b.stratum(value.Missing(), d.MaxTime, d.Hazards, d.HazardsAt)}
		return
	}
	f := b.c.use(b.m.scope, d.StrataField, b.m.doc.At)
	if f == nil {
		return
	}
	x.StrataRef = f.ref
	if len(d.Strata) == 0 {
		b.c.fault(d.HazardsAt, "BaseCumHazardTables has no BaselineStratum for the values of %q", d.StrataField)
	}
	for i := range d.Strata {
		s := &d.Strata[i]
		x.Strata = append(x.Strata, b.stratum(b.c.constant(f.typ, s.Value), s.MaxTime, s.Cells, s.At))
	}
}

// round rounds to the precision of the model.
func (b *generalBuilder) round(x float64) float64 {
	if b.g.Single {
		return float64(float32(x))
	}
	return x
}

func (b *generalBuilder) stratum(v value.Value, maxTime float64, cells []document.BaselineCell, at document.Offset) program.CoxStratum {
	if len(cells) == 0 && !v.IsValid() {
		b.c.fault(at, "BaseCumHazardTables has no BaselineCell")
	}
	if math.IsNaN(maxTime) {
		maxTime = math.Inf(1)
	}
	cells = slices.Clone(cells)
	sort.SliceStable(cells, func(i, j int) bool { return cells[i].Time < cells[j].Time })
	s := program.CoxStratum{Value: v, MaxTime: maxTime}
	for _, c := range cells {
		s.Times, s.Hazards = append(s.Times, c.Time), append(s.Hazards, c.Hazard)
	}
	return s
}
