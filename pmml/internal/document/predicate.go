package document

import "github.com/beam-pmml/beam-pmml/pmml/internal/scan"

// PredicateKind is the element of a predicate.
type PredicateKind uint8

// The predicates (specification, TreeModel).
const (
	NoPredicate PredicateKind = iota
	True
	False
	Simple
	SimpleSet
	Compound
)

// Operator of a SimplePredicate, or isIn and isNotIn of a SimpleSetPredicate.
type Operator uint8

// The operators.
const (
	NoOperator Operator = iota
	Equal
	NotEqual
	LessThan
	LessOrEqual
	GreaterThan
	GreaterOrEqual
	IsMissing
	IsNotMissing
	IsIn
	IsNotIn
	And
	Or
	Xor
	Surrogate
)

// Predicate is one of the predicates. What only few have lies behind More, since a forest has a million of these.
type Predicate struct {
	Kind  PredicateKind
	Op    Operator
	At    Offset
	Field string
	Value string
	More  *PredicateMore
}

// PredicateMore holds a set's values or a compound's parts.
type PredicateMore struct {
	Values []string
	Parts  []Predicate
}

var operatorNames = [...]string{"", "equal", "notEqual", "lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual", "isMissing", "isNotMissing", "isIn", "isNotIn", "and", "or", "xor", "surrogate"}

// String returns the operator as documents spell it.
func (o Operator) String() string { return operatorNames[o] }

// operator returns the operator of a SimplePredicate, NoOperator for a word that is none.
func operator(word []byte) Operator {
	switch string(word) {
	case "equal":
		return Equal
	case "notEqual":
		return NotEqual
	case "lessThan":
		return LessThan
	case "lessOrEqual":
		return LessOrEqual
	case "greaterThan":
		return GreaterThan
	case "greaterOrEqual":
		return GreaterOrEqual
	case "isMissing":
		return IsMissing
	case "isNotMissing":
		return IsNotMissing
	}
	return NoOperator
}

// predicate decodes the current element into p if it is a predicate, else it returns false and reads nothing.
func (d *decoder) predicate(name []byte, p *Predicate) bool {
	switch string(name) {
	case "SimplePredicate":
		d.simplePredicate(p)
	case "SimpleSetPredicate":
		d.simpleSetPredicate(p)
	case "CompoundPredicate":
		d.compoundPredicate(p)
	case "True":
		*p = Predicate{Kind: True, At: d.at()}
	case "False":
		*p = Predicate{Kind: False, At: d.at()}
	default:
		return false
	}
	return true
}

// onlyPredicate is predicate for an element that may hold one.
func (d *decoder) onlyPredicate(name []byte, p *Predicate, parent string) bool {
	if p.Kind == NoPredicate {
		return d.predicate(name, p)
	}
	var second Predicate
	at := d.at()
	if !d.predicate(name, &second) {
		return false
	}
	d.fault(at, "%s has more than one predicate", parent)
	return true
}

func (d *decoder) simplePredicate(p *Predicate) {
	*p = Predicate{Kind: Simple, At: d.at()}
	hasValue := false
	for i := range d.s.Attrs() {
		attr := &d.s.Attrs()[i]
		switch string(attr.Name) {
		case "field":
			p.Field = d.name(attr.Value)
		case "operator":
			p.Op = operator(attr.Value)
			if p.Op == NoOperator {
				d.fault(p.At, "operator %q of SimplePredicate is not known", clip(attr.Value))
				p.Op = IsMissing
			}
		case "value":
			p.Value = d.keep(attr.Value)
			hasValue = true
		}
	}
	switch {
	case p.Field == "":
		d.fault(p.At, "SimplePredicate has no field")
	case p.Op == NoOperator:
		d.fault(p.At, "SimplePredicate has no operator")
	case !hasValue && p.Op < IsMissing:
		d.fault(p.At, "SimplePredicate has no value to compare with")
	}
}

func (d *decoder) simpleSetPredicate(p *Predicate) {
	a := d.attributes()
	*p = Predicate{Kind: SimpleSet, At: a.at, Field: a.required("field"), More: &PredicateMore{}}
	p.Op = IsIn
	if a.choice("booleanOperator", "", "isIn", "isNotIn") == "isNotIn" {
		p.Op = IsNotIn
	} else if _, ok := a.raw("booleanOperator"); !ok {
		a.required("booleanOperator")
	}
	has := false
	d.each(func(name []byte) {
		if string(name) == "Array" {
			p.More.Values = d.array()
			has = true
		}
	})
	if !has {
		d.fault(p.At, "SimpleSetPredicate has no Array")
	}
}

func (d *decoder) compoundPredicate(p *Predicate) {
	a := d.attributes()
	*p = Predicate{Kind: Compound, At: a.at, More: &PredicateMore{}}
	switch a.required("booleanOperator") {
	case "and", "":
		p.Op = And
	case "or":
		p.Op = Or
	case "xor":
		p.Op = Xor
	case "surrogate":
		p.Op = Surrogate
	default:
		d.fault(a.at, "booleanOperator of CompoundPredicate is %q", a.optional("booleanOperator"))
		p.Op = And
	}
	more := p.More
	d.each(func(name []byte) {
		var part Predicate
		if !d.predicate(name, &part) {
			d.fault(d.at(), "%s cannot stand in CompoundPredicate", clip(name))
			return
		}
		more.Parts = append(more.Parts, part)
	})
	if len(more.Parts) == 0 {
		d.fault(p.At, "CompoundPredicate has no predicates")
	}
}

// array reads an Array: words between blanks, or between quotation marks with \" for the mark itself.
func (d *decoder) array() []string {
	a := d.attributes()
	n := a.whole("n", -1)
	text := d.text()
	words, ok := splitArray(text)
	if !ok {
		d.fault(a.at, "a quotation mark in Array is not closed")
	}
	if n >= 0 && n != len(words) {
		d.fault(a.at, "Array says n=%d and holds %d", n, len(words))
	}
	return words
}

func splitArray(text string) (words []string, ok bool) {
	for i := 0; i < len(text); {
		switch text[i] {
		case ' ', '\t', '\n', '\r':
			i++
		case '"':
			var word []byte
			i++
			for {
				if i >= len(text) {
					return append(words, string(word)), false
				}
				if text[i] == '"' {
					i++
					break
				}
				if text[i] == '\\' && i+1 < len(text) && (text[i+1] == '"' || text[i+1] == '\\') {
					i++
				}
				word = append(word, text[i])
				i++
			}
			words = append(words, string(word))
		default:
			from := i
			for i < len(text) && text[i] != ' ' && text[i] != '\t' && text[i] != '\n' && text[i] != '\r' {
				i++
			}
			words = append(words, text[from:i])
		}
	}
	return words, true
}

// anyChild is each for children of any namespace, Extension excepted.
func (d *decoder) anyChild(child func(name []byte)) {
	depth := d.s.Depth()
	for {
		switch d.next() {
		case scan.EOF:
			return
		case scan.End:
			if d.s.Depth() < depth {
				return
			}
		case scan.Start:
			inner := d.s.Depth()
			if string(d.s.Name()) == "Extension" {
				d.skip()
				continue
			}
			child(d.s.Name())
			d.leave(inner)
		}
	}
}
