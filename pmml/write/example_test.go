package write_test

import (
	"bytes"
	"fmt"
	"os"

	"github.com/beam-pmml/beam-pmml/pmml"
	"github.com/beam-pmml/beam-pmml/pmml/write"
)

// A linear model with a categorical input, and a row that an engine can check itself against.
func ExampleWrite() {
	m := &write.Regression{
		Inputs: []write.Input{{Name: "area"}, {Name: "town", Categories: []string{"Graz", "Linz"}}},
		Target: "rent",
		Tables: []write.Table{{Intercept: 100, Coefficients: []float64{9.5, 40, 0}}},
	}
	err := write.Write(os.Stdout, m, write.WithVerification(1e-12, map[string]any{"area": 50, "town": "Graz", "rent": 615}))
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?>
	// <PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
	// <Header/>
	// <DataDictionary>
	// <DataField name="area" optype="continuous" dataType="double"/>
	// <DataField name="town" optype="categorical" dataType="string">
	// <Value value="Graz"/>
	// <Value value="Linz"/>
	// </DataField>
	// <DataField name="rent" optype="continuous" dataType="double"/>
	// </DataDictionary>
	// <RegressionModel functionName="regression" normalizationMethod="none">
	// <MiningSchema>
	// <MiningField name="area"/>
	// <MiningField name="town"/>
	// <MiningField name="rent" usageType="target"/>
	// </MiningSchema>
	// <RegressionTable intercept="100">
	// <NumericPredictor name="area" coefficient="9.5"/>
	// <CategoricalPredictor name="town" value="Graz" coefficient="40"/>
	// <CategoricalPredictor name="town" value="Linz" coefficient="0"/>
	// </RegressionTable>
	// <ModelVerification recordCount="1" fieldCount="3">
	// <VerificationFields>
	// <VerificationField field="area" column="c1" precision="1e-12" zeroThreshold="1e-300"/>
	// <VerificationField field="town" column="c2" precision="1e-12" zeroThreshold="1e-300"/>
	// <VerificationField field="rent" column="c3" precision="1e-12" zeroThreshold="1e-300"/>
	// </VerificationFields>
	// <InlineTable>
	// <row>
	// <c1>50</c1>
	// <c2>Graz</c2>
	// <c3>615</c3>
	// </row>
	// </InlineTable>
	// </ModelVerification>
	// </RegressionModel>
	// </PMML>
}

// A boosted ensemble of two trees, loaded again and scored.
func ExampleBoosted() {
	age := func(threshold, atMost, above float64) *write.Node {
		return &write.Node{Split: &write.Split{Input: 0, Threshold: threshold, Missing: write.No,
			Yes: &write.Node{Value: atMost}, No: &write.Node{Value: above}}}
	}
	m := &write.Boosted{
		Inputs:  write.Numbers("age"),
		Target:  "risk",
		Classes: []string{"high", "low"},
		Base:    []float64{0.5},
		Trees:   [][]*write.Node{{age(25, 1, -0.5), age(40, 0.5, 0)}},
	}
	var document bytes.Buffer
	if err := write.Write(&document, m); err != nil {
		fmt.Println(err)
		return
	}
	model, err := pmml.Load(&document)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, row := range []map[string]any{{"age": 25}, {"age": 41}, {}} {
		result, err := model.ScoreMap(row)
		fmt.Printf("%v %.3f %v\n", result["risk"], result["probability(high)"], err)
	}
	// Output:
	// high 0.881 <nil>
	// high 0.500 <nil>
	// high 0.500 <nil>
}
