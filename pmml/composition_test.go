package pmml_test

import (
	"strings"
	"testing"
)

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

func TestCompositionBeforeASegmentation(t *testing.T) {
	const member = `<TreeModel functionName="regression"><MiningSchema><MiningField name="x"/></MiningSchema><Node score="1"><True/><Node score="10"><SimplePredicate field="term" operator="greaterThan" value="4"/></Node></Node></TreeModel>`
	text := document(`<MiningModel functionName="regression">` + schema + `<Regression functionName="regression"><ResultField name="term" feature="predictedValue"/><RegressionTable intercept="1"><NumericPredictor name="x" coefficient="2"/></RegressionTable></Regression>
<Segmentation multipleModelMethod="sum"><Segment><True/>` + member + `</Segment><Segment><SimplePredicate field="term" operator="lessThan" value="7"/>` + member + `</Segment></Segmentation></MiningModel>`)
	m := load(t, text)
	check(t, "both", score(t, m, row{"x": "2"}), result{"y": 20.0}) // term is 5
	check(t, "one", score(t, m, row{"x": "3"}), result{"y": 10.0})  // term is 7
	check(t, "none", score(t, m, row{"x": "1"}), result{"y": nil})  // term is 3: no child of the trees is true
	const one = `<Segmentation multipleModelMethod="sum"><Segment><True/>` + member + `</Segment></Segmentation>`
	refused(t, document(`<MiningModel functionName="regression">`+schema+one+`<Regression functionName="regression"><RegressionTable intercept="1"/></Regression></MiningModel>`), "<Regression ", "Regression must stand before the Segmentation")
	refused(t, document(`<MiningModel functionName="regression">`+schema+one+"\n"+strings.Replace(one, "sum", "average", 1)+`</MiningModel>`), `<Segmentation multipleModelMethod="average"`, "MiningModel has a second Segmentation")
}
