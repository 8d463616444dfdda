package document

// SequenceModel is the content of a SequenceModel.
type SequenceModel struct {
	Constraints Constraints
	Items       []Item
	Itemsets    []Itemset
	Predicates  []SetPredicate
	Sequences   []SequencePattern
	Rules       []SequenceRule
}

// Constraints on the times of what a rule matches. A bound that is not given is infinite.
type Constraints struct {
	MinTotal, MaxTotal           float64 // of a whole sequence
	MinSeparation, MaxSeparation float64 // of a set from the one before
	MinBetween, MaxBetween       float64 // of the consequent from the antecedent
}

// SetPredicate asks for a superset of values (deprecated since 3.1).
type SetPredicate struct {
	At        Offset
	ID, Field string
	Values    []string
}

// SequencePattern is a Sequence: sets in order, each after the first with the delimiter before it.
type SequencePattern struct {
	At         Offset
	ID         string
	Support    float64 // NaN: not given
	Sets       []string
	Delimiters []Delimiter
}

// Delimiter says how a set follows another.
type Delimiter struct {
	SameWindow bool // delimiter="sameTimeWindow"
	NoGap      bool // gap="false"
}

// SequenceRule of a SequenceModel.
type SequenceRule struct {
	At                        Offset
	ID                        string
	Antecedent, Consequent    string
	Delimiter                 Delimiter
	Support, Confidence, Lift float64
}

// sequence decodes a SequenceModel.
func (d *decoder) sequence(m *Model) body {
	inf, a := posInf, d.attributes()
	for _, name := range []string{"timeWindowWidth", "minimumTime", "maximumTime"} { // of 3.0, reworked in 3.1
		if a.number(name, 0) != 0 {
			d.unsupported(m.At, "%s of SequenceModel", name)
		}
	}
	s := &SequenceModel{Constraints: Constraints{MaxTotal: inf, MaxSeparation: inf, MaxBetween: inf}}
	m.Body = s
	return body{
		child: func(name []byte) bool { return d.sequencePart(s, name) },
		finish: func() {
			if len(s.Sequences) == 0 {
				d.fault(m.At, "SequenceModel has no Sequence")
			}
		},
	}
}

func (d *decoder) sequencePart(s *SequenceModel, name []byte) bool {
	a := d.attributes()
	switch string(name) {
	case "Constraints":
		c := &s.Constraints
		c.MinTotal, c.MaxTotal = a.number("minimumTotalSequenceTime", 0), a.number("maximumTotalSequenceTime", posInf)
		c.MinSeparation, c.MaxSeparation = a.number("minimumItemsetSeparationTime", 0), a.number("maximumItemsetSeparationTime", posInf)
		c.MinBetween, c.MaxBetween = a.number("minimumAntConsSeparationTime", 0), a.number("maximumAntConsSeparationTime", posInf)
	case "Item":
		s.Items = append(s.Items, d.item())
	case "Itemset":
		s.Itemsets = append(s.Itemsets, d.itemset())
	case "SetPredicate":
		p := SetPredicate{At: a.at, ID: a.required("id"), Field: a.required("field")}
		if operator := a.optional("operator"); operator != "" && operator != "supersetOf" {
			d.fault(a.at, "operator of SetPredicate is %q", operator)
		}
		d.each(func(name []byte) {
			if string(name) == "Array" {
				p.Values = d.array()
			}
		})
		s.Predicates = append(s.Predicates, p)
	case "Sequence":
		s.Sequences = append(s.Sequences, d.pattern())
	case "SequenceRule":
		s.Rules = append(s.Rules, d.sequenceRule())
	default:
		return false
	}
	return true
}

func (d *decoder) pattern() SequencePattern {
	a := d.attributes()
	p := SequencePattern{At: a.at, ID: a.required("id"), Support: a.number("support", Absent)}
	var next Delimiter
	d.each(func(name []byte) {
		switch string(name) {
		case "SetReference":
			p.Sets, p.Delimiters = append(p.Sets, d.attributes().required("setId")), append(p.Delimiters, next)
		case "Delimiter":
			next = d.delimiter()
		case "Time": // statistics of what was mined
			d.skip()
		default:
			d.fault(d.at(), "%s cannot stand in Sequence", clip(name))
			d.skip()
		}
	})
	if len(p.Sets) == 0 {
		d.fault(a.at, "Sequence has no SetReference")
	}
	return p
}

func (d *decoder) delimiter() Delimiter {
	a := d.attributes()
	out := Delimiter{SameWindow: a.choice("delimiter", "acrossTimeWindows", "sameTimeWindow") == "sameTimeWindow"}
	out.NoGap = a.choice("gap", "unknown", "true", "false") == "false"
	return out
}

func (d *decoder) sequenceRule() SequenceRule {
	a := d.attributes()
	r := SequenceRule{At: a.at, ID: a.required("id"), Support: a.requiredNumber("support"), Confidence: a.requiredNumber("confidence"), Lift: a.number("lift", Absent)}
	reference := func(into *string) {
		d.each(func(name []byte) {
			if string(name) == "SequenceReference" {
				*into = d.attributes().required("seqId")
			}
		})
	}
	d.each(func(name []byte) {
		switch string(name) {
		case "AntecedentSequence":
			reference(&r.Antecedent)
		case "ConsequentSequence":
			reference(&r.Consequent)
		case "Delimiter":
			r.Delimiter = d.delimiter()
		case "Time":
			d.skip()
		default:
			d.fault(d.at(), "%s cannot stand in SequenceRule", clip(name))
			d.skip()
		}
	})
	if r.Antecedent == "" || r.Consequent == "" {
		d.fault(a.at, "SequenceRule needs an AntecedentSequence and a ConsequentSequence")
	}
	return r
}
