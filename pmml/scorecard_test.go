package pmml_test

import (
	"strings"
	"testing"
)

func card(attributes, characteristics string) string {
	return document(`<Scorecard functionName="regression" ` + attributes + `><MiningSchema><MiningField name="x"/><MiningField name="n"/></MiningSchema><Output>
<OutputField name="r1" optype="categorical" dataType="string" feature="reasonCode"/><OutputField name="r2" optype="categorical" dataType="string" feature="reasonCode" rank="2"/><OutputField name="r3" optype="categorical" dataType="string" feature="reasonCode" rank="3"/>
</Output><Characteristics>` + characteristics + `</Characteristics></Scorecard>`)
}

const twoCharacteristics = `<Characteristic name="p" baselineScore="10"><Attribute partialScore="5" reasonCode="A"><SimplePredicate field="x" operator="lessThan" value="0"/></Attribute><Attribute partialScore="4" reasonCode="B"><True/></Attribute></Characteristic>
<Characteristic name="q" BASE><Attribute partialScore="4" reasonCode="A"><SimplePredicate field="n" operator="lessThan" value="0"/></Attribute><Attribute partialScore="12" reasonCode="C"><SimplePredicate field="n" operator="greaterOrEqual" value="0"/></Attribute></Characteristic>`

func TestReasonCodes(t *testing.T) {
	for _, c := range []struct {
		name, attributes, base string
		row                    row
		want                   result
	}{
		{"a tie goes by the characteristics", `initialScore="1.5"`, `baselineScore="10"`, row{"x": "1", "n": "-1"}, result{"_target": 9.5, "r1": "B", "r2": "A", "r3": nil}},
		{"points of one code add up", "", `baselineScore="10"`, row{"x": "-1", "n": "-1"}, result{"_target": 9.0, "r1": "A", "r2": nil}},              // 5 + 6
		{"what is above the baseline is no reason", "", `baselineScore="10"`, row{"x": "1", "n": "1"}, result{"_target": 16.0, "r1": "B", "r2": nil}}, // C: -2
		{"nothing lost is one still", "", `baselineScore="12"`, row{"x": "1", "n": "1"}, result{"r1": "B", "r2": "C"}},                                // C: 0
		{"points above", `reasonCodeAlgorithm="pointsAbove"`, `baselineScore="10"`, row{"x": "1", "n": "1"}, result{"r1": "C", "r2": nil}},
		{"the baseline of the whole", `baselineScore="20" baselineMethod="mean"`, "", row{"x": "1", "n": "1"}, result{"r1": "C", "r2": "B"}}, // 8 against 6
		{"no reason codes", `useReasonCodes="false"`, "", row{"x": "1", "n": "1"}, result{"_target": 16.0, "r1": nil}},
		{"a characteristic without a true attribute", "", `baselineScore="10"`, row{"x": "1"}, result{"_target": nil, "r1": nil}},
		{"a missing value", "", `baselineScore="10"`, row{"n": "1"}, result{"_target": 16.0, "r1": "B"}},
	} {
		m := load(t, card(c.attributes, strings.Replace(twoCharacteristics, "BASE", c.base, 1)))
		check(t, c.name, score(t, m, c.row), c.want)
	}
}

// useReasonCodes is true by default, and some cards that nobody asks for reasons give codes and no baseline.
func TestReasonCodesWithoutBaseline(t *testing.T) {
	text := card(`initialScore="1"`, strings.Replace(twoCharacteristics, "BASE", "", 1))
	from, to := strings.Index(text, "<Output>"), strings.Index(text, "<Characteristics>")
	m := load(t, text[:from]+text[to:])
	check(t, "the score", score(t, m, row{"x": "1", "n": "1"}), result{"_target": 17.0}) // 1 + 4 + 12
}

func TestComplexPartialScores(t *testing.T) {
	m := load(t, card(`baselineScore="10"`, `<Characteristic reasonCode="X"><Attribute partialScore="5"><True/><ComplexPartialScore><Apply function="*"><FieldRef field="x"/><Constant>2</Constant></Apply></ComplexPartialScore></Attribute></Characteristic>`))
	check(t, "before the partial score", score(t, m, row{"x": "1.5"}), result{"_target": 3.0, "r1": "X"})
	check(t, "and no reason", score(t, m, row{"x": "6"}), result{"_target": 12.0, "r1": nil})
	check(t, "missing", score(t, m, row{}), result{"_target": nil, "r1": nil})
}

func TestBrokenScorecards(t *testing.T) {
	two := func(base string) string { return strings.Replace(twoCharacteristics, "BASE", base, 1) }
	for _, c := range []struct{ text, marker, part string }{
		{card("", two("")), `<Characteristic name="q"`, "Characteristic has no baselineScore, which the reason codes of Output need"},
		{card(`reasonCodeAlgorithm="x"`, two(`baselineScore="1"`)), "<Scorecard", `reasonCodeAlgorithm of Scorecard is "x"; known are pointsBelow, pointsAbove`},
		{card(`initialScore="much"`, two(`baselineScore="1"`)), "<Scorecard", `initialScore of Scorecard is not a number: "much"`},
		{card("", ``), "<Scorecard", "Scorecard has no Characteristic"},
		{card("", `<Characteristic/>`), "<Characteristic/>", "Characteristic has no Attribute"},
		{card("", `<Attribute/>`), "<Attribute/>", "Attribute cannot stand in Characteristics"},
		{card("", `<Characteristic><Attribute><True/></Attribute></Characteristic>`), "<Attribute>", "Attribute has no partialScore"},
		{card("", `<Characteristic><Attribute partialScore="1"/></Characteristic>`), "<Attribute ", "Attribute has no predicate"},
		{card("", `<Characteristic><Attribute partialScore="1"><True/><False/></Attribute></Characteristic>`), "<False", "Attribute has more than one predicate"},
		{card("", `<Characteristic><Attribute partialScore="1"><True/><ComplexPartialScore/></Attribute></Characteristic>`), "<ComplexPartialScore", "ComplexPartialScore has no expression"},
		{strings.Replace(card("", two(`baselineScore="1"`)), `functionName="regression"`, `functionName="classification"`, 1), "<Scorecard", `functionName of Scorecard is "classification"`},
	} {
		refused(t, c.text, c.marker, c.part)
	}
}
