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

// The tree selects among models of categories; 1/(1+e^(1+2x)) for A by hand.
func TestCompositionOfClassifications(t *testing.T) {
	const body = `<DataDictionary><DataField name="x" optype="continuous" dataType="double"/><DataField name="k" optype="categorical" dataType="string"><Value value="A"/><Value value="B"/></DataField></DataDictionary>
<MiningModel functionName="classification"><MiningSchema><MiningField name="x"/><MiningField name="k" usageType="predicted"/></MiningSchema><Output><OutputField name="pA" feature="probability" value="A"/><OutputField name="node" feature="entityId"/></Output>
<LocalTransformations><DerivedField name="h" optype="continuous" dataType="double"><Apply function="*"><FieldRef field="x"/><Constant>2</Constant></Apply></DerivedField></LocalTransformations>
<DecisionTree functionName="classification" missingValueStrategy="defaultChild"><ResultField name="shown" feature="predictedValue"/><Node id="r" score="A" defaultChild="b"><True/>
<Node id="a" score="A"><SimplePredicate field="x" operator="lessThan" value="0"/><Regression functionName="classification" normalizationMethod="softmax"><RegressionTable targetCategory="B" intercept="1"><NumericPredictor name="h" coefficient="1"/></RegressionTable><RegressionTable targetCategory="A" intercept="0"/></Regression></Node>
<Node id="b" score="A"><SimplePredicate field="x" operator="greaterOrEqual" value="0"/><ScoreDistribution value="A" recordCount="3"/><ScoreDistribution value="B" recordCount="1"/></Node></Node></DecisionTree></MiningModel></PMML>`
	for _, version := range []string{"3.1", "3.2", "4.0", "4.1", "4.4"} {
		m := load(t, `<PMML xmlns="http://www.dmg.org/PMML-`+strings.Replace(version, ".", "_", 1)+`" version="`+version+`">`+body)
		check(t, version, score(t, m, row{"x": "-1"}), result{"k": "A", "pA": 0.7310585786300049, "node": "a"})
		check(t, version, score(t, m, row{"x": "-0.2"}), result{"k": "B", "pA": 0.35434369377420455, "node": "a"})
		check(t, version+", a leaf", score(t, m, row{"x": "0"}), result{"k": "A", "pA": 0.75, "node": "b"})
		check(t, version+", the default child", score(t, m, row{}), result{"k": "A", "pA": 0.75, "node": "b"})
	}
	refused(t, `<PMML xmlns="http://www.dmg.org/PMML-3_2" version="3.2">`+strings.Replace(body, `<Regression functionName="classification"`, `<Regression functionName="regression"`, 1), `<Node id="a"`, `functionName of the model inside a Node is "regression"`)
}
