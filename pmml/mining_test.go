package pmml_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// segments is a MiningModel over segments that each give a constant: a number, or shares of yes and no; "" for no prediction.
func segments(function, attributes string, weights []float64, members ...[]float64) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<MiningModel functionName="%s"><MiningSchema><MiningField name="x"/></MiningSchema><Segmentation %s>`, function, attributes)
	for i, m := range members {
		weight := 1.0
		if weights != nil {
			weight = weights[i]
		}
		fmt.Fprintf(&b, `<Segment id="s%d" weight="%v"><True/><TreeModel functionName="%s" missingValueStrategy="none"><MiningSchema><MiningField name="x"/></MiningSchema><Node`, i, weight, function)
		switch len(m) {
		case 0:
			b.WriteString(`><False/>`)
		case 1:
			fmt.Fprintf(&b, ` score="%v"><True/>`, m[0])
		default:
			fmt.Fprintf(&b, `><True/><ScoreDistribution value="yes" recordCount="%v"/><ScoreDistribution value="no" recordCount="%v"/>`, m[0], m[1])
		}
		b.WriteString(`</Node></TreeModel></Segment>`)
	}
	b.WriteString(`</Segmentation></MiningModel>`)
	return document(b.String())
}

func TestCombiningNumbers(t *testing.T) {
	for _, c := range []struct {
		attributes string
		weights    []float64
		members    [][]float64
		want       any
	}{
		{`multipleModelMethod="sum"`, nil, [][]float64{{1}, {2}, {4}}, 7.0},
		{`multipleModelMethod="average"`, nil, [][]float64{{1}, {2}, {6}}, 3.0},
		{`multipleModelMethod="weightedAverage"`, []float64{1, 3}, [][]float64{{1}, {2}}, 1.75},
		{`multipleModelMethod="weightedSum"`, []float64{1, 3}, [][]float64{{1}, {2}}, 7.0},
		{`multipleModelMethod="x-weightedSum"`, []float64{1, 3}, [][]float64{{1}, {2}}, 7.0},
		{`multipleModelMethod="median"`, nil, [][]float64{{9}, {1}, {2}}, 2.0},
		{`multipleModelMethod="median"`, nil, [][]float64{{9}, {1}, {2}, {3}}, 2.5},
		{`multipleModelMethod="weightedMedian"`, []float64{1, 1, 5}, [][]float64{{9}, {1}, {4}}, 4.0},
		{`multipleModelMethod="weightedMedian"`, []float64{1, 1}, [][]float64{{9}, {1}}, 1.0}, // half is enough
		{`multipleModelMethod="selectFirst"`, nil, [][]float64{{5}, {1}}, 5.0},
		{`multipleModelMethod="average"`, nil, [][]float64{{1}, {}}, nil},
		{`multipleModelMethod="average" missingPredictionTreatment="skipSegment"`, nil, [][]float64{{1}, {}}, 1.0},
		{`multipleModelMethod="average" missingPredictionTreatment="skipSegment" missingThreshold="0.4"`, nil, [][]float64{{1}, {}}, nil},
		{`multipleModelMethod="average" missingPredictionTreatment="skipSegment" missingThreshold="0.6"`, nil, [][]float64{{1}, {}}, 1.0},
		{`multipleModelMethod="sum" missingPredictionTreatment="returnMissing"`, nil, [][]float64{{1}, {}}, nil},
	} {
		m := load(t, segments("regression", c.attributes, c.weights, c.members...))
		check(t, c.attributes, score(t, m, row{"x": "0"}), result{"_target": c.want})
		check(t, c.attributes+" with a missing value", score(t, m, row{}), result{"_target": c.want})
	}
}

func TestCombiningClasses(t *testing.T) {
	for _, c := range []struct {
		attributes string
		weights    []float64
		members    [][]float64
		winner     any
		yes        any // its probability
	}{
		{`multipleModelMethod="majorityVote"`, nil, [][]float64{{9, 1}, {4, 6}, {4, 6}}, "no", 1.0 / 3},
		{`multipleModelMethod="majorityVote"`, nil, [][]float64{{1, 9}, {9, 1}}, "no", 0.5}, // the first named wins a tie
		{`multipleModelMethod="weightedMajorityVote"`, []float64{3, 1, 1}, [][]float64{{9, 1}, {4, 6}, {4, 6}}, "yes", 0.6},
		{`multipleModelMethod="average"`, nil, [][]float64{{9, 1}, {4, 6}, {4, 6}}, "yes", 1.7 / 3},
		{`multipleModelMethod="weightedAverage"`, []float64{1, 3}, [][]float64{{9, 1}, {4, 6}}, "yes", 2.1 / 4},
		{`multipleModelMethod="max"`, nil, [][]float64{{6, 4}, {2, 8}, {8, 2}}, "yes", 0.8},
		{`multipleModelMethod="median"`, nil, [][]float64{{6, 4}, {2, 8}, {7, 3}}, "yes", 0.6},
		{`multipleModelMethod="majorityVote"`, nil, [][]float64{{9, 1}, {}, {}}, nil, nil}, // "missing" has the most votes
		{`multipleModelMethod="majorityVote" missingPredictionTreatment="skipSegment"`, nil, [][]float64{{9, 1}, {}, {}}, "yes", 1.0},
	} {
		m := load(t, segments("classification", c.attributes, c.weights, c.members...))
		check(t, c.attributes, score(t, m, row{"x": "0"}), result{"_target": c.winner, "probability(yes)": c.yes})
	}
}

func TestChainPassesOutputsOn(t *testing.T) {
	m := load(t, document(`<MiningModel functionName="regression">`+schema+`<Segmentation multipleModelMethod="modelChain">
<Segment id="1"><True/><RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/></MiningSchema>
<Output><OutputField name="twice" dataType="double" optype="continuous" feature="predictedValue"/><OutputField name="inner" dataType="double" optype="continuous" feature="predictedValue" isFinalResult="false"/></Output>
<RegressionTable intercept="0"><NumericPredictor name="x" coefficient="2"/></RegressionTable></RegressionModel></Segment>
<Segment id="2"><SimplePredicate field="twice" operator="greaterThan" value="10"/><RegressionModel functionName="regression"><MiningSchema><MiningField name="inner"/><MiningField name="y" usageType="target"/></MiningSchema>
<RegressionTable intercept="1"><NumericPredictor name="inner" coefficient="1"/></RegressionTable></RegressionModel></Segment>
</Segmentation></MiningModel>`))
	check(t, "both run", score(t, m, row{"x": "6"}), result{"y": 13.0, "twice": 12.0})
	got := score(t, m, row{"x": "1"})
	check(t, "the first alone", got, result{"y": 2.0, "twice": 2.0})
	if _, shown := got["inner"]; shown {
		t.Error("an output of a segment that is not final is shown")
	}
}

func TestSingleArithmetic(t *testing.T) {
	text := segments("regression", `multipleModelMethod="sum"`, nil, []float64{16777216}, []float64{1}, []float64{1})
	text = strings.ReplaceAll(text, `functionName="regression"`, `functionName="regression" x-mathContext="float"`)
	// In 32 bits 2^24 + 1 is 2^24 again, twice.
	check(t, "sum", score(t, load(t, text), row{"x": "0"}), result{"_target": float64(16777216)})
	if float32(16777216)+1 != 16777216 || math.MaxFloat32 < 1 {
		t.Fatal("not the arithmetic that this test is about")
	}
}
