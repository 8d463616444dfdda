package pmml_test

import (
	"strings"
	"testing"
)

const (
	treeOfB = `<TreeModel functionName="classification"><MiningSchema><MiningField name="x"/></MiningSchema><Node score="B"><True/><ScoreDistribution value="B" recordCount="3" confidence="0.6"/><ScoreDistribution value="A" recordCount="1" confidence="0.2"/></Node></TreeModel>`
	twoSets = `<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="2"><MiningSchema><MiningField name="x"/></MiningSchema><ComparisonMeasure kind="distance"><euclidean/></ComparisonMeasure><ClusteringField field="x"/><Cluster id="c1"><Array n="1" type="real">0</Array></Cluster><Cluster id="c2"><Array n="1" type="real">5</Array></Cluster></ClusteringModel>`
	twoRule = `<RuleSetModel functionName="classification"><MiningSchema><MiningField name="x"/></MiningSchema><RuleSet><RuleSelectionMethod criterion="weightedSum"/><SimpleRule id="r1" score="B" weight="2"><SimplePredicate field="x" operator="greaterThan" value="2"/></SimpleRule><SimpleRule id="r2" score="A"><True/></SimpleRule></RuleSet></RuleSetModel>`
)

func outputs(fields ...string) string {
	var b strings.Builder
	b.WriteString(`<Output>`)
	for _, f := range fields {
		b.WriteString(`<OutputField optype="categorical" dataType="string" ` + f + `/>`)
	}
	return b.String() + `</Output>`
}

// classified is a MiningModel over x whose target k has the categories A and B, in this order.
func classified(function, method, attributes, output, segments string) string {
	return `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><DataDictionary><DataField name="x" optype="continuous" dataType="double"/><DataField name="w" optype="continuous" dataType="double"/>
<DataField name="k" optype="categorical" dataType="string"><Value value="A"/><Value value="B"/></DataField></DataDictionary>
<MiningModel functionName="` + function + `"><MiningSchema><MiningField name="x"/><MiningField name="w"/><MiningField name="k" usageType="target"/></MiningSchema>` + output +
		`<Segmentation multipleModelMethod="` + method + `" ` + attributes + `>` + segments + `</Segmentation></MiningModel></PMML>`
}

// The entity of a first match or a chain is the segment; clusterId asks for the cluster all the same.
func TestEntitiesOfSegments(t *testing.T) {
	for _, method := range []string{"selectFirst", "modelChain"} {
		output := outputs(`name="e" feature="entityId"`, `name="c" feature="clusterId"`, `name="inner" feature="entityId" segmentId="s1"`)
		m := load(t, classified("clustering", method, "", output, `<Segment id="s1"><True/>`+twoSets+`</Segment>`))
		check(t, method, score(t, m, row{"x": "4"}), result{"e": "s1", "c": "c2", "inner": "c2"})
		m = load(t, classified("classification", method, "", output, `<Segment id="s1"><SimplePredicate field="x" operator="greaterThan" value="0"/>`+twoRule+`</Segment>`))
		check(t, method, score(t, m, row{"x": "4"}), result{"k": "B", "e": "s1", "inner": "r1"})
		check(t, method+", none", score(t, m, row{}), result{"k": nil, "e": nil, "inner": nil})
		nested := `<MiningModel functionName="classification"><MiningSchema><MiningField name="x"/></MiningSchema><Segmentation multipleModelMethod="selectFirst"><Segment id="i1"><True/>` + treeOfB + `</Segment></Segmentation></MiningModel>`
		m = load(t, classified("classification", method, "", output, `<Segment id="s1"><True/>`+nested+`</Segment>`))
		check(t, method+" of a first match", score(t, m, row{}), result{"k": "B", "e": "s1", "inner": "i1"})
	}
}

func TestSegmentsShowTheirClustersByName(t *testing.T) {
	named := strings.NewReplacer(`id="c1"`, `id="c1" name="low"`, `id="c2"`, `id="c2" name="high"`).Replace(twoSets)
	output := outputs(`name="text" feature="predictedDisplayValue"`)
	first := `<Segment><SimplePredicate field="x" operator="lessThan" value="3"/>` + named + `</Segment>`
	for _, c := range []struct {
		second    string
		low, high string
	}{{named, "low", "high"}, {strings.Replace(named, "high", "far", 1), "low", "c2"}} { // two names of one id: none
		m := load(t, classified("clustering", "selectFirst", "", output, first+`<Segment><True/>`+c.second+`</Segment>`))
		check(t, "first", score(t, m, row{"x": "1"}), result{"text": c.low})
		check(t, "second", score(t, m, row{"x": "4"}), result{"text": c.high})
	}
}

// Segments name their categories in an order of their own: B before A. Confidences are theirs, too.
func TestConfidencesOfTheChosenSegment(t *testing.T) {
	output := outputs(`name="pA" dataType="double" feature="probability" value="A"`, `name="cA" dataType="double" feature="confidence" value="A"`, `name="c" dataType="double" feature="confidence"`)
	output = strings.ReplaceAll(output, `dataType="string" `, "")
	for _, method := range []string{"selectFirst", "modelChain"} {
		m := load(t, classified("classification", method, "", output, `<Segment><True/>`+treeOfB+`</Segment>`))
		check(t, method, score(t, m, row{}), result{"k": "B", "pA": 0.25, "cA": 0.2, "c": 0.6})
		m = load(t, classified("classification", method, "", output, `<Segment><True/>`+twoRule+`</Segment>`))
		check(t, method+" of rules", score(t, m, row{"x": "3"}), result{"k": "B", "pA": nil, "cA": 1.0 / 2, "c": 2.0 / 2})
	}
}

// What may be missing is a share of the segments, in weighted methods of their weights.
func TestMissingThreshold(t *testing.T) {
	some := `<TreeModel functionName="classification"><MiningSchema><MiningField name="x"/></MiningSchema><Node score="A"><SimplePredicate field="x" operator="greaterThan" value="0"/><ScoreDistribution value="A" recordCount="1"/></Node></TreeModel>`
	segments := `<Segment weight="1"><True/>` + treeOfB + `</Segment><Segment weight="4"><True/>` + some + `</Segment><Segment weight="1"><True/>` + treeOfB + `</Segment>`
	for _, c := range []struct {
		method, attributes string
		want               any
	}{
		{"majorityVote", `missingPredictionTreatment="continue" missingThreshold="0.4"`, "B"}, // one of three is missing
		{"majorityVote", `missingPredictionTreatment="continue" missingThreshold="0.3"`, nil},
		{"weightedMajorityVote", `missingPredictionTreatment="continue" missingThreshold="0.7"`, nil}, // 4 of 6 are, and they are the most
		{"majorityVote", `missingPredictionTreatment="skipSegment" missingThreshold="0.4"`, "B"},
		{"majorityVote", `missingPredictionTreatment="skipSegment" missingThreshold="0.3"`, nil},
		{"weightedMajorityVote", `missingPredictionTreatment="skipSegment" missingThreshold="0.6"`, nil},
		{"weightedMajorityVote", `missingPredictionTreatment="skipSegment" missingThreshold="0.7"`, "B"},
		{"average", `missingPredictionTreatment="skipSegment" missingThreshold="0.4"`, "B"},
		{"weightedAverage", `missingPredictionTreatment="skipSegment" missingThreshold="0.6"`, nil},
		{"average", `missingPredictionTreatment="continue" missingThreshold="0.9"`, nil},
		{"majorityVote", `missingPredictionTreatment="returnMissing"`, nil},
		{"majorityVote", ``, "B"},
	} {
		m := load(t, classified("classification", c.method, c.attributes, "", segments))
		check(t, c.method+" "+c.attributes, score(t, m, row{}), result{"k": c.want})
	}
}

func TestVariableWeights(t *testing.T) {
	const output = `<Output><OutputField name="pA" optype="continuous" dataType="double" feature="probability" value="A"/></Output>`
	ofA := strings.NewReplacer(`"B"`, `"A"`, `"A"`, `"B"`).Replace(treeOfB)
	segments := `<Segment><True/>` + treeOfB + `</Segment><Segment WEIGHT><True/>` + ofA + `<VariableWeight field="w"/></Segment>`
	for _, c := range []struct {
		method, w string
		want      any
		share     any
	}{
		{"weightedMajorityVote", "2", "A", 2.0 / 3}, {"weightedMajorityVote", "0.5", "B", 0.5 / 1.5}, {"weightedMajorityVote", "", "B", 0.0},
		{"weightedAverage", "3", "A", (0.25 + 3*0.75) / 4}, {"weightedAverage", "", nil, nil}, {"average", "", "A", 0.5}, {"majorityVote", "", "B", 0.5},
	} {
		m := load(t, classified("classification", c.method, "", output, strings.Replace(segments, " WEIGHT", "", 1)))
		values := row{}
		if c.w != "" {
			values["w"] = c.w
		}
		check(t, c.method+" "+c.w, score(t, m, values), result{"k": c.want, "pA": c.share})
	}
	m := load(t, classified("classification", "weightedMajorityVote", "", output, strings.Replace(segments, "WEIGHT", `weight="4"`, 1)))
	check(t, "a weight as well", score(t, m, row{"w": "0.5"}), result{"k": "A", "pA": 2.0 / 3})
}

func TestBrokenSegmentations(t *testing.T) {
	one := `<Segment><True/>` + treeOfB + `</Segment>`
	for _, c := range []struct{ text, marker, part string }{
		{classified("classification", "vote", "", "", one), `<Segmentation`, `multipleModelMethod of Segmentation is "vote"`},
		{classified("classification", "sum", "", "", one), `<Segmentation`, `multipleModelMethod sum is not defined for classification`},
		{classified("regression", "majorityVote", "", "", one), `<Segmentation`, `multipleModelMethod majorityVote is not defined for regression`},
		{classified("clustering", "average", "", "", `<Segment><True/>`+twoSets+`</Segment>`), `<Segmentation`, `multipleModelMethod average is not defined for clustering`},
		{classified("regression", "average", "", "", one), `<TreeModel`, `functionName classification in a MiningModel of regression`},
		{classified("classification", "average", `missingPredictionTreatment="drop"`, "", one), `<Segmentation`, `missingPredictionTreatment of Segmentation is "drop"`},
		{classified("classification", "average", `missingThreshold="some"`, "", one), `<Segmentation`, `missingThreshold of Segmentation is not a number`},
		{classified("classification", "average", "", "", ""), `<Segmentation`, `Segmentation has no Segment`},
		{classified("classification", "average", "", "", `<Segment>`+treeOfB+`</Segment>`), `<Segment>`, `Segment has no predicate`},
		{classified("classification", "average", "", "", `<Segment><True/></Segment>`), `<Segment>`, `Segment has no model`},
		{classified("classification", "average", "", "", `<Segment><True/>`+treeOfB+twoRule+`</Segment>`), `<RuleSetModel`, `Segment has more than one model`},
		{classified("classification", "weightedAverage", "", "", `<Segment><True/>`+treeOfB+`<VariableWeight field="v"/></Segment>`), `<Segment>`, `field "v" is not defined`},
		{classified("classification", "average", "", outputs(`name="o" feature="predictedValue" segmentId="9"`), one), `<OutputField`, `names a segment "9", which is not there`},
	} {
		refused(t, c.text, c.marker, c.part)
	}
}

// Segments of a choice declare the same outputs, as exporters write them; those of the segment that ran are shown, however deep they lie.
func TestSegmentsThatDeclareTheSameOutput(t *testing.T) {
	const share = `<Output><OutputField name="share" optype="continuous" dataType="double" feature="probability" value="A"/></Output>`
	tree := func(score, a, b string) string {
		return `<TreeModel functionName="classification"><MiningSchema><MiningField name="x"/></MiningSchema>` + share + `<Node score="` + score + `"><True/><ScoreDistribution value="A" recordCount="` + a +
			`"/><ScoreDistribution value="B" recordCount="` + b + `"/></Node></TreeModel>`
	}
	chain := func(model string) string {
		return `<MiningModel functionName="classification"><MiningSchema><MiningField name="x"/></MiningSchema><Segmentation multipleModelMethod="modelChain"><Segment><True/>` + model + `</Segment></Segmentation></MiningModel>`
	}
	choice := func(first, second string) string {
		return `<Segment id="low"><SimplePredicate field="x" operator="lessThan" value="5"/>` + first + `</Segment><Segment id="high"><SimplePredicate field="x" operator="greaterOrEqual" value="5"/>` + second + `</Segment>`
	}
	const twice = `<Output><OutputField name="twice" optype="continuous" dataType="double" feature="transformedValue"><Apply function="*"><FieldRef field="share"/><Constant>2</Constant></Apply></OutputField></Output>`
	low, high := tree("A", "3", "1"), tree("B", "1", "7")

	m := load(t, classified("classification", "selectFirst", "", twice, choice(low, high)))
	check(t, "low", score(t, m, row{"x": "1"}), result{"k": "A", "share": 0.75, "twice": 1.5})
	check(t, "high", score(t, m, row{"x": "9"}), result{"k": "B", "share": 0.125, "twice": 0.25})
	check(t, "none", score(t, m, row{}), result{"k": nil, "share": nil, "twice": nil})

	m = load(t, classified("classification", "selectFirst", "", "", choice(chain(low), chain(high))))
	check(t, "low, nested", score(t, m, row{"x": "1"}), result{"k": "A", "share": 0.75})
	check(t, "high, nested", score(t, m, row{"x": "9"}), result{"k": "B", "share": 0.125})
	check(t, "none, nested", score(t, m, row{}), result{"k": nil, "share": nil})
}
