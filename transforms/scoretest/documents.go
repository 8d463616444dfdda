package scoretest

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"github.com/beam-pmml/beam-pmml/pmml/write"
)

// Target is the name of the output of the documents of this package, a double.
const Target = "y"

// Constant is a document whose output is the same finite number for every event.
func Constant(value float64) []byte { return fmt.Appendf(nil, constantDocument, Target, value) }

const constantDocument = `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
<Header/>
<DataDictionary><DataField name="%[1]s" optype="continuous" dataType="double"/></DataDictionary>
<RegressionModel functionName="regression">
<MiningSchema><MiningField name="%[1]s" usageType="target"/></MiningSchema>
<RegressionTable intercept="%[2]v"/>
</RegressionModel>
</PMML>
`

// Linear is a document whose output is the intercept and the sum of coefficient times feature; an event without one of
// the features has no result. It panics where that is no model: without coefficients, with numbers that are not
// finite, with a feature named Target.
func Linear(intercept float64, coefficients map[string]float64) []byte {
	m := &write.Regression{Target: Target, Tables: []write.Table{{Intercept: intercept}}}
	for _, name := range slices.Sorted(maps.Keys(coefficients)) {
		m.Inputs = append(m.Inputs, write.Input{Name: name})
		m.Tables[0].Coefficients = append(m.Tables[0].Coefficients, coefficients[name])
	}
	var text bytes.Buffer
	if err := write.Write(&text, m); err != nil {
		panic(fmt.Sprintf("scoretest.Linear: %v", err))
	}
	return text.Bytes()
}
