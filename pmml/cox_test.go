package pmml_test

import (
	"math"
	"strings"
	"testing"
)

// The specification's procedure (GeneralRegression, CoxRegression): the base hazard of the last time that is not after the end time, times
// e to the predictor less that of the reference point. Before the first time there is no hazard, after maxTime no result.
func TestCoxRegression(t *testing.T) {
	model := func(attributes, tables string) string {
		return document(`<GeneralRegressionModel functionName="regression" modelType="CoxRegression" endTimeVariable="n" ` + attributes + `>` + schema +
			`<ParameterList><Parameter name="p" referencePoint="1.5"/></ParameterList><FactorList/><CovariateList><Predictor name="x"/></CovariateList><PPMatrix><PPCell value="1" predictorName="x" parameterName="p"/></PPMatrix>
<ParamMatrix><PCell parameterName="p" beta="0.2"/></ParamMatrix><BaseCumHazardTables ` + tables + `</BaseCumHazardTables></GeneralRegressionModel>`)
	}
	const cells = `<BaselineCell time="1" cumHazard="0.1"/><BaselineCell time="4" cumHazard="0.3"/>`
	one := load(t, model("", `maxTime="9">`+cells))
	strata := load(t, model(`baselineStrataVariable="c"`, `><BaselineStratum value="a" maxTime="9">`+cells+`</BaselineStratum><BaselineStratum value="b" maxTime="5">`+strings.ReplaceAll(cells, `"0.`, `"2.`)+`</BaselineStratum>`))
	risk := math.Exp(0.2*2 - 0.2*1.5)
	for _, c := range []struct {
		name        string
		row         row
		want, wantB any
	}{
		{"between times", row{"x": "2", "n": "3"}, 0.1 * risk, 2.1 * risk},
		{"at a time", row{"x": "2", "n": "4"}, 0.3 * risk, 2.3 * risk},
		{"after the last time", row{"x": "2", "n": "9"}, 0.3 * risk, nil},
		{"after maxTime", row{"x": "2", "n": "10"}, nil, nil},
		{"before the first time", row{"x": "2", "n": "0"}, 0.0, 0.0},
		{"before the first time, whatever the risk", row{"n": "0"}, 0.0, 0.0},
		{"a missing covariate", row{"n": "4"}, nil, nil},
		{"a missing end time", row{"x": "2"}, nil, nil},
	} {
		check(t, c.name, score(t, one, c.row), result{"y": c.want})
		c.row["c"] = "a"
		check(t, c.name+", stratum a", score(t, strata, c.row), result{"y": c.want})
		c.row["c"] = "b"
		check(t, c.name+", stratum b", score(t, strata, c.row), result{"y": c.wantB})
		delete(c.row, "c")
		check(t, c.name+", no stratum", score(t, strata, c.row), result{"y": nil})
	}
}
