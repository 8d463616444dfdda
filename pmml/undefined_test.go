package pmml_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// A name that nothing defines ends the rows that get to it, where not all do; a warning says where it stands.
func TestUndefinedNames(t *testing.T) {
	const fields = `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary><DataField name="x" optype="continuous" dataType="double"/><DataField name="y" optype="continuous" dataType="double"/></DataDictionary>`
	const schema = `<MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>`
	for _, test := range []struct{ name, model, field, message string }{
		{"a node", `<TreeModel functionName="regression">` + schema + `<Node score="0"><True/><Node score="1"><SimplePredicate field="x" operator="lessThan" value="0"/></Node>
<Node score="2"><CompoundPredicate booleanOperator="and"><True/><SimpleSetPredicate field="zz" booleanOperator="isIn"><Array n="1" type="string">a</Array></SimpleSetPredicate></CompoundPredicate></Node></Node></TreeModel>`,
			"zz", `field "zz" is not defined (2:65)`},
		{"a node of an ensemble", `<MiningModel functionName="regression">` + schema + `<Segmentation multipleModelMethod="sum"><Segment><True/><TreeModel functionName="regression">` + schema + `<Node><True/>
<Node score="1"><SimplePredicate field="x" operator="lessThan" value="0"/></Node>
<Node score="2"><SimplePredicate field="zz" operator="lessThan" value="0"/></Node></Node></TreeModel></Segment></Segmentation></MiningModel>`,
			"zz", `field "zz" is not defined (3:17)`},
		{"a function", `<TransformationDictionary><DefineFunction name="f" optype="continuous"><ParameterField name="p"/>
<Apply function="if"><Apply function="lessThan"><FieldRef field="p"/><Constant>0</Constant></Apply><Constant>1</Constant><FieldRef field="x"/></Apply></DefineFunction>
<DerivedField name="d" optype="continuous" dataType="double"><Apply function="f"><FieldRef field="x"/></Apply></DerivedField></TransformationDictionary>
<RegressionModel functionName="regression">` + schema + `<RegressionTable intercept="0"><NumericPredictor name="d" coefficient="1"/></RegressionTable></RegressionModel>`,
			"x", `field "x" is no parameter of the function (2:122)`},
		{"a segment", `<MiningModel functionName="regression">` + schema + `<Segmentation multipleModelMethod="selectFirst">
<Segment><SimplePredicate field="x" operator="lessThan" value="0"/><TreeModel functionName="regression">` + schema + `<Node score="1"><True/></Node></TreeModel></Segment>
<Segment><True/><RegressionModel functionName="regression"><MiningSchema><MiningField name="zz"/><MiningField name="y" usageType="target"/></MiningSchema><RegressionTable intercept="0">
<NumericPredictor name="zz" coefficient="1"/></RegressionTable></RegressionModel></Segment></Segmentation></MiningModel>`,
			"zz", `field "zz" is not defined (4:1)`},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := load(t, fields+test.model+"</PMML>")
			if w := m.Warnings(); len(w) != 1 || w[0].String() != test.message {
				t.Errorf("warnings %v, want %s", w, test.message)
			}
			if got, err := m.ScoreMap(map[string]any{"x": -1.0}); err != nil || got["y"] != 1.0 {
				t.Errorf("a row that does not get there: %v, %v", got, err)
			}
			var failed *pmml.RowError
			if got, err := m.ScoreMap(map[string]any{"x": 1.0}); !errors.As(err, &failed) || failed.Code != pmml.NoResult || failed.Field != test.field || failed.Message != test.message {
				t.Errorf("a row that gets there: %v, %v", got, err)
			}
		})
	}
	// Every row would get to this one, so the document is refused.
	_, err := pmml.Load(strings.NewReader(fields + `<RegressionModel functionName="regression">` + schema + `<RegressionTable intercept="0"><NumericPredictor name="zz" coefficient="1"/></RegressionTable></RegressionModel></PMML>`))
	if err == nil || !strings.Contains(err.Error(), `field "zz" is not defined (1:`) {
		t.Errorf("a predictor: %v", err)
	}
}
