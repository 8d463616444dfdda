package compile

import (
	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// results lists what a row's result shows: the target fields, or _target; the output fields; those of the segments of a chain or a first
// match, as producers write class probabilities there; and without an Output element the probabilities that nothing declared gives.
func (c *compiler) results(d *document.Model, m *model) {
	r := resultBuilder{c: c, names: map[string]bool{}, given: map[int]bool{}, inner: map[string]int{}}
	r.target(d, m)
	r.outputsOf(m, m)
	if !d.HasOutput && m.classes != nil {
		r.probabilities(m)
	}
}

type resultBuilder struct {
	c     *compiler
	names map[string]bool
	given map[int]bool   // classes whose probability an output gives
	inner map[string]int // places in Results of what segments give
}

func (r *resultBuilder) add(res Result, eval program.Eval) {
	if r.names[res.Name] {
		return
	}
	r.names[res.Name] = true
	r.append(res, eval)
}

// addInner is add for the OutputFields of segments: of several with one name the last counts whose model ran.
func (r *resultBuilder) addInner(res Result, eval program.Eval, id int) {
	at, again := r.inner[res.Name]
	if !again {
		if !r.names[res.Name] {
			r.inner[res.Name] = len(r.c.out.Results)
		}
		r.add(res, eval)
		return
	}
	before := r.c.prog.Results[at]
	r.c.prog.Results[at] = func(f *program.Frame) value.Value {
		if _, ran := f.Ran(id); ran {
			return eval(f)
		}
		return before(f)
	}
}

// replace is add for the main model's own OutputFields: one with the name of a target is what that name shows.
func (r *resultBuilder) replace(res Result, eval program.Eval) {
	for i := range r.c.out.Results {
		if r.c.out.Results[i].Name == res.Name && r.c.out.Results[i].Target {
			res.Target = true
			r.c.out.Results[i], r.c.prog.Results[i] = res, eval
			return
		}
	}
	r.add(res, eval)
}

func (r *resultBuilder) append(res Result, eval program.Eval) {
	r.c.out.Results = append(r.c.out.Results, res)
	r.c.prog.Results = append(r.c.prog.Results, eval)
}

func (r *resultBuilder) target(d *document.Model, m *model) {
	id := m.instance.ID
	predicted := func(f *program.Frame) value.Value {
		if p, ran := f.Ran(id); ran {
			return p.Value
		}
		return value.Missing()
	}
	typ := value.Double
	switch {
	case m.classes != nil:
		typ = m.classes.typ
	case m.target != nil:
		typ = m.target.typ
	}
	any := false
	for _, mf := range d.Schema {
		if mf.Usage != "target" {
			continue
		}
		if s := m.predictor(mf.Name); s != nil {
			r.segmentTarget(mf.Name, s)
		} else if !any {
			r.add(Result{Name: mf.Name, Type: typ, Feature: "predictedValue", Target: true}, predicted)
		}
		any = true
	}
	if any {
		return
	}
	for _, o := range d.Output {
		if o.Name == "_target" {
			return
		}
	}
	name := "_target"
	if m.ownTarget {
		name = m.target.name
	}
	r.add(Result{Name: name, Type: typ, Feature: "predictedValue", Target: true}, predicted)
	if inner := m.segmentsTarget(); name == "_target" && inner != "" { // a whole that names no target of its own: its segments do
		r.add(Result{Name: inner, Type: typ, Feature: "predictedValue"}, predicted)
	}
}

// segmentsTarget is the name of the target that the segments of a chain's end, or all segments of another method, agree on; "": none.
func (m *model) segmentsTarget() (name string) {
	segments := m.segments
	if m.method == "modelChain" && len(segments) > 1 {
		segments = segments[len(segments)-1:]
	}
	for _, s := range segments {
		if s.model == nil || !s.model.ownTarget || name != "" && s.model.target.name != name {
			return ""
		}
		name = s.model.target.name
	}
	return name
}

// predictor is what predicts one of several targets: a further target of the model, or a segment of a chain. nil where the whole does.
func (m *model) predictor(target string) *model {
	for _, o := range m.others {
		if o.target.name == target {
			return o
		}
	}
	if m.method != "modelChain" || !m.hasSeveralTargets() {
		return nil
	}
	for i := len(m.segments) - 1; i >= 0; i-- {
		if s := m.segments[i].model; s != nil && s.ownTarget && s.target.name == target {
			return s
		}
	}
	return nil
}

func (m *model) hasSeveralTargets() bool {
	n := 0
	for _, mf := range m.doc.Schema {
		if mf.Usage == "target" {
			n++
		}
	}
	return n > 1
}

func (r *resultBuilder) segmentTarget(name string, s *model) {
	id, typ := s.instance.ID, s.target.typ
	r.add(Result{Name: name, Type: typ, Feature: "predictedValue", Target: true}, func(f *program.Frame) value.Value {
		if p, ran := f.Ran(id); ran {
			return p.Value
		}
		return value.Missing()
	})
}

func (r *resultBuilder) outputsOf(top, m *model) {
	for _, o := range m.outputs {
		if o.doc.Hidden && m != top { // isFinalResult: the main model's own are shown all the same, marked
			continue
		}
		if o.doc.Feature == "probability" && o.doc.Value != nil && top.classes != nil {
			if at, ok := top.classes.places[r.c.category(top.classes, *o.doc.Value).String()]; ok {
				r.given[at] = true
			}
		}
		ref, res := o.ref, Result{Name: o.doc.Name, Type: o.typ, Feature: o.doc.Feature, Hidden: o.doc.Hidden}
		eval := func(f *program.Frame) value.Value { return *f.At(ref) }
		if m == top {
			r.replace(res, eval)
		} else {
			r.addInner(res, eval, m.instance.ID)
		}
	}
	if m.showsSegments() {
		for _, s := range m.segments {
			if s.model != nil {
				r.outputsOf(top, s.model)
			}
		}
	}
}

// showsSegments says whether the OutputFields of the segments that ran are results of the whole.
func (m *model) showsSegments() bool { return m.method == "modelChain" || m.method == "selectFirst" }

func (r *resultBuilder) probabilities(m *model) {
	id := m.instance.ID
	for at, v := range m.classes.values {
		if r.given[at] {
			continue
		}
		r.add(Result{Name: "probability(" + v.String() + ")", Type: value.Double, Feature: "probability"}, func(f *program.Frame) value.Value {
			if p, ran := f.Ran(id); ran && at < len(p.Probabilities) {
				return value.OfFloat(p.Probabilities[at])
			}
			return value.Missing()
		})
	}
}
