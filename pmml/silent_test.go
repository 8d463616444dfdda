package pmml_test

import (
	"errors"
	"testing"

	"github.com/beam-pmml/beam-pmml/pmml"
)

// A row for which no class is possible has no result: nothing is guessed.
func TestNaiveBayesWithoutAPossibleClass(t *testing.T) {
	m := load(t, `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary><DataField name="c" optype="categorical" dataType="string"/><DataField name="d" optype="categorical" dataType="string"/><DataField name="k" optype="categorical" dataType="string"/></DataDictionary>
<NaiveBayesModel functionName="classification" threshold="0"><MiningSchema><MiningField name="c"/><MiningField name="d"/><MiningField name="k" usageType="target"/></MiningSchema><BayesInputs>
<BayesInput fieldName="c"><PairCounts value="a"><TargetValueCounts><TargetValueCount value="u" count="2"/><TargetValueCount value="v" count="0"/></TargetValueCounts></PairCounts><PairCounts value="b"><TargetValueCounts><TargetValueCount value="u" count="1"/><TargetValueCount value="v" count="3"/></TargetValueCounts></PairCounts></BayesInput>
<BayesInput fieldName="d"><PairCounts value="a"><TargetValueCounts><TargetValueCount value="u" count="0"/><TargetValueCount value="v" count="1"/></TargetValueCounts></PairCounts><PairCounts value="b"><TargetValueCounts><TargetValueCount value="u" count="3"/><TargetValueCount value="v" count="2"/></TargetValueCounts></PairCounts></BayesInput>
</BayesInputs><BayesOutput fieldName="k"><TargetValueCounts><TargetValueCount value="u" count="3"/><TargetValueCount value="v" count="3"/></TargetValueCounts></BayesOutput></NaiveBayesModel></PMML>`)
	var failed *pmml.RowError
	if got, err := m.ScoreMap(map[string]any{"c": "a", "d": "a"}); !errors.As(err, &failed) || failed.Code != pmml.NoResult {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := m.ScoreMap(map[string]any{"c": "a", "d": "b"}); err != nil || got["k"] != "u" || got["probability(u)"] != 1.0 {
		t.Errorf("%v, %v", got, err)
	}
}

// A cluster without a name has no display value, as in the reference engine.
func TestDisplayValueOfClusters(t *testing.T) {
	m := load(t, `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary><DataField name="x" optype="continuous" dataType="double"/></DataDictionary>
<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="2"><MiningSchema><MiningField name="x"/></MiningSchema><Output><OutputField name="shown" optype="categorical" dataType="string" feature="predictedDisplayValue"/></Output>
<ComparisonMeasure kind="distance"><euclidean/></ComparisonMeasure><ClusteringField field="x"/><Cluster id="a" name="near"><Array n="1" type="real">0</Array></Cluster><Cluster id="b"><Array n="1" type="real">9</Array></Cluster></ClusteringModel></PMML>`)
	for x, want := range map[float64]any{1: "near", 8: nil} {
		if got, err := m.ScoreMap(map[string]any{"x": x}); err != nil || got["shown"] != want {
			t.Errorf("%v: %v, %v, want %v", x, got, err, want)
		}
	}
}
