package pmml_test

import "testing"

func TestExpressions(t *testing.T) {
	constant := func(text string) string { return `<Constant dataType="double">` + text + `</Constant>` }
	norm := func(attributes string) string {
		return `<NormContinuous field="x" ` + attributes + `><LinearNorm orig="0" norm="1"/><LinearNorm orig="10" norm="2"/><LinearNorm orig="20" norm="5"/></NormContinuous>`
	}
	bins := `<DiscretizeBin binValue="low"><Interval closure="openClosed" rightMargin="0"/></DiscretizeBin><DiscretizeBin binValue="high"><Interval closure="openOpen" leftMargin="0" rightMargin="9"/></DiscretizeBin></Discretize>`
	table := `<InlineTable><row><in>a</in><out>1</out></row><row><in>b</in><out>2</out></row></InlineTable></MapValues>`
	for _, c := range []struct {
		name, typ, expression string
		row                   row
		want                  any // "!" for a row without a result
	}{
		{"a constant", "double", constant("2.5"), row{}, 2.5},
		{"a missing constant", "double", `<Constant dataType="double" missing="true"/>`, row{}, nil},
		{"mapMissingTo of a field", "double", `<FieldRef field="x" mapMissingTo="7"/>`, row{}, 7.0},
		{"between points", "double", norm(""), row{"x": "5"}, 1.5},
		{"beyond the last, the line goes on", "double", norm(""), row{"x": "30"}, 8.0},
		{"or stops", "double", norm(`outliers="asExtremeValues"`), row{"x": "30"}, 5.0},
		{"or ends", "double", norm(`outliers="asMissingValues"`), row{"x": "-1"}, nil},
		{"a category", "double", `<NormDiscrete field="c" value="a"/>`, row{"c": "a"}, 1.0},
		{"another", "double", `<NormDiscrete field="c" value="a"/>`, row{"c": "b"}, 0.0},
		{"none", "double", `<NormDiscrete field="c" value="a"/>`, row{}, nil},
		{"a bin", "string", `<Discretize field="x">` + bins, row{"x": "0"}, "low"},
		{"its neighbour", "string", `<Discretize field="x">` + bins, row{"x": "0.1"}, "high"},
		{"no bin", "string", `<Discretize field="x" defaultValue="none">` + bins, row{"x": "9"}, "none"},
		{"a row of a table", "integer", `<MapValues outputColumn="out" dataType="integer"><FieldColumnPair field="c" column="in"/>` + table, row{"c": "b"}, 2.0},
		{"a prefixed column", "integer", `<MapValues outputColumn="data:out" dataType="integer"><FieldColumnPair field="c" column="data:in"/>` + table, row{"c": "a"}, 1.0},
		{"no row", "integer", `<MapValues outputColumn="out" defaultValue="-1" dataType="integer"><FieldColumnPair field="k" column="in"/>` + table, row{"k": "z"}, -1.0},
		{"missing for a table", "integer", `<MapValues outputColumn="out" defaultValue="-1" mapMissingTo="-2" dataType="integer"><FieldColumnPair field="k" column="in"/>` + table, row{}, -2.0},
		{"a sum", "double", `<Apply function="+"><FieldRef field="x"/><FieldRef field="n"/></Apply>`, row{"x": "1.5", "n": "2"}, 3.5},
		{"a sum with nothing", "double", `<Apply function="+"><FieldRef field="x"/><FieldRef field="n"/></Apply>`, row{"x": "1.5"}, nil},
		{"mapMissingTo of a call", "double", `<Apply function="+" mapMissingTo="9"><FieldRef field="x"/><FieldRef field="n"/></Apply>`, row{"x": "1.5"}, 9.0},
		{"defaultValue of a call", "double", `<Apply function="+" defaultValue="8"><FieldRef field="x"/><FieldRef field="n"/></Apply>`, row{"x": "1.5"}, 8.0},
		{"an invalid result ends the row", "double", `<Apply function="sqrt"><FieldRef field="x"/></Apply>`, row{"x": "-1"}, "!"},
		{"or is missing", "double", `<Apply function="sqrt" invalidValueTreatment="asMissing" defaultValue="0"><FieldRef field="x"/></Apply>`, row{"x": "-1"}, 0.0},
		{"only the branch taken counts", "double", `<Apply function="if"><Apply function="greaterThan"><FieldRef field="x"/>` + constant("0") + `</Apply><Apply function="sqrt"><FieldRef field="x"/></Apply>` + constant("-1") + `</Apply>`, row{"x": "-4"}, -1.0},
		{"false and nothing", "boolean", `<Apply function="and"><Apply function="isMissing"><FieldRef field="n"/></Apply><Apply function="greaterThan"><FieldRef field="x"/>` + constant("0") + `</Apply></Apply>`, row{"n": "1"}, false},
		{"a defined function", "double", `<Apply function="twice"><Apply function="twice"><FieldRef field="x"/></Apply></Apply>`, row{"x": "3"}, 12.0},
		{"text of a zero, whatever its sign", "string", `<Apply function="*"><FieldRef field="x"/><Constant dataType="double">0</Constant></Apply>`, row{"x": "-3"}, "0.0"},
		{"a zero has no sign", "double", `<Apply function="/"><Constant dataType="double">1</Constant><FieldRef field="x"/></Apply>`, row{"x": "-0.0"}, "Infinity"},
		{"nor has one that was computed", "double", `<Apply function="/"><Constant dataType="double">1</Constant><Apply function="*"><FieldRef field="x"/><Constant dataType="double">0</Constant></Apply></Apply>`, row{"x": "-3"}, "Infinity"},
		{"text of a number", "string", `<FieldRef field="x"/>`, row{"x": "3"}, "3.0"},
		{"a text that cannot become a number", "double", `<FieldRef field="k"/>`, row{"k": "three"}, "!"},
	} {
		text := document(`<TransformationDictionary><DefineFunction name="twice" optype="continuous" dataType="double"><ParameterField name="v" dataType="double"/><Apply function="*"><FieldRef field="v"/><Constant dataType="double">2</Constant></Apply></DefineFunction></TransformationDictionary>
<RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/><MiningField name="n"/><MiningField name="c"/><MiningField name="k"/></MiningSchema>
<Output><OutputField name="o" optype="continuous" dataType="` + c.typ + `" feature="transformedValue"><FieldRef field="d"/></OutputField></Output>
<LocalTransformations><DerivedField name="d" optype="continuous" dataType="` + c.typ + `">` + c.expression + `</DerivedField></LocalTransformations><RegressionTable intercept="1"/></RegressionModel>`)
		got := score(t, load(t, text), c.row)
		if c.want == "!" {
			check(t, c.name, got, result{"$error": "no_result"})
			continue
		}
		if !same(c.want, got["o"]) || got["$error"] != nil {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestTargetsChangeThePrediction(t *testing.T) {
	target := func(attributes, inside string) string {
		return document(`<RegressionModel functionName="regression">` + schema + `<Targets><Target field="y" ` + attributes + `>` + inside + `</Target></Targets>
<RegressionTable intercept="0"><NumericPredictor name="x" coefficient="1"/></RegressionTable></RegressionModel>`)
	}
	for _, c := range []struct {
		attributes, inside, x string
		want                  any
	}{
		{`min="0" max="5" rescaleFactor="2" rescaleConstant="1"`, "", "9", 11.0}, // clamp, then multiply, then add
		{`castInteger="round"`, "", "-2.5", -2.0}, {`castInteger="ceiling"`, "", "1.2", 2.0}, {`castInteger="floor"`, "", "-1.2", -2.0},
		{``, `<TargetValue defaultValue="4"/>`, "", 4.0}, {`rescaleFactor="2"`, `<TargetValue defaultValue="4"/>`, "", 8.0},
	} {
		given := row{}
		if c.x != "" {
			given["x"] = c.x
		}
		check(t, c.attributes+c.inside, score(t, load(t, target(c.attributes, c.inside)), given), result{"y": c.want})
	}
	priors := document(`<TreeModel functionName="classification"><MiningSchema><MiningField name="x"/><MiningField name="c" usageType="target"/></MiningSchema>
<Targets><Target field="c"><TargetValue value="a" priorProbability="0.3"/><TargetValue value="b" priorProbability="0.7"/></Target></Targets><Node score="a"><False/></Node></TreeModel>`)
	check(t, "priors where nothing is predicted", score(t, load(t, priors), row{}), result{"c": "b", "probability(a)": 0.3})
}
