package document

// RuleSet is the content of a RuleSetModel. CompoundRules are written out: a rule inside has the predicates around it, too.
type RuleSet struct {
	At                Offset
	Has               bool
	Criterion         string // of the first RuleSelectionMethod
	DefaultScore      *string
	DefaultConfidence float64 // NaN: not given
	Distribution      []ScoreDistribution
	Rules             []Rule
}

// Rule is a SimpleRule.
type Rule struct {
	At           Offset
	ID           string
	Score        string
	Confidence   float64
	Weight       float64
	Predicate    Predicate
	Around       []Predicate // of the CompoundRules that it stands in, from the outside
	Distribution []ScoreDistribution
}

// ruleSet decodes a RuleSetModel.
func (d *decoder) ruleSet(m *Model) body {
	r := &RuleSet{}
	m.Body = r
	return body{
		child: func(name []byte) bool {
			if string(name) != "RuleSet" {
				return false
			}
			if r.Has {
				d.fault(d.at(), "RuleSetModel has a second RuleSet")
			}
			d.rules(r)
			return true
		},
		finish: func() {
			if !r.Has {
				d.fault(m.At, "RuleSetModel has no RuleSet")
			}
		},
	}
}

func (d *decoder) rules(r *RuleSet) {
	a := d.attributes()
	r.At, r.Has, r.DefaultScore, r.DefaultConfidence = a.at, true, a.maybe("defaultScore"), a.number("defaultConfidence", Absent)
	d.each(func(name []byte) {
		switch string(name) {
		case "RuleSelectionMethod":
			p := d.attributes()
			if criterion := p.choice("criterion", "", "weightedSum", "weightedMax", "firstHit"); r.Criterion == "" {
				r.Criterion = criterion
			}
		case "ScoreDistribution":
			r.Distribution = append(r.Distribution, d.scoreDistribution())
		default:
			if !d.rule(r, name, nil) {
				d.fault(d.at(), "%s cannot stand in RuleSet", clip(name))
				d.skip()
			}
		}
	})
	if r.Criterion == "" {
		d.fault(r.At, "RuleSet has no RuleSelectionMethod with a criterion")
	}
}

// rule decodes a SimpleRule or CompoundRule; around are the predicates of the CompoundRules that it stands in.
func (d *decoder) rule(r *RuleSet, name []byte, around []Predicate) bool {
	switch string(name) {
	case "SimpleRule":
		d.simpleRule(r, around)
	case "CompoundRule":
		d.compoundRule(r, around)
	default:
		return false
	}
	return true
}

func (d *decoder) simpleRule(r *RuleSet, around []Predicate) {
	a := d.attributes()
	rule := Rule{At: a.at, ID: a.optional("id"), Score: a.required("score"), Confidence: a.number("confidence", 1), Weight: a.number("weight", 1), Around: around}
	d.each(func(name []byte) {
		switch {
		case string(name) == "ScoreDistribution":
			rule.Distribution = append(rule.Distribution, d.scoreDistribution())
		case d.onlyPredicate(name, &rule.Predicate, "SimpleRule"):
		default:
			d.fault(d.at(), "%s cannot stand in SimpleRule", clip(name))
			d.skip()
		}
	})
	if rule.Predicate.Kind == NoPredicate {
		d.fault(a.at, "SimpleRule has no predicate")
	}
	r.Rules = append(r.Rules, rule)
}

func (d *decoder) compoundRule(r *RuleSet, around []Predicate) {
	at := d.at()
	before := len(r.Rules)
	var own Predicate
	d.each(func(name []byte) {
		if own.Kind == NoPredicate && d.predicate(name, &own) {
			around = append(append([]Predicate(nil), around...), own)
			return
		}
		if !d.rule(r, name, around) {
			d.fault(d.at(), "%s cannot stand in CompoundRule", clip(name))
			d.skip()
		}
	})
	if own.Kind == NoPredicate || len(r.Rules) == before {
		d.fault(at, "CompoundRule needs a predicate, and rules after it")
	}
}
