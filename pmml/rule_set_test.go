package pmml_test

import (
	"strings"
	"testing"
)

func ruleSet(attributes, rules string) string {
	return `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><DataDictionary><DataField name="x" optype="continuous" dataType="double"/>
<DataField name="k" optype="categorical" dataType="string"><Value value="A"/><Value value="B"/><Value value="C"/></DataField></DataDictionary>
<RuleSetModel functionName="classification"><MiningSchema><MiningField name="x"/><MiningField name="k" usageType="target"/></MiningSchema><Output>
<OutputField name="sure" optype="continuous" dataType="double" feature="confidence"/><OutputField name="A" optype="continuous" dataType="double" feature="confidence" value="A"/>
<OutputField name="B" optype="continuous" dataType="double" feature="confidence" value="B"/><OutputField name="C" optype="continuous" dataType="double" feature="confidence" value="C"/>
<OutputField name="rule" optype="categorical" dataType="string" feature="entityId"/><OutputField name="second" optype="categorical" dataType="string" feature="entityId" rank="2"/></Output>
<RuleSet ` + attributes + `>` + rules + `</RuleSet></RuleSetModel></PMML>`
}

// above is a rule for rows with an x above a limit.
func above(id, limit, score, measures string) string {
	return `<SimpleRule id="` + id + `" score="` + score + `" ` + measures + `><SimplePredicate field="x" operator="greaterThan" value="` + limit + `"/></SimpleRule>`
}

// The specification: "If further predictions and confidences are required" the next score is that of the next rule, or of the next greatest weight.
func TestRulesAndTheirConfidences(t *testing.T) {
	rules := above("1", "0", "B", `weight="0.5" confidence="0.9"`) + above("2", "1", "A", `weight="0.25" confidence="0.2"`) +
		above("3", "2", "A", `weight="0.375" confidence="0.7"`) + above("4", "3", "C", `weight="2" confidence="0.1"`)
	for _, c := range []struct {
		criterion, x string
		want         result
	}{
		{"firstHit", "0", result{"k": "C", "sure": 0.05, "A": 0.0, "rule": nil, "second": nil}}, // the default score
		{"firstHit", "0.5", result{"k": "B", "sure": 0.9, "A": 0.0, "B": 0.9, "rule": "1", "second": nil}},
		{"firstHit", "4", result{"k": "B", "sure": 0.9, "A": 0.2, "B": 0.9, "C": 0.1, "rule": "1", "second": "2"}},
		{"weightedMax", "2.5", result{"k": "B", "sure": 0.9, "A": 0.7, "B": 0.9, "C": 0.0, "rule": "1", "second": "3"}},
		{"weightedMax", "4", result{"k": "C", "sure": 0.1, "A": 0.7, "B": 0.9, "C": 0.1, "rule": "4", "second": "1"}},
		{"weightedSum", "0", result{"k": "C", "sure": 0.05, "rule": nil}},
		{"weightedSum", "1.5", result{"k": "B", "sure": 0.5 / 2, "A": 0.25 / 2, "rule": "1", "second": "2"}},
		{"weightedSum", "2.5", result{"k": "A", "sure": 0.625 / 3, "A": 0.625 / 3, "B": 0.5 / 3, "rule": "3", "second": "1"}},
		{"weightedSum", "4", result{"k": "C", "sure": 2.0 / 4, "A": 0.625 / 4, "B": 0.5 / 4, "rule": "4", "second": "3"}},
	} {
		m := load(t, ruleSet(`defaultScore="C" defaultConfidence="0.05"`, `<RuleSelectionMethod criterion="`+c.criterion+`"/><RuleSelectionMethod criterion="firstHit"/>`+rules))
		check(t, c.criterion+" of "+c.x, score(t, m, row{"x": c.x}), c.want)
	}
	m := load(t, ruleSet("", `<RuleSelectionMethod criterion="firstHit"/>`+rules))
	check(t, "no default score", score(t, m, row{}), result{"k": nil, "sure": nil, "rule": nil})
}

// Of equal sums the category that the DataDictionary names first wins; of equal weights the first rule (specification, RuleSelectionMethod).
func TestEqualRules(t *testing.T) {
	rules := above("1", "0", "C", `weight="0.5"`) + above("2", "0", "B", `weight="0.25"`) + above("3", "0", "B", `weight="0.25"`) + above("4", "0", "C", `weight="0"`)
	m := load(t, ruleSet("", `<RuleSelectionMethod criterion="weightedSum"/>`+rules))
	check(t, "sums", score(t, m, row{"x": "1"}), result{"k": "B", "sure": 0.5 / 4, "C": 0.5 / 4, "rule": "2"})
	m = load(t, ruleSet("", `<RuleSelectionMethod criterion="weightedMax"/>`+above("1", "0", "C", "")+above("2", "0", "A", "")))
	check(t, "weights, which are 1 where none is given, as confidences are", score(t, m, row{"x": "1"}), result{"k": "C", "sure": 1.0, "rule": "1", "second": "2"})
}

func TestCompoundRules(t *testing.T) {
	inner := above("i", "3", "B", `weight="0.4" confidence="0.3"`)
	compound := `<CompoundRule><SimplePredicate field="x" operator="greaterThan" value="1"/><SimpleRule id="o" score="A" weight="0.7" confidence="0.6"><SimplePredicate field="x" operator="lessThan" value="2"/></SimpleRule>` +
		`<CompoundRule><True/>` + inner + `</CompoundRule></CompoundRule><SimpleRule id="l" score="C" weight="0.1" confidence="0.5"><True/></SimpleRule>`
	for x, want := range map[string]result{
		"0": {"k": "C", "rule": "l"}, "1.5": {"k": "A", "sure": 0.6, "C": 0.5, "rule": "o"}, "2.5": {"k": "C", "rule": "l"}, "4": {"k": "B", "sure": 0.3, "rule": "i"},
	} {
		m := load(t, ruleSet("", `<RuleSelectionMethod criterion="firstHit"/>`+compound))
		check(t, x, score(t, m, row{"x": x}), want)
	}
	m := load(t, ruleSet("", `<RuleSelectionMethod criterion="firstHit"/>`+compound))
	check(t, "unknown predicates do not fire", score(t, m, row{}), result{"k": "C", "rule": "l"})
}

func TestBrokenRuleSets(t *testing.T) {
	method := `<RuleSelectionMethod criterion="firstHit"/>`
	rule := above("1", "0", "A", "")
	for _, c := range []struct{ text, marker, part string }{
		{ruleSet("", rule), "<RuleSet ", "RuleSet has no RuleSelectionMethod with a criterion"},
		{ruleSet("", `<RuleSelectionMethod criterion="all"/>`), "<RuleSelectionMethod", `criterion of RuleSelectionMethod is "all"`},
		{ruleSet("", method+strings.Replace(rule, `score="A"`, "", 1)), "<SimpleRule", "SimpleRule has no score"},
		{ruleSet("", method+strings.Replace(rule, ` id="1"`, ` weight="x"`, 1)), "<SimpleRule", "weight of SimpleRule is not a number"},
		{ruleSet("", method+`<SimpleRule score="A"/>`), "<SimpleRule", "SimpleRule has no predicate"},
		{ruleSet("", method+`<CompoundRule><True/></CompoundRule>`), "<CompoundRule", "CompoundRule needs a predicate, and rules after it"},
		{ruleSet("", method+`<CompoundRule>`+rule+`</CompoundRule>`), "<CompoundRule", "CompoundRule needs a predicate, and rules after it"},
		{ruleSet("", method+`<Node/>`), "<Node/>", "Node cannot stand in RuleSet"},
		{strings.Replace(ruleSet("", method+rule), `functionName="classification"`, `functionName="clustering"`, 1), "<RuleSetModel", `functionName of RuleSetModel is "clustering"`},
	} {
		refused(t, c.text, c.marker, c.part)
	}
}

func TestRuleSetsExplainWhatFired(t *testing.T) {
	text := ruleSet("", `<RuleSelectionMethod criterion="weightedMax"/>`+above("1", "0", "B", `weight="0.5"`)+above("2", "1", "A", `weight="0.75"`)+above("3", "9", "A", `weight="1"`))
	const want = `{"element":"RuleSetModel","value":"A","entity":"2","rules":[{"rule":"1","predicate":"x > 0","score":"B","weight":0.5},{"rule":"2","predicate":"x > 1","score":"A","weight":0.75,"chosen":true}]}`
	if got := explained(t, text, row{"x": "2"}); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
