package compile

import (
	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// outputs compiles the Output of a model (specification, Output). Its fields become known in the model's scope one after the other.
func (c *compiler) outputs(m *model) {
	seen := map[string]*document.OutputField{}
	for _, d := range m.doc.Output {
		if first, again := seen[d.Name]; again {
			if sameOutput(first, d) {
				c.typed(d.DataType, d.At, c.out.Types[first.At])
				continue
			}
			c.fault(d.At, "OutputField %q is declared twice", d.Name)
			continue
		}
		seen[d.Name] = d
		c.opType(d.OpType, d.At)
		warned := len(c.out.Warnings)
		eval, typ := c.feature(d, m)
		if eval == nil {
			continue
		}
		want := c.dataType(d.DataType, d.At)
		if want == value.Untyped {
			want = typ
			c.typed("", d.At, c.presumed(d, m, typ))
			if len(c.out.Warnings) > warned { // it never has a value
				c.typed("", d.At, value.String)
			}
		}
		ref := c.outputSlot(m, d.Name)
		if want != value.Untyped {
			eval = c.shown(eval, want, d)
		}
		m.instance.Outputs = append(m.instance.Outputs, program.Output{Ref: ref, Eval: eval})
		m.outputs = append(m.outputs, output{doc: d, typ: want, ref: ref})
		m.scope.names[d.Name] = &field{name: d.Name, typ: want, opType: d.OpType, ref: ref, local: -1}
	}
}

// presumed is the type of an output without a dataType: that of its values, as far as it is known before they are.
func (c *compiler) presumed(d *document.OutputField, m *model, typ value.Type) value.Type {
	switch {
	case typ != value.Untyped || d.Feature == "transformedValue" || d.Feature == "decision":
		return typ
	case d.Feature != "predictedValue", m.doc.Function == "clustering", m.doc.Function == "associationRules":
		return value.String
	case m.doc.Single:
		return value.Float
	case m.target != nil && m.target.typ.IsReal():
		return m.target.typ
	}
	return value.Double
}

// sameOutput says whether an OutputField repeats another word by word, which some producers do.
func sameOutput(a, b *document.OutputField) bool {
	same := a.Body == nil && b.Body == nil && (a.Value == nil) == (b.Value == nil) && (a.Value == nil || *a.Value == *b.Value)
	x, y := *a, *b
	x.At, x.Value, x.Body, y.At, y.Value, y.Body = 0, nil, nil, 0, nil, nil
	return same && x == y
}

// outputSlot gives segments of one chain, or of one choice, that declare the same output the same place, so that the last one that ran counts.
func (c *compiler) outputSlot(m *model, name string) program.Ref {
	if m.around != nil && m.around.showsSegments() {
		if f := m.around.scope.names[name]; f != nil && f.derive == nil && f.local < 0 && f.ref != program.NoRef {
			return f.ref
		}
	}
	return c.slot(nil)
}

// shown converts an output to its dataType. A real that is asked for as an integer stays real (specification silent).
func (c *compiler) shown(eval program.Eval, want value.Type, d *document.OutputField) program.Eval {
	name, texts := d.Name, &c.prog.Texts
	strict := d.Feature == "transformedValue" || d.Feature == "decision"
	return func(f *program.Frame) value.Value {
		v := eval(f)
		if !v.IsValid() || v.Type() == want {
			return texts.Known(v)
		}
		out := v.Convert(want)
		if out.IsInvalid() {
			if !strict {
				return v
			}
			f.Fail(program.NoResult, name, "the value "+v.String()+" cannot become "+want.String())
		}
		return texts.Known(out)
	}
}

// feature compiles what an OutputField shows, and the type that it has by itself.
func (c *compiler) feature(d *document.OutputField, m *model) (program.Eval, value.Type) {
	id := m.instance.ID
	of := m
	if d.SegmentID != "" {
		if of = m.segmentByID(d.SegmentID); of == nil {
			c.fault(d.At, "OutputField %q names a segment %q, which is not there", d.Name, d.SegmentID)
			return nil, value.Untyped
		}
		if d.Feature != "transformedValue" && d.Feature != "decision" {
			id = of.instance.ID
		}
	}
	if s := m.predictor(d.TargetField); s != nil {
		of, id = s, s.instance.ID
	}
	prediction := func(get func(p *program.Prediction) value.Value) program.Eval {
		return func(f *program.Frame) value.Value {
			p, ran := f.Ran(id)
			if !ran {
				return value.Missing()
			}
			return get(p)
		}
	}
	if rulesOf(of) != nil {
		switch d.Feature {
		case "entityId", "confidence", "affinity":
			return c.ruleFeature(d, of, prediction)
		}
	}
	switch d.Feature {
	case "predictedValue":
		return prediction(func(p *program.Prediction) value.Value { return p.Value }), c.predictedType(of)
	case "predictedDisplayValue":
		return c.displayValue(of, prediction), value.Untyped
	case "transformedValue", "decision":
		if d.Body == nil {
			c.fault(d.At, "OutputField %q has no expression", d.Name)
			return nil, value.Untyped
		}
		var eval program.Eval
		var typ value.Type
		c.lazily(func() { eval, typ = c.expression(d.Body, m.scope) })
		return eval, typ
	case "probability", "confidence":
		return c.classNumber(d, of, prediction), value.Double
	case "residual":
		return c.residual(d, m), value.Double
	case "entityId", "clusterId":
		return c.entity(d, prediction), value.Untyped
	case "affinity", "entityAffinity", "clusterAffinity":
		return c.affinity(d, prediction), value.Double
	case "standardError", "standardDeviation", "confidenceIntervalLower", "confidenceIntervalUpper":
		return c.spread(d, of, prediction), value.Double
	case "ruleId", "ruleValue", "antecedent", "consequent", "rule", "support", "lift", "leverage":
		return c.ruleFeature(d, of, prediction)
	case "warning":
		return func(*program.Frame) value.Value { return value.Missing() }, value.String
	case "reasonCode":
		rank := d.Rank
		return prediction(func(p *program.Prediction) value.Value {
			if rank < 1 || rank > len(p.Reasons) {
				return value.Missing()
			}
			return value.OfString(p.Reasons[rank-1].Code)
		}), value.String
	}
	c.unsupported(d.At, "feature %s of %s", d.Feature, m.doc.Element)
	return nil, value.Untyped
}

func (c *compiler) predictedType(m *model) value.Type {
	if m.classes != nil {
		return m.classes.typ
	}
	return value.Untyped
}

// displayValue shows a category as Targets, or else the DataDictionary, says.
func (c *compiler) displayValue(m *model, prediction func(func(*program.Prediction) value.Value) program.Eval) program.Eval {
	var shown []value.Value
	if m.classes != nil {
		texts := map[string]string{}
		if m.target != nil && m.target.data != nil {
			for _, v := range m.target.data.Values {
				if v.Display != "" {
					texts[c.category(m.classes, v.Value).String()] = v.Display
				}
			}
		}
		for _, t := range m.doc.Targets {
			for _, v := range t.Values {
				if v.Display != "" {
					texts[c.category(m.classes, v.Value).String()] = v.Display
				}
			}
		}
		for _, v := range m.classes.values {
			if t, ok := texts[v.String()]; ok {
				v = c.prog.Texts.Of(t)
			}
			shown = append(shown, v)
		}
	}
	names := m.shown()
	entities := map[string]value.Value{}
	for id, text := range names {
		entities[id] = c.prog.Texts.Of(text)
	}
	return prediction(func(p *program.Prediction) value.Value {
		if p.Class >= 0 && int(p.Class) < len(shown) {
			return shown[p.Class]
		}
		if id, ok := p.Value.Str(); ok && names != nil {
			if v, ok := entities[id]; ok {
				return v
			}
			return value.Missing() // a cluster without a name
		}
		return p.Value
	})
}

// shown says how the entities of a model are shown: of a first match or a chain those of its segments, where these agree.
func (m *model) shown() map[string]string {
	if m.method != "selectFirst" && m.method != "modelChain" {
		return m.displays
	}
	var all map[string]string
	for _, s := range m.segments {
		if s.model == nil {
			continue
		}
		if s.model.shown() != nil && all == nil {
			all = map[string]string{}
		}
		for id, text := range s.model.shown() {
			if other, known := all[id]; known && other != text {
				text = id
			}
			all[id] = text
		}
	}
	return all
}

// classNumber is the probability or confidence of a category, or of the winner.
func (c *compiler) classNumber(d *document.OutputField, m *model, prediction func(func(*program.Prediction) value.Value) program.Eval) program.Eval {
	confidence := d.Feature == "confidence"
	from := func(p *program.Prediction) []float64 {
		if confidence {
			return p.Confidences
		}
		return p.Probabilities
	}
	if m.classes == nil || d.Value == nil {
		return prediction(func(p *program.Prediction) value.Value {
			if numbers := from(p); numbers != nil && p.Class >= 0 {
				return value.OfFloat(numbers[p.Class])
			}
			return value.Missing()
		})
	}
	place, known := m.classes.places[c.category(m.classes, *d.Value).String()]
	return prediction(func(p *program.Prediction) value.Value {
		numbers := from(p)
		switch {
		case numbers == nil:
			return value.Missing()
		case !known || place >= len(numbers):
			return value.OfFloat(0)
		}
		return value.OfFloat(numbers[place])
	})
}

// residual is the actual value less the predicted one; of a category: whether it came true, less its probability.
func (c *compiler) residual(d *document.OutputField, m *model) program.Eval {
	id := m.instance.ID
	if m.target == nil {
		c.fault(d.At, "a residual needs a target field")
		return nil
	}
	f := m.schema.find(m.target.name)
	if f == nil {
		c.fault(d.At, "a residual needs the target field %q in the MiningSchema", m.target.name)
		return nil
	}
	actual, classes := f.ref, m.classes
	var wanted *value.Value
	if d.Value != nil && classes != nil {
		v := c.category(classes, *d.Value)
		wanted = &v
	}
	return func(fr *program.Frame) value.Value {
		p, ran := fr.Ran(id)
		v := fr.At(actual)
		if !ran || p.Value.IsMissing() || !v.IsValid() {
			return value.Missing()
		}
		if classes == nil {
			x, ok1 := v.Float64()
			y, ok2 := p.Value.Float64()
			if !ok1 || !ok2 {
				return value.Missing()
			}
			return value.OfFloat(x - y)
		}
		if p.Probabilities == nil {
			return value.Missing()
		}
		of := p.Value
		if wanted != nil {
			of = *wanted
		}
		probability, came := 0.0, 0.0
		if at, ok := classes.places[of.String()]; ok && at < len(p.Probabilities) {
			probability = p.Probabilities[at]
		}
		if value.Equal(of, *v) {
			came = 1
		}
		return value.OfFloat(came - probability)
	}
}
