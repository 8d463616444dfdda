package compile

import (
	"slices"
	"strconv"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

var methods = map[string]program.Method{
	"selectFirst": program.SelectFirst, "selectAll": program.SelectAll, "modelChain": program.ModelChain, "majorityVote": program.MajorityVote,
	"weightedMajorityVote": program.WeightedMajorityVote, "average": program.Average, "weightedAverage": program.WeightedAverage, "median": program.Median,
	"weightedMedian": program.WeightedMedian, "max": program.Max, "sum": program.Sum, "weightedSum": program.WeightedSum,
}

var treatments = map[string]program.MissingPrediction{"continue": program.Continue, "skipSegment": program.SkipSegment, "returnMissing": program.ReturnMissing}

// segment is a Segment while its MiningModel is compiled.
type segment struct {
	id    string
	doc   *document.Segment
	model *model // nil: lowered into an ensemble, or faulty
}

// segmentByID finds a segment, in nested models too.
func (m *model) segmentByID(id string) *model {
	for _, s := range m.segments {
		if s.id == id && s.model != nil {
			return s.model
		}
	}
	for _, s := range m.segments {
		if s.model != nil {
			if found := s.model.segmentByID(id); found != nil {
				return found
			}
		}
	}
	return nil
}

// mining compiles a MiningModel (specification, MultipleModels).
func (c *compiler) mining(m *model) program.Scorer {
	d := m.doc.Body.(*document.Mining)
	m.method = d.Method
	p := &program.Mining{Method: methods[d.Method], Treatment: treatments[d.MissingTreatment], Threshold: d.MissingThreshold, Single: m.doc.Single}
	m.scope = inside(m.scope) // outputs of segments become known here
	c.methodFits(d, m)
	if e := c.ensemble(d, m); e != nil {
		return e
	}
	for i := range d.Segments {
		s := &d.Segments[i]
		test := c.test(&s.Predicate, m.scope, &p.Tests)
		if s.Model == nil {
			continue
		}
		seg := &segment{id: s.ID, doc: s}
		c.lazily(func() { seg.model = c.model(s.Model, m) })
		if seg.id == "" {
			seg.id = strconv.Itoa(i + 1)
		}
		m.segments = append(m.segments, seg)
		if seg.model == nil {
			continue
		}
		c.publish(m, seg)
		ps := program.Segment{ID: value.OfString(seg.id), Weight: s.Weight, WeightRef: program.NoRef, Test: test, Model: seg.model.instance}
		if s.Composed {
			ps.ID = value.Missing()
		}
		if s.VariableWeight != "" {
			if f := c.use(m.scope, s.VariableWeight, s.At); f != nil {
				ps.WeightRef = f.ref
			}
		}
		p.Segments = append(p.Segments, ps)
	}
	c.mixedFunctions(d, m)
	c.unite(m, p)
	return p
}

// categories are the functions whose results are no numbers.
var categories = map[string]bool{"classification": true, "clustering": true, "associationRules": true, "sequences": true}

// methodFits finds fault with a method that the specification does not define for a function; max of numbers is let pass.
func (c *compiler) methodFits(d *document.Mining, m *model) {
	fits := true
	switch d.Method {
	case "", "selectFirst", "selectAll", "modelChain":
	case "majorityVote", "weightedMajorityVote":
		fits = m.doc.Function == "classification" || m.doc.Function == "clustering"
	case "sum", "weightedSum":
		fits = !categories[m.doc.Function]
	default:
		fits = m.doc.Function == "classification" || !categories[m.doc.Function]
	}
	if !fits {
		c.fault(d.At, "multipleModelMethod %s is not defined for %s", d.Method, m.doc.Function)
	}
}

// publish makes a segment's outputs known to the segments after it, to predicates, and to the Output of the whole.
func (c *compiler) publish(m *model, s *segment) {
	for _, o := range s.model.outputs {
		f := &field{name: o.doc.Name, typ: o.typ, opType: o.doc.OpType, ref: o.ref, local: -1}
		m.scope.names[f.name] = f
	}
	if m.method == "modelChain" && s.model.ownTarget {
		if m.scope.find(s.model.target.name) == nil {
			c.publishTarget(m, s)
		}
	}
}

// publishTarget lets later segments of a chain read what an earlier one predicts by the name of its target.
func (c *compiler) publishTarget(m *model, s *segment) {
	id := s.model.instance.ID
	t := *s.model.target
	t.ref = c.slot(func(f *program.Frame) value.Value {
		if p, ran := f.Ran(id); ran {
			return p.Value
		}
		return value.Missing()
	})
	m.scope.names[t.name] = &t
}

// mixedFunctions finds fault with segments whose functionName cannot be combined.
func (c *compiler) mixedFunctions(d *document.Mining, m *model) {
	if d.Method == "modelChain" || d.Method == "selectFirst" || d.Method == "selectAll" {
		return
	}
	for i := range d.Segments {
		if s := d.Segments[i].Model; s != nil && s.Function != m.doc.Function && s.Function != "" {
			c.fault(s.At, "functionName %s in a MiningModel of %s", s.Function, m.doc.Function)
		}
	}
}

// unite makes the classes of the segments those of the whole.
func (c *compiler) unite(m *model, p *program.Mining) {
	if m.classes == nil {
		return
	}
	at := 0
	for _, s := range m.segments {
		if s.model == nil {
			continue
		}
		if s.model.classes != nil {
			var places []int32
			for _, v := range s.model.classes.values {
				places = append(places, int32(m.classes.place(v)))
			}
			p.Segments[at].Class = places
		}
		at++
	}
	same := make([]int32, len(m.classes.values))
	for i := range same {
		same[i] = int32(i)
	}
	for i := range p.Segments {
		if slices.Equal(p.Segments[i].Class, same) {
			p.Segments[i].Class = nil
		}
	}
	p.Classes = m.classes.values
}
