package pmml_test

import "testing"

func TestComposition(t *testing.T) {
	chain := document(`<MiningModel functionName="regression">` + schema + `
<Regression functionName="regression"><ResultField name="term" feature="predictedValue"/><RegressionTable intercept="1"><NumericPredictor name="x" coefficient="2"/></RegressionTable></Regression>
<DecisionTree functionName="regression"><Node score="0"><True/><Node score="32"><SimplePredicate field="term" operator="lessThan" value="42"/></Node><Node score="78"><SimplePredicate field="term" operator="greaterOrEqual" value="42"/></Node></Node></DecisionTree></MiningModel>`)
	m := load(t, chain)
	check(t, "a result is read by what follows", score(t, m, row{"x": "20"}), result{"y": 32.0})
	got := score(t, m, row{"x": "21"})
	check(t, "on the other side", got, result{"y": 78.0})
	if _, shown := got["term"]; shown {
		t.Error("a ResultField is no result of the document")
	}
	inNodes := document(`<MiningModel functionName="regression">` + schema + `
<DecisionTree functionName="regression"><Node><True/><Node><SimplePredicate field="n" operator="lessOrEqual" value="50"/><Regression functionName="regression"><RegressionTable intercept="1"><NumericPredictor name="x" coefficient="2"/></RegressionTable></Regression></Node>
<Node score="7"><SimplePredicate field="n" operator="greaterThan" value="50"/></Node></Node></DecisionTree></MiningModel>`)
	m = load(t, inNodes)
	check(t, "a node's model gives its value", score(t, m, row{"n": "50", "x": "3"}), result{"y": 7.0})
	check(t, "another node's score", score(t, m, row{"n": "51", "x": "100"}), result{"y": 7.0})
	check(t, "and has no value where its model has none", score(t, m, row{"n": "50"}), result{"y": nil})
}
