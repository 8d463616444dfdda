package compile

import (
	"math"
	"strconv"
	"strings"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

// associationBuilder compiles an AssociationModel (specification, AssociationRules).
type associationBuilder struct {
	c     *compiler
	m     *model
	d     *document.Association
	a     *program.Association
	items map[string]int32
	sets  map[string]*document.Itemset
}

func (c *compiler) association(m *model) program.Scorer {
	d := m.doc.Body.(*document.Association)
	b := &associationBuilder{c: c, m: m, d: d, items: map[string]int32{}, sets: map[string]*document.Itemset{},
		a: &program.Association{Items: len(d.Items), Set: program.NoRef, Known: map[string]int32{}}}
	if m.doc.Function != "associationRules" {
		c.fault(m.doc.At, "functionName of AssociationModel is %q", m.doc.Function)
	}
	b.itemsAndSets()
	for i := range d.Rules {
		b.rule(&d.Rules[i], i)
	}
	return b.a
}

func (b *associationBuilder) itemsAndSets() {
	active := b.active()
	if len(active) == 2 && b.c.out.Group == "" && b.areTransactions(active) {
		b.c.out.Group, active = active[0], active[1:]
	}
	columns := len(active) > 1 || len(active) == 1 && b.c.out.Group == "" && b.areOf(active[0])
	for i := range b.d.Items {
		item := &b.d.Items[i]
		if _, twice := b.items[item.ID]; twice {
			b.c.fault(item.At, "Item %q is there twice", item.ID)
		}
		b.items[item.ID] = int32(i)
		columns = columns || item.Field != ""
	}
	switch {
	case columns:
		for i := range b.d.Items {
			b.column(&b.d.Items[i], int32(i), active)
		}
	case len(active) == 1:
		if f := b.c.use(b.m.scope, active[0], b.m.doc.At); f != nil {
			b.a.Set = f.ref
			b.c.collects(f)
			for i := range b.d.Items {
				text := b.d.Items[i].Value
				if v := b.c.constant(f.typ, text); v.IsValid() {
					text = v.String()
				}
				if same, known := b.a.Known[text]; known { // two Items of one value are one
					b.items[b.d.Items[i].ID] = same
					continue
				}
				b.a.Known[text] = int32(i)
			}
		}
	default:
		b.c.fault(b.m.doc.At, "AssociationModel has no active field for its items")
	}
	for i := range b.d.Itemsets {
		s := &b.d.Itemsets[i]
		if b.sets[s.ID] != nil {
			b.c.fault(s.At, "Itemset %q is there twice", s.ID)
		}
		b.sets[s.ID] = s
		for _, id := range s.Items {
			if _, ok := b.items[id]; !ok {
				b.c.fault(s.At, "itemRef %q names no Item", id)
			}
		}
	}
}

// areOf says whether all items are spelled as values of a field, field=category or the field alone: it is then a column of items, though the
// only one.
func (b *associationBuilder) areOf(field string) bool {
	for i := range b.d.Items {
		rest, ok := strings.CutPrefix(b.d.Items[i].Value, field)
		if !ok || rest != "" && rest[0] != '=' {
			return false
		}
	}
	return len(b.d.Items) > 0
}

// groupBy makes the rows that share a field's value one transaction. Inside segments the main model must say so, too: all of it then reads transactions.
func (c *compiler) groupBy(m *model, name string, at document.Offset) {
	main := m
	for main.around != nil {
		main = main.around
	}
	if main != m && main.doc.Function != m.doc.Function {
		return
	}
	for _, f := range main.doc.Schema {
		if f.Name != name || f.Usage != "group" {
			continue
		}
		if c.out.Group != "" && c.out.Group != name {
			c.unsupported(at, "a second group field, %q beside %q", name, c.out.Group)
			return
		}
		c.out.Group = name
	}
}

// areTransactions says whether the items name neither of two fields: R's exporter lists the group and the item field without their usage.
func (b *associationBuilder) areTransactions(active []string) bool {
	for i := range b.d.Items {
		item := &b.d.Items[i]
		if item.Field != "" || strings.HasPrefix(item.Value, active[0]) || strings.HasPrefix(item.Value, active[1]) {
			return false
		}
	}
	return b.m.around == nil
}

// active are the fields that may hold items.
func (b *associationBuilder) active() (names []string) {
	for _, f := range b.m.doc.Schema {
		if f.Usage == "group" {
			b.c.groupBy(b.m, f.Name, f.At)
		}
		if f.Usage == "active" {
			names = append(names, f.Name)
		}
	}
	return names
}

// column finds the field that says whether a row has an item: the one that the item names, or that its value does: field=category, or the field
// alone, which then must be true.
func (b *associationBuilder) column(item *document.Item, at int32, active []string) {
	name, category := item.Field, item.Category
	if name == "" {
		for _, field := range active {
			rest, ok := strings.CutPrefix(item.Value, field)
			if ok && rest == "" {
				name = field
			} else if ok && rest[0] == '=' {
				text := rest[1:]
				name, category = field, &text
			}
		}
	}
	if name == "" {
		b.c.fault(item.At, "Item %q names no active field", item.Value)
		return
	}
	f := b.c.use(b.m.scope, name, item.At)
	if f == nil {
		return
	}
	if b.c.out.Group != "" {
		b.c.collects(f)
	}
	t := program.ItemTest{Ref: f.ref, Item: at}
	if category != nil {
		if t.Value = b.c.constant(f.typ, *category); t.Value.IsInvalid() {
			b.c.fault(item.At, "category %q of Item is not of the type of field %q, %s", *category, name, f.typ)
		}
	}
	b.a.Tests = append(b.a.Tests, t)
}

func (b *associationBuilder) rule(d *document.AssociationRule, at int) {
	id := d.ID
	if id == "" {
		id = strconv.Itoa(at + 1)
	}
	r := program.AssociationRule{ID: b.c.prog.Texts.Of(id)}
	antecedent, consequent := b.sets[d.Antecedent], b.sets[d.Consequent]
	if antecedent == nil || consequent == nil {
		b.c.fault(d.At, "AssociationRule goes from %q to %q, which are no Itemsets both", d.Antecedent, d.Consequent)
		return
	}
	r.Measures = [5]float64{d.Confidence, d.Support, d.Lift, d.Leverage, d.Affinity}
	derive(&r.Measures, antecedent.Support, consequent.Support)
	var before, after []value.Value
	r.Antecedent, before = b.members(antecedent)
	r.Consequent, after = b.members(consequent)
	r.Texts = [3]value.Value{value.OfList(before), value.OfList(after), b.c.prog.Texts.Of(braced(before) + "->" + braced(after))}
	b.a.Rules = append(b.a.Rules, r)
}

// derive computes the measures that are not given from those that are (specification, AssociationRules).
func derive(m *[5]float64, antecedent, consequent float64) {
	given := func(x float64) bool { return !math.IsNaN(x) }
	support := m[program.BySupport]
	if !given(m[program.ByLift]) && given(consequent) && consequent > 0 {
		m[program.ByLift] = m[program.ByConfidence] / consequent
	}
	if !given(m[program.ByLeverage]) {
		m[program.ByLeverage] = support - antecedent*consequent
	}
	if all := antecedent + consequent - support; !given(m[program.ByAffinity]) && all > 0 {
		m[program.ByAffinity] = support / all
	}
}

func (b *associationBuilder) members(s *document.Itemset) (items []int32, texts []value.Value) {
	for _, id := range s.Items {
		at, ok := b.items[id]
		if !ok {
			continue
		}
		items = append(items, at)
		texts = append(texts, b.c.prog.Texts.Of(b.d.Items[at].Value))
	}
	return items, texts
}

func braced(items []value.Value) string {
	var texts []string
	for _, v := range items {
		texts = append(texts, v.String())
	}
	return "{" + strings.Join(texts, ",") + "}"
}
