package pmml_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// identity predicts x for a target of a type, with Targets and further output fields.
func identity(dataType, targets, output string) string {
	return `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><DataDictionary><DataField name="x" optype="continuous" dataType="double"/><DataField name="y" optype="continuous" dataType="` + dataType + `"/></DataDictionary>
<RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema><Output><OutputField name="text" optype="categorical" dataType="string" feature="predictedDisplayValue"/>` + output + `</Output>` +
		targets + `<RegressionTable intercept="0"><NumericPredictor name="x" coefficient="1"/></RegressionTable></RegressionModel></PMML>`
}

func TestTargetsChangeNumbersInOrder(t *testing.T) {
	for _, c := range []struct{ attributes, dataType, x, want, text string }{
		{`castInteger="round"`, "double", "-2.5", "-2", "-2.0"}, {`castInteger="round"`, "double", "2.5", "3", "3.0"}, {`castInteger="round"`, "integer", "2.5", "3", "3"},
		{`castInteger="ceiling"`, "double", "-0.5", "0", "0.0"}, {`castInteger="floor"`, "integer", "-0.5", "-1", "-1"},
		{`min="-1" max="2" rescaleFactor="10" rescaleConstant="0.25"`, "double", "7", "20.25", "20.25"}, // first the bounds, then the scale
		{`min="-1" max="2" rescaleFactor="10" rescaleConstant="0.25" castInteger="ceiling"`, "double", "-7", "-9", "-9.0"},
		{`rescaleFactor="-2" rescaleConstant="1"`, "double", "0.5", "0", "0.0"},
		{``, "integer", "2.5", "2.5", "2.5"}, {``, "integer", "7", "7", "7"}, {``, "double", "7", "7", "7.0"},
		{`castInteger="round"`, "double", "", "4", "4.0"}, {`max="1"`, "double", "", "1", "1.0"}, // the default, 3.7, is changed like a prediction
	} {
		m := load(t, identity(c.dataType, `<Targets><Target field="y" `+c.attributes+`><TargetValue defaultValue="3.7"/></Target></Targets>`, ""))
		values := row{}
		if c.x != "" {
			values["x"] = c.x
		}
		want, err := strconv.ParseFloat(c.want, 64)
		if err != nil {
			t.Fatal(err)
		}
		check(t, c.attributes+" of "+c.x, score(t, m, values), result{"y": want, "text": c.text})
	}
	m := load(t, identity("integer", "", ""))
	check(t, "no Targets", score(t, m, row{"x": "7"}), result{"y": 7.0, "text": "7"})
	check(t, "no value", score(t, m, row{}), result{"y": nil, "text": nil})
}

// until 3.1 displayValue was called rawDataValue.
func TestTargetsNameAndWeighCategories(t *testing.T) {
	tree := func(version, targets string) string {
		return `<PMML xmlns="http://www.dmg.org/PMML-` + strings.Replace(version, ".", "_", 1) + `" version="` + version + `"><DataDictionary><DataField name="x" optype="continuous" dataType="double"/><DataField name="k" optype="categorical" dataType="string"><Value value="A" displayValue="Alpha"/><Value value="B"/></DataField></DataDictionary>
<TreeModel functionName="classification"><MiningSchema><MiningField name="x"/><MiningField name="k" usageType="predicted"/></MiningSchema>
<Output><OutputField name="text" dataType="string" feature="predictedDisplayValue"/><OutputField name="p" dataType="double" feature="probability"/><OutputField name="pB" dataType="double" feature="probability" value="B"/><OutputField name="pC" dataType="double" feature="probability" value="C"/><OutputField name="r" dataType="double" feature="residual"/><OutputField name="rA" dataType="double" feature="residual" value="A"/></Output>` + targets +
			`<Node score="A"><SimplePredicate field="x" operator="greaterThan" value="0"/><ScoreDistribution value="A" recordCount="3"/><ScoreDistribution value="B" recordCount="1"/></Node></TreeModel></PMML>`
	}
	m := load(t, tree("4.4", ""))
	check(t, "no Targets", score(t, m, row{"x": "1", "k": "B"}), result{"k": "A", "text": "Alpha", "p": 0.75, "pB": 0.25, "pC": 0.0, "r": -0.75, "rA": -0.75})
	check(t, "came true", score(t, m, row{"x": "1", "k": "A"}), result{"r": 0.25, "rA": 0.25})
	check(t, "no actual value", score(t, m, row{"x": "1"}), result{"r": nil, "rA": nil})
	check(t, "no prediction", score(t, m, row{}), result{"k": nil, "text": nil, "p": nil, "pB": nil})
	const named = `<Targets><Target field="k" optype="categorical"><TargetValue value="A" NAME="first" priorProbability="0.25"/><TargetValue value="B" NAME="second" priorProbability="0.75"/></Target></Targets>`
	for version, name := range map[string]string{"4.4": "displayValue", "3.2": "displayValue", "3.1": "rawDataValue", "3.0": "rawDataValue"} {
		m := load(t, tree(version, strings.ReplaceAll(named, "NAME", name)))
		check(t, version, score(t, m, row{"x": "1"}), result{"k": "A", "text": "first", "p": 0.75})
		check(t, "priors of "+version, score(t, m, row{}), result{"k": "B", "text": "second", "p": 0.75, "pB": 0.75})
	}
	m = load(t, tree("4.4", `<Targets><Target><TargetValue value="B" priorProbability="0.5"/><TargetValue value="A" priorProbability="0.5"/></Target></Targets>`))
	check(t, "the first of equal priors; Target names no field since 4.3", score(t, m, row{}), result{"k": "A", "p": 0.5})
}

func TestOutputsFollowEachOther(t *testing.T) {
	m := load(t, identity("double", "", `<OutputField name="o" optype="continuous" dataType="double" feature="predictedValue"/>
<OutputField name="t" optype="continuous" dataType="double" feature="transformedValue" isFinalResult="false"><Apply function="*"><FieldRef field="o"/><FieldRef field="x"/></Apply></OutputField>
<OutputField name="what" optype="categorical" dataType="string" feature="decision"><Decisions businessProblem="b"><Decision value="yes"/><Decision value="no" displayValue="never"/></Decisions><Apply function="if"><Apply function="greaterThan"><FieldRef field="t"/><Constant>2</Constant></Apply><Constant>yes</Constant><Constant>no</Constant></Apply></OutputField>
<OutputField name="w" optype="categorical" dataType="string" feature="warning"/>`))
	check(t, "square", score(t, m, row{"x": "1.5"}), result{"o": 1.5, "t": 2.25, "what": "yes", "w": nil})
	check(t, "below", score(t, m, row{"x": "1"}), result{"what": "no"})
	check(t, "missing", score(t, m, row{}), result{"o": nil, "t": nil, "what": nil})
	for _, o := range m.Outputs() {
		if o.Hidden != (o.Name == "t") {
			t.Errorf("%s: hidden is %v", o.Name, o.Hidden)
		}
	}
}

func TestBrokenTargetsAndOutputs(t *testing.T) {
	for _, c := range []struct{ text, marker, part string }{
		{identity("double", `<Targets><Target field="y" castInteger="up"/></Targets>`, ""), "<Target ", `castInteger of Target is "up"; known are round, ceiling, floor`},
		{identity("double", `<Targets><Target field="y" min="low"/></Targets>`, ""), "<Target ", "min of Target is not a number"},
		{identity("double", `<Targets><Target field="y" optype="any"/></Targets>`, ""), "<Target ", `optype "any"`},
		{identity("double", `<Targets><TargetValue/></Targets>`, ""), "<TargetValue", "TargetValue cannot stand in Targets"},
		{identity("double", `<Targets><Target field="y"><TargetValue priorProbability="1,5"/></Target></Targets>`, ""), "<TargetValue", "priorProbability of TargetValue is not a number"},
		{identity("double", "", `<OutputField name="o" dataType="double" feature="shape"/>`), `<OutputField name="o"`, `feature of OutputField is "shape"`},
		{identity("double", "", `<OutputField dataType="double"/>`), `<OutputField dataType`, "OutputField has no name"},
		{identity("double", "", `<OutputField name="o" dataType="double" feature="decision"><Decisions/></OutputField>`), `<OutputField name="o"`, `OutputField "o" has no expression`},
		{identity("double", "", `<OutputField name="o" dataType="double" feature="transformedValue"><FieldRef field="x"/><FieldRef field="x"/></OutputField>`), ``, "OutputField has more than one expression"},
		{identity("double", "", `<OutputField name="o" dataType="number"/>`), `<OutputField name="o"`, `dataType "number"`},
		{identity("double", "", `<OutputField name="o" dataType="double" rank="first"/>`), `<OutputField name="o"`, "rank of OutputField is not a number"},
		{identity("double", "", `<OutputField name="o" dataType="double" feature="confidenceIntervalLower" value="120"/>`), `<OutputField name="o"`, "is not a percentage"},
		{identity("double", "", `<OutputField name="o" dataType="string" feature="antecedent"/>`), `<OutputField name="o"`, "feature antecedent of RegressionModel"},
	} {
		if c.marker == "" {
			if _, err := pmml.Load(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.part) {
				t.Errorf("got %v, want %s", err, c.part)
			}
			continue
		}
		refused(t, c.text, c.marker, c.part)
	}
}
