package pmml_test

import (
	"math"
	"strings"
	"testing"
)

func TestRegressionTable(t *testing.T) {
	m := load(t, regression(`<RegressionTable intercept="1"><NumericPredictor name="x" exponent="2" coefficient="3"/><NumericPredictor name="n" coefficient="-1"/>
<CategoricalPredictor name="c" value="a" coefficient="10"/><PredictorTerm coefficient="0.5"><FieldRef field="x"/><FieldRef field="n"/></PredictorTerm></RegressionTable>`))
	check(t, "all parts", score(t, m, row{"x": "2", "n": "4", "c": "a"}), result{"y": 1 + 3*4 - 4 + 10 + 0.5*2*4.0})
	check(t, "a missing category counts as none", score(t, m, row{"x": "2", "n": "4"}), result{"y": 1 + 3*4 - 4 + 0.5*2*4.0})
	check(t, "a missing number leaves no result", score(t, m, row{"x": "2", "c": "a"}), result{"y": nil})
	check(t, "an invalid category", score(t, m, row{"x": "2", "n": "4", "c": "z"}), result{"$error": "invalid_input"})
}

func TestLinks(t *testing.T) {
	phi := func(y float64) float64 { return 0.5 * math.Erfc(-y/math.Sqrt2) }
	const y1, y2 = 0.3, 0.9
	inverse := map[string]func(float64) float64{
		"logit": func(y float64) float64 { return 1 / (1 + math.Exp(-y)) }, "probit": phi, "cloglog": func(y float64) float64 { return 1 - math.Exp(-math.Exp(y)) },
		"loglog": func(y float64) float64 { return math.Exp(-math.Exp(-y)) }, "cauchit": func(y float64) float64 { return 0.5 + math.Atan(y)/math.Pi },
	}
	for name, f := range inverse {
		one := strings.Replace(regression(`<RegressionTable intercept="0.3"/>`), `functionName="regression"`, `functionName="regression" normalizationMethod="`+name+`"`, 1)
		check(t, name, score(t, load(t, one), row{}), result{"y": f(y1)})
		check(t, name+", two classes", score(t, load(t, classes(name, "categorical", "0.3", "0")), row{}), result{"probability(p)": f(y1), "probability(q)": 1 - f(y1)})
		check(t, name+", ordinal", score(t, load(t, classes(name, "ordinal", "0.3", "0.9", "0")), row{}),
			result{"probability(p)": f(y1), "probability(q)": f(y2) - f(y1), "probability(r)": 1 - f(y2)})
	}
	sum := math.Exp(0.3) + math.Exp(0.9) + 1
	check(t, "softmax", score(t, load(t, classes("softmax", "categorical", "0.3", "0.9", "0")), row{}), result{"z": "q", "probability(p)": math.Exp(0.3) / sum, "probability(q)": math.Exp(0.9) / sum})
	check(t, "softmax does not overflow", score(t, load(t, classes("softmax", "categorical", "2000", "1000", "0")), row{}), result{"z": "p", "probability(p)": 1.0, "probability(q)": 0.0})
	check(t, "simplemax", score(t, load(t, classes("simplemax", "categorical", "3", "1", "4")), row{}), result{"z": "r", "probability(p)": 3.0 / 8, "probability(r)": 0.5})
	check(t, "none", score(t, load(t, classes("none", "categorical", "0.2", "0.3", "0")), row{}), result{"z": "r", "probability(r)": 0.5})
	check(t, "none, two classes, is clamped", score(t, load(t, classes("none", "categorical", "1.2", "0")), row{}), result{"probability(p)": 1.0, "probability(q)": 0.0})
}

// classes is a classification whose tables are intercepts for the categories p, q, r of z.
func classes(link, opType string, intercepts ...string) string {
	var tables, values strings.Builder
	for i, x := range intercepts {
		category := string(rune('p' + i))
		tables.WriteString(`<RegressionTable targetCategory="` + category + `" intercept="` + x + `"/>`)
		values.WriteString(`<Value value="` + category + `"/>`)
	}
	return `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><DataDictionary><DataField name="z" optype="` + opType + `" dataType="string">` + values.String() + `</DataField></DataDictionary>
<RegressionModel functionName="classification" normalizationMethod="` + link + `"><MiningSchema><MiningField name="z" usageType="target"/></MiningSchema>` + tables.String() + `</RegressionModel></PMML>`
}
