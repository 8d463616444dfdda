package pmml_test

import (
	"fmt"
	"strings"

	"github.com/beam-pmml/beam-pmml/pmml"
)

const golfing = `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
  <DataDictionary>
    <DataField name="humidity" optype="continuous" dataType="double"/>
    <DataField name="decision" optype="categorical" dataType="string">
      <Value value="play"/>
      <Value value="stay"/>
    </DataField>
  </DataDictionary>
  <TreeModel functionName="classification">
    <MiningSchema>
      <MiningField name="humidity"/>
      <MiningField name="decision" usageType="target"/>
    </MiningSchema>
    <Node score="play">
      <True/>
      <Node score="play">
        <SimplePredicate field="humidity" operator="lessThan" value="80"/>
        <ScoreDistribution value="play" recordCount="9"/>
        <ScoreDistribution value="stay" recordCount="1"/>
      </Node>
      <Node score="stay">
        <True/>
        <ScoreDistribution value="play" recordCount="1"/>
        <ScoreDistribution value="stay" recordCount="3"/>
      </Node>
    </Node>
  </TreeModel>
</PMML>`

func Example() {
	m, err := pmml.Load(strings.NewReader(golfing))
	if err != nil {
		fmt.Println(err)
		return
	}
	in, out := m.NewInput(), m.NewResult()
	humidity, _ := m.FieldIndex("humidity")
	for _, h := range []string{"65", "90", "damp"} {
		in.Clear()
		in.SetText(humidity, []byte(h))
		if err := m.Score(in, out); err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(string(out.AppendJSON(nil)))
	}
	// Output:
	// {"decision":"play","probability(play)":0.9,"probability(stay)":0.1}
	// {"decision":"stay","probability(play)":0.25,"probability(stay)":0.75}
	// invalid_input: field humidity: invalid value "damp"
}

func ExampleModel_ScoreMap() {
	m, _ := pmml.Load(strings.NewReader(golfing))
	result, err := m.ScoreMap(map[string]any{"humidity": 65.0})
	fmt.Println(result["decision"], err)
	// Output: play <nil>
}
