package compile

import (
	"math"
	"strings"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// sequenceBuilder compiles a SequenceModel (specification, Sequence).
type sequenceBuilder struct {
	c        *compiler
	m        *model
	d        *document.SequenceModel
	s        *program.SequenceRules
	holds    *field // what the items are values of
	sets     map[string][]int32
	texts    map[string]string // of sets
	patterns map[string]*document.SequencePattern
}

func (c *compiler) sequence(m *model) program.Scorer {
	d := m.doc.Body.(*document.SequenceModel)
	b := &sequenceBuilder{c: c, m: m, d: d, sets: map[string][]int32{}, texts: map[string]string{}, patterns: map[string]*document.SequencePattern{}}
	b.s = &program.SequenceRules{Order: program.NoRef, Bounds: program.TimeBounds(d.Constraints), Book: program.Association{Set: program.NoRef, Known: map[string]int32{}}}
	if m.doc.Function != "sequences" {
		c.fault(m.doc.At, "functionName of SequenceModel is %q", m.doc.Function)
	}
	b.fields()
	b.itemsets()
	for i := range d.Sequences {
		p := &d.Sequences[i]
		if b.patterns[p.ID] != nil {
			c.fault(p.At, "Sequence %q is there twice", p.ID)
		}
		b.patterns[p.ID] = p
		for _, set := range p.Sets {
			if _, ok := b.sets[set]; !ok {
				c.fault(p.At, "setId %q names no Itemset", set)
			}
		}
	}
	for i := range d.Rules {
		b.rule(&d.Rules[i])
	}
	return b.s
}

// fields finds the field of the items and that of their times.
func (b *sequenceBuilder) fields() {
	for _, mf := range b.m.doc.Schema {
		switch mf.Usage {
		case "group":
			b.c.groupBy(b.m, mf.Name, mf.At)
		case "order":
			if f := b.c.use(b.m.scope, mf.Name, mf.At); f != nil {
				b.s.Order = f.ref
				b.c.collects(f)
			}
		case "active":
			f := b.c.use(b.m.scope, mf.Name, mf.At)
			if f == nil {
				continue
			}
			if b.s.Book.Set != program.NoRef {
				b.c.fault(mf.At, "SequenceModel has a second active field, %q: its items come from one", mf.Name)
			}
			b.s.Book.Set, b.holds = f.ref, f
			b.c.collects(f)
		}
	}
	if b.s.Book.Set == program.NoRef {
		b.c.fault(b.m.doc.At, "SequenceModel has no active field for its items")
	}
}

// item gives a value of the items' field its number.
func (b *sequenceBuilder) item(text string) int32 {
	if b.holds != nil {
		if v := b.c.constant(b.holds.typ, text); v.IsValid() {
			text = v.String()
		}
	}
	at, ok := b.s.Book.Known[text]
	if !ok {
		at = int32(len(b.s.Book.Known))
		b.s.Book.Known[text] = at
		b.s.Book.Items++
	}
	return at
}

func (b *sequenceBuilder) itemsets() {
	items := b.items()
	add := func(id string, at document.Offset, values []string) {
		if _, twice := b.sets[id]; twice {
			b.c.fault(at, "the set %q is there twice", id)
		}
		b.sets[id] = []int32{}
		for _, v := range values {
			b.sets[id] = append(b.sets[id], b.item(v))
		}
		b.texts[id] = "{" + strings.Join(values, ",") + "}"
	}
	for i := range b.d.Itemsets {
		s := &b.d.Itemsets[i]
		var values []string
		for _, ref := range s.Items {
			v, ok := items[ref]
			if !ok {
				b.c.fault(s.At, "itemRef %q names no Item", ref)
			}
			values = append(values, v)
		}
		add(s.ID, s.At, values)
	}
	for i := range b.d.Predicates {
		p := &b.d.Predicates[i]
		b.isOfItems(p.Field, p.At)
		add(p.ID, p.At, p.Values)
	}
}

// items are the values of the Items by their id.
func (b *sequenceBuilder) items() map[string]string {
	items := map[string]string{}
	for i := range b.d.Items {
		item := &b.d.Items[i]
		if _, twice := items[item.ID]; twice {
			b.c.fault(item.At, "Item %q is there twice", item.ID)
		}
		items[item.ID] = item.Value
		if item.Field != "" {
			b.isOfItems(item.Field, item.At)
			if item.Category != nil {
				items[item.ID] = *item.Category
			}
		}
	}
	return items
}

// isOfItems finds fault with another field than the one that the model's items come from.
func (b *sequenceBuilder) isOfItems(name string, at document.Offset) {
	if b.holds != nil && name != b.holds.name {
		b.c.fault(at, "field %q is not the one that the items of the SequenceModel come from, %q", name, b.holds.name)
	}
}

func (b *sequenceBuilder) rule(d *document.SequenceRule) {
	antecedent, consequent := b.patterns[d.Antecedent], b.patterns[d.Consequent]
	if antecedent == nil || consequent == nil {
		b.c.fault(d.At, "SequenceRule goes from %q to %q, which are no Sequences both", d.Antecedent, d.Consequent)
		return
	}
	r := program.SequenceRule{Steps: b.steps(antecedent), Antecedent: len(antecedent.Sets)}
	after := b.steps(consequent)
	if len(after) > 0 {
		after[0].SameWindow, after[0].NoGap, after[0].Between = d.Delimiter.SameWindow, d.Delimiter.NoGap, true
	}
	r.Steps = append(r.Steps, after...)
	shown := program.AssociationRule{ID: b.c.prog.Texts.Of(d.ID), Measures: [5]float64{d.Confidence, d.Support, d.Lift, math.NaN(), math.NaN()}}
	derive(&shown.Measures, antecedent.Support, consequent.Support)
	before, then := b.describe(antecedent), b.describe(consequent)
	shown.Texts = [3]value.Value{value.OfList(before), value.OfList(then), b.c.prog.Texts.Of(joined(before) + "->" + joined(then))}
	b.s.Rules, b.s.Book.Rules = append(b.s.Rules, r), append(b.s.Book.Rules, shown)
}

func (b *sequenceBuilder) steps(p *document.SequencePattern) (steps []program.SequenceStep) {
	for i, set := range p.Sets {
		steps = append(steps, program.SequenceStep{Items: b.sets[set], SameWindow: p.Delimiters[i].SameWindow, NoGap: p.Delimiters[i].NoGap})
	}
	return steps
}

// describe lists the sets of a sequence as texts.
func (b *sequenceBuilder) describe(p *document.SequencePattern) (texts []value.Value) {
	for _, set := range p.Sets {
		texts = append(texts, b.c.prog.Texts.Of(b.texts[set]))
	}
	return texts
}

func joined(sets []value.Value) string {
	var texts []string
	for _, v := range sets {
		texts = append(texts, v.String())
	}
	return strings.Join(texts, ">>>")
}
