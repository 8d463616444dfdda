package pmml_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// mixing wraps a tree over x and z with the classes A and B, or with numbers.
func mixing(function, attributes, nodes string) string {
	target := `<DataField name="t" optype="categorical" dataType="string"><Value value="A"/><Value value="B"/></DataField>`
	outputs := `<OutputField name="c" optype="continuous" dataType="double" feature="confidence" value="A"/><OutputField name="p" optype="continuous" dataType="double" feature="probability" value="A"/>`
	if function == "regression" {
		target, outputs = `<DataField name="t" optype="continuous" dataType="double"/>`, `<OutputField name="again" optype="continuous" dataType="double" feature="predictedValue"/>`
	}
	return `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><DataDictionary><DataField name="x" optype="continuous" dataType="double"/><DataField name="z" optype="continuous" dataType="double"/>` +
		target + `</DataDictionary><TreeModel functionName="` + function + `" ` + attributes + `><MiningSchema><MiningField name="x"/><MiningField name="z"/><MiningField name="t" usageType="target"/></MiningSchema><Output>` +
		outputs + `</Output>` + nodes + `</TreeModel></PMML>`
}

func distribution(a, b string) string {
	return `<ScoreDistribution value="A" recordCount="` + a + `"/><ScoreDistribution value="B" recordCount="` + b + `"/>`
}

const (
	xBelow    = `<SimplePredicate field="x" operator="lessThan" value="0"/>`
	xNotBelow = `<SimplePredicate field="x" operator="greaterOrEqual" value="0"/>`
	zBelow    = `<SimplePredicate field="z" operator="lessThan" value="0"/>`
	zNotBelow = `<SimplePredicate field="z" operator="greaterOrEqual" value="0"/>`
)

// Only the node in the middle says how many records it has: specification, TreeModel, asks for them in ScoreDistribution alone.
func TestMixingCountsTheRecordsOfDistributions(t *testing.T) {
	nodes := `<Node><True/><Node recordCount="30">` + xBelow + `<Node>` + zBelow + distribution("6", "4") + `</Node><Node>` + zNotBelow + distribution("2", "8") + `</Node></Node><Node>` + xNotBelow + distribution("50", "20") + `</Node></Node>`
	for _, c := range []struct {
		strategy string
		row      row
		want     float64
	}{
		{"aggregateNodes", row{}, 58.0 / 90},
		{"aggregateNodes", row{"z": "-1"}, 56.0 / 80},
		{"aggregateNodes", row{"x": "-1"}, 8.0 / 20},
		{"aggregateNodes", row{"x": "1"}, 50.0 / 70},
		{"weightedConfidence", row{}, (0.4*30 + 50) / 100},
		{"weightedConfidence", row{"z": "-1"}, (0.6*30 + 50) / 100},
		{"weightedConfidence", row{"x": "-1"}, 0.4},
		{"weightedConfidence", row{"x": "1"}, 50.0 / 70},
	} {
		m := load(t, mixing("classification", `missingValueStrategy="`+c.strategy+`"`, nodes))
		winner := "A"
		if c.want < 0.5 {
			winner = "B"
		}
		check(t, c.strategy, score(t, m, c.row), result{"t": winner, "c": c.want, "p": c.want})
	}
}

func TestMixingBelowANodeWithoutATrueChild(t *testing.T) {
	const nodes = `<Node><True/><Node score="1" recordCount="4">` + xBelow + `<Node score="10" recordCount="1">` + zBelow + `</Node><Node score="20" recordCount="3"><SimplePredicate field="z" operator="greaterThan" value="5"/></Node></Node><Node score="2" recordCount="6">` + xNotBelow + `</Node></Node>`
	for _, strategy := range []string{"aggregateNodes", "weightedConfidence"} {
		for attribute, want := range map[string]float64{`noTrueChildStrategy="returnNullPrediction"`: 2, `noTrueChildStrategy="returnLastPrediction"`: (1*4 + 2*6) / 10.0} {
			m := load(t, mixing("regression", `missingValueStrategy="`+strategy+`" `+attribute, nodes))
			check(t, strategy+attribute, score(t, m, row{"z": "2"}), result{"t": want, "again": want})
		}
		m := load(t, mixing("regression", `missingValueStrategy="`+strategy+`"`, strings.NewReplacer(` recordCount="1"`, "", ` recordCount="3"`, "", ` recordCount="4"`, "", ` recordCount="6"`, "").Replace(nodes)))
		check(t, strategy+" of nodes of equal weight", score(t, m, row{"z": "-1"}), result{"t": 6.0})
	}
}

func TestMixingModelsInsideNodes(t *testing.T) {
	nodes := `<Node><True/><Node recordCount="1">` + xBelow + `<Regression functionName="regression"><RegressionTable intercept="1"><NumericPredictor name="z" coefficient="2"/></RegressionTable></Regression></Node><Node score="3" recordCount="3">` + xNotBelow + `</Node></Node>`
	for _, strategy := range []string{"aggregateNodes", "weightedConfidence"} {
		m := load(t, mixing("regression", `missingValueStrategy="`+strategy+`"`, nodes))
		check(t, strategy, score(t, m, row{"z": "5"}), result{"t": (11 + 9) / 4.0})
		check(t, "a model without a value is left out", score(t, m, row{}), result{"t": 3.0})
	}
}

// The penalty is taken for each Node where surrogates or the default child "had to be used to select a child" (specification, TreeModel); probabilities
// keep their size.
func TestPenaltyForEachNodeOnTheWay(t *testing.T) {
	surrogate := func(limit string) string {
		return `<CompoundPredicate booleanOperator="surrogate"><SimplePredicate field="x" operator="lessThan" value="` + limit + `"/><SimplePredicate field="z" operator="lessThan" value="` + limit + `"/></CompoundPredicate>`
	}
	nodes := `<Node>` + surrogate("5") + `<Node id="l" score="A">` + surrogate("0") + distribution("3", "1") + `</Node><Node id="m" score="A">` + surrogate("3") + distribution("9", "1") + `</Node></Node>`
	m := load(t, mixing("classification", `missingValuePenalty="0.5"`, nodes))
	check(t, "the root's own predicate selects no child", score(t, m, row{"z": "-1"}), result{"c": 0.75 * 0.5, "p": 0.75})
	check(t, "two predicates to select one child", score(t, m, row{"z": "1"}), result{"c": 0.9 * 0.5, "p": 0.9})
	check(t, "no substitute", score(t, m, row{"x": "1"}), result{"c": 0.9, "p": 0.9})
	mixed := `<Node><True/><Node recordCount="8">` + surrogate("5") + `<Node recordCount="6">` + xBelow + distribution("3", "3") + `</Node><Node recordCount="2">` + xNotBelow + distribution("2", "0") + `</Node></Node></Node>`
	m = load(t, mixing("classification", `missingValueStrategy="weightedConfidence" missingValuePenalty="0.5"`, mixed))
	check(t, "before nodes are weighed", score(t, m, row{"z": "1"}), result{"t": "A", "c": (0.5*6 + 2) / 8 * 0.5, "p": 5.0 / 8})
}

func TestBrokenTrees(t *testing.T) {
	leaf := `<Node score="A"><True/></Node>`
	tree := func(attributes, nodes string) string { return mixing("classification", attributes, "\n"+nodes) }
	predicate := func(inside string) string { return tree("", `<Node score="A">`+inside+`</Node>`) }
	for _, c := range []struct{ text, marker, part string }{
		{tree(`missingValueStrategy="guess"`, leaf), "<TreeModel", `missingValueStrategy of TreeModel is "guess"`},
		{tree(`noTrueChildStrategy="stop"`, leaf), "<TreeModel", `noTrueChildStrategy of TreeModel is "stop"`},
		{tree(`missingValuePenalty="much"`, leaf), "<TreeModel", "missingValuePenalty of TreeModel is not a number"},
		{tree("", ""), "<TreeModel", "TreeModel has no Node"},
		{tree("", leaf+`<Node id="second"><True/></Node>`), `<Node id="second"`, "TreeModel has a second root Node"},
		{tree("", `<Node score="A"/>`), "<Node", "Node has no predicate"},
		{predicate(`<True/><False/>`), "<False", "Node has more than one predicate"},
		{predicate(`<True/><Attribute/>`), "<Attribute", "Attribute cannot stand in Node"},
		{predicate(`<True/><ScoreDistribution recordCount="1"/>`), "<ScoreDistribution", "ScoreDistribution has no value"},
		{predicate(`<True/><ScoreDistribution value="A"/>`), "<ScoreDistribution", "ScoreDistribution has no recordCount"},
		{predicate(`<True/><ScoreDistribution value="A" recordCount="1" confidence="high"/>`), "<ScoreDistribution", "confidence of ScoreDistribution is not a number"},
		{predicate(`<True/><Node score="B"><True/></Node><ScoreDistribution value="A" recordCount="1"/>`), "<ScoreDistribution", "ScoreDistribution must stand before the nodes below"},
		{predicate(`<SimplePredicate operator="equal" value="1"/>`), "<SimplePredicate", "SimplePredicate has no field"},
		{predicate(`<SimplePredicate field="x" value="1"/>`), "<SimplePredicate", "SimplePredicate has no operator"},
		{predicate(`<SimplePredicate field="x" operator="lessThan"/>`), "<SimplePredicate", "SimplePredicate has no value to compare with"},
		{predicate(`<SimplePredicate field="x" operator="like" value="1"/>`), "<SimplePredicate", `operator "like" of SimplePredicate is not known`},
		{predicate(`<SimplePredicate field="q" operator="equal" value="1"/>`), "<SimplePredicate", `field "q" is not defined`},
		{predicate(`<SimplePredicate field="x" operator="lessThan" value="low"/>`), "<SimplePredicate", `value "low" of SimplePredicate is not of the type of field "x"`},
		{predicate(`<SimpleSetPredicate field="x" booleanOperator="isIn"/>`), "<SimpleSetPredicate", "SimpleSetPredicate has no Array"},
		{predicate(`<SimpleSetPredicate field="x" booleanOperator="in"><Array type="int">1</Array></SimpleSetPredicate>`), "<SimpleSetPredicate", `booleanOperator of SimpleSetPredicate is "in"`},
		{predicate(`<SimpleSetPredicate field="x" booleanOperator="isIn"><Array n="3" type="int">1 2</Array></SimpleSetPredicate>`), "<Array", "Array says n=3 and holds 2"},
		{predicate(`<CompoundPredicate booleanOperator="nor"><True/><True/></CompoundPredicate>`), "<CompoundPredicate", `booleanOperator of CompoundPredicate is "nor"`},
		{predicate(`<CompoundPredicate booleanOperator="and"/>`), "<CompoundPredicate", "CompoundPredicate has no predicates"},
		{tree("", `<Node score="A" defaultChild="z"><True/>`+leaf+`</Node>`), `<Node score="A" d`, `defaultChild "z" names no Node`},
		{mixing("regression", "", `<Node score="much"><True/></Node>`), "<Node", `score "much" of Node is not a number`},
		{mixing("clustering", "", leaf), "<TreeModel", `functionName of TreeModel is "clustering"`},
	} {
		refused(t, c.text, c.marker, c.part)
	}
	var many strings.Builder // each node names a class of its own
	many.WriteString(`<Node score="c"><True/>`)
	for i := range 2100 {
		fmt.Fprintf(&many, `<Node score="c%d"><True/><Node score="d%d"><True/></Node></Node>`, i, i)
	}
	refused(t, tree(`missingValueStrategy="weightedConfidence"`, many.String()+`</Node>`), "<TreeModel", "weightedConfidence would need")
}

// Expected values are worked out by testdata/generate/tree_cases.py, by the specification's text.
func TestTreesThatMixAgainstTheSpecificationsText(t *testing.T) {
	folders, err := filepath.Glob(filepath.Join("..", "testdata", "trees", "*"))
	if err != nil || len(folders) == 0 {
		t.Fatal("no cases: ", err)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) { compareFolder(t, folder, 1e-12) })
	}
}
