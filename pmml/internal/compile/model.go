package compile

import (
	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// model is one model of the document while it is compiled.
type model struct {
	doc       *document.Model
	around    *model
	instance  *program.Instance
	schema    *scope // what its MiningSchema lists
	scope     *scope // that, its derived fields, and its output fields once they are compiled
	target    *field // what it predicts; from the model around it where it names none itself; nil: unknown
	ownTarget bool
	classes   *classes          // nil: not a classification
	others    []*model          // further targets that the same element predicts
	displays  map[string]string // how entities are shown, by id
	outputs   []output
	segments  []*segment
	method    string
}

// output is a compiled OutputField.
type output struct {
	doc *document.OutputField
	typ value.Type
	ref program.Ref
}

// scorers compile the content of a model element. One file each.
var scorers map[string]func(c *compiler, m *model) program.Scorer

func init() {
	scorers = map[string]func(c *compiler, m *model) program.Scorer{
		"AnomalyDetectionModel":     (*compiler).anomalyDetection,
		"AssociationModel":          (*compiler).association,
		"BaselineModel":             (*compiler).baseline,
		"BayesianNetworkModel":      (*compiler).bayesianNetwork,
		"ClusteringModel":           (*compiler).clustering,
		"GaussianProcessModel":      (*compiler).gaussianProcess,
		"GeneralRegressionModel":    (*compiler).generalRegression,
		"MiningModel":               (*compiler).mining,
		"NaiveBayesModel":           (*compiler).naiveBayes,
		"NearestNeighborModel":      (*compiler).nearestNeighbor,
		"NeuralNetwork":             (*compiler).neuralNetwork,
		"RegressionModel":           (*compiler).regression,
		"RuleSetModel":              (*compiler).ruleSet,
		"Scorecard":                 (*compiler).scorecard,
		"SequenceModel":             (*compiler).sequence,
		"SupportVectorMachineModel": (*compiler).supportVectorMachine,
		"TextModel":                 (*compiler).textModel,
		"TimeSeriesModel":           (*compiler).timeSeries,
		"TreeModel":                 (*compiler).tree,
	}
}

// model compiles a model element; around is nil for the main model. It returns nil where nothing can be said about it.
func (c *compiler) model(d *document.Model, around *model) *model {
	m := &model{doc: d, around: around}
	m.instance = &program.Instance{ID: c.prog.Models, Element: d.Element}
	c.prog.Models++
	if around == nil {
		m.schema = c.topSchema(d)
	} else {
		if d.Unscorable {
			c.fault(d.At, "%s says isScorable=false", d.Element)
		}
		m.schema, m.instance.Checks = c.nestedSchema(d, around.scope)
	}
	m.scope = inside(m.schema)
	for _, l := range d.Local {
		c.declare(m.scope, m.scope, l)
	}
	c.targetOf(m)
	if d.Function == "classification" {
		m.classes = newClasses(m.target)
	}
	if votes(d) || around != nil && votes(around.doc) && d.Function == "clustering" {
		m.classes = newClasses(nil)
	}
	if severalTargets[d.Element] {
		c.otherTargets(m)
	}
	compileBody := scorers[d.Element]
	if compileBody == nil || d.Body == nil {
		return nil // document has said that the element is not supported
	}
	m.instance.Model = compileBody(c, m)
	if m.classes != nil {
		m.instance.Classes = m.classes.values
	}
	m.instance.Targets = c.targets(m)
	for _, o := range m.others {
		if o.classes != nil {
			o.instance.Classes = o.classes.values
		}
		o.instance.Targets = c.targets(o)
	}
	c.outputs(m)
	if around == nil {
		c.derivedNow(c.global, c.doc.Derived)
	}
	c.derivedNow(m.scope, d.Local)
	return m
}

// votes says whether a model counts votes for clusters: their ids are its categories.
func votes(d *document.Model) bool {
	mining, ok := d.Body.(*document.Mining)
	return ok && d.Function == "clustering" && (mining.Method == "majorityVote" || mining.Method == "weightedMajorityVote")
}

// severalTargets are the model elements that may predict several fields at once. What each predicts is told by its optype, whatever the
// functionName.
var severalTargets = map[string]bool{"NearestNeighborModel": true, "NeuralNetwork": true, "TimeSeriesModel": true}

// otherTargets makes models of the targets after the first. The element's Scorer fills their predictions.
func (c *compiler) otherTargets(m *model) {
	n := 0
	for _, mf := range m.doc.Schema {
		f := c.dictionary[mf.Name]
		if mf.Usage != "target" || f == nil {
			continue
		}
		if n++; n == 1 {
			continue
		}
		own := *f
		o := &model{doc: m.doc, around: m.around, schema: m.schema, scope: m.scope, target: &own, ownTarget: true, instance: &program.Instance{ID: c.prog.Models}}
		c.prog.Models++
		if own.opType != "continuous" {
			o.classes = newClasses(o.target)
		}
		m.others = append(m.others, o)
		m.instance.Others = append(m.instance.Others, o.instance)
	}
	if len(m.others) > 0 && m.target != nil {
		m.classes = nil
		if m.target.opType != "continuous" {
			m.classes = newClasses(m.target)
		}
	}
}

// targetOf finds the field that a model predicts.
func (c *compiler) targetOf(m *model) {
	name := ""
	for _, mf := range m.doc.Schema {
		if mf.Usage == "target" {
			name = mf.Name
			break
		}
	}
	if name == "" && len(m.doc.Targets) > 0 {
		name = m.doc.Targets[0].Field
	}
	if g, ok := m.doc.Body.(*document.GeneralRegression); ok && name == "" {
		name = g.TargetField
	}
	if r, ok := m.doc.Body.(*document.Regression); ok && name == "" {
		name = r.TargetField
	}
	if f := c.dictionary[name]; f != nil {
		own := *f
		for _, t := range m.doc.Targets {
			if t.OpType != "" && (t.Field == "" || t.Field == name) {
				c.opType(t.OpType, t.At)
				own.opType = t.OpType
			}
		}
		m.target, m.ownTarget = &own, true
		return
	}
	if m.around != nil && m.around.target != nil {
		m.target = m.around.target
	}
}

// classes are the categories of a classification: those that the target field declares, in its order, then those that the model names, in
// the order of the document.
type classes struct {
	typ    value.Type
	values []value.Value
	places map[string]int
}

func newClasses(target *field) *classes {
	k := &classes{typ: value.String, places: map[string]int{}}
	if target == nil {
		return k
	}
	k.typ = target.typ
	for _, v := range target.values {
		k.place(v)
	}
	return k
}

func (k *classes) place(v value.Value) int {
	key := v.String()
	if at, ok := k.places[key]; ok {
		return at
	}
	at := len(k.values)
	k.places[key] = at
	k.values = append(k.values, v)
	return at
}

// class returns the place of a category that the document spells as text.
func (c *compiler) class(k *classes, text string) int {
	return k.place(c.category(k, text))
}

func (c *compiler) category(k *classes, text string) value.Value {
	v := c.constant(k.typ, text)
	if v.IsInvalid() { // labels that are not of the target's type stay what they are
		v = c.prog.Texts.Of(text)
	}
	return v
}
