package compile

import (
	"math"

	"github.com/beam-pmml/beam-pmml/pmml/internal/document"
	"github.com/beam-pmml/beam-pmml/pmml/internal/program"
	"github.com/beam-pmml/beam-pmml/pmml/value"
)

var (
	ruleAlgorithms = map[string]program.RuleAlgorithm{
		"": program.ExclusiveRecommendation, "exclusiveRecommendation": program.ExclusiveRecommendation,
		"recommendation": program.Recommendation, "ruleAssociation": program.RuleAssociation,
	}
	ruleBases = map[string]program.RuleBasis{
		"": program.ByConfidence, "confidence": program.ByConfidence, "support": program.BySupport, "lift": program.ByLift,
		"leverage": program.ByLeverage, "affinity": program.ByAffinity,
	}
)

// ruleFeature shows a rule, or a part of one (specification, Output: ruleValue with ruleFeature, until 4.1 the only way; else the features
// themselves).
func (c *compiler) ruleFeature(d *document.OutputField, m *model, show shower) (program.Eval, value.Type) {
	if inner := ruleSegment(m); inner != nil {
		m = inner
	}
	rules := rulesOf(m)
	if rules == nil {
		if d.Feature == "ruleId" {
			return c.entity(d, show), value.Untyped
		}
		c.unsupported(d.At, "feature %s of %s", d.Feature, m.doc.Element)
		return nil, value.Untyped
	}
	feature := d.Feature
	switch feature {
	case "entityId":
		feature = "ruleId"
	case "ruleValue":
		if feature = d.RuleFeature; feature == "" {
			feature = "consequent"
		}
	}
	part, typ := c.rulePart(feature)
	algorithm, known := ruleAlgorithms[d.Algorithm]
	if d.Algorithm == "rule" { // written for ruleAssociation, but no word of the schema: the default, as in the reference engine
		known = true
	}
	basis, knownBasis := ruleBases[d.RankBasis]
	if !known || !knownBasis || d.RankOrder != "" && d.RankOrder != "ascending" && d.RankOrder != "descending" || part == nil {
		c.fault(d.At, "OutputField %q: algorithm %q, rankBasis %q, rankOrder %q or ruleFeature %q is not known", d.Name, d.Algorithm, d.RankBasis, d.RankOrder, feature)
		return nil, typ
	}
	order := rules.Order(basis, d.RankOrder == "ascending")
	id, rank := m.instance.ID, d.Rank
	if !d.MultiValued {
		return func(f *program.Frame) value.Value {
			out, at := value.Missing(), 0
			if _, ran := f.Ran(id); ran {
				rules.Chosen(f, algorithm, order, func(r *program.AssociationRule) bool {
					if at++; at == rank {
						out = part(r)
					}
					return at < rank
				})
			}
			return out
		}, typ
	}
	return func(f *program.Frame) value.Value {
		_, ran := f.Ran(id)
		if !ran {
			return value.Missing()
		}
		list := []value.Value{}
		rules.Chosen(f, algorithm, order, func(r *program.AssociationRule) bool {
			list = append(list, part(r))
			return rank < 1 || len(list) < rank
		})
		return value.OfList(list)
	}, typ
}

// rulesOf are the rules of a model that has rules to choose from, nil for others.
func rulesOf(m *model) *program.Association {
	switch s := m.instance.Model.(type) {
	case *program.Association:
		return s
	case *program.SequenceRules:
		return &s.Book
	}
	return nil
}

// ruleSegment is the one segment with rules of a first match or a chain, which may be a segment's segment; nil where there are several or none.
func ruleSegment(m *model) (found *model) {
	if m.method != "selectFirst" && m.method != "modelChain" {
		return nil
	}
	for _, s := range m.segments {
		if s.model == nil {
			continue
		}
		inner := s.model
		if rulesOf(inner) == nil {
			inner = ruleSegment(inner)
		}
		if inner == nil {
			continue
		}
		if found != nil {
			return nil
		}
		found = inner
	}
	return found
}

// rulePart reads a part of a rule; nil for one that there is not.
func (c *compiler) rulePart(feature string) (func(r *program.AssociationRule) value.Value, value.Type) {
	switch feature {
	case "ruleId":
		return func(r *program.AssociationRule) value.Value { return r.ID }, value.String
	case "antecedent":
		return func(r *program.AssociationRule) value.Value { return r.Texts[0] }, value.String
	case "consequent":
		return func(r *program.AssociationRule) value.Value { return r.Texts[1] }, value.String
	case "rule":
		return func(r *program.AssociationRule) value.Value { return r.Texts[2] }, value.String
	}
	basis, ok := ruleBases[feature]
	if !ok {
		return nil, value.Untyped
	}
	return func(r *program.AssociationRule) value.Value {
		if x := r.Measures[basis]; !math.IsNaN(x) {
			return value.OfFloat(x)
		}
		return value.Missing()
	}, value.Double
}
