package pmml_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// explained loads a document for explanations, scores one row and returns the explanation as JSON.
func explained(t *testing.T, document string, row map[string]string) string {
	t.Helper()
	m, err := pmml.Load(strings.NewReader(document), pmml.WithExplanations())
	if err != nil {
		t.Fatal(err)
	}
	in, out := m.NewInput(), m.NewResult()
	for name, text := range row {
		i, ok := m.FieldIndex(name)
		if !ok {
			t.Fatalf("no field %s", name)
		}
		in.SetText(i, []byte(text))
	}
	if err := m.Score(in, out); err != nil {
		t.Fatal(err)
	}
	e := m.Explain(in)
	return string(e.AppendJSON(nil))
}

const explainedTree = `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><DataDictionary>
  <DataField name="a" optype="continuous" dataType="double"/><DataField name="b" optype="categorical" dataType="string"/></DataDictionary>
  <TreeModel functionName="regression" missingValueStrategy="STRATEGY"><MiningSchema><MiningField name="a"/><MiningField name="b"/></MiningSchema>
  <Node id="root" score="0" defaultChild="low" recordCount="10"><True/>
    <Node id="low" score="1" recordCount="4"><SimplePredicate field="a" operator="lessOrEqual" value="2.5"/>
      <Node score="2" recordCount="1"><SimpleSetPredicate field="b" booleanOperator="isIn"><Array type="string">x "y z"</Array></SimpleSetPredicate></Node>
      <Node score="3" recordCount="3"><CompoundPredicate booleanOperator="or"><SimplePredicate field="b" operator="isMissing"/><SimplePredicate field="b" operator="notEqual" value="x"/></CompoundPredicate></Node>
    </Node>
    <Node id="high" score="4" recordCount="6"><SimplePredicate field="a" operator="greaterThan" value="2.5"/></Node>
  </Node></TreeModel></PMML>`

func TestTreesExplainTheirPath(t *testing.T) {
	for _, c := range []struct {
		name, strategy string
		row            map[string]string
		want           string
	}{
		{"a way without doubt", "none", map[string]string{"a": "1", "b": "x"},
			`{"element":"TreeModel","value":2,"entity":3,"path":[{"node":"root","predicate":"true"},{"node":"low","predicate":"a ≤ 2.5"},{"node":"3","predicate":"b is in {x, y z}"}]}`},
		{"a compound predicate", "none", map[string]string{"a": "1", "b": "q"},
			`{"element":"TreeModel","value":3,"entity":4,"path":[{"node":"root","predicate":"true"},{"node":"low","predicate":"a ≤ 2.5"},{"node":"4","predicate":"(b is missing or b ≠ x)"}]}`},
		{"the default child", "defaultChild", map[string]string{"b": "x"},
			`{"element":"TreeModel","value":2,"entity":3,"path":[{"node":"root","predicate":"true"},{"node":"low","predicate":"a ≤ 2.5","unknown":true},{"node":"3","predicate":"b is in {x, y z}"}]}`},
		{"branches weighed together", "aggregateNodes", map[string]string{"b": "x"}, // (1·2 + 6·4) / 7
			`{"element":"TreeModel","value":3.7142857142857144,"path":[{"node":"root","predicate":"true"}],"mixed":true}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := explained(t, strings.Replace(explainedTree, "STRATEGY", c.strategy, 1), c.row); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestScorecardsExplainTheirPoints(t *testing.T) {
	const card = `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><DataDictionary>
	  <DataField name="age" optype="continuous" dataType="double"/><DataField name="income" optype="continuous" dataType="double"/></DataDictionary>
	  <Scorecard functionName="regression" initialScore="100" reasonCodeAlgorithm="pointsBelow"><MiningSchema><MiningField name="age"/><MiningField name="income"/></MiningSchema>
	  <Characteristics>
	    <Characteristic name="ageScore" reasonCode="AGE" baselineScore="20"><Attribute partialScore="5"><SimplePredicate field="age" operator="lessThan" value="30"/></Attribute><Attribute partialScore="15"><True/></Attribute></Characteristic>
	    <Characteristic name="incomeScore" reasonCode="INC" baselineScore="30"><Attribute><SimplePredicate field="income" operator="greaterOrEqual" value="0"/><ComplexPartialScore><Apply function="/"><FieldRef field="income"/><Constant dataType="double">1000</Constant></Apply></ComplexPartialScore></Attribute></Characteristic>
	  </Characteristics></Scorecard></PMML>`
	const want = `{"element":"Scorecard","value":117,"points":[{"characteristic":"ageScore","predicate":"age < 30","partialScore":5,"reasonCode":"AGE"},` +
		`{"characteristic":"incomeScore","predicate":"income ≥ 0","partialScore":12,"reasonCode":"INC"}],"reasons":[{"reasonCode":"INC","points":18},{"reasonCode":"AGE","points":15}]}`
	if got := explained(t, card, map[string]string{"age": "29", "income": "12000"}); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestEnsemblesExplainWhatTheirSegmentsSaid(t *testing.T) {
	const forest = `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><DataDictionary><DataField name="a" optype="continuous" dataType="double"/></DataDictionary>
	  <MiningModel functionName="regression"><MiningSchema><MiningField name="a"/></MiningSchema><Segmentation multipleModelMethod="sum">
	    <Segment id="s1"><True/><TreeModel functionName="regression"><MiningSchema><MiningField name="a"/></MiningSchema><Node score="0"><True/><Node score="1"><SimplePredicate field="a" operator="lessThan" value="3"/></Node><Node score="2"><True/></Node></Node></TreeModel></Segment>
	    <Segment><True/><TreeModel functionName="regression"><MiningSchema><MiningField name="a"/></MiningSchema><Node score="10"><True/></Node></TreeModel></Segment>
	    <Segment><SimplePredicate field="a" operator="greaterThan" value="9"/><TreeModel functionName="regression"><MiningSchema><MiningField name="a"/></MiningSchema><Node score="50"><True/></Node></TreeModel></Segment>
	  </Segmentation></MiningModel></PMML>`
	const want = `{"element":"MiningModel","value":12,"segments":[` +
		`{"element":"TreeModel","segment":"s1","value":2,"entity":3,"path":[{"node":"1","predicate":"true"},{"node":"3","predicate":"true"}]},` +
		`{"element":"TreeModel","segment":"2","value":10,"entity":1,"path":[{"node":"1","predicate":"true"}]}]}`
	if got := explained(t, forest, map[string]string{"a": "5"}); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A model that is not asked to explain says what it predicts and no more.
func TestWithoutTheOptionThereIsNoPath(t *testing.T) {
	m, err := pmml.Load(strings.NewReader(golfing))
	if err != nil {
		t.Fatal(err)
	}
	in := m.NewInput()
	in.SetFloat(0, 70)
	if err := m.Score(in, m.NewResult()); err != nil {
		t.Fatal(err)
	}
	if e := m.Explain(in); len(e.Path) != 0 || e.Value.String() != "play" {
		t.Errorf("got %+v", e)
	}
}

func ExampleModel_Explain() {
	m, err := pmml.Load(strings.NewReader(golfing), pmml.WithExplanations())
	if err != nil {
		panic(err)
	}
	in := m.NewInput()
	in.SetFloat(0, 70)
	if err := m.Score(in, m.NewResult()); err != nil {
		panic(err)
	}
	for _, step := range m.Explain(in).Path {
		fmt.Println(step.Node, step.Predicate)
	}
	// Output:
	// 1 true
	// 2 humidity < 80
}
