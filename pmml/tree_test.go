package pmml_test

import (
	"strings"
	"testing"
)

// golf is the tree of the specification's section on missing values (TreeModel), with the strategy to be filled in.
const golf = `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><DataDictionary>
<DataField name="temperature" optype="continuous" dataType="double"/><DataField name="humidity" optype="continuous" dataType="double"/>
<DataField name="outlook" optype="categorical" dataType="string"><Value value="sunny"/><Value value="overcast"/><Value value="rain"/></DataField>
<DataField name="what" optype="categorical" dataType="string"><Value value="will play"/><Value value="may play"/><Value value="no play"/></DataField>
</DataDictionary><TreeModel functionName="classification" STRATEGY>
<MiningSchema><MiningField name="temperature"/><MiningField name="humidity"/><MiningField name="outlook"/><MiningField name="what" usageType="target"/></MiningSchema>
<Output><OutputField name="confidence" dataType="double" optype="continuous" feature="confidence"/><OutputField name="node" dataType="string" optype="categorical" feature="entityId"/></Output>
<Node id="1" score="will play" recordCount="100" defaultChild="2"><True/>
<ScoreDistribution value="will play" recordCount="60" confidence="0.6"/><ScoreDistribution value="may play" recordCount="30" confidence="0.3"/><ScoreDistribution value="no play" recordCount="10" confidence="0.1"/>
<Node id="2" score="will play" recordCount="50" defaultChild="3"><SimplePredicate field="outlook" operator="equal" value="sunny"/>
<ScoreDistribution value="will play" recordCount="40" confidence="0.8"/><ScoreDistribution value="may play" recordCount="2" confidence="0.04"/><ScoreDistribution value="no play" recordCount="8" confidence="0.16"/>
<Node id="3" score="will play" recordCount="40"><CompoundPredicate booleanOperator="surrogate"><SimplePredicate field="temperature" operator="greaterOrEqual" value="50"/><SimplePredicate field="humidity" operator="lessThan" value="80"/></CompoundPredicate>
<ScoreDistribution value="will play" recordCount="36" confidence="0.9"/><ScoreDistribution value="may play" recordCount="2" confidence="0.05"/><ScoreDistribution value="no play" recordCount="2" confidence="0.05"/></Node>
<Node id="4" score="no play" recordCount="10"><CompoundPredicate booleanOperator="surrogate"><SimplePredicate field="temperature" operator="lessThan" value="50"/><SimplePredicate field="humidity" operator="greaterOrEqual" value="80"/></CompoundPredicate>
<ScoreDistribution value="will play" recordCount="4" confidence="0.4"/><ScoreDistribution value="may play" recordCount="0" confidence="0.0"/><ScoreDistribution value="no play" recordCount="6" confidence="0.6"/></Node>
</Node>
<Node id="5" score="may play" recordCount="50"><CompoundPredicate booleanOperator="or"><SimplePredicate field="outlook" operator="equal" value="overcast"/><SimplePredicate field="outlook" operator="equal" value="rain"/></CompoundPredicate>
<ScoreDistribution value="will play" recordCount="20" confidence="0.4"/><ScoreDistribution value="may play" recordCount="28" confidence="0.56"/><ScoreDistribution value="no play" recordCount="2" confidence="0.04"/></Node>
</Node></TreeModel></PMML>`

func TestTreeStrategiesForMissingValues(t *testing.T) {
	noOutlook := row{"temperature": "45", "humidity": "90"}
	for _, c := range []struct {
		name, strategy string
		row            row
		want           result
	}{
		{"nothing is missing", `missingValueStrategy="none"`, row{"outlook": "sunny", "temperature": "45", "humidity": "60"}, result{"what": "no play", "confidence": 0.6, "node": "4"}},
		{"the substitute of a surrogate decides", `missingValueStrategy="none"`, row{"outlook": "sunny", "humidity": "60"}, result{"what": "will play", "node": "3"}},
		{"and costs confidence", `missingValueStrategy="none" missingValuePenalty="0.8"`, row{"outlook": "sunny", "humidity": "60"}, result{"confidence": 0.9 * 0.8}},
		{"none: unknown counts as false", `missingValueStrategy="none"`, noOutlook, result{"what": nil}},
		{"and the last prediction may stand", `missingValueStrategy="none" noTrueChildStrategy="returnLastPrediction"`, noOutlook, result{"what": "will play", "node": "1"}},
		{"lastPrediction", `missingValueStrategy="lastPrediction"`, noOutlook, result{"what": "will play", "confidence": 0.6, "node": "1"}},
		{"nullPrediction", `missingValueStrategy="nullPrediction"`, noOutlook, result{"what": nil, "confidence": nil}},
		{"defaultChild", `missingValueStrategy="defaultChild" missingValuePenalty="0.8"`, noOutlook, result{"what": "no play", "node": "4", "confidence": 0.6 * 0.8}},
		{"defaultChild twice", `missingValueStrategy="defaultChild" missingValuePenalty="0.8"`, row{}, result{"what": "will play", "node": "3", "confidence": 0.9 * 0.8 * 0.8}},
		// Below node 2 node 4 is certain: its 4, 0, 6 and the 20, 28, 2 of node 5 add up to 24, 28, 8 of 60.
		{"aggregateNodes", `missingValueStrategy="aggregateNodes"`, noOutlook, result{"what": "may play", "confidence": 28.0 / 60}},
		// Node 2 says what node 4 says, 0.4, 0, 0.6, and both nodes weigh 50: 0.4, 0.28, 0.32.
		{"weightedConfidence", `missingValueStrategy="weightedConfidence"`, noOutlook, result{"what": "will play", "confidence": 0.4}},
	} {
		m := load(t, strings.Replace(golf, "STRATEGY", c.strategy, 1))
		check(t, c.name, score(t, m, c.row), c.want)
	}
}

func TestPredicatesHaveThreeValues(t *testing.T) {
	const (
		yes     = `<True/>`
		no      = `<False/>`
		unknown = `<SimplePredicate field="x" operator="lessThan" value="1"/>` // x is missing
	)
	compound := func(op string, parts ...string) string {
		return `<CompoundPredicate booleanOperator="` + op + `">` + strings.Join(parts, "") + `</CompoundPredicate>`
	}
	for _, c := range []struct{ predicate, want string }{
		{compound("and", yes, unknown), "unknown"}, {compound("and", unknown, no), "no"}, {compound("and", yes, yes), "yes"},
		{compound("or", no, unknown), "unknown"}, {compound("or", unknown, yes), "yes"}, {compound("or", no, no), "no"},
		{compound("xor", yes, unknown), "unknown"}, {compound("xor", yes, yes), "no"}, {compound("xor", yes, yes, yes), "yes"},
		{compound("surrogate", unknown, no, yes), "no"}, {compound("surrogate", unknown, unknown), "unknown"},
		{`<SimplePredicate field="x" operator="isMissing"/>`, "yes"}, {`<SimplePredicate field="x" operator="isNotMissing"/>`, "no"},
		{`<SimpleSetPredicate field="c" booleanOperator="isIn"><Array n="2" type="string">a "b c"</Array></SimpleSetPredicate>`, "unknown"},
		{`<SimplePredicate field="n" operator="equal" value="7.0"/>`, "yes"}, {`<SimplePredicate field="n" operator="lessThan" value="7.5"/>`, "yes"},
		{`<SimpleSetPredicate field="k" booleanOperator="isNotIn"><Array n="2" type="string">a "b c"</Array></SimpleSetPredicate>`, "no"},
	} {
		// lastPrediction tells unknown (the root's score) from false (the sibling's).
		m := load(t, document(`<TreeModel functionName="classification" missingValueStrategy="lastPrediction"><MiningSchema><MiningField name="x"/><MiningField name="n"/><MiningField name="c"/><MiningField name="k"/></MiningSchema>
<Node score="unknown"><True/><Node score="yes">`+c.predicate+`</Node><Node score="no"><True/></Node></Node></TreeModel>`))
		if got := score(t, m, row{"n": "7", "k": "b c"})["_target"]; got != c.want {
			t.Errorf("%s: %v, want %v", c.predicate, got, c.want)
		}
	}
}
